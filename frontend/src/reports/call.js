// One call: the player of two channels, and the keys that go to other calls.
import { onKey } from "./keys.js";
import { Player } from "./player.js";

export function startCall() {
  const element = document.querySelector("[data-player]");
  const player = element ? new Player(element) : undefined;
  onKey((key, event) => {
    if (player?.takes(key, event)) return true;
    const link = document.querySelector(`[data-key-go="${CSS.escape(key.toLowerCase())}"]`);
    link?.click();
    return Boolean(link);
  });
}

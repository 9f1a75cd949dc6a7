// What is heard and seen of a ringing call outside the page: the tone, the desktop notice.

/** The ringing tone, 1 s in every 5 as the caller hears it, from an oscillator: nothing to load. */
export class Ringer {
  #context;
  #gain;
  #on = false;

  constructor() {
    // browsers let a page sound only after the first touch
    const wake = () => { this.#prepare(); this.#context?.resume(); };
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, wake, { capture: true });
    this.#prepare();
  }

  #prepare() {
    if (this.#context || !window.AudioContext) return;
    this.#context = new AudioContext();
    this.#gain = this.#context.createGain();
    this.#gain.gain.value = 0;
    this.#gain.connect(this.#context.destination);
    for (const [hertz, share] of [[587.3, 0.6], [880, 0.4]]) {
      const tone = this.#context.createOscillator();
      const level = this.#context.createGain();
      tone.frequency.value = hertz;
      level.gain.value = share;
      tone.connect(level).connect(this.#gain);
      tone.start();
    }
  }

  /** Whether the browser lets us sound. */
  get allowed() { return this.#context?.state === "running"; }

  /** Called often: sounds or is silent, without clicks. */
  set(on) {
    if (!this.#context || on === this.#on) return;
    this.#on = on;
    this.#gain.gain.setTargetAtTime(on ? 0.16 : 0, this.#context.currentTime, 0.02);
  }
}

/** The desktop notice of a new call, when the page is not in front. */
export class Notice {
  #shown;

  get permission() { return "Notification" in window ? Notification.permission : "unsupported"; }

  ask() { if (this.permission === "default") Notification.requestPermission().catch(() => {}); }

  show(tag, title, body) {
    this.hide();
    if (this.permission !== "granted" || document.hasFocus()) return;
    try {
      this.#shown = new Notification(title, { body, tag, requireInteraction: true });
      this.#shown.onclick = () => { window.focus(); this.hide(); };
    } catch { /* phones allow it to service workers only */ }
  }

  hide() { this.#shown?.close(); this.#shown = undefined; }
}

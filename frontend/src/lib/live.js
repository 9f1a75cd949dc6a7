// Live views: one connection for all views of a page, because a browser allows six to one address.
// The whole view comes at once and after each change; a lost connection shows a banner and comes back by itself.
import { setServerTime } from "./server_time.js";

const listeners = new Map(); // view -> Set of callbacks
const latest = new Map(); // view -> newest data
let source;
let opening = 0;
let silentSince = 0;
let retry = 500;

const banner = (shown) => {
  for (const element of document.querySelectorAll("[data-stream-lost]")) element.hidden = !shown;
  document.documentElement.toggleAttribute("data-stream-is-lost", shown);
};

const deliver = (view, data) => {
  latest.set(view, data);
  for (const callback of listeners.get(view) ?? []) {
    try { callback(data); } catch (error) { console.error(error); }
  }
};

const lost = () => {
  silentSince ||= Date.now();
  setTimeout(() => { if (silentSince && Date.now() - silentSince >= 1500) banner(true); }, 1600);
};

const found = () => {
  silentSince = 0;
  retry = 500;
  banner(false);
};

/** A stream may end because the session did: then the page says so by going to the sign-in page. */
const isSignedOut = async () => {
  try { return (await fetch("/me/", { headers: { Accept: "application/json" }, redirect: "manual" })).status === 401; } catch { return false; }
};

const again = async () => {
  source?.close();
  source = undefined;
  lost();
  if (await isSignedOut()) {
    location.assign(`/sign-in/?next=${encodeURIComponent(location.pathname + location.search)}`);
    return;
  }
  retry = Math.min(retry * 2, 10000);
  setTimeout(open, retry * (0.75 + Math.random() / 2));
};

function open() {
  if (!listeners.size) return;
  source?.close();
  const views = [...listeners.keys()].sort();
  const mine = (source = new EventSource(`/stream/${views.join(",")}`));
  const heard = (view) => (event) => {
    if (source !== mine) return;
    found();
    deliver(view, JSON.parse(event.data));
  };
  for (const view of views) mine.addEventListener(views.length === 1 ? "message" : view, heard(view));
  mine.addEventListener("clock", (event) => {
    setServerTime(JSON.parse(event.data).now);
    found();
    watchBeat();
  });
  mine.addEventListener("over", () => { if (source === mine) again(); });
  mine.onerror = () => { if (source === mine) again(); };
}

// The server beats every 15 s; a line that is silent for longer is dead although nobody said so.
let beat;
function watchBeat() {
  clearTimeout(beat);
  beat = setTimeout(() => { if (source) again(); }, 40000);
}

/** Calls back with the view's data now and at each change; gives the function that ends it. */
export function live(view, callback) {
  const known = listeners.has(view);
  if (!known) listeners.set(view, new Set());
  listeners.get(view).add(callback);
  if (latest.has(view)) callback(latest.get(view));
  if (!known) {
    clearTimeout(opening);
    opening = setTimeout(open, 0); // all views of the page together
  }
  return () => {
    const left = listeners.get(view);
    left?.delete(callback);
    if (left && !left.size) {
      listeners.delete(view);
      latest.delete(view);
      opening = setTimeout(() => (listeners.size ? open() : source?.close()), 0);
    }
  };
}

addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted) open(); });

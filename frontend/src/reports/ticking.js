// Clocks that run in the page: how long somebody waits, which ring they hear, what is left of a promise.
const two = (n) => String(n).padStart(2, "0");

const waited = (seconds) => {
  if (seconds < 60) return `${Math.max(0, seconds).toFixed(1)} 秒`;
  return `${Math.floor(seconds / 60)} 分 ${two(Math.floor(seconds % 60))} 秒`;
};

const lasted = (seconds) => {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  return s < 86400 ? `${Math.floor(s / 3600)} 时 ${two(Math.floor(s / 60) % 60)} 分` : `${Math.floor(s / 86400)} 天`;
};

const set = (element, text) => { if (element.textContent !== text) element.textContent = text; };

function rings(element, nowUs) {
  const { since, cycle, limit } = element.dataset;
  const passed = Math.max(0, nowUs - since);
  const ring = Math.floor(passed / cycle) + 1;
  const lamps = Math.max(1, Math.round(limit / cycle));
  const late = passed >= Number(limit);
  const lights = [...element.querySelectorAll("i")];
  while (lights.length < lamps) lights.push(element.insertBefore(document.createElement("i"), element.lastElementChild));
  while (lights.length > lamps) lights.pop().remove();
  element.classList.toggle("rings--late", late);
  lights.forEach((light, i) => {
    light.classList.toggle("on", i < ring);
    light.classList.toggle("beats", !late && i === ring - 1);
  });
  set(element.querySelector("b"), `第${ring}响`);
  element.closest("tr")?.classList.toggle("is-late", late);
}

/** Writes all clocks below `root` for now. */
export function tick(root = document) {
  const nowUs = window.sanxiang.now() * 1000;
  for (const e of root.querySelectorAll("[data-rings]")) rings(e, nowUs);
  for (const e of root.querySelectorAll("[data-elapsed]")) set(e, waited((nowUs - e.dataset.elapsed) / 1e6));
  for (const e of root.querySelectorAll("[data-lasted]")) set(e, e.dataset.lasted > 0 ? lasted((nowUs - e.dataset.lasted) / 1e6) : "—");
  for (const e of root.querySelectorAll("[data-left]")) {
    set(e, window.sanxiang.left(Number(e.dataset.left)));
    const seconds = (e.dataset.left - nowUs) / 1e6;
    e.classList.toggle("is-breach", seconds < 0);
    e.classList.toggle("is-warn", seconds >= 0 && seconds < (e.dataset.warn ?? 300));
  }
}

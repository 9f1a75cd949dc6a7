// The top bar: clock, theme, menu, state of the line.
import { live } from "./live.js";
import { dateAndClock, now, setServerTime } from "./server_time.js";

const root = document.documentElement;

function toggleTheme() {
  const theme = root.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem("sanxiang.theme", theme); } catch { /* then for this page only */ }
  dispatchEvent(new CustomEvent("sanxiang:theme", { detail: theme }));
}

function tick() {
  for (const element of document.querySelectorAll("[data-clock]")) {
    const text = dateAndClock(now());
    if (element.textContent !== text) element.textContent = text;
  }
}

/** Each state of the line: looks, icon, words. */
function showLine(element, line) {
  const [look, shape, words] = line.appender
    ? line.hotlines.length
      ? ["kept", "line", `线路正常 ${line.hotlines.map((h) => h.number).join(" ")}`]
      : ["warn", "warn", "还没有热线"]
    : ["breach", "breach", "登记程序停了，来电转应急队列"];
  element.className = `pill pill--${look} line-state`;
  element.querySelector("use").setAttribute("href", `#i-${shape}`);
  element.querySelector("span").textContent = words;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) toggleTheme();
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("[data-menu][open]").forEach((menu) => { menu.open = false; });
});

document.addEventListener("DOMContentLoaded", () => {
  const started = Number(document.querySelector('meta[name="now"]')?.content);
  if (started) setServerTime(started);
  tick();
  setInterval(tick, 500);
  const line = document.querySelector("[data-line]");
  if (line) live("line", (data) => showLine(line, data));
});

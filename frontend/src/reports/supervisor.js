// What goes on now: the parts come drawn from the server, the clocks run here.
import { put } from "./patch.js";
import { tick } from "./ticking.js";

const FRESH_FOR = 60e6; // us for which a breach is marked as new

function markNew() {
  const nowUs = window.sanxiang.now() * 1000;
  for (const row of document.querySelectorAll("[data-breach]")) row.classList.toggle("is-new", nowUs - row.dataset.at < FRESH_FOR);
}

export function startSupervisor() {
  const parts = Object.fromEntries([...document.querySelectorAll("[data-part]")].map((e) => [e.dataset.part, e]));
  const announce = document.querySelector("[data-announce]");
  let newest;
  window.sanxiang.live("supervisor", (data) => {
    for (const [part, html] of Object.entries(data.html)) if (parts[part]) put(parts[part], html);
    const top = data.breaches.rows[0];
    if (newest !== undefined && top && top.n > newest) announce.textContent = `违约：${top.title}，${top.why}`;
    newest = top?.n ?? 0;
    const waiting = data.waiting.length;
    document.title = `${waiting ? `${waiting} 人在等 · ` : ""}现场 · 三响`;
    tick();
    markNew();
  });
  tick();
  markNew();
  setInterval(tick, 200);
  setInterval(markNew, 2000);
}

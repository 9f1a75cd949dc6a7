// The people page and the administrator's first steps: states and phones as they are now.
const { live, now, duration } = window.sanxiang;

const table = document.querySelector(".people");
const since = () => {
  for (const cell of document.querySelectorAll("[data-since]")) {
    const us = Number(cell.dataset.since);
    cell.textContent = us ? duration((now() - us / 1000) / 1000) : "—";
  }
};

if (table) {
  const pills = document.getElementById("pills").content;
  const pill = (state) => pills.querySelector(`[data-pill="${state}"]`)?.firstElementChild.cloneNode(true);
  const tag = (icon, word) => `<span class="tag tag--on"><svg class="i" aria-hidden="true"><use href="#i-${icon}"/></svg>${word}</span> `;
  let accounts;
  live("people", (data) => {
    const these = JSON.stringify(data.accounts);
    if (accounts && accounts !== these && !document.querySelector("dialog[open]")) location.reload();
    accounts = these;
    const people = Object.entries(data.people);
    for (const [id, person] of people) {
      const row = table.querySelector(`[data-person="${id}"]`);
      const state = row?.querySelector("[data-state]");
      if (!state) continue;
      if (state.dataset.state !== person.state) {
        state.dataset.state = person.state;
        state.replaceChildren(pill(person.state));
      }
      row.querySelector("[data-since]").dataset.since = person.since;
      row.querySelector("[data-phones]").innerHTML =
        (person.browser ? tag("desk", "浏览器") : "") + (person.desk_phone ? tag("phone", "话机") : "") ||
        '<span class="tiny muted">没有在线的话机</span>';
    }
    document.querySelector("[data-ready]").textContent = people.filter(([, p]) => p.state === "ready").length;
    document.querySelector("[data-online]").textContent = people.filter(([, p]) => p.state !== "offline").length;
    since();
  });
  since();
  setInterval(since, 1000);
}

const steps = document.getElementById("steps");
if (steps) {
  let seen;
  live("first_steps", (data) => {
    const these = JSON.stringify(data);
    if (seen && seen !== these) window.htmx.ajax("GET", "/welcome/steps/", { target: "#steps", swap: "innerHTML" });
    seen = these;
  });
}

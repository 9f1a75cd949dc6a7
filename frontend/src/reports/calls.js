// The list of calls: J and K choose, Enter opens, / searches.
import { onKey } from "./keys.js";

export function startCalls() {
  const rows = [...document.querySelectorAll("[data-row]")];
  let chosen = -1;

  const choose = (index) => {
    if (!rows.length) return;
    rows[chosen]?.classList.remove("is-chosen");
    chosen = Math.min(Math.max(index, 0), rows.length - 1);
    rows[chosen].classList.add("is-chosen");
    rows[chosen].querySelector("[data-open]").focus({ preventScroll: true });
    rows[chosen].scrollIntoView({ block: "nearest" });
  };

  for (const row of rows) {
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a") && !getSelection().toString()) row.querySelector("[data-open]").click();
    });
  }
  onKey((key) => {
    if (key === "j" || key === "J" || key === "ArrowDown") choose(chosen + 1);
    else if (key === "k" || key === "K" || key === "ArrowUp") choose(chosen < 0 ? 0 : chosen - 1);
    else if (key === "/") document.querySelector("[data-search]")?.focus();
    else return false;
    return true;
  });
}

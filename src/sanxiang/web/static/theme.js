// Before the first paint: the theme that was chosen here, else the system's. A file of its own, for it must not wait.
(() => {
  const root = document.documentElement;
  let kept = null;
  try { kept = localStorage.getItem("sanxiang.theme"); } catch { /* storage may be refused */ }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => { root.dataset.theme = kept ?? (dark.matches ? "dark" : "light"); };
  show();
  dark.addEventListener("change", () => { if (!kept) show(); });
  addEventListener("sanxiang:theme", (event) => { kept = event.detail; show(); });
})();

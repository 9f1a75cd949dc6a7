// The page's one dialog (<dialog data-dialog>): HTMX fills it, then it opens; [data-close] closes it.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target;
  if (!dialog?.matches?.("[data-dialog]")) return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) menu.open = false;
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector('[aria-invalid="true"], .field--error input, [autofocus]');
  first?.focus();
});

document.addEventListener("click", async (event) => {
  const close = event.target.closest("[data-close]");
  if (close) {
    close.closest("dialog")?.close();
    if (close.dataset.close === "reload") location.reload();
  }
  if (event.target.matches("dialog[data-dialog]")) event.target.close(); // the scrim
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const { toast } = window.sanxiang;
    try {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.classList.add("is-copied");
      if (copy.closest("dialog")) copy.lastChild.textContent = "已复制";
      else toast("已复制");
    } catch {
      copy.parentElement.querySelector("[data-select]")?.select();
      toast("浏览器不让复制，请手动选中复制", "warning");
    }
  }
  if (event.target.matches("[data-select]")) event.target.select();
});

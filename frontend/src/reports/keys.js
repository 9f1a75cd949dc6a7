// Single keys act only outside text fields and without Alt, Ctrl or Meta.
const TYPING = /^(INPUT|TEXTAREA|SELECT)$/;

/** Calls back with the key, unless somebody types. The callback says whether it took the key. */
export function onKey(callback) {
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const at = document.activeElement;
    if (at && (TYPING.test(at.tagName) || at.isContentEditable)) return;
    if (callback(event.key, event)) event.preventDefault();
  });
}

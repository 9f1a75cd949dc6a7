// Small posts of pages: with the safety token, answering problems instead of throwing them.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Posts JSON; gives the answer's document, {ok: false, problems: [...]} when the server cannot be reached. */
export async function post(url, data = {}) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(data),
    });
    if (answer.status === 401) location.assign(`/sign-in/?next=${encodeURIComponent(location.pathname)}`);
    const text = await answer.text();
    return text ? JSON.parse(text) : { ok: answer.ok };
  } catch {
    const problem = { code: "unreachable", problem: "没有连上系统，这一步没有办成", cure: "请检查网络后再试" };
    return { ok: false, problems: [problem] };
  }
}

document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = token(); });

/** A passing notice of what was done. `look`: success, warning, error. */
export function toast(text, look = "success") {
  const shape = { success: "kept", warning: "warn", error: "breach" }[look] ?? "info";
  const element = document.createElement("div");
  element.className = "toast";
  element.dataset.toast = look;
  element.innerHTML = `<svg class="i" aria-hidden="true"><use href="#i-${shape}"/></svg><span></span>`;
  element.querySelector("span").textContent = text;
  document.querySelector("[data-toasts]")?.append(element);
  fade(element);
}

/** Says what a refused post answered: each problem with its cure. */
export const refuse = (answer) => {
  for (const p of answer.problems ?? []) toast([p.problem, p.cure].filter(Boolean).join("。"), "error");
};

const fade = (element) => setTimeout(() => element.remove(), element.dataset.toast === "error" ? 9000 : 4500);

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-toast]").forEach(fade));
document.addEventListener("htmx:responseError", (event) => {
  try { refuse(JSON.parse(event.detail.xhr.responseText)); } catch { toast("这一步没有办成，请刷新页面再试", "error"); }
});
document.addEventListener("htmx:sendError", () => toast("没有连上系统，这一步没有办成，请检查网络", "error"));
document.addEventListener("sanxiang:toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.look));

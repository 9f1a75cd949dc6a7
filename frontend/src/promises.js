// The page of promises: time that runs, a contact shown on request, Ctrl+Enter in the reply.
const sanxiang = window.sanxiang;

function count() {
  for (const element of document.querySelectorAll("[data-left]")) {
    const due = Number(element.dataset.left);
    const far = due && due / 1000 - sanxiang.now() > 10800000; // hours away: the moment itself stands there
    if (due && !far) element.textContent = sanxiang.left(due);
  }
}
setInterval(count, 1000);

document.addEventListener("alpine:init", () => {
  window.Alpine.data("promises", () => ({
    async show(id, button) {
      const answer = await sanxiang.post(`/promises/${encodeURIComponent(id)}/contact/`);
      if (!answer.ok) { sanxiang.refuse(answer); return; }
      document.querySelector(`[data-contact="${CSS.escape(id)}"]`).textContent = answer.number;
      button.hidden = true;
    },
  }));
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter" && event.target.matches(".owed textarea")) {
    event.preventDefault();
    event.target.form.querySelector('[value="yes"]').click();
  }
});

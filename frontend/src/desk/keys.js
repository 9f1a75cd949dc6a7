// The keyboard: bare keys act only outside text fields; Alt and Ctrl combinations everywhere.

const WRITES = "input:not([type=button]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

export const keys = () => ({
  listenToKeys() {
    addEventListener("keydown", (event) => this.pressed(event));
    addEventListener("keyup", (event) => { if (event.key === "Alt" || event.code === "KeyE") this.releaseEnd(); });
    addEventListener("blur", () => { if (this.pressing) this.releaseEnd(); });
  },

  pressed(event) {
    if (event.isComposing) return;
    const writing = event.target.matches?.(WRITES);
    if (writing && !event.altKey && !event.ctrlKey && !event.metaKey) this.wroteAt = performance.now();
    const act = (does) => { event.preventDefault(); does(); };
    if (event.ctrlKey && event.key === "Enter") { if (this.formOpen) act(() => this.sign()); return; }
    if (event.altKey && !event.ctrlKey && !event.metaKey) { this.pressedAlt(event, act); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.dialog === "end" && /^[1-9]$/.test(event.key)) {
      const reason = document.querySelectorAll("#dialog-end [data-reason]")[Number(event.key) - 1];
      if (reason) act(() => reason.click());
      return;
    }
    if (writing || this.dialog) return;
    if (event.code === "Space" && this.phase === "ringing") {
      // a space typed into a form that the call has just taken away does not answer it
      act(() => { if (!event.repeat && performance.now() - (this.wroteAt ?? -1e4) > 700) this.answer(); });
    }
    else if (event.code === "KeyG" && !event.repeat) act(() => this.goPromises());
    else if (event.key === "Escape" && this.phase === "idle" && this.opened) act(() => this.closeDraft());
  },

  pressedAlt(event, act) {
    const once = (does) => act(() => { if (!event.repeat) does(); });
    const does = {
      KeyE: () => act(() => this.pressEnd()),
      KeyH: () => once(() => this.askHold()),
      KeyM: () => once(() => this.mute()),
      KeyP: () => once(() => this.park()),
      KeyR: () => once(() => this.setState(this.d.agent?.chosen === "ready" ? "busy" : "ready")),
    }[event.code];
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (digit) once(() => (this.phase === "talking" ? this.pickSaying(digit - 1) : this.resumeNth(digit - 1)));
    else does?.();
  },

  resumeNth(n) {
    const one = this.d.registration?.unsigned?.[n];
    if (one) this.resumeDraft(one.call);
  },

  /** To the replies; in a conversation the strip below is enough. */
  goPromises() {
    if (this.phase === "talking" || this.phase === "ringing") document.querySelector(".promises a")?.focus();
    else location.assign("/promises/");
  },
});

// The conversation: hold, mute, the end key that waits for the caller, the caller's number.

import { filled } from "./rules.js";

const PRESS = 800; // ms that the end key is held before it asks for a reason

export const talking = (sanxiang) => ({
  dialog: "", // "end" | "hold"
  pressing: false,
  pressTimer: 0,
  ending: false,
  shownNumber: { call: "", number: "" },

  get held() { return Boolean(this.d.call?.held_since); },
  get muted() { return Boolean(this.phone.call?.muted); },
  get canMute() { return this.phone.call?.state === "talking"; },
  get noticePlaying() { return this.phase === "talking" && this.d.call?.notice === "playing" && this.since(this.d.call.answered_at) < 6e6; },

  get callState() {
    if (this.held) return "对方在听音乐";
    return { played: "录音中，已告知", playing: "正在播放录音告知", cut: "录音中，告知未播完", missing: "录音中，没有告知", none: "录音中" }[this.d.call?.notice] ?? "录音中";
  },

  // -- hold ----------------------------------------------------------------------------------------------------------
  get holdWords() { return this.d.say?.hold?.[0] ?? null; },
  askHold() {
    if (this.phase !== "talking") return;
    if (this.held) { this.hold("resume"); return; }
    if (this.dialog === "hold") { this.hold("hold"); return; } // the same key again: the caller agreed
    if (this.holdWords) this.openDialog("hold"); else this.hold("hold");
  },
  async hold(act) {
    this.closeDialog();
    const answer = await sanxiang.post("/desk/hold/", { call: this.d.call?.id, act });
    if (!answer.ok) sanxiang.refuse(answer);
  },
  mute() { if (this.canMute) sanxiang.phone.mute(); },

  // -- end -----------------------------------------------------------------------------------------------------------
  get endGate() { return this.d.gates?.end ?? { strength: "open", missing: [] }; },
  get endWaits() { return this.endGate.strength === "ask" || this.endGate.strength === "block"; },
  get endWords() {
    if (this.ending) return "正在挂机…";
    if (this.pressing) return "按住，选原因";
    return this.endWaits ? "等对方先挂机" : "结束通话";
  },
  get endWhy() { return this.endWaits ? `${this.endGate.missing.join("；")}。${this.endGate.cure}（${this.endGate.clause}）` : ""; },

  pressEnd() {
    if (this.phase !== "talking" || this.pressing || this.dialog) return;
    if (!this.endWaits) { this.end(""); return; }
    if (this.endGate.strength === "block") { sanxiang.toast(this.endWhy, "warning"); return; }
    this.pressing = true;
    this.pressTimer = setTimeout(() => { this.pressing = false; this.openDialog("end"); }, PRESS);
  },
  releaseEnd() {
    if (!this.pressing) return;
    clearTimeout(this.pressTimer);
    this.pressing = false;
    sanxiang.toast(`${this.endGate.missing.join("；")}。要提前挂机，请按住这个键`, "warning");
  },
  async end(reason) {
    this.closeDialog();
    this.ending = true;
    const answer = await sanxiang.post("/desk/end/", { call: this.d.call?.id, reason });
    this.ending = false;
    if (!answer.ok) sanxiang.refuse(answer);
  },

  // -- the caller ----------------------------------------------------------------------------------------------------
  get callerNow() { return this.d.ringing ?? this.d.call; },
  get callerShown() {
    const call = this.d.call?.id ?? this.d.ringing?.call ?? "";
    return this.shownNumber.call === call && call ? this.shownNumber.number : this.callerNow?.caller?.masked ?? "";
  },
  get callerRevealed() { return this.shownNumber.call !== "" && this.shownNumber.call === (this.d.call?.id ?? this.d.ringing?.call); },
  async reveal() {
    const call = this.d.call?.id ?? this.d.ringing?.call;
    const answer = await sanxiang.post("/desk/number/", { call });
    if (answer.ok) this.shownNumber = { call, number: answer.number }; else sanxiang.refuse(answer);
  },

  // -- dialogs -------------------------------------------------------------------------------------------------------
  openDialog(name) {
    this.dialog = name;
    this.$nextTick(() => { const box = document.getElementById(`dialog-${name}`); if (box && !box.open) box.showModal(); });
  },
  closeDialog() {
    const box = this.dialog && document.getElementById(`dialog-${this.dialog}`);
    if (box?.open) box.close();
    this.dialog = "";
  },

  // -- words ---------------------------------------------------------------------------------------------------------
  picked: { moment: "", key: "" },

  /** All phrases for a conversation: [{clause, title, words, never, label, key, moment}]. */
  get sayings() {
    const { say, call } = this.d;
    const labels = {
      opening: "接通先说", late_opening: "接通先说", talking: "通话中", situation: "情景", hold: "请对方等待前",
      unsolved: "当场解决不了", closing: "道别时",
    };
    const late = call?.late && say?.late_opening?.length;
    const order = [late ? "late_opening" : "opening", "talking", "situation", "hold", "unsolved", "closing"];
    return order.flatMap((moment) => (say?.[moment] ?? []).map((one) => ({ ...one, moment, label: labels[moment], key: `${moment}/${one.clause}/${one.title}` })));
  },
  /** The moment of the conversation, from what the agent has done so far. */
  get sayMoment() {
    if (this.regUnsolved) return "unsolved";
    if (this.d.call && this.since(this.d.call.answered_at) < 25e6 && !filled(this.reg.values.content)) return "opening";
    return this.reg.form && !this.regMissing.length ? "closing" : "talking";
  },
  /** The phrase that stands large: what the agent picked, until the moment changes. */
  get sayNow() {
    const moment = this.sayMoment;
    const picked = this.picked.moment === moment && this.sayings.find((s) => s.key === this.picked.key);
    return picked || this.sayings.find((s) => s.moment.endsWith(moment)) || this.sayings[0] || null;
  },
  pickSaying(n) { if (this.sayings[n]) this.picked = { moment: this.sayMoment, key: this.sayings[n].key }; },
});

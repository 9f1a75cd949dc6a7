// The agent's desk: one page, whose live view "desk" says what is going on; this shows it and carries out the keys.
import { compose } from "./desk/compose.js";
import { keys } from "./desk/keys.js";
import { notices } from "./desk/notices.js";
import { registration } from "./desk/registration.js";
import { Notice, Ringer } from "./desk/ringer.js";
import { ringing } from "./desk/ringing.js";
import { talking } from "./desk/talking.js";

const sanxiang = window.sanxiang;
const ringer = new Ringer(); // not in the component: a proxy could not reach their private parts
const notice = new Notice();
const NONE = { agent: null, ringing: null, call: null, waiting: { count: 0 }, say: {}, gates: {}, alerts: [], promises: [], registration: {} };

const desk = () => ({
  d: NONE,
  loaded: false,
  line: { appender: true },
  t: sanxiang.now(), // ms, the product's time
  phone: { state: "off", mic: "unknown", call: null, why: "" },
  opened: "", // a registration signed later, opened while no call is there
  signed: null,
  answering: false,
  shift: null,

  init() {
    const phone = sanxiang.phone;
    const follow = () => { this.phone = { state: phone.state, mic: phone.mic, call: phone.call, why: phone.why }; this.ring(); };
    phone.addEventListener("change", follow);
    phone.start();
    sanxiang.live("desk", (data) => this.heard(data));
    sanxiang.live("line", (data) => { this.line = data; });
    this.tick();
    addEventListener("visibilitychange", () => { if (document.hidden) this.flush(); });
    addEventListener("pagehide", () => this.flush());
    addEventListener("beforeunload", (event) => {
      if (this.phase === "talking" && this.phone.call) event.preventDefault(); // leaving would cut the caller off
    });
    this.listenToKeys();
  },

  heard(data) {
    const before = this.phase;
    if (this.shift !== null && data.shift !== undefined && data.shift !== this.shift) this.moved = (this.moved ?? 0) + (data.shift - this.shift) * 1000;
    this.shift = data.shift ?? this.shift;
    this.d = { ...NONE, ...data };
    this.loaded = true;
    const wanted = this.d.registration?.call || (this.phase === "idle" ? this.opened : "");
    if (this.opened && !(this.d.registration?.unsigned ?? []).some((u) => u.call === this.opened)) this.opened = "";
    this.openForm(wanted);
    if (this.phase !== before) this.entered(before);
    this.ring();
    this.showTitle();
  },

  /** A new phase: the key that matters is under the finger. */
  entered(before) {
    this.answering = false;
    if (before === "talking") this.closeDialog();
    if (this.phase === "wrap_up" && this.dialog) this.closeDialog();
  },

  tick() {
    this.t = sanxiang.now() + (this.moved ?? 0);
    this.ring();
    this.showTitle();
    setTimeout(() => this.tick(), this.phase === "ringing" ? 100 : 500);
  },

  get phase() {
    const { agent, ringing: offered, call } = this.d;
    if (!this.loaded) return "loading";
    if (!agent) return "unknown";
    if (offered) return "ringing";
    if (call?.phase === "talking") return "talking";
    if (call?.phase === "wrap_up" && agent.state === "wrap_up") return "wrap_up";
    return "idle";
  },
  get formOpen() { return this.phase === "talking" || this.phase === "wrap_up" || (this.phase === "idle" && Boolean(this.opened)); },

  /** Opens an unsigned registration while no call is there. */
  async resumeDraft(call) {
    if (this.phase !== "idle" && this.phase !== "wrap_up") return;
    if (this.phase === "wrap_up") { sanxiang.toast("先签完这一份，再接着填", "warning"); return; }
    this.opened = call;
    await this.openForm(call);
  },
  closeDraft() { this.flush(); this.opened = ""; this.openForm(""); },

  // -- state of the seat ---------------------------------------------------------------------------------------------
  get stateName() { return { ready: "示闲", busy: "示忙", break: "小休", mobile: "手机", offline: "离线" }[this.d.agent?.chosen] ?? "离线"; },
  get canRing() { return Boolean(this.d.agent?.phones?.length) || this.phone.state === "ready"; },

  async setState(state) {
    if (!this.d.agent || (this.d.agent.chosen === state && this.phase !== "wrap_up")) return;
    if (state === "ready") notice.ask();
    if (state === "ready" && !this.canRing) sanxiang.toast("示闲后仍不会派来电：现在没有可用的话机", "warning");
    const answer = await sanxiang.post("/desk/state/", { state });
    if (!answer.ok) sanxiang.refuse(answer);
    else for (const one of answer.counted ?? []) sanxiang.toast(`${one.missing.join("；")}（${one.clause} 计一次）`, "warning");
  },

  // -- words ---------------------------------------------------------------------------------------------------------
  ago(us) { return sanxiang.duration((this.t - us / 1000) / 1000); },
  until(us) { return sanxiang.duration(Math.abs(us / 1000 - this.t) / 1000); },
  isOver(us) { return us > 0 && us / 1000 <= this.t; },
  left(us) {
    const seconds = (us / 1000 - this.t) / 1000;
    const size = Math.abs(seconds);
    const word = seconds >= 0 ? "余" : "超";
    if (size < 60) return `${word} ${Math.floor(size)} 秒`;
    if (size < 10800) return `${word} ${Math.floor(size / 60)} 分`;
    return seconds < 0 ? `${word} ${Math.floor(size / 3600)} 小时` : `${sanxiang.clock(us).slice(0, 5)} 前`;
  },
  used(from, to) { return Math.max(0, Math.min(100, (100 * (this.t - from / 1000)) / Math.max(1, (to - from) / 1000))); },
  clock(us) { return sanxiang.clock(us); },
  hours(us) { return sanxiang.clock(us).slice(0, 5); },

  get promises() {
    return (this.d.promises ?? []).map((p) => {
      const over = this.isOver(p.due_at) || p.state === "breach";
      const near = !over && p.due_at / 1000 - this.t < 300000;
      return { ...p, over, near, left: this.left(p.due_at), used: this.used(p.made_at, p.due_at) };
    });
  },

  showTitle() {
    const title = this.titleNow() + " · 三响";
    if (document.title !== title) document.title = title;
  },
  titleNow() {
    if (this.phase === "ringing") return `● 来电 第${this.callerRing}响`;
    if (this.phase === "talking") return `${this.ago(this.d.call.answered_at)} ${this.d.call.held_since ? "等待中" : "通话中"}`;
    if (this.phase === "wrap_up" && this.d.call.sign_due) {
      return this.isOver(this.d.call.sign_due) ? `签名超 ${this.until(this.d.call.sign_due)}` : `签名还有 ${this.until(this.d.call.sign_due)}`;
    }
    if (this.d.waiting?.count) return `(${this.d.waiting.count}) 有人在等`;
    return this.d.agent ? `${this.stateName} · 工作台` : "工作台";
  },
});

document.addEventListener("alpine:init", () => {
  window.Alpine.data("desk", () => compose(
    desk(), ringing(sanxiang, ringer, notice), talking(sanxiang), registration(sanxiang), notices(sanxiang, ringer, notice), keys(),
  ));
});

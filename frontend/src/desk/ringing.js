// A call rings: the three lights by both clocks, the tone, the key that answers.

const SECOND = 1e6;

export const ringing = (sanxiang, ringer, notice) => ({
  /** us since `from`, by the product's clock. */
  since(from) { return from ? Math.max(0, this.t * 1000 - from) : 0; },
  get cycle() { return this.d.ringing?.cycle ?? 5 * SECOND; },
  get limit() { return this.d.ringing?.limit ?? 15 * SECOND; },
  get ringsAllowed() { return Math.max(1, Math.ceil(this.limit / this.cycle)); },
  get callerWaited() { return this.since(this.d.ringing?.queued_at); },
  get phoneRang() { return this.since(this.d.ringing?.rang_at); },
  ringOf(us) { return Math.floor(us / this.cycle) + 1; },
  get callerRing() { return this.ringOf(this.callerWaited); },
  get agentRing() { return this.d.ringing?.rang_at ? this.ringOf(this.phoneRang) : 0; },
  get callerLate() { return this.callerWaited >= this.limit; },
  get agentLate() { return this.phoneRang >= this.limit; },
  secondsOf(us) { return (us / SECOND).toFixed(1); },
  get secondsLeft() { return (Math.max(0, this.limit - this.callerWaited) / SECOND).toFixed(1); },
  get secondsOver() { return Math.floor(Math.max(0, this.callerWaited - this.limit) / SECOND); },
  share(us) { return Math.min(100, (100 * us) / this.limit); },

  /** The lights: [{n, is: past|now|ahead, arc: 0…100, words}]. */
  get lights() {
    const ring = this.callerRing;
    const seconds = this.cycle / SECOND;
    return Array.from({ length: this.ringsAllowed }, (_, i) => {
      const n = i + 1;
      const is = ring > n ? "past" : ring === n ? "now" : "ahead";
      const arc = is === "past" ? 100 : is === "now" ? (100 * (this.callerWaited % this.cycle)) / this.cycle : 0;
      const words = is === "now" ? "正在响" : is === "past" ? `${(n - 1) * seconds}–${n * seconds} 秒` : n === this.ringsAllowed ? "最迟接起" : "未到";
      return { n, is, arc: arc.toFixed(1), words };
    });
  },
  /** Lamps of a small row: how many are lit. */
  lamps(ring, allowed = 3) { return Array.from({ length: allowed }, (_, i) => i < Math.min(ring, allowed)); },
  get ringSaid() {
    return this.callerLate ? `第${this.callerRing}响，已超过${this.ringsAllowed}响` : `第${this.callerRing}响，还有${Math.ceil(this.secondsLeft)}秒`;
  },

  /** Sound and desktop notice follow the call. */
  ring() {
    const offered = this.d.ringing;
    const phase = offered ? this.since(offered.rang_at || offered.made_at) % this.cycle : 0;
    ringer.set(Boolean(offered) && !this.answering && phase < SECOND);
    const call = offered?.offer ?? "";
    if (call !== this.noticed) {
      this.noticed = call;
      if (call) notice.show(call, `来电 ${offered.caller.masked}`, `${offered.line} 号线正在响，请接听`);
      else notice.hide();
    }
  },

  /** What the answer key can do now. */
  get answerBy() {
    if (this.phone.call?.state === "ringing") return "browser";
    if (this.phone.state === "ready") return this.d.agent?.desk_phone ? "either" : "coming";
    if (this.d.agent?.desk_phone) return "desk_phone";
    return "none";
  },
  get answerWords() {
    return {
      browser: "接听", either: "接听", coming: "接听", desk_phone: "请拿起桌面话机接听", none: "没有可用的话机",
    }[this.answerBy];
  },

  async answer() {
    if (this.phase !== "ringing" || this.answering) return;
    if (this.phone.state === "other_tab") { sanxiang.toast("电话在另一个窗口，请到那个窗口接听", "warning"); return; }
    if (this.phone.call?.state !== "ringing") { sanxiang.toast("请用桌面话机接听", "warning"); return; }
    this.answering = true;
    const done = await sanxiang.phone.answer();
    if (!done) {
      this.answering = false;
      if (this.phone.mic !== "ok") sanxiang.toast("麦克风打不开，请用桌面话机接听", "error");
    }
  },
});

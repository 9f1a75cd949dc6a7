// What the agent must know before a caller does: the appender is away, no microphone, the phone is lost, another tab.

const WORDS = {
  insecure: ["浏览器不允许这个网址使用麦克风", "请用 https:// 的网址打开，或在本机用 http://127.0.0.1 打开。"],
  refused: ["麦克风被拒绝了，浏览器接不了电话", "点地址栏左边的图标，把“麦克风”改为允许，再按“再检查”。"],
  missing: ["没有找到麦克风，浏览器接不了电话", "插好耳麦后会自动再检查。"],
  busy: ["麦克风被别的程序占用，浏览器接不了电话", "请关闭正在用麦克风的会议或录音软件，再按“再检查”。"],
  failed: ["麦克风打不开，浏览器接不了电话", "请拔下耳麦再插上，再按“再检查”。"],
};

export const notices = (sanxiang, ringer, notice) => ({
  away: JSON.parse(sessionStorage.getItem("sanxiang.away") ?? "[]"), // alerts put away, by number
  acting: false,

  /** [{key, look, icon, title, text, action, words}]: what stands above the desk, the gravest first. */
  get banners() {
    const found = [];
    const add = (key, look, icon, title, text, action = "", words = "") => found.push({ key, look, icon, title, text, action, words });
    if (!this.line.appender) {
      add("appender", "breach", "breach", "登记程序停了", "来电由应急队列接听，话机照常会响。请把来电时间、号码、内容和结果写在纸上，恢复后补签；已打的字存着。请告诉班长。");
    }
    if (this.phase === "unknown") add("unknown", "warn", "warn", "系统里还没有您的工号", "请管理员在“人员”页检查您的账号。");
    const rest = this.d.agent?.desk_phone ? "桌面话机照常会响，可以用它接听。" : "桌面话机也没有登记：示闲后不会派来电给您。";
    const mic = this.phone.state === "no_microphone" ? this.phone.mic : "";
    if (mic && WORDS[mic]) add("mic", "warn", "micoff", WORDS[mic][0], `${WORDS[mic][1]}${rest}`, "recheck", "再检查");
    if (this.phone.state === "other_tab") {
      add("tab", "now", "info", "电话在另一个窗口", "这个窗口可以看、可以登记，接听请到那个窗口。", "takeOver", "改在这里接听");
    }
    if (this.phone.state === "lost" && this.settled) {
      add("lost", "breach", "warn", `浏览器电话断线，正在重连${this.phone.why ? `（${this.phone.why}）` : ""}`, rest);
    }
    if (this.phone.state === "no_account") add("account", "warn", "warn", "浏览器电话没有开通", `${this.phone.why || "请管理员检查您的分机"}。${rest}`);
    return found;
  },
  /** A phone that has just begun to connect is not lost yet. */
  get settled() { return performance.now() > 4000; },

  async act(action) {
    this.acting = true;
    if (action === "recheck") {
      const mic = await sanxiang.phone.recheck();
      if (mic === "ok") sanxiang.toast("麦克风好了");
    } else if (action === "takeOver") {
      if (!(await sanxiang.phone.takeOver())) sanxiang.toast("那个窗口正在通话，通话结束后再试", "warning");
    }
    this.acting = false;
  },

  get alerts() { return (this.d.alerts ?? []).filter((a) => !this.away.includes(a.n)).slice(0, 3); },
  putAway(n) {
    this.away = [...this.away, n].slice(-200);
    try { sessionStorage.setItem("sanxiang.away", JSON.stringify(this.away)); } catch { /* until the next page */ }
  },

  /** The seat before it goes ready: [{icon, name, ok, words}]. */
  get checks() {
    const phoneWords = {
      ready: "已登记", connecting: "正在登记…", checking: "正在检查…", lost: "断线，正在重连", no_microphone: "等麦克风",
      other_tab: "在另一个窗口", no_account: "没有开通", off: "未启动",
    };
    const mic = { ok: "可用", unknown: "正在检查…", refused: "被拒绝", missing: "没找到", busy: "被占用", insecure: "网址不安全", failed: "打不开" };
    return [
      { name: "麦克风", icon: "mic", ok: this.phone.mic === "ok", words: mic[this.phone.mic] ?? "正在检查…" },
      { name: "浏览器电话", icon: "phone", ok: this.phone.state === "ready", words: phoneWords[this.phone.state] ?? "" },
      { name: "桌面话机", icon: "desk", ok: Boolean(this.d.agent?.desk_phone), words: this.d.agent?.desk_phone ? `${this.d.agent.extension} 已登记` : "没有登记（可不用）", optional: true },
      { name: "铃声", icon: "bell", ok: ringer.allowed && this.t > 0, words: ringer.allowed ? "可以响" : "点一下页面后可以响" },
      { name: "桌面通知", icon: "whisper", ok: notice.permission === "granted", words: { granted: "已允许", denied: "被拒绝（可不用）", default: "示闲时询问", unsupported: "浏览器不支持" }[notice.permission] ?? "", optional: true },
    ];
  },
});

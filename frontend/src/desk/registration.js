// The registration of a call as it is typed: kept on the server 0.4 s after the last key, and in this tab meanwhile.
import { filled, holds, wrong } from "./rules.js";

const WAIT = 400; // ms
const url = (call, what = "") => `/desk/registration/${encodeURIComponent(call)}/${what}`;
const shelf = (call) => `sanxiang.draft/${call}`;

function put(call, values) {
  try { sessionStorage.setItem(shelf(call), JSON.stringify({ values, at: Date.now() })); } catch { /* full or forbidden */ }
}
function taken(call) {
  try { return JSON.parse(sessionStorage.getItem(shelf(call)) ?? "null"); } catch { return null; }
}
const drop = (call) => { try { sessionStorage.removeItem(shelf(call)); } catch { /* as well */ } };

/** Only what was typed in this tab: another tab's words stay. */
const own = (reg) => Object.fromEntries(Object.keys(reg.changed).map((name) => [name, reg.values[name] ?? null]));

const empty = () => ({
  call: "", form: null, values: {}, savedAt: 0, unsaved: false, saving: false, failed: false, touched: {}, changed: {}, refused: {}, problem: "",
  dueAt: "", ownTime: false, signing: false, details: false, ended: 0,
});

export const registration = (sanxiang) => ({
  reg: empty(),
  regTimer: 0,

  /** Opens the form of a call, with what was typed before; keeps what is open of another call. */
  async openForm(call) {
    if (this.reg.call === call) return;
    this.flush();
    this.reg = { ...empty(), call };
    if (!call) return;
    const answer = await this.fetchForm(call);
    if (this.reg.call !== call) return;
    if (!answer.ok) {
      this.reg.problem = answer.problems?.[0]?.problem ?? "登记表没有打开";
      setTimeout(() => { if (this.reg.call === call && !this.reg.form) { this.reg.call = ""; this.openForm(call); } }, 2000);
      return;
    }
    const local = taken(call);
    Object.assign(this.reg, { form: answer.form, values: answer.values, savedAt: answer.saved_at, ended: answer.ended_at });
    if (local) { // typed, but never confirmed by the server
      Object.assign(this.reg.values, local.values);
      for (const name of Object.keys(local.values)) this.reg.changed[name] = true;
      this.reg.unsaved = true;
      this.save();
    }
  },

  async fetchForm(call) {
    try { return await (await fetch(url(call), { headers: { Accept: "application/json" } })).json(); } catch { return { ok: false }; }
  },

  // -- typing --------------------------------------------------------------------------------------------------------
  typed(name, value) {
    this.reg.values[name] = value;
    this.reg.touched[name] = true;
    this.reg.changed[name] = true;
    delete this.reg.refused[name];
    put(this.reg.call, own(this.reg));
    this.reg.unsaved = true;
    clearTimeout(this.regTimer);
    this.regTimer = setTimeout(() => this.save(), WAIT);
  },

  /** A choice or yes/no: pressed again, it is taken back. */
  chosen(name, value) { this.typed(name, this.reg.values[name] === value ? null : value); },

  async save() {
    clearTimeout(this.regTimer);
    const { call, form, values } = this.reg;
    if (!call || !form) return;
    this.reg.saving = true;
    const sent = JSON.stringify(values);
    const answer = await sanxiang.post(url(call, "draft/"), { fields: own(this.reg) });
    if (this.reg.call !== call) { if (answer.ok) drop(call); return; }
    this.reg.saving = false;
    this.reg.failed = !answer.ok;
    if (answer.ok) {
      this.reg.savedAt = answer.saved_at;
      if (sent === JSON.stringify(this.reg.values)) { this.reg.unsaved = false; drop(call); }
    } else {
      this.reg.unsaved = true;
      this.regTimer = setTimeout(() => this.save(), 3000);
    }
  },

  /** The page is about to go or to be hidden: what is typed leaves with a request that outlives it. */
  flush() {
    clearTimeout(this.regTimer);
    const { call, form, values, unsaved } = this.reg;
    if (!call || !form || !unsaved) return;
    const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    const sent = JSON.stringify(values);
    fetch(url(call, "draft/"), {
      method: "POST", keepalive: true, body: JSON.stringify({ fields: own(this.reg) }),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    }).then((answer) => {
      if (answer.ok && this.reg.call === call) {
        if (sent === JSON.stringify(this.reg.values)) { this.reg.unsaved = false; drop(call); }
      } else if (answer.ok && this.reg.call !== call) drop(call);
    }).catch(() => {});
  },

  // -- what is shown -------------------------------------------------------------------------------------------------
  get regFields() { return (this.reg.form?.fields ?? []).filter((f) => holds(f.when, this.reg.values)); },
  /** Fields that come with the call and are right nearly always: one line, not four boxes. */
  get regGiven() { return this.regFields.filter((f) => f.prefilled && !Object.keys(f.when).length); },
  get regAsked() { return this.regFields.filter((f) => !(f.prefilled && !Object.keys(f.when).length) && !("result" in f.when)); },
  /** What an unsolved matter asks for besides: the promise. */
  get regPromise() { return this.regFields.filter((f) => "result" in f.when); },
  get regUnsolved() { return this.reg.values.result === "unsolved"; },

  /** {field: what is wrong} by the form and the gates before signing. */
  get regWrong() {
    const found = {};
    for (const field of this.regFields) { const text = wrong(field, this.reg.values); if (text) found[field.name] = text; }
    for (const gate of this.reg.form?.gates ?? []) {
      if (!holds(gate.when, this.reg.values)) continue;
      for (const one of gate.require) if (!holds(one.check, this.reg.values) && one.field) found[one.field] ??= one.missing;
    }
    return found;
  },
  /** Shown beside a field: at once for words that say nothing, else after trying to sign. */
  regError(field) {
    const { refused, values, touched } = this.reg;
    if (refused[field.name]) return refused[field.name];
    const text = this.regWrong[field.name];
    return text && touched[field.name] && filled(values[field.name]) ? text : "";
  },
  get regMissing() {
    const labels = Object.fromEntries((this.reg.form?.fields ?? []).map((f) => [f.name, f.label]));
    return Object.keys(this.regWrong).map((name) => labels[name] ?? name);
  },
  get regSaid() {
    if (this.reg.unsaved) return this.reg.failed ? "未保存到服务器，已留在本机" : "正在保存…";
    return this.reg.savedAt ? `已保存 ${sanxiang.clock(this.reg.savedAt)}` : "随打随存";
  },
  get regPromiseClock() {
    if (this.reg.ownTime && this.reg.dueAt) return this.reg.dueAt.slice(11, 16);
    return sanxiang.clock(this.t * 1000 + (this.reg.form?.reply_limit ?? 1.8e9)).slice(0, 5);
  },
  regSpan(field) {
    if (field.type === "long" || (field.type === "choice" && field.choices.length > 3)) return "c6";
    return ["choice", "yesno", "datetime"].includes(field.type) || field.type === "phone" ? "c3" : this.regAsked.length > 4 ? "c2" : "c3";
  },
  get regShort() { // given values in one line
    return this.regGiven.map((f) => ({ ...f, shown: filled(this.reg.values[f.name]) ? this.reg.values[f.name] : f.type === "phone" || f.name === "number" ? "未显示号码" : "未填" }));
  },
  regCallerNumber() {
    const given = this.d.call?.caller ?? {};
    return given.known ? given.masked : "";
  },

  // -- signing and parking -------------------------------------------------------------------------------------------
  get canSign() { return Boolean(this.reg.form) && !this.regMissing.length && this.phase !== "talking" && !this.reg.signing; },

  async sign() {
    if (!this.reg.form || this.reg.signing) return;
    if (this.phase === "talking") { sanxiang.toast("对方还在线上，挂机后签名", "warning"); return; }
    const first = Object.keys(this.regWrong)[0];
    if (first) { this.reg.refused = { ...this.regWrong }; this.focusField(first); return; }
    if (!this.line.appender) { sanxiang.toast("登记程序停了，现在不能签名。内容已保存，恢复后再签", "warning"); return; }
    const { call, values } = this.reg;
    this.reg.signing = true;
    clearTimeout(this.regTimer);
    const answer = await sanxiang.post(url(call, "sign/"), { fields: values, due_at: this.reg.ownTime ? this.reg.dueAt : "" });
    this.reg.signing = false;
    if (!answer.ok) {
      const told = (answer.problems ?? []).filter((p) => p.fields?.length);
      this.reg.refused = Object.fromEntries(told.flatMap((p) => p.fields.map((name) => [name, p.problem])));
      if (told.length) this.focusField(told[0].fields[0]);
      if (told.length !== answer.problems?.length) sanxiang.refuse({ problems: (answer.problems ?? []).filter((p) => !p.fields?.length) });
      return;
    }
    drop(call);
    this.signed = { call, at: Date.now() };
    const due = answer.promise?.due_at;
    sanxiang.toast(due ? `已签名，${due.slice(11, 16)} 前回复，已列入下方“我的承诺”` : "已签名");
    if (this.opened === call) this.opened = "";
    this.reg = empty();
  },

  focusField(name) {
    if ((this.regGiven ?? []).some((f) => f.name === name)) this.reg.details = true;
    this.$nextTick(() => {
      const box = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
      (box?.querySelector("input, textarea, select, button") ?? box)?.focus();
      box?.scrollIntoView({ block: "center", behavior: "auto" });
    });
  },

  get canPark() { return this.phase === "wrap_up" && ["open", "count"].includes(this.d.gates?.park?.strength) && this.line.appender; },
  get parkWhy() { return this.canPark ? "" : (this.d.gates?.park?.missing ?? []).join("；"); },

  async park() {
    if (this.phase !== "wrap_up" || !this.reg.call) return;
    if (!this.canPark) { if (this.parkWhy) sanxiang.toast(this.parkWhy, "warning"); return; }
    const { call, values } = this.reg;
    const answer = await sanxiang.post(url(call, "park/"), { fields: values });
    if (!answer.ok) { sanxiang.refuse(answer); return; }
    drop(call);
    sanxiang.toast("已暂存，稍后从左侧接着填");
    this.reg = empty();
  },
});

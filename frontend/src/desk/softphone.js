// SIP in the browser. One account, one conversation; what the agent decides comes by keys of the desk, never from here.
//
// state: off → checking → (no_microphone | other_tab) → connecting → ready ⇄ lost. call: null or
// {id, state: ringing|talking, since, resumed, muted}. Every change sends the event "change".
import * as JsSIP from "jssip";
import * as microphone from "./microphone.js";
import { Seat } from "./seat.js";

// Why the switch did not take the phone: the names that the SIP library gives to causes.
const CAUSES = {
  "Connection Error": "没有连上话务程序", "Request Timeout": "话务程序没有回答", "Authentication Error": "分机密码不对，请刷新本页",
  Rejected: "话务程序拒绝登记", "Not Found": "话务程序里没有这个分机", Unavailable: "话务程序暂时不可用",
};
const ANSWER = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

export class Phone extends EventTarget {
  state = "off";
  why = "";
  mic = "unknown";
  call = null;
  #agent;
  #session;
  #stream;
  #seat;
  #account;

  /** Fetches the account and gets ready to ring. `account` is for tests. */
  async start(account) {
    if (this.state !== "off") return;
    this.#set({ state: "checking" });
    this.#account = account ?? (await this.#fetchAccount());
    if (!this.#account?.ok) { this.#set({ state: "no_account", why: this.#account?.problems?.[0]?.problem ?? "" }); return; }
    this.sound = document.createElement("audio");
    this.sound.autoplay = true;
    document.body.append(this.sound);
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#devicesChanged());
    this.#seat = new Seat(this.#account.agent, (held) => (held ? this.#begin() : this.#end("other_tab")), () => Boolean(this.#session));
    this.#seat.take();
  }

  async #fetchAccount() {
    try {
      const answer = await fetch("/desk/phone/", { headers: { Accept: "application/json" } });
      return await answer.json();
    } catch { return { ok: false, problems: [{ problem: "没有连上系统" }] }; }
  }

  // -- registering ---------------------------------------------------------------------------------------------------
  async #begin() {
    this.#set({ state: "checking", why: "" });
    const mic = await microphone.check();
    this.#set({ mic });
    if (mic !== "ok") { this.#set({ state: "no_microphone" }); return; }
    this.#register();
  }

  #register() {
    const { uri, user, password, path } = this.#account;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new JsSIP.WebSocketInterface(`${scheme}://${location.host}${path}`);
    this.#agent?.stop();
    const agent = (this.#agent = new JsSIP.UA({
      sockets: [socket], uri, password, authorization_user: user, register: true, session_timers: false,
      register_expires: 120, connection_recovery_min_interval: 1, connection_recovery_max_interval: 5, user_agent: "Sanxiang desk",
    }));
    const mine = (act) => (event) => { if (agent === this.#agent) act(event); };
    this.#set({ state: "connecting" });
    agent.on("registered", mine(() => this.#set({ state: "ready", why: "" })));
    agent.on("unregistered", mine(() => this.state === "ready" && this.#set({ state: "lost", why: "" })));
    agent.on("disconnected", mine((e) => this.#set({ state: "lost", why: e?.code === 4503 ? "话务程序没有回答" : "" })));
    agent.on("registrationFailed", mine((e) => {
      this.#set({ state: "lost", why: CAUSES[e?.cause] ?? "登记没有成功" });
      setTimeout(mine(() => this.state === "lost" && agent.isConnected() && agent.register()), 3000);
    }));
    agent.on("newRTCSession", mine((e) => this.#arrived(e)));
    agent.start();
  }

  #end(state) {
    const agent = this.#agent;
    this.#agent = undefined;
    agent?.stop();
    this.#set({ state, why: "" });
  }

  async #devicesChanged() {
    if (this.#session || !this.#agent && this.state !== "no_microphone") return;
    const mic = await microphone.check();
    if (mic === this.mic) return;
    this.#set({ mic });
    if (mic === "ok" && this.state === "no_microphone") this.#register();
    else if (mic !== "ok") this.#end("no_microphone");
  }

  /** Looks for the microphone again, after the agent did something about it. */
  async recheck() {
    if (this.state === "no_microphone") await this.#begin();
    else this.#set({ mic: await microphone.check() });
    return this.mic;
  }

  /** Takes the phone over from another tab; false when a conversation runs there. */
  takeOver() { return this.#seat?.takeOver() ?? Promise.resolve(false); }

  // -- one call ------------------------------------------------------------------------------------------------------
  #arrived({ session, originator, request }) {
    if (originator !== "remote") return;
    if (this.#session) { session.terminate({ status_code: 486 }); return; }
    this.#session = session;
    const resumed = Boolean(request.getHeader("X-Resume")) || /answer-after=0/.test(request.getHeader("Call-Info") ?? "");
    this.#set({ call: { id: request.call_id, state: "ringing", since: Date.now(), resumed, muted: false } });
    const hear = (connection) => connection.addEventListener("track", (event) => {
      this.sound.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      this.sound.play().catch(() => {});
    });
    session.on("peerconnection", (event) => hear(event.peerconnection));
    session.on("confirmed", () => this.#set({ call: { ...this.call, state: "talking", since: Date.now() } }));
    session.on("ended", () => this.#gone(session));
    session.on("failed", () => this.#gone(session));
    // the microphone is opened while it rings, so that answering is at once
    this.opening = microphone.open().then((stream) => {
      if (this.#session === session) this.#stream = stream; else microphone.close(stream);
    }).catch((error) => this.#set({ mic: error.state ?? "failed" }));
    if (resumed) this.answer();
  }

  #gone(session) {
    if (this.#session !== session) return;
    this.#session = undefined;
    microphone.close(this.#stream);
    this.#stream = undefined;
    this.sound.srcObject = null;
    this.#set({ call: null });
  }

  /** Answers the ringing call; false when none rings here or the microphone fails. */
  async answer() {
    const session = this.#session;
    if (!session || this.call?.state !== "ringing" || this.answering) return false;
    this.answering = true;
    try {
      await Promise.race([this.opening, new Promise((resolve) => setTimeout(resolve, 4000))]);
      if (!this.#stream || this.#session !== session || session.isEnded()) return false;
      session.answer({ ...ANSWER, mediaStream: this.#stream });
      return true;
    } finally { this.answering = false; }
  }

  /** Silences the agent's own voice; gives the new state. */
  mute(on = !this.call?.muted) {
    if (!this.#session || this.call?.state !== "talking") return false;
    if (on) this.#session.mute({ audio: true }); else this.#session.unmute({ audio: true });
    this.#set({ call: { ...this.call, muted: on } });
    return on;
  }

  /** {received, lost, energy, sent, roundTrip} of the running conversation; {} without one. Round trip in ms. */
  async stats() {
    const connection = this.#session?.connection;
    const found = {};
    if (!connection) return found;
    (await connection.getStats()).forEach((r) => {
      if (r.type === "inbound-rtp") Object.assign(found, { received: r.packetsReceived, lost: r.packetsLost, energy: r.totalAudioEnergy });
      if (r.type === "outbound-rtp") found.sent = r.packetsSent;
      if (r.type === "candidate-pair" && r.nominated) found.roundTrip = Math.round((r.currentRoundTripTime ?? 0) * 1000);
    });
    return found;
  }

  #set(change) {
    Object.assign(this, change);
    this.dispatchEvent(new CustomEvent("change"));
  }
}

// Is there a microphone that we may use? Asked before the agent goes ready, not when the first caller waits.

const WORDS = {
  insecure: ["浏览器不允许这个网址使用麦克风", "请用 https:// 的网址打开，或在本机用 http://127.0.0.1 打开"],
  refused: ["麦克风被拒绝了", "点地址栏左边的图标，把“麦克风”改为允许，然后按“再检查”"],
  missing: ["没有找到麦克风", "请插好耳麦（插上会自动再检查），或改用桌面话机接听"],
  busy: ["麦克风被别的程序占用", "请关闭正在用麦克风的会议或录音软件，然后按“再检查”"],
  failed: ["麦克风打不开", "请拔下耳麦再插上，然后按“再检查”；桌面话机仍可接听"],
};
const CAUSES = {
  NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", AbortError: "busy",
};

/** {state: "ok"|"asking"|…, problem, cure}. */
export const wordsFor = (state) => ({ state, problem: WORDS[state]?.[0] ?? "", cure: WORDS[state]?.[1] ?? "" });

/** A stream of the microphone. Throws an Error whose `state` is one of WORDS. */
export async function open() {
  if (!navigator.mediaDevices?.getUserMedia) throw Object.assign(new Error("insecure"), { state: "insecure" });
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true }, video: false,
    });
  } catch (error) {
    throw Object.assign(error, { state: CAUSES[error.name] ?? "failed" });
  }
}

export const close = (stream) => stream?.getTracks().forEach((track) => track.stop());

/** Opens and closes it once: "ok" or why not. */
export async function check() {
  try { close(await open()); return "ok"; } catch (error) { return error.state ?? "failed"; }
}

// Is there a microphone that we may use? Asked before the agent goes ready, not when the first caller waits.

const CAUSES = {
  NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", AbortError: "busy",
};

/** A stream of the microphone. Throws an Error whose `state` is insecure, failed or one of CAUSES. */
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

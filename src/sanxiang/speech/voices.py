"""Who speaks? espeak-ng's Mandarin in several pitches and speeds: understandable, and nobody's real voice."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from sanxiang.ground import tools
from sanxiang.ground.errors import GroundError

_WITHIN = 60.0  # seconds


class SpeechError(RuntimeError):
    """Text could not be made sound; the message says what to do."""


@dataclass(frozen=True)
class Voice:
    """``variant``: one of espeak-ng's (f1-f5, m1-m8) or ""; ``pitch``: 0-99; ``speed``: words per minute."""

    variant: str = ""
    pitch: int = 45
    speed: int = 220


#: the hotline itself
SERVICE = Voice()
#: rehearsed callers and agents; the same name is always the same voice
VOICES: dict[str, Voice] = {
    "service": SERVICE,
    "agent": Voice("f2", 55, 215),
    "caller-woman": Voice("f4", 62, 205),
    "caller-man": Voice("m3", 38, 200),
    "caller-old": Voice("m7", 28, 165),
    "caller-hurried": Voice("f3", 70, 270),
    "caller-young": Voice("m1", 60, 240),
}


def speak(text: str, path: Path, voice: Voice, speed: int) -> None:
    """Writes what espeak-ng says, in its own sampling rate. Raises SpeechError."""
    try:
        program = tools.obtain("espeak-ng")
    except GroundError as error:
        raise SpeechError(f"没有语音合成程序 espeak-ng：{error}") from error
    name = f"cmn+{voice.variant}" if voice.variant else "cmn"
    manner = ["-v", name, "-s", str(speed), "-p", str(voice.pitch), "-a", "90"]
    argv = [str(program), *manner, "-w", str(path), "--stdin"]
    try:
        subprocess.run(argv, input=text.encode(), capture_output=True, check=True, timeout=_WITHIN)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", b"") or b""
        raise SpeechError(
            f"espeak-ng 没有读出「{text[:20]}」：{said.decode(errors='replace').strip() or error}。"
            f"\n解决办法：运行 sanxiang doctor；或自己录音，放入提示音文件夹。"
        ) from error

"""Which prompts are there, and how do they come about?

A prompt is NAME.wav in the prompts folder. Beside a rendered one stands NAME.key, which tells text, voice and sound;
a NAME.wav without a matching key is an organisation's own recording and is never replaced.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import astuple
from pathlib import Path

from sanxiang.speech.sound import RATE, read_mono, to_telephone, write_mono
from sanxiang.speech.voices import SERVICE, SpeechError, Voice, speak

#: what the hotline says where a pack does not say otherwise
STANDARD: dict[str, str] = {
    "record_notice": "本次通话将被录音。",
    "safe_wait": "线路正在恢复，请不要挂机。",
}
#: longest allowed length in seconds; the notice of recording stands between the caller and the greeting
LIMITS: dict[str, float] = {"record_notice": 3.0}

_FORMAT = "2"  # raised when rendering changes
_FASTEST = 400


def render(text: str, path: Path, voice: Voice = SERVICE, longest: float = 0.0) -> float:
    """Makes ``path`` say the text, unless it does already; gives its length in seconds.

    ``longest`` > 0: speaks faster until it fits. Raises SpeechError when it cannot, or when there is no synthesiser.
    """
    key = _key_of(text, voice, longest)
    if _key(path) != (key, _digest(path)):
        if not text.strip():
            raise SpeechError(f"提示音 {path.stem} 没有文字。解决办法：在规范包中写出它的文字。")
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(text, path, voice, longest)
        path.with_suffix(".key").write_text(f"{key} {_digest(path)}\n")
    return seconds(path)


def needed(prompts: dict[str, str], folder: Path) -> dict[str, str]:
    """Of {name: text} those whose file is missing or says an older text; own recordings are not among them."""
    out = {}
    for name, text in prompts.items():
        path = folder / f"{name}.wav"
        key, sound = _key(path)
        stale = sound == _digest(path) and key != _key_of(text, SERVICE, LIMITS.get(name, 0.0))
        if not path.exists() or stale:
            out[name] = text
    return out


def render_all(prompts: dict[str, str], folder: Path) -> dict[str, float]:
    """Renders what is needed of a pack's prompts and of `STANDARD`; a pack's text goes before the standard one.

    Gives the length of each prompt made, in seconds. Raises SpeechError.
    """
    return {
        name: render(text, folder / f"{name}.wav", longest=LIMITS.get(name, 0.0))
        for name, text in needed({**STANDARD, **prompts}, folder).items()
    }


def seconds(path: Path) -> float:
    """Length of a prompt."""
    samples, rate = read_mono(path)
    return len(samples) / rate


def _make(text: str, path: Path, voice: Voice, longest: float) -> None:
    speed = voice.speed
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "said.wav"
        while True:
            speak(text, raw, voice, speed)
            samples, rate = read_mono(raw)
            sound = to_telephone(samples, rate)
            length = len(sound) / RATE
            if not longest or length <= longest:
                write_mono(path, sound)
                return
            if speed >= _FASTEST:
                raise SpeechError(f"「{text}」在 {longest} 秒内读不完。解决办法：缩短这段文字。")
            speed = min(_FASTEST, max(speed + 8, round(speed * length / longest)))


def _key_of(text: str, voice: Voice, longest: float) -> str:
    return hashlib.sha256(repr((_FORMAT, text, astuple(voice), longest)).encode()).hexdigest()


def _key(path: Path) -> tuple[str, str]:
    try:
        key, sound = path.with_suffix(".key").read_text().split()
    except (OSError, ValueError):
        return "", ""
    return key, sound


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""

"""Tones to send and ears to hear them: A-law files for SIPp made by code, WAV reading, Goertzel's filter."""

from __future__ import annotations

import functools
import math
import wave
from array import array
from pathlib import Path

RATE = 8000
#: hertz
CALLER, AGENT = 500, 900


def write_tone(path: Path, hertz: float, seconds: int, beep: float = 0.0, every: float = 1.0) -> None:
    """A-law of a tone; ``beep`` > 0: it sounds only so long in each ``every`` seconds."""

    def value(i: int) -> int:
        sounds = not beep or (i / RATE) % every < beep
        return int(8000 * math.sin(2 * math.pi * hertz * i / RATE)) if sounds else 0

    path.write_bytes(_coded(array("h", map(value, range(seconds * RATE)))))


def write_speech(path: Path, wav: Path) -> float:
    """A-law of a 16-bit 8 kHz mono WAV file; gives its seconds. Raises ValueError for any other shape."""
    samples = read_wav(wav)
    path.write_bytes(_coded(samples))
    return len(samples) / RATE


def _coded(samples: array[int]) -> bytes:
    """A-law without any header, filled up with silence to whole packets of 20 ms."""
    table = _table()
    coded = bytes(map(table.__getitem__, array("H", samples.tobytes())))
    return coded + bytes([table[0]]) * (-len(coded) % 160)


@functools.cache
def _table() -> bytes:
    """A-law of each sample, by its 16 bits read as an unsigned number."""
    return bytes(_alaw(value if value < 32768 else value - 65536) for value in range(65536))


def _alaw(sample: int) -> int:
    """ITU-T G.711."""
    mask = 0xD5 if sample >= 0 else 0x55
    sample >>= 3
    if sample < 0:
        sample = -sample - 1
    segment = max(sample.bit_length() - 5, 0)
    step = (sample >> 1) & 15 if segment < 2 else (sample >> segment) & 15
    return (segment << 4 | step) ^ mask


def read_wav(path: Path) -> array[int]:
    """Samples. Raises ValueError unless 16-bit 8 kHz mono."""
    with wave.open(str(path), "rb") as file:
        shape = file.getnchannels(), file.getsampwidth(), file.getframerate()
        if shape != (1, 2, RATE):
            raise ValueError(f"{path}: {shape} is not 16-bit 8 kHz mono")
        return array("h", file.readframes(file.getnframes()))


def strength(samples: array[int], hertz: float) -> float:
    """How much of a tone is in there: the mean amplitude over windows of 50 ms."""
    window = RATE // 20
    parts = [samples[i : i + window] for i in range(0, len(samples) - window + 1, window)]
    return sum(_goertzel(part, hertz) for part in parts) / len(parts) if parts else 0.0


def _goertzel(samples: array[int], hertz: float) -> float:
    k = 2 * math.cos(2 * math.pi * hertz / RATE)
    a = b = 0.0
    for value in samples:
        a, b = value + k * a - b, a
    return math.sqrt(max(a * a + b * b - k * a * b, 0.0)) * 2 / len(samples)

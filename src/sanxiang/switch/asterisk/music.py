"""What does a waiting caller hear? A slow melody of soft plucked tones, made by code: no licence, no file to ship."""

from __future__ import annotations

import math
import wave
from array import array
from pathlib import Path

RATE = 8000
_BEAT = 0.6  # seconds
#: two phrases in C pentatonic (half tones above middle C; None is a rest)
_MELODY: tuple[int | None, ...] = (
    *(4, 7, 9, 7, 12, 9, 7, None, 4, 7, 9, 12, 9, 7, 4, None),
    *(2, 4, 7, 4, 9, 7, 4, None, 7, 9, 12, 9, 7, 4, 2, 0, None, None),
)


def write_hold_music(path: Path) -> None:
    """Writes about twenty seconds of 16-bit 8 kHz mono; it is played in a loop."""
    sound = array("d", bytes(8 * int(RATE * _BEAT * (len(_MELODY) + 3))))
    for beat, note in enumerate(_MELODY):
        if note is not None:
            _pluck(sound, int(beat * _BEAT * RATE), 261.63 * 2 ** (note / 12))
    loudest = max(map(abs, sound))
    samples = array("h", (int(value / loudest * 7000) for value in sound))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


def _pluck(sound: array[float], at: int, hertz: float) -> None:
    """Adds one tone that rises within 20 ms and dies away within two seconds."""
    for i in range(min(2 * RATE, len(sound) - at)):
        seconds = i / RATE
        swell = min(1.0, seconds / 0.02) * math.exp(-2.2 * seconds)
        turn = 2 * math.pi * hertz * seconds
        sound[at + i] += swell * (math.sin(turn) + 0.3 * math.sin(2 * turn) + 0.1 * math.sin(3 * turn))

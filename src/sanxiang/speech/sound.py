"""How does a synthesiser's sound become a telephone's? Low-pass, 8 kHz, trimmed, levelled, padded; 16-bit mono."""

from __future__ import annotations

import math
import operator
import wave
from array import array
from functools import lru_cache
from pathlib import Path

RATE = 8000
_EDGE = 3700.0  # hertz; above it nothing passes a telephone line
_ZEROS = 12  # of the filter, on each side
_QUIET = 200  # below it is silence, of 32767
_LEVEL = 16_000  # loudest sample afterwards: about -6 dB


def read_mono(path: Path) -> tuple[array[int], int]:
    """Samples and rate of a 16-bit WAV; of several channels the first. Raises ValueError for other widths."""
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{path} has {8 * file.getsampwidth()} bits, not 16")
        samples = array("h", file.readframes(file.getnframes()))
        return samples[:: file.getnchannels()], file.getframerate()


def write_mono(path: Path, samples: array[int]) -> None:
    """16-bit 8 kHz, in one step: nobody reads half a file."""
    beside = path.with_name(f".{path.name}.new")
    with wave.open(str(beside), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    beside.replace(path)


def to_telephone(samples: array[int], rate: int, padding: float = 0.1) -> array[int]:
    """Any rate to 8 kHz, silence at both ends cut, one loudness, ``padding`` seconds of silence around it."""
    sound = _level(_trim(resample(samples, rate)))
    quiet = array("h", bytes(2 * round(padding * RATE)))
    return quiet + sound + quiet


def resample(samples: array[int], rate: int) -> array[int]:
    """To 8 kHz by a windowed sinc in as many phases as the ratio has."""
    if rate == RATE:
        return samples
    divisor = math.gcd(rate, RATE)
    steps, phases = rate // divisor, RATE // divisor
    kernels, half = _kernels(rate, phases)
    padded = array("h", bytes(2 * half)) + samples + array("h", bytes(2 * half + 2))
    out = array("h")
    for n in range(len(samples) * phases // steps):
        at, phase = divmod(n * steps, phases)
        value = sum(map(operator.mul, kernels[phase], padded[at : at + 2 * half + 1]))
        out.append(max(-32768, min(32767, round(value))))
    return out


@lru_cache
def _kernels(rate: int, phases: int) -> tuple[list[list[float]], int]:
    """One filter per phase: sinc with its edge at 3.7 kHz (or the source's), under a Hann window, sum one."""
    edge = min(_EDGE, rate * 0.46) / rate  # cycles per source sample
    half = math.ceil(_ZEROS / (2 * edge))
    kernels = []
    for phase in range(phases):
        taps = []
        for k in range(-half, half + 1):
            x = k - phase / phases
            window = 0.5 + 0.5 * math.cos(math.pi * x / (half + 1))
            taps.append(window * (2 * edge if x == 0 else math.sin(2 * math.pi * edge * x) / (math.pi * x)))
        total = sum(taps)
        kernels.append([tap / total for tap in taps])
    return kernels, half


def _trim(samples: array[int]) -> array[int]:
    loud = [i for i, value in enumerate(samples) if abs(value) > _QUIET]
    return samples[loud[0] : loud[-1] + 1] if loud else samples[:0]


def _level(samples: array[int]) -> array[int]:
    loudest = max(map(abs, samples), default=0)
    return array("h", (value * _LEVEL // loudest for value in samples)) if loudest else samples

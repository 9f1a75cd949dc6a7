"""Tones to send and ears to hear them: captures for SIPp made by code, WAV reading, Goertzel's filter."""

from __future__ import annotations

import functools
import math
import struct
import wave
from array import array
from pathlib import Path

RATE = 8000
#: hertz
CALLER, AGENT = 500, 900


def write_tone(path: Path, hertz: float, seconds: int, beep: float = 0.0, every: float = 1.0) -> None:
    """A capture of a tone; ``beep`` > 0: it sounds only so long in each ``every`` seconds."""

    def value(i: int) -> int:
        sounds = not beep or (i / RATE) % every < beep
        return int(8000 * math.sin(2 * math.pi * hertz * i / RATE)) if sounds else 0

    write_capture(path, array("h", map(value, range(seconds * RATE))), 0x1000 + int(hertz))


def write_speech(path: Path, wav: Path) -> float:
    """A capture of a 16-bit 8 kHz mono WAV file; gives its seconds. Raises ValueError for any other shape."""
    samples = read_wav(wav)
    write_capture(path, samples)
    return len(samples) / RATE


def write_capture(path: Path, samples: array[int], source: int = 0x2000) -> None:
    """What SIPp plays: a pcap file with one RTP stream (A-law, 20 ms packets). ``source``: the SSRC."""
    coded = _coded(samples)
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for n in range(len(coded) // 160):
            sound = coded[n * 160 : n * 160 + 160]
            rtp = struct.pack("!BBHII", 0x80, 8, n & 0xFFFF, n * 160, source) + sound
            udp = struct.pack("!HHHH", 2000, 2000, 8 + len(rtp), 0) + rtp
            home = b"\x7f\0\0\1"
            head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), n & 0xFFFF, 0, 64, 17, 0, home, home)
            frame = b"\0" * 12 + b"\x08\0" + head + udp
            at = n * 20_000
            out.write(struct.pack("<IIII", at // 1_000_000, at % 1_000_000, len(frame), len(frame)) + frame)


def _coded(samples: array[int]) -> bytes:
    """A-law, filled up with silence to whole packets."""
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

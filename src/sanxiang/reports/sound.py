"""How is a recording served, in ranges, and how is its waveform drawn?"""

from __future__ import annotations

import re
import wave
from array import array
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.http import HttpResponse, StreamingHttpResponse

BLOCK = 65_536
BUCKETS = 900
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def inside(root: Path, relative: str) -> Path | None:
    """The file below the data folder; None when it is not there, or leads outside."""
    file = (root / relative).resolve()
    return file if file.is_relative_to(root.resolve()) and file.is_file() else None


def span_of(header: str, size: int) -> tuple[int, int] | None:
    """(first, last) byte of a Range header; None when it cannot be satisfied. Raises ValueError for another form."""
    match = _RANGE.fullmatch(header.strip())
    if not match or not (match[1] or match[2]):
        raise ValueError(header)
    if not match[1]:
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first, last = int(match[1]), min(int(match[2]) if match[2] else size - 1, size - 1)
    return (first, last) if first <= last and first < size else None


def _blocks(file: Path, first: int, length: int) -> Iterator[bytes]:
    with file.open("rb") as stream:
        stream.seek(first)
        while length > 0 and (block := stream.read(min(BLOCK, length))):
            length -= len(block)
            yield block


def sound(file: Path, header: str | None) -> HttpResponse | StreamingHttpResponse:
    """The file, or the part asked for by a Range header: 200, 206, 416."""
    size = file.stat().st_size
    span: tuple[int, int] | None = (0, size - 1)
    partial = False
    if header:
        try:
            span, partial = span_of(header, size), True
        except ValueError:
            partial = False  # a form that we do not know is answered whole
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span
    response = StreamingHttpResponse(
        _blocks(file, first, last - first + 1), status=206 if partial else 200, content_type="audio/wav"
    )
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(last - first + 1)
    if partial:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def peaks(file: Path) -> list[float]:
    """Loudness of `BUCKETS` equal stretches, 0 to 1. Raises wave.Error for what is no 16-bit WAV."""
    return list(_peaks(str(file), file.stat().st_mtime_ns))


@lru_cache(maxsize=64)
def _peaks(path: str, stamp: int) -> tuple[float, ...]:
    with wave.open(path, "rb") as source:
        if source.getsampwidth() != 2:
            raise wave.Error("not 16-bit")
        samples = array("h", source.readframes(source.getnframes()))
    size = max(1, len(samples) / BUCKETS)
    found = []
    for bucket in range(min(BUCKETS, len(samples))):
        part = samples[int(bucket * size) : max(int(bucket * size) + 1, int((bucket + 1) * size))]
        found.append(round(max(max(part), -min(part)) / 32768, 3))
    return tuple(found)

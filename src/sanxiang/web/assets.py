"""Which file is behind /static/PATH, and under which address may a browser keep it for ever?"""

from __future__ import annotations

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
URL = "/static/"
_marks: dict[str, tuple[int, str]] = {}


def folders() -> list[Path]:
    """`static/` of each room, the shell's first."""
    return [PACKAGE / "web" / "static", *sorted(p for p in PACKAGE.glob("*/static") if p.parent.name != "web")]


def find(path: str) -> Path | None:
    """The file of a path below /static/; None when there is none, or it leads outside."""
    if "\0" in path:
        return None
    for folder in folders():
        file = (folder / path).resolve()
        if file.is_file() and file.is_relative_to(folder):
            return file
    return None


def address(path: str) -> str:
    """The address with a mark of the content: it changes with the file, so browsers keep each for a year."""
    file = find(path)
    if file is None:
        return URL + path
    stamp = file.stat().st_mtime_ns
    known = _marks.get(path)
    if known is None or known[0] != stamp:
        known = _marks[path] = (stamp, hashlib.sha256(file.read_bytes()).hexdigest()[:12])
    return f"{URL}{path}?v={known[1]}"

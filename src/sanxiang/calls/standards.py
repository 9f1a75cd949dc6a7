"""Under which standard is a call, made ready to ask? Published packs never change, so each is compiled once a process."""

from __future__ import annotations

from functools import lru_cache

from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.reader import from_canonical
from sanxiang.log.reader import LogReader


@lru_cache(maxsize=64)
def _compiled(digest: str, text: str) -> Standard:
    return Standard.of(from_canonical(text), digest)


def standard_of(reader: LogReader, digest: str) -> Standard | None:
    """The standard with this digest; None when it was never published here."""
    row = reader.db.execute("SELECT text FROM pack WHERE digest = ?", (digest,)).fetchone()
    return _compiled(digest, row[0]) if row else None


def standards_in_force(reader: LogReader) -> dict[str, Standard]:
    """The standards of all hotlines by digest."""
    found = {h.pack: standard_of(reader, h.pack) for h in reader.hotlines()}
    return {digest: standard for digest, standard in found.items() if standard is not None}

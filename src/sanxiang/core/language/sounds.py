"""Does it sound the same? Recognisers write a name with other characters of the same sound."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import lazy_pinyin


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[str, ...]:
    """The syllables of a text without tones, near sounds folded (zh→z, ch→c, sh→s, n and l finals kept)."""
    return tuple(_near(s) for s in lazy_pinyin(text))


def _near(syllable: str) -> str:
    for curled, flat in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(curled):
            syllable = flat + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable


def sounds_like(text: str, name: str) -> tuple[int, int] | None:
    """Where, in characters of ``text``, something sounds like ``name``; None when nothing does.

    Both are Chinese without punctuation (`normalise`); a Latin word is one syllable and spoils the places, so texts
    with Latin letters are searched literally only.
    """
    start = text.find(name)
    if start >= 0:
        return start, start + len(name)
    if not name or any(c.isascii() and c.isalpha() for c in text + name):
        return None
    said, wanted = [syllables(c) for c in text], [syllables(c) for c in name]
    for at in range(len(said) - len(wanted) + 1):
        if said[at : at + len(wanted)] == wanted:
            return at, at + len(wanted)
    return None

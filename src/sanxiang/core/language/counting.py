"""How long is a sentence? Chinese characters and digits count one, a Latin word two, punctuation nothing."""

from __future__ import annotations

import re

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fa1f〇"
_COUNTED = re.compile(f"[{_HAN}]|[0-9０-９]|[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ÿ]+)*")


def characters(text: str) -> int:
    """The length of a text in characters, as judging.md counts them."""
    return sum(2 if _latin(match[0]) else 1 for match in _COUNTED.finditer(text))


def words(text: str) -> int:
    """The number of Latin words, for the pace of English."""
    return sum(1 for match in _COUNTED.finditer(text) if _latin(match[0]))


def _latin(piece: str) -> bool:
    return piece[0].isalpha() and ord(piece[0]) < 0x250

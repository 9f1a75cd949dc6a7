"""What is the caller's number worth? The dialplan has already reduced it to letters and digits."""

from __future__ import annotations

import re

from sanxiang.core.facts.calls import CallerKind

_NUMBER = re.compile(r"\+?[0-9]{3,20}")
_WITHHELD = {"anonymous", "unknown", "restricted", "unavailable", "private", "withheld"}


def read_caller(length: str, shown: str, word: str) -> tuple[CallerKind, str]:
    """Kind and number ("" unless usable).

    ``length``: characters of the number as it came; ``shown``: letters of Asterisk's presentation, such as
    "allowednotscreened"; ``word``: what the filter left. Something was filtered out when ``word`` is shorter.
    """
    if not word and length in ("", "0"):
        return "anonymous", ""
    if shown.startswith("prohib") or word.lower() in _WITHHELD:
        return "anonymous", ""
    if length == str(len(word)) and _NUMBER.fullmatch(word):
        return "number", word
    return "invalid", ""

"""What is the caller's number worth?"""

from __future__ import annotations

import re

from sanxiang.core.facts.calls import CallerKind

_NUMBER = re.compile(r"\+?[0-9]{3,20}", re.ASCII)
_WITHHELD = {"anonymous", "unknown", "restricted", "unavailable", "private", "withheld"}


def kind_of(number: str) -> tuple[CallerKind, str]:
    """Kind and number; the number is "" unless usable: 3 to 20 digits, perhaps after a plus."""
    if not number or number.lower() in _WITHHELD:
        return "anonymous", ""
    return ("number", number) if _NUMBER.fullmatch(number) else ("invalid", "")


def kind_of_filtered(length: str, shown: str, word: str) -> tuple[CallerKind, str]:
    """The same for what the dialplan hands over, which has already reduced the number to letters and digits.

    ``length``: characters of the number as it came; ``shown``: letters of the presentation, such as
    "allowednotscreened"; ``word``: what the filter left of it, at most forty characters.
    """
    if shown.startswith("prohib"):
        return "anonymous", ""
    if length not in ("", str(len(word))):
        return "invalid", ""
    return kind_of(word)

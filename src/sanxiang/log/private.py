"""Where do names, numbers and words go that must not stand in the log? Into erasable rows, found by reference."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from sanxiang.core.facts import Body


class PrivateRows(Protocol):
    """What the keeper needs of a store."""

    def private_ref(self, kind: str, norm: str) -> str | None: ...

    def add_private(self, ref: str, kind: str, norm: str, value: str, at: int) -> None: ...


def normal_number(number: str) -> str:
    """One spelling for one caller: digits only, +86 and 0086 dropped. "" for what is no number."""
    text = re.sub(r"[^\d+]", "", number)
    for prefix in ("+86", "0086"):
        if text.startswith(prefix) and len(text) - len(prefix) >= 7:
            text = text[len(prefix) :]
    return text.lstrip("+")


def keep(rows: PrivateRows, body: Body, values: Mapping[str, Any], at: int) -> Body:
    """Puts the values of a body's private fields beside the log and the references into the body.

    The same caller's number gets the same reference, however it is written. Raises KeyError for a field that the body
    does not declare private.
    """
    refs: dict[str, str] = {}
    for field, value in values.items():
        if value in ("", None):
            continue
        kind = body.private[field]
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        norm = normal_number(text) if kind == "number" else ""
        ref = rows.private_ref(kind, norm) if norm else None
        if ref is None:
            ref = secrets.token_hex(8)
            rows.add_private(ref, kind, norm, text, at)
        refs[field] = ref
    return msgspec.structs.replace(body, **refs) if refs else body

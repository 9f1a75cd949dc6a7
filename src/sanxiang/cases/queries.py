"""Which promises are there, the most urgent first?"""

from __future__ import annotations

from typing import Any

from sanxiang.cases.rules import share_used, time_left, urgency
from sanxiang.core.engine.state import Promise
from sanxiang.ground.clock import iso, local
from sanxiang.log.reader import LogReader
from sanxiang.web.masking import masked


def as_contract(promise: Promise) -> dict[str, Any]:
    """A promise as `sanxiang promises` prints it."""
    return {
        "id": promise.id, "call": promise.call, "owner": promise.owner, "due_at": iso(promise.due_at),
        "state": promise.state,
    }  # fmt: skip


def listed(reader: LogReader, open_only: bool = False) -> list[Promise]:
    """All promises by due time; ``open_only``: those unanswered that are neither kept nor broken."""
    found = reader.promises(open_only)
    if open_only:
        found = [p for p in found if not p.replied_at]
    return sorted(found, key=lambda p: (p.due_at or 2**62, p.id))


def unanswered(reader: LogReader, owner: str = "") -> list[Promise]:
    """Promises that wait for their reply, broken ones too, by due time; ``owner`` "": everybody's."""
    found = [p for p in reader.unanswered_promises() if not p.replied_at and owner in ("", p.owner)]
    return sorted(found, key=lambda p: (p.due_at or 2**62, p.id))


def card(reader: LogReader, promise: Promise, now: int) -> dict[str, Any]:
    """A promise as pages show it: contact masked, time left in words."""
    contact = reader.private(promise.contact) if promise.contact else None
    question = reader.private(promise.question) if promise.question else None
    due, made = local(promise.due_at or now), local(promise.made_at)
    return {
        "id": promise.id, "call": promise.call, "owner": promise.owner, "state": promise.state,
        "contact": masked(contact), "question": question or "（没有写明问题）",
        "name": _name(reader, promise.call), "due_at": promise.due_at, "made_at": promise.made_at,
        "due_clock": due.strftime("%H:%M") if promise.due_at else "", "due_day": f"{due.month}月{due.day}日",
        "made_clock": made.strftime("%H:%M"), "left": time_left(promise.due_at, now),
        "urgency": urgency(promise.state, promise.due_at, now),
        "used": share_used(promise.made_at, promise.due_at, now),
        "replied_at": promise.replied_at, "replied_by": promise.replied_by,
        "replied_clock": local(promise.replied_at).strftime("%H:%M") if promise.replied_at else "",
    }  # fmt: skip


def _name(reader: LogReader, call: str) -> str:
    """The caller's name as the registration has it; "" when none was left."""
    row = reader.db.execute(
        "SELECT json_extract(body, '$.words') FROM fact WHERE call = ? AND kind = 'RegistrationSigned' LIMIT 1", (call,)
    ).fetchone()
    words = reader.private(row[0]) if row and row[0] else None
    return str(words.get("name") or "") if isinstance(words, dict) else ""


def recently_answered(reader: LogReader, owner: str, since: int) -> list[Promise]:
    """Promises replied to after an instant, the newest reply first."""
    found = [p for p in reader.promises() if p.replied_at >= since and owner in ("", p.owner, p.replied_by)]
    return sorted((p for p in found if p.replied_at), key=lambda p: -p.replied_at)

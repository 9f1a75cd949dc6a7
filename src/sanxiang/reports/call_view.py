"""What is there to tell of one call? Plain data of the contracts' `calls`, straight from the log: never behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from sanxiang.core.engine.state import Call
from sanxiang.core.facts import Fact
from sanxiang.core.rings import CYCLE, SECOND, ring_at
from sanxiang.core.standard.compiled import Standard
from sanxiang.ground.clock import iso
from sanxiang.log.reader import LogReader
from sanxiang.reports.periods import ZONE

#: how long an answered call that ended is shown as still ending, so that its recordings are there when it has ended
RECORDING_GRACE = 10 * SECOND


def rings_of(call: Call, cycle: int, now: int) -> int | None:
    """Rings heard by the caller until answered, given up, or ``now``; None: it never rang."""
    if call.outcome in ("closed", "rejected"):
        return None
    until = call.answered_at or call.ended_at or max(now, call.queued_at)
    return ring_at(max(0, until - call.queued_at), cycle)


def registration_of(call: Call) -> str:
    """open, signed or none; one that was set aside is open."""
    return "open" if call.registration == "parked" else call.registration


def latest_verdicts(facts: list[Fact]) -> list[Fact]:
    """The last VerdictReached of each control on each subject, in the order of their numbers."""
    last: dict[tuple[str, ...], Fact] = {}
    for fact in facts:
        if fact.kind == "VerdictReached":
            b: Any = fact.body
            last[fact.pack, b.clause, b.kind, b.control, b.subject] = fact
    return sorted(last.values(), key=lambda f: f.n)


def fact_document(fact: Fact, zone: str = ZONE) -> dict[str, Any]:
    """{"n", "at", "kind", "data"}: ``at`` is the source's own moment."""
    return {
        "n": fact.n, "at": iso(fact.happened, zone), "kind": fact.kind, "data": msgspec.to_builtins(fact.body),
        "derived": fact.body.derived,
    }  # fmt: skip


def verdict_document(fact: Fact) -> dict[str, Any]:
    b: Any = fact.body
    return {
        "clause": b.clause, "control": b.control, "verdict": b.verdict, "evidence": list(b.evidence), "pack": fact.pack,
        "why": b.why, "kind": b.kind, "subject": b.subject, "agent": b.agent or None, "n": fact.n, "figures": b.figures,
    }  # fmt: skip


def call_document(
    log: LogReader, call: Call, standards: dict[str, Standard], root: Path, now: int, zone: str = ZONE, facts: bool = False
) -> dict[str, Any]:  # fmt: skip
    """One entry of `sanxiang calls`. ``root``: the data folder, in which the recordings are."""
    known = log.facts_of(call.id)
    ending = call.outcome == "answered" and not call.recordings and now - call.ended_at < RECORDING_GRACE
    ended_at = 0 if ending else call.ended_at
    cycle = standards[call.pack].cycle if call.pack in standards else CYCLE
    sound = dict(zip(("caller", "agent"), call.recordings, strict=False)) if ended_at else {}
    document: dict[str, Any] = {
        "call": call.id, "hotline": call.hotline, "number": call.number, "queue": call.queue, "agent": call.agent or None,
        "offered_at": iso(call.queued_at, zone), "answered_at": iso(call.answered_at, zone), "ended_at": iso(ended_at, zone),
        "rings": rings_of(call, cycle, now), "outcome": call.outcome or None, "hung_up_by": call.hung_up_by or None,
        "registration": registration_of(call),
        "recordings": {side: str((root / sound[side]).absolute()) if side in sound else None for side in ("caller", "agent")},
    }  # fmt: skip
    if facts:
        document["facts"] = [fact_document(f, zone) for f in known]
    document["verdicts"] = [verdict_document(f) for f in latest_verdicts(known)]
    return document

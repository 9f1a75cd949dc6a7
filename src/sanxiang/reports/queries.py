"""Which calls, offers, promises, verdicts and stretches belong to a period? Rows with the fields that packs may count.

A call belongs to the period in which it was offered; what hangs on it (offers, promises, verdicts) goes with it, so that
a figure and the list that it opens are the same calls. Calls released to the emergency queue are left to `released`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanxiang.core.rings import CYCLE, SECOND, ring_at
from sanxiang.reports.periods import Period

Row = dict[str, Any]


def connect(read_db: Path) -> sqlite3.Connection:
    """read.db for reading."""
    db = sqlite3.connect(f"file:{read_db}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA busy_timeout=3000")
    db.row_factory = sqlite3.Row
    return db


@dataclass
class Rows:
    """Everything of one period. Seconds are floats, moments microseconds; None is not yet, or unknown."""

    calls: list[Row] = field(default_factory=list)
    released: list[Row] = field(default_factory=list)
    offers: list[Row] = field(default_factory=list)
    promises: list[Row] = field(default_factory=list)
    verdicts: list[Row] = field(default_factory=list)
    spans: list[Row] = field(default_factory=list)


def _seconds(start: int | None, end: int | None) -> float | None:
    return None if start is None or end is None else max(0, end - start) / SECOND


def call_row(r: sqlite3.Row, cycles: Mapping[str, int], now: int) -> Row:
    """A call as packs and reports count it. ``rings``: until answered, given up, or ``now``."""
    outcome, answered, ended = r["outcome"], r["answered_at"], r["ended_at"]
    until = answered if answered is not None else ended if outcome else max(now, r["offered_at"])
    waited = outcome in ("answered", "abandoned", "timed_out")
    turned_away = outcome in ("closed", "rejected")
    rings = None if turned_away else ring_at(max(0, until - r["offered_at"]), cycles.get(r["pack"], CYCLE))
    if outcome == "answered" and r["ring"] is not None:
        rings = r["ring"]
    talk, wrap = _seconds(answered, ended if outcome == "answered" else None), _seconds(ended, r["released_at"])
    return {
        "call": r["call"], "hotline": r["hotline"], "number": r["number"], "queue": r["queue"], "agent": r["agent"],
        "outcome": outcome, "offered_at": r["offered_at"], "answered_at": answered, "ended_at": ended,
        "wait_seconds": _seconds(r["offered_at"], until) if waited else None, "talk_seconds": talk,
        "hold_seconds": r["hold_us"] / SECOND if talk is not None else None,
        "wrap_up_seconds": wrap if outcome == "answered" else None,
        "rings": rings, "on_time": None if r["on_time"] is None else bool(r["on_time"]),
        "hung_up_by": r["hung_up_by"], "registration": r["registration"], "result": r["result"],
        "promised": bool(r["promised"]), "sign_seconds": _seconds(ended, r["signed_at"]) if outcome == "answered" else None,
        "offers": r["offers"], "caller_kind": r["caller_kind"], "end_reason": r["end_reason"] or "",
        "parked": bool(r["parked"]), "pack": r["pack"], "caller": r["caller"], "recorded": bool(r["recorded"]), "n": r["n"],
    }  # fmt: skip


def _offer_row(r: sqlite3.Row, call: Row, cycles: Mapping[str, int], now: int) -> Row:
    rang, ended = r["rang_at"], r["ended_at"]
    seconds = _seconds(rang, ended)
    until = ended if ended is not None else now
    rings = None if rang is None else ring_at(max(0, until - rang), cycles.get(call["pack"], CYCLE))
    return {
        "call": r["call"], "offer": r["offer"], "agent": r["agent"], "made_at": r["made_at"], "rang_at": rang,
        "ended_at": ended, "ring_seconds": seconds, "rings": rings, "outcome": r["outcome"],
        "late": None if r["late"] is None else bool(r["late"]),
    }  # fmt: skip


#: what `--where` and the pages may select calls by
WHERE = ("agent", "queue", "hotline", "number", "outcome", "hung_up_by", "registration", "result", "caller_kind", "pack")


def matches(row: Row, where: Mapping[str, Iterable[str]]) -> bool:
    """Whether a call has one of the wanted values under every key; "none" stands for no value."""
    return all(str(row.get(key) or "none") in set(values) for key, values in where.items())


_VERDICT = "v.clause, v.control, v.kind, v.subject, v.call, v.agent, v.verdict, v.at, v.measure"


def read(
    db: sqlite3.Connection, period: Period, cycles: Mapping[str, int], now: int,
    where: Mapping[str, Iterable[str]] | None = None,
) -> Rows:  # fmt: skip
    """Everything of the period, in one read transaction. ``cycles``: length of a ring (us) by digest of the pack."""
    found = Rows()
    db.execute("BEGIN")
    try:
        span = (period.start, period.end)
        calls = [
            call_row(r, cycles, now)
            for r in db.execute("SELECT * FROM call_row WHERE offered_at >= ? AND offered_at < ? ORDER BY offered_at, call", span)
        ]  # fmt: skip
        if where:
            calls = [c for c in calls if matches(c, where)]
        found.released = [c for c in calls if c["outcome"] == "released"]
        found.calls = [c for c in calls if c["outcome"] != "released"]
        by_id = {c["call"]: c for c in found.calls}
        join = "JOIN call_row c USING (call) WHERE c.offered_at >= ? AND c.offered_at < ?"
        for r in db.execute(f"SELECT o.* FROM offer_row o {join} ORDER BY offer", span):
            if call := by_id.get(r["call"]):
                found.offers.append(_offer_row(r, call, cycles, now))
        for r in db.execute(f"SELECT p.* FROM promise_row p {join} ORDER BY made_at, promise", span):
            if r["call"] in by_id:
                found.promises.append(dict(r))
        for r in db.execute(f"SELECT {_VERDICT} FROM verdict_row v {join} ORDER BY v.n", span):
            if r["call"] in by_id:
                found.verdicts.append(dict(r))
        if not where or set(where) == {"agent"}:
            agents = set(where["agent"]) if where else None
            query = "SELECT * FROM agent_span WHERE started < ? AND (ended IS NULL OR ended > ?) ORDER BY agent, n"
            for r in db.execute(query, (min(period.end, now), period.start)):
                if agents is None or r["agent"] in agents:
                    found.spans.append(
                        {
                            "agent": r["agent"], "state": r["state"], "call": r["call"],
                            "start": max(r["started"], period.start),
                            "end": min(r["ended"] if r["ended"] is not None else now, period.end),
                        }
                    )  # fmt: skip
    finally:
        db.execute("COMMIT")
    return found


def packs_in_force(db: sqlite3.Connection, period: Period, calls: Iterable[Row]) -> list[str]:
    """Digests of the standards that held in the period: published in it, before it and not replaced, or of its calls."""
    found = [
        r["pack"]
        for r in db.execute(
            "SELECT pack FROM pack_row p WHERE at < ?1 AND NOT EXISTS (SELECT 1 FROM pack_row q WHERE"
            " q.hotline = p.hotline AND q.n > p.n AND q.at <= ?2) ORDER BY n",
            (period.end, period.start),
        )
    ]
    return list(dict.fromkeys([*found, *(c["pack"] for c in calls)]))

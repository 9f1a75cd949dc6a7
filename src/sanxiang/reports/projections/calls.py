"""What became of each call and of each offer to an agent? The same truth as `core.engine.reducers`, as columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, ClassVar

from sanxiang.core.facts import Fact

Fold = Callable[[sqlite3.Connection, Fact, Any], None]
_FOLDS: dict[str, Fold] = {}


def _on(*kinds: str) -> Callable[[Fold], Fold]:
    def add(function: Fold) -> Fold:
        _FOLDS.update(dict.fromkeys(kinds, function))
        return function

    return add


class CallRows:
    """`call_row`, `offer_row`. NULL is "not yet" or "unknown", never a zero."""

    name: ClassVar[str] = "calls"
    version: ClassVar[str] = "1"
    tables: ClassVar[tuple[str, ...]] = ("call_row", "offer_row")
    schema: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS call_row (
        call TEXT PRIMARY KEY, n INTEGER NOT NULL, hotline TEXT NOT NULL, number TEXT NOT NULL, queue TEXT NOT NULL,
        pack TEXT NOT NULL, caller TEXT NOT NULL, caller_kind TEXT NOT NULL, offered_at INTEGER NOT NULL,
        outcome TEXT, agent TEXT, answered_at INTEGER, ended_at INTEGER, hung_up_by TEXT, end_reason TEXT,
        held_since INTEGER, hold_us INTEGER NOT NULL DEFAULT 0, registration TEXT NOT NULL DEFAULT 'none', result TEXT,
        signed_at INTEGER, released_at INTEGER, parked INTEGER NOT NULL DEFAULT 0, promised INTEGER NOT NULL DEFAULT 0,
        offers INTEGER NOT NULL DEFAULT 0, on_time INTEGER, ring INTEGER, recorded INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS call_row_at ON call_row(offered_at);
    CREATE INDEX IF NOT EXISTS call_row_agent ON call_row(agent, ended_at) WHERE released_at IS NULL;
    CREATE TABLE IF NOT EXISTS offer_row (
        offer TEXT PRIMARY KEY, call TEXT NOT NULL, agent TEXT NOT NULL, made_at INTEGER NOT NULL, rang_at INTEGER,
        ended_at INTEGER, outcome TEXT, late INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS offer_row_call ON offer_row(call);
    """

    def apply(self, db: sqlite3.Connection, fact: Fact) -> None:
        if fold := _FOLDS.get(fact.kind):
            fold(db, fact, fact.body)


@_on("CallQueued")
def _queued(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute(
        "INSERT OR IGNORE INTO call_row (call, n, hotline, number, queue, pack, caller, caller_kind, offered_at)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        (body.call, fact.n, body.hotline, body.number, body.queue, body.pack, body.caller, body.caller_kind, fact.happened),
    )  # fmt: skip


@_on("CallTurnedAway")
def _turned_away(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    _queued(db, fact, body)
    outcome = "closed" if body.reason == "closed" else "rejected"
    db.execute(
        "UPDATE call_row SET outcome = ?, ended_at = ? WHERE call = ? AND outcome IS NULL",
        (outcome, fact.happened, body.call),
    )


@_on("OfferMade")
def _offered(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    row = (body.offer, body.call, body.agent, fact.happened)
    made = db.execute("INSERT OR IGNORE INTO offer_row (offer, call, agent, made_at) VALUES (?,?,?,?)", row)
    db.execute("UPDATE call_row SET offers = offers + ? WHERE call = ?", (made.rowcount, body.call))


@_on("PhoneRang")
def _rang(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute(
        "UPDATE offer_row SET rang_at = ? WHERE offer = ? AND rang_at IS NULL", (fact.happened, body.offer)
    )


@_on("OfferPassed", "OfferWithdrawn", "OfferFailed")
def _offer_over(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    outcome = {"OfferPassed": "passed", "OfferWithdrawn": "withdrawn"}.get(fact.kind, "failed")
    db.execute(
        "UPDATE offer_row SET outcome = ?, ended_at = ? WHERE offer = ? AND outcome IS NULL",
        (outcome, fact.happened, body.offer),
    )


@_on("CallAnswered")
def _answered(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    done = db.execute(
        "UPDATE call_row SET outcome = 'answered', answered_at = ?, agent = ?, registration = 'open'"
        " WHERE call = ? AND outcome IS NULL",
        (fact.happened, body.agent, body.call),
    )
    if done.rowcount:
        db.execute(
            "UPDATE offer_row SET outcome = CASE offer WHEN ? THEN 'answered' ELSE 'withdrawn' END, ended_at = ?"
            " WHERE call = ? AND outcome IS NULL",
            (body.offer, fact.happened, body.call),
        )


@_on("CallAbandoned", "CallTimedOut", "CallReleased")
def _unanswered(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    outcome = {"CallAbandoned": "abandoned", "CallTimedOut": "timed_out"}.get(fact.kind, "released")
    db.execute(
        "UPDATE call_row SET outcome = ?, ended_at = ? WHERE call = ? AND outcome IS NULL",
        (outcome, fact.happened, body.call),
    )


@_on("HoldStarted")
def _hold(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute(
        "UPDATE call_row SET held_since = ? WHERE call = ? AND held_since IS NULL AND ended_at IS NULL",
        (fact.happened, body.call),
    )


@_on("HoldEnded")
def _resume(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute(
        "UPDATE call_row SET hold_us = hold_us + max(0, ? - held_since), held_since = NULL"
        " WHERE call = ? AND held_since IS NOT NULL",
        (fact.happened, body.call),
    )


@_on("EndRequested")
def _end_requested(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute("UPDATE call_row SET end_reason = ? WHERE call = ?", (body.reason or "agent", body.call))


@_on("CallEnded")
def _ended(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    _resume(db, fact, body)
    db.execute(
        "UPDATE call_row SET ended_at = ?1, hung_up_by = ?2,"
        " released_at = CASE registration WHEN 'open' THEN NULL ELSE ?1 END"
        " WHERE call = ?3 AND outcome = 'answered' AND ended_at IS NULL",
        (fact.happened, body.hung_up_by, body.call),
    )


@_on("RecordingStored")
def _recorded(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute("UPDATE call_row SET recorded = 1 WHERE call = ?", (body.call,))


@_on("RegistrationSigned")
def _signed(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute(
        "UPDATE call_row SET registration = 'signed', signed_at = ?1, result = ?2, released_at = CASE"
        " WHEN released_at IS NULL AND ended_at IS NOT NULL AND registration = 'open' THEN ?1 ELSE released_at END"
        " WHERE call = ?3 AND registration IN ('open', 'parked')",
        (fact.happened, body.result, body.call),
    )


@_on("RegistrationParked")
def _parked(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute(
        "UPDATE call_row SET registration = 'parked', parked = 1, released_at = CASE"
        " WHEN released_at IS NULL AND ended_at IS NOT NULL THEN ?1 ELSE released_at END"
        " WHERE call = ?2 AND registration = 'open'",
        (fact.happened, body.call),
    )


@_on("AgentStateChanged")
def _left_wrap_up(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    """Whoever chooses a state in wrap-up leaves it; the registration stays open."""
    db.execute(
        "UPDATE call_row SET released_at = max(?, ended_at) WHERE agent = ? AND outcome = 'answered'"
        " AND ended_at IS NOT NULL AND released_at IS NULL",
        (fact.happened, body.agent),
    )


@_on("PromiseMade")
def _promised(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    db.execute("UPDATE call_row SET promised = 1 WHERE call = ?", (body.call,))


@_on("VerdictReached")
def _judged(db: sqlite3.Connection, fact: Fact, body: Any) -> None:
    value = {"kept": 1, "breach": 0}.get(body.verdict)
    if body.measure == "answer_in_time":
        db.execute(
            "UPDATE call_row SET on_time = ?, ring = ? WHERE call = ?", (value, body.figures.get("ring"), body.subject)
        )
    elif body.measure == "agent_in_time":
        late = None if value is None else 1 - value
        db.execute("UPDATE offer_row SET late = ? WHERE offer = ?", (late, body.subject))

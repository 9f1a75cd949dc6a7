"""What was each agent doing, from when to when? Stretches that never overlap, so that they can be cut at any border.

An agent talks, wraps up, or is in the state that they chose; being offline is no stretch. Ringing belongs to the chosen
state: nobody works yet.
"""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from sanxiang.core.facts import Fact


class SpanRows:
    """`agent_now` (chosen state, and call in hand) and `agent_span` (``ended`` NULL: still going on).

    `waiting_call` lets only the first answer of a waiting call count, as the engine does.
    """

    name: ClassVar[str] = "spans"
    version: ClassVar[str] = "1"
    tables: ClassVar[tuple[str, ...]] = ("agent_now", "agent_span", "waiting_call")
    schema: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS agent_now (
        agent TEXT PRIMARY KEY, chosen TEXT NOT NULL DEFAULT 'offline', activity TEXT NOT NULL DEFAULT '',
        call TEXT NOT NULL DEFAULT '', signed INTEGER NOT NULL DEFAULT 0, turned INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS agent_span (
        agent TEXT NOT NULL, n INTEGER NOT NULL, state TEXT NOT NULL, call TEXT NOT NULL, started INTEGER NOT NULL,
        ended INTEGER, PRIMARY KEY (agent, n)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS agent_span_ended ON agent_span(ended);
    CREATE INDEX IF NOT EXISTS agent_span_open ON agent_span(agent) WHERE ended IS NULL;
    CREATE TABLE IF NOT EXISTS waiting_call (call TEXT PRIMARY KEY) WITHOUT ROWID;
    """

    def apply(self, db: sqlite3.Connection, fact: Fact) -> None:
        kind = fact.kind
        if kind not in _CHANGES:
            return
        body: Any = fact.body
        if kind == "CallQueued":
            db.execute("INSERT OR IGNORE INTO waiting_call VALUES (?)", (body.call,))
            return
        if kind in _NO_LONGER_WAITING:
            gone = db.execute("DELETE FROM waiting_call WHERE call = ?", (body.call,)).rowcount
            if kind != "CallAnswered" or not gone:
                return
        if kind == "AgentAdded":
            db.execute("INSERT OR IGNORE INTO agent_now (agent, turned) VALUES (?,?)", (body.agent, fact.happened))
            return
        row = db.execute(
            "SELECT chosen, activity, call, signed FROM agent_now WHERE agent = ?", (body.agent,)
        ).fetchone()
        if row is None:
            return
        after = _after(kind, body, *row)
        if after == row:
            return
        db.execute(
            "UPDATE agent_now SET chosen = ?, activity = ?, call = ?, signed = ? WHERE agent = ?", (*after, body.agent)
        )
        before_state, state = row[1] or row[0], after[1] or after[0]
        if (before_state, row[2]) != (state, after[2]):
            self._turn(db, fact, body.agent, state, after[2])

    def _turn(self, db: sqlite3.Connection, fact: Fact, agent: str, state: str, call: str) -> None:
        """Ends the stretch that goes on and begins the next; one without any length is dropped."""
        before = db.execute("SELECT turned FROM agent_now WHERE agent = ?", (agent,)).fetchone()[0]
        at = max(fact.happened, before)  # a late fact cannot make an agent's time run backwards
        db.execute("UPDATE agent_now SET turned = ? WHERE agent = ?", (at, agent))
        db.execute("UPDATE agent_span SET ended = ? WHERE agent = ? AND ended IS NULL", (at, agent))
        db.execute("DELETE FROM agent_span WHERE agent = ? AND ended = ? AND started = ?", (agent, at, at))
        if state != "offline":
            db.execute("INSERT INTO agent_span VALUES (?,?,?,?,?,NULL)", (agent, fact.n, state, call, at))


_NO_LONGER_WAITING = frozenset(["CallAnswered", "CallAbandoned", "CallTimedOut", "CallReleased"])
_CHANGES = _NO_LONGER_WAITING | frozenset(
    [
        "AgentAdded", "AgentStateChanged", "CallQueued", "OfferPassed", "CallEnded", "RegistrationSigned",
        "RegistrationParked",
    ]
)  # fmt: skip

Now = tuple[str, str, str, int]


def _after(kind: str, body: Any, chosen: str, activity: str, call: str, signed: int) -> Now:
    """(chosen, activity, call in hand, whether that one is signed or parked already) after a fact."""
    if kind == "AgentStateChanged":
        return (body.state, "", "", 0) if activity == "wrap_up" else (body.state, activity, call, signed)
    if kind == "OfferPassed":
        state = body.state_after if body.state_after and chosen == "ready" else chosen
        return state, activity, call, signed
    if kind == "CallAnswered":
        return chosen, "talk", body.call, 0
    if body.call != call:
        return chosen, activity, call, signed
    if kind == "CallEnded":
        return (chosen, "", "", 0) if signed or activity != "talk" else (chosen, "wrap_up", call, 0)
    return (chosen, "", "", 0) if activity == "wrap_up" else (chosen, activity, call, 1)  # signed or parked

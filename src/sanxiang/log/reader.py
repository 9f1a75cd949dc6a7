"""How do others read the log? Short read-only transactions on log.db, never a lock against the appender."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sanxiang.core.engine.state import Agent, Call, Due, Hotline, Promise
from sanxiang.core.facts import Fact
from sanxiang.log import rows


class LogReader:
    """Reads one log.db. One per thread; cheap to make. Raises FileNotFoundError when there is no log."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise FileNotFoundError(path)
        self.path = path
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA busy_timeout=3000")

    def close(self) -> None:
        self.db.close()

    def head(self) -> int:
        """The newest fact's number; 0 for an empty log."""
        return self.db.execute("SELECT coalesce(max(n), 0) FROM fact").fetchone()[0]  # type: ignore[no-any-return]

    def last_at(self) -> int:
        """Time of the newest fact, us; 0 for an empty log."""
        row = self.db.execute("SELECT at FROM fact ORDER BY n DESC LIMIT 1").fetchone()
        return row[0] if row else 0

    def last_strike(self) -> int:
        """Time of the newest clock that has struck, us; 0 for none. It may be after the newest fact."""
        query = "SELECT coalesce(max(at), 0) FROM due WHERE state IN ('done', 'missed')"
        return self.db.execute(query).fetchone()[0]  # type: ignore[no-any-return]

    def facts(self, after: int = 0, limit: int = 1000) -> list[Fact]:
        """Up to ``limit`` facts after number ``after``, in order."""
        query = f"SELECT {rows.FACT_COLUMNS} FROM fact WHERE n > ? ORDER BY n LIMIT ?"
        return [rows.fact_of(r) for r in self.db.execute(query, (after, limit)).fetchall()]

    def facts_of(self, call: str) -> list[Fact]:
        """Everything about a call, its offers, promises and verdicts, in order."""
        query = f"SELECT {rows.FACT_COLUMNS} FROM fact WHERE call = ? ORDER BY n"
        found = [rows.fact_of(r) for r in self.db.execute(query, (call,)).fetchall()]
        promises = [f.subject for f in found if f.kind == "PromiseMade"]
        for promise in promises:
            query = f"SELECT {rows.FACT_COLUMNS} FROM fact WHERE subject = ? AND kind = 'PromiseReplied' ORDER BY n"
            found += [rows.fact_of(r) for r in self.db.execute(query, (promise,)).fetchall()]
        return sorted(found, key=lambda f: f.n)

    def call(self, call: str) -> Call | None:
        return self._one("call", call)  # type: ignore[no-any-return]

    def agent(self, number: str) -> Agent | None:
        return self._one("agent", number)  # type: ignore[no-any-return]

    def promise(self, promise: str) -> Promise | None:
        return self._one("promise", promise)  # type: ignore[no-any-return]

    def _one(self, kind: str, key: str) -> Any:
        row = self.db.execute("SELECT body FROM entity WHERE kind = ? AND id = ?", (kind, key)).fetchone()
        return rows.entity_of(kind, row[0]) if row else None

    def live_calls(self) -> list[Call]:
        """Calls that are waiting, talking, in wrap-up, or whose registration is open."""
        return self._many("SELECT body FROM entity WHERE kind = 'call' AND live = 1", "call")

    def calls(self, start: int = 0, end: int = 2**62) -> list[Call]:
        """Calls offered in [start, end) us, oldest first."""
        query = "SELECT body FROM entity WHERE kind = 'call' AND at >= ? AND at < ? ORDER BY at, id"
        return self._many(query, "call", (start, end))

    def agents(self) -> list[Agent]:
        return self._many("SELECT body FROM entity WHERE kind = 'agent' ORDER BY id", "agent")

    def hotlines(self) -> list[Hotline]:
        """Hotlines that a number leads to."""
        return self._many("SELECT body FROM entity WHERE kind = 'hotline' AND live = 1 ORDER BY id", "hotline")

    def promises(self, open_only: bool = False) -> list[Promise]:
        """Promises by time of making; ``open_only``: those without a reply that are not yet kept or broken."""
        found = self._many("SELECT body FROM entity WHERE kind = 'promise' ORDER BY at, id", "promise")
        return [p for p in found if p.state == "open"] if open_only else found

    def unanswered_promises(self) -> list[Promise]:
        """Promises that still wait for their reply, broken ones too."""
        return self._many("SELECT body FROM entity WHERE kind = 'promise' AND live = 1 ORDER BY at, id", "promise")

    def _many(self, query: str, kind: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return [rows.entity_of(kind, r[0]) for r in self.db.execute(query, values).fetchall()]

    def open_dues(self) -> list[Due]:
        return [rows.due_of(r[0]) for r in self.db.execute("SELECT body FROM due WHERE state = 'open' ORDER BY at")]

    def private(self, ref: str) -> Any:
        """Personal data by reference: text, or a mapping for a registration; None when erased or never there.

        Showing it to somebody is a fact of its own (`PersonalDataRead`); masking is the reader's duty.
        """
        row = self.db.execute("SELECT kind, value FROM private WHERE ref = ?", (ref,)).fetchone()
        if row is None:
            return None
        return msgspec.json.decode(row[1]) if row[0] == "registration" else row[1]

    def packs(self) -> dict[str, str]:
        """Digest to canonical text of every pack published here."""
        return dict(self.db.execute("SELECT digest, text FROM pack"))

    def iterate(self, after: int = 0, chunk: int = 1000) -> Iterator[Fact]:
        """All facts after a number, in short transactions."""
        while facts := self.facts(after, chunk):
            yield from facts
            after = facts[-1].n

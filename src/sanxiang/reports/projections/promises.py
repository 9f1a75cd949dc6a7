"""Which promises were made, when were they due, and were they kept?"""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from sanxiang.core.facts import Fact
from sanxiang.core.rings import SECOND


class PromiseRows:
    """`promise_row`. ``due_at`` is known once the caller chose it or a clock spoke of it; ``chosen``: the caller did."""

    name: ClassVar[str] = "promises"
    version: ClassVar[str] = "1"
    tables: ClassVar[tuple[str, ...]] = ("promise_row",)
    schema: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS promise_row (
        promise TEXT PRIMARY KEY, call TEXT NOT NULL, owner TEXT NOT NULL, pack TEXT NOT NULL, n INTEGER NOT NULL,
        made_at INTEGER NOT NULL, due_at INTEGER, chosen INTEGER NOT NULL, replied_at INTEGER, agent TEXT,
        state TEXT NOT NULL DEFAULT 'open'
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS promise_row_call ON promise_row(call);
    """

    def apply(self, db: sqlite3.Connection, fact: Fact) -> None:
        body: Any = fact.body
        if fact.kind == "PromiseMade":
            row = (
                body.promise, body.call, body.owner, body.pack, fact.n, fact.happened, body.due_at or None,
                int(bool(body.due_at)),
            )  # fmt: skip
            db.execute(
                "INSERT OR IGNORE INTO promise_row (promise, call, owner, pack, n, made_at, due_at, chosen)"
                " VALUES (?,?,?,?,?,?,?,?)",
                row,
            )
        elif fact.kind == "PromiseReplied" and body.reached:
            db.execute(
                "UPDATE promise_row SET replied_at = ?, agent = ? WHERE promise = ? AND replied_at IS NULL",
                (fact.happened, body.agent, body.promise),
            )
        elif fact.kind in ("DeadlineNear", "DeadlineMissed"):
            db.execute("UPDATE promise_row SET due_at = ? WHERE promise = ?", (body.due_at, body.subject))
        elif fact.kind == "VerdictReached" and body.kind == "deadline" and body.verdict in ("kept", "breach"):
            limit = body.figures.get("limit_seconds")
            db.execute(
                "UPDATE promise_row SET state = ?, due_at = coalesce(due_at, made_at + ?) WHERE promise = ?",
                (body.verdict, None if limit is None else round(limit * SECOND), body.subject),
            )

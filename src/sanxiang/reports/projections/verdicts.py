"""What does each clause say of each subject now, and since when? A later verdict replaces an earlier one."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, ClassVar

from sanxiang.core.facts import Fact


class VerdictRows:
    """`verdict_row`: the newest verdict of a control on a subject. ``since``, ``since_n``: when it first said so.

    A breach that is struck at the limit and confirmed by the late answer stays the breach of the limit's moment; one
    that a late-arriving fact corrects is a breach no more.
    """

    name: ClassVar[str] = "verdicts"
    version: ClassVar[str] = "1"
    tables: ClassVar[tuple[str, ...]] = ("verdict_row",)
    schema: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS verdict_row (
        pack TEXT NOT NULL, clause TEXT NOT NULL, kind TEXT NOT NULL, control TEXT NOT NULL, subject TEXT NOT NULL,
        call TEXT NOT NULL, agent TEXT NOT NULL, verdict TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL,
        since_n INTEGER NOT NULL, since INTEGER NOT NULL, why TEXT NOT NULL, measure TEXT NOT NULL,
        evidence TEXT NOT NULL, figures TEXT NOT NULL,
        PRIMARY KEY (pack, clause, kind, control, subject, call)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS verdict_row_call ON verdict_row(call);
    CREATE INDEX IF NOT EXISTS verdict_row_since ON verdict_row(since) WHERE verdict = 'breach';
    CREATE INDEX IF NOT EXISTS verdict_row_at ON verdict_row(at);
    """

    def apply(self, db: sqlite3.Connection, fact: Fact) -> None:
        if fact.kind != "VerdictReached":
            return
        b: Any = fact.body
        evidence = json.dumps(list(b.evidence))
        figures = json.dumps(dict(b.figures), ensure_ascii=False, sort_keys=True)
        db.execute(
            "INSERT INTO verdict_row VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?9,?10,?11,?12,?13,?14)"
            " ON CONFLICT DO UPDATE SET agent = ?7, n = ?9, at = ?10, why = ?11, measure = ?12, evidence = ?13,"
            " figures = ?14, since_n = CASE verdict WHEN ?8 THEN since_n ELSE ?9 END,"
            " since = CASE verdict WHEN ?8 THEN since ELSE ?10 END, verdict = ?8",
            (
                fact.pack, b.clause, b.kind, b.control, b.subject, b.call, b.agent, b.verdict, fact.n, fact.happened,
                b.why, b.measure, evidence, figures,
            ),
        )  # fmt: skip

"""Who looked at whose personal data, when, and why?"""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from sanxiang.core.facts import Fact


class ReadingRows:
    """`reading_row`: one row for each `PersonalDataRead`."""

    name: ClassVar[str] = "readings"
    version: ClassVar[str] = "1"
    tables: ClassVar[tuple[str, ...]] = ("reading_row",)
    schema: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS reading_row (
        n INTEGER PRIMARY KEY, at INTEGER NOT NULL, of TEXT NOT NULL, what TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS reading_row_of ON reading_row(of);
    """

    def apply(self, db: sqlite3.Connection, fact: Fact) -> None:
        if fact.kind == "PersonalDataRead":
            b: Any = fact.body
            db.execute("INSERT OR IGNORE INTO reading_row VALUES (?,?,?,?,?,?)", (fact.n, fact.happened, b.of, b.what, b.by, b.reason))

"""Which standard was in force on which hotline, and from when?"""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from sanxiang.core.facts import Fact


class PackRows:
    """`pack_row`: one row for each publication."""

    name: ClassVar[str] = "packs"
    version: ClassVar[str] = "1"
    tables: ClassVar[tuple[str, ...]] = ("pack_row",)
    schema: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS pack_row (
        n INTEGER PRIMARY KEY, at INTEGER NOT NULL, hotline TEXT NOT NULL, number TEXT NOT NULL, pack TEXT NOT NULL,
        name TEXT NOT NULL
    );
    """

    def apply(self, db: sqlite3.Connection, fact: Fact) -> None:
        if fact.kind == "PackPublished":
            b: Any = fact.body
            db.execute(
                "INSERT OR IGNORE INTO pack_row VALUES (?,?,?,?,?,?)",
                (fact.n, fact.happened, b.hotline, b.number, b.pack, b.name),
            )

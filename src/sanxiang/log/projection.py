"""How do tables that may be thrown away follow the log? Each projection keeps a checkpoint and folds the tail.

They live in read.db, written by one process at a time (a file lock). A projection whose `version` differs from what is
stored is dropped and folded anew from fact 1: rebuilt, never migrated.
"""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Protocol

from sanxiang.core.facts import Fact
from sanxiang.log.reader import LogReader

BATCH = 500


class Projection(Protocol):
    """Tables folded from facts. `apply` may read and write the tables it declares, nothing else."""

    name: ClassVar[str]
    version: ClassVar[str]
    #: CREATE TABLE statements, and the names of the tables, for rebuilding and verifying
    schema: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]

    def apply(self, db: sqlite3.Connection, fact: Fact) -> None: ...


class Follower:
    """Brings projections up to the head of the log."""

    def __init__(self, read_db: Path, projections: list[Projection]) -> None:
        self.path, self.projections = read_db, projections
        self.db = sqlite3.connect(read_db, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA busy_timeout=10000")
        self.db.execute("CREATE TABLE IF NOT EXISTS checkpoint (name TEXT PRIMARY KEY, version TEXT, n INTEGER)")
        with _lock(read_db.with_suffix(".lock")):
            for projection in projections:
                self._prepare(projection)

    def close(self) -> None:
        self.db.close()

    def _prepare(self, projection: Projection) -> None:
        row = self.db.execute("SELECT version FROM checkpoint WHERE name = ?", (projection.name,)).fetchone()
        if row and row[0] == projection.version:
            return
        for table in projection.tables:
            self.db.execute(f"DROP TABLE IF EXISTS {table}")
        self.db.executescript(projection.schema)
        self.db.execute("INSERT OR REPLACE INTO checkpoint VALUES (?,?,0)", (projection.name, projection.version))

    def checkpoint(self) -> int:
        """The fact up to which every projection has been folded."""
        return self.db.execute("SELECT coalesce(min(n), 0) FROM checkpoint").fetchone()[0]  # type: ignore[no-any-return]

    def catch_up(self, log: LogReader) -> int:
        """Folds everything that is there; gives the checkpoint. Another process at it: waits for that one."""
        head = log.head()
        if self.checkpoint() >= head:
            return head
        with _lock(self.path.with_suffix(".lock")):
            for projection in self.projections:
                self._fold(projection, log)
        return self.checkpoint()

    def _fold(self, projection: Projection, log: LogReader) -> None:
        n = self.db.execute("SELECT n FROM checkpoint WHERE name = ?", (projection.name,)).fetchone()[0]
        while facts := log.facts(n, BATCH):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                for fact in facts:
                    projection.apply(self.db, fact)
                n = facts[-1].n
                self.db.execute("UPDATE checkpoint SET n = ? WHERE name = ?", (n, projection.name))
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_for(read_db: Path, head: int, seconds: float = 5.0) -> bool:
    """Waits until read.db has folded fact ``head``; whether it has."""
    end = time.monotonic() + seconds
    with sqlite3.connect(f"file:{read_db}?mode=ro", uri=True) as db:
        while True:
            if db.execute("SELECT coalesce(min(n), 0) FROM checkpoint").fetchone()[0] >= head:
                return True
            if time.monotonic() > end:
                return False
            time.sleep(0.005)

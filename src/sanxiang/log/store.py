"""How is the log kept in SQLite? One writer, one transaction for a group of facts and all that follows from them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sanxiang.core.engine.context import Effect
from sanxiang.core.engine.state import Due, Entity, State
from sanxiang.core.facts import Fact
from sanxiang.log import rows
from sanxiang.log.schema import PRAGMAS, SCHEMA


class StoreError(RuntimeError):
    """The log cannot be written. ``full``: because the disk is full. Memory is ahead of the disk: load again."""

    def __init__(self, message: str, full: bool = False) -> None:
        super().__init__(message)
        self.full = full


class SqliteStore:
    """The appender's side of log.db. Not safe for threads; one process only (the caller holds the folder's lock)."""

    def __init__(self, path: Path) -> None:
        self._quota, self._quota_seen = str(path.with_suffix(".quota")), 0
        try:
            self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in PRAGMAS:
                self.db.execute(pragma)
            self.db.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise _translated(error) from error
        row = self.db.execute("SELECT n, hash, at FROM fact ORDER BY n DESC LIMIT 1").fetchone()
        self.head: int = row[0] if row else 0
        self.hash: bytes = row[1] if row else rows.GENESIS
        self.last_at: int = row[2] if row else 0

    def close(self) -> None:
        self.db.close()

    # -- loading -----------------------------------------------------------------------------------------------------
    def load(self) -> State:
        """The live state from its rows."""
        state = State()
        for kind, body in self.db.execute("SELECT kind, body FROM entity WHERE live = 1"):
            state.put(rows.entity_of(kind, body))
        for (body,) in self.db.execute("SELECT body FROM due WHERE live = 1"):
            state.put_due(rows.due_of(body))
        state.take_changes()
        return state

    def facts(self, after: int = 0, until: int | None = None) -> Iterator[Fact]:
        for row in self.raw(after, until):
            yield rows.fact_of(row)

    def raw(self, after: int = 0, until: int | None = None) -> Iterator[rows.FactRow]:
        """Rows of facts in order, after a number."""
        query = f"SELECT {rows.FACT_COLUMNS} FROM fact WHERE n > ? AND n <= ? ORDER BY n"
        yield from self.db.execute(query, (after, until if until is not None else 2**62))

    def packs(self) -> dict[str, str]:
        """Digest to canonical text of every pack ever published here."""
        return dict(self.db.execute("SELECT digest, text FROM pack"))

    # -- one transaction ---------------------------------------------------------------------------------------------
    def begin(self) -> None:
        self._heed_quota()
        try:
            self.db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise _translated(error) from error

    def _heed_quota(self) -> None:
        """`log.quota` beside the log: how many pages of 4 KiB it may have, where the disk is shared with others."""
        try:
            stamp = os.stat(self._quota).st_mtime_ns
        except OSError:
            return
        if stamp != self._quota_seen:
            self._quota_seen = stamp
            with open(self._quota) as file:  # noqa: PTH123 - a plain path, looked at for every group
                self.db.execute(f"PRAGMA max_page_count={int(file.read().strip() or 0)}")

    def commit(self) -> None:
        try:
            self.db.execute("COMMIT")
        except sqlite3.Error as error:
            self._rollback()
            raise _translated(error) from error

    def _rollback(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def write(self, state: State, facts: list[Fact], effects: list[Effect]) -> None:
        """Facts with their chain, changed entities and clocks, new effects. Raises StoreError; nothing is kept then."""
        entities, dues = state.take_changes()
        previous, made = self.hash, []
        for fact in facts:
            row = rows.fact_row(fact, previous)
            previous = row[-1]
            made.append(row)
        head = facts[-1].n if facts else self.head
        try:
            run = self.db.executemany
            if made:
                run("INSERT INTO fact VALUES (?,?,?,?,?,?,?,?,?,?,?)", made)
            self._keep(state, entities, dues)
            if effects:
                run(
                    "INSERT OR IGNORE INTO outbox (key, n, kind, body, expires) VALUES (?,?,?,?,?)",
                    [rows.effect_row(e, head) for e in effects],
                )
        except sqlite3.Error as error:
            self._rollback()
            raise _translated(error) from error
        if facts:
            self.head, self.hash, self.last_at = head, previous, facts[-1].at

    def _keep(self, state: State, entities: Iterable[Entity], dues: Iterable[Due]) -> None:
        if changed := [rows.entity_row(state, e) for e in entities]:
            self.db.executemany("INSERT OR REPLACE INTO entity VALUES (?,?,?,?,?)", changed)
        if clocks := [rows.due_row(state, d) for d in dues]:
            self.db.executemany("INSERT OR REPLACE INTO due VALUES (?,?,?,?,?)", clocks)

    # -- commands, effects, packs, personal data ---------------------------------------------------------------------
    def answered(self, key: str) -> str | None:
        """The answer that a command with this key got before."""
        row = self.db.execute("SELECT answer FROM command WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def answer(self, key: str, n: int, answer: str) -> None:
        self._run("INSERT OR REPLACE INTO command VALUES (?,?,?)", (key, n, answer))

    def open_effects(self) -> list[tuple[str, str, str, int]]:
        """(key, kind, body, expires) of effects that nobody has reported as carried out."""
        return list(self.db.execute("SELECT key, kind, body, expires FROM outbox WHERE state = 'open' ORDER BY n"))

    def finish_effects(self, keys: Iterable[tuple[str, str]]) -> None:
        """(state, key) pairs; state is done, failed or expired."""
        try:
            self.db.executemany("UPDATE outbox SET state = ? WHERE key = ?", keys)
        except sqlite3.Error as error:
            self._rollback()
            raise _translated(error) from error

    def add_pack(self, digest: str, name: str, text: str) -> None:
        self._run("INSERT OR IGNORE INTO pack VALUES (?,?,?)", (digest, name, text))

    def private_ref(self, kind: str, norm: str) -> str | None:
        row = self.db.execute("SELECT ref FROM private WHERE kind = ? AND norm = ?", (kind, norm)).fetchone()
        return row[0] if row else None

    def add_private(self, ref: str, kind: str, norm: str, value: str, at: int) -> None:
        self._run("INSERT INTO private VALUES (?,?,?,?,?)", (ref, kind, norm, value, at))

    def _run(self, query: str, values: tuple[Any, ...]) -> None:
        try:
            self.db.execute(query, values)
        except sqlite3.Error as error:
            self._rollback()
            raise _translated(error) from error


def _translated(error: sqlite3.Error) -> StoreError:
    full = isinstance(error, sqlite3.OperationalError) and "full" in str(error)
    code = getattr(error, "sqlite_errorname", "")
    if full or code == "SQLITE_FULL":
        return StoreError("磁盘已满，事实写不进去。请腾出空间后重新启动；在此之前来电由应急队列接听", full=True)
    if code.startswith("SQLITE_IOERR"):
        return StoreError(f"磁盘读写出错（{code}）。请检查磁盘后重新启动")
    return StoreError(f"日志库出错：{error}")

"""Does the log, evaluated afresh, give what was computed live? And what would it give under another standard?

Only observed facts are fed; derived ones are made anew by the same `step` with a virtual clock, in an empty folder.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from sanxiang.core.facts import Body, Fact
from sanxiang.core.standard.compiled import Standard
from sanxiang.log import rows
from sanxiang.log.appender import Appender, Proposal
from sanxiang.log.projection import Follower, Projection, wait_for
from sanxiang.log.reader import LogReader
from sanxiang.log.store import SqliteStore

GROUP = 500


@dataclass
class Difference:
    """The first place where two logs part. ``n``: the fact; 0 where it is a row of a table."""

    what: str
    n: int
    key: str
    stored: str
    afresh: str

    def __str__(self) -> str:
        place = f"第 {self.n} 号事实" if self.n else self.key
        return f"{self.what}：{place}\n  记录的：{self.stored}\n  重算的：{self.afresh}"


@dataclass
class Replayed:
    facts: int = 0
    observed: int = 0
    derived: int = 0
    differences: list[Difference] = field(default_factory=list)


class _VirtualClock:
    def __init__(self) -> None:
        self.at = 0

    def __call__(self) -> int:
        return self.at


def replay(
    source: Path, target: Path, standards: dict[str, Standard], change: Callable[[Body], Body] = lambda b: b,
    progress: Callable[[int], None] = lambda n: None,
) -> Replayed:  # fmt: skip
    """Evaluates ``source`` (a log.db) afresh into ``target`` (must not exist). ``change`` rewrites observed bodies,
    such as the pack they are pinned to.
    """
    log, store, clock, result = LogReader(source), SqliteStore(target), _VirtualClock(), Replayed()
    store.db.execute("PRAGMA synchronous=OFF")
    appender = Appender(store, standards, clock)
    end = max(log.last_at(), log.last_strike())
    appender.begin()
    for fact in log.iterate():
        result.facts += 1
        if fact.body.derived:
            result.derived += 1
            continue
        result.observed += 1
        clock.at = fact.at
        appender.add([Proposal(change(fact.body), fact.happened, at=fact.at)])
        if result.observed % GROUP == 0:
            appender.commit()
            progress(fact.n)
            appender.begin()
    clock.at = end
    appender.strike_until(end)
    appender.commit()
    store.close()
    log.close()
    return result


def verify(
    source: Path, read_db: Path, projections: Callable[[], list[Projection]], standards: dict[str, Standard]
) -> Replayed:
    """Compares hash chain, facts, state, clocks and projected tables with a replay. Stops at the first difference of
    each sort; ``differences`` empty: all equal. Works beside a running appender: it compares a copy.
    """
    with tempfile.TemporaryDirectory(prefix="sanxiang-replay-") as temporary:
        folder = Path(temporary)
        log_copy, read_copy = _copies(source, read_db, folder)
        if broken := _first(_chain(log_copy)):
            return Replayed(differences=broken)
        fresh = folder / "fresh.db"
        result = replay(log_copy, fresh, standards)
        result.differences += _first(_facts(log_copy, fresh))
        if not result.differences:
            for table, columns in (("entity", "kind, id, live, at, body"), ("due", "key, at, state, live, body")):
                result.differences += _first(_tables(log_copy, fresh, table, columns))
        if not result.differences and read_copy is not None:
            follower, log = Follower(folder / "fresh-read.db", projections()), LogReader(fresh)
            follower.catch_up(log)
            follower.close()
            for projection in projections():
                for table in projection.tables:
                    result.differences += _first(_tables(read_copy, folder / "fresh-read.db", table, "*"))
        return result


def _copies(source: Path, read_db: Path, folder: Path) -> tuple[Path, Path | None]:
    """Copies of log and projections that belong to the same fact; no projections where they never meet."""
    log_copy, read_copy = folder / "log.db", folder / "read.db"
    for _ in range(20):
        log_copy.unlink(missing_ok=True)
        read_copy.unlink(missing_ok=True)
        _copy(source, log_copy)
        if not read_db.exists():
            return log_copy, None
        log = LogReader(log_copy)
        head = log.head()
        log.close()
        wait_for(read_db, head, 2.0)
        _copy(read_db, read_copy)
        with sqlite3.connect(read_copy) as db:
            folded = {n for (n,) in db.execute("SELECT n FROM checkpoint")}
        if folded == {head}:
            return log_copy, read_copy
        time.sleep(0.1)
    return log_copy, None


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as one, sqlite3.connect(target) as two:
        one.backup(two)


def _first(found: Iterator[Difference]) -> list[Difference]:
    one = next(found, None)
    return [one] if one else []


def _chain(source: Path) -> Iterator[Difference]:
    log, previous, expected = LogReader(source), rows.GENESIS, 1
    for row in log.db.execute(f"SELECT {rows.FACT_COLUMNS} FROM fact ORDER BY n"):
        wanted = rows.chain(previous, row[:-1])
        if row[0] != expected:
            yield Difference("编号不连续", row[0], "", str(row[0]), str(expected))
        if row[-1] != wanted:
            yield Difference("哈希链断开：这条事实或它之前的哈希被改过", row[0], "", bytes(row[-1]).hex()[:16], wanted.hex()[:16])
        previous, expected = row[-1], expected + 1


def _facts(source: Path, fresh: Path) -> Iterator[Difference]:
    one, two = LogReader(source), LogReader(fresh)
    left, right = one.iterate(), two.iterate()
    while True:
        a, b = next(left, None), next(right, None)
        if a is None and b is None:
            return
        if a is None or b is None or _plain(a) != _plain(b):
            either = a or b
            assert either is not None
            yield Difference("推出的事实不同", either.n, "", _words(a), _words(b))


def _plain(fact: Fact) -> tuple[object, ...]:
    return fact.n, fact.at, fact.happened, fact.kind, msgspec.to_builtins(fact.body), fact.pack


def _words(fact: Fact | None) -> str:
    return "（没有）" if fact is None else f"{fact.n} {fact.kind} {msgspec.json.encode(fact.body).decode()}"


def _tables(one: Path, two: Path, table: str, columns: str) -> Iterator[Difference]:
    left, right = LogReader(one), LogReader(two)
    try:
        names = [r[1] for r in left.db.execute(f"PRAGMA table_info({table})")]
        order = ", ".join(names[: max(1, len(names))])
        query = f"SELECT {columns} FROM {table} ORDER BY {order}"
        a, b = left.db.execute(query), right.db.execute(query)
        while True:
            x, y = a.fetchone(), b.fetchone()
            if x is None and y is None:
                return
            if x != y:
                key = " ".join(str(v) for v in (x or y)[:2])
                yield Difference(f"表 {table} 的行不同", 0, key, str(x), str(y))
    finally:
        left.close()
        right.close()

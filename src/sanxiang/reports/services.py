"""How is a report made, and how is read.db kept up to the log?"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.reader import from_canonical
from sanxiang.ground.clock import Clock
from sanxiang.ground.folder import Folder
from sanxiang.log.projection import Follower, wait_for
from sanxiang.log.reader import LogReader
from sanxiang.reports import kpi, queries
from sanxiang.reports.pack_kpis import measures, pack_values
from sanxiang.reports.periods import ZONE, Period
from sanxiang.reports.projections import all_projections

_standards: dict[str, Standard] = {}


def standards(log: LogReader) -> dict[str, Standard]:
    """Every standard ever published here, by digest; read once a process."""
    for digest, text in log.packs().items():
        if digest not in _standards:
            _standards[digest] = Standard.of(from_canonical(text), digest)
    return _standards


def zone_of(log: LogReader) -> str:
    """The time zone of the first hotline."""
    known = standards(log)
    for hotline in log.hotlines():
        if hotline.pack in known and (presented := known[hotline.pack].pack.hotline):
            return presented.time_zone
    return ZONE


def _follows(folder: Folder) -> bool:
    """Whether the running instance's jobs process is there to follow the log."""
    pid = (folder.instance().get("pids") or {}).get("jobs")
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def fresh(folder: Folder, patience: float = 2.0, stale: bool = False) -> int:
    """Brings read.db to the head of the log and gives the fact up to which it is folded.

    Waits ``patience`` seconds for the jobs process of a running instance; without one, or when it is behind, folds
    what is missing itself (a lock lets only one process fold). ``stale``: rather takes what is there than wait longer
    while somebody else folds. Raises FileNotFoundError when there is no log.
    """
    log = LogReader(folder.log_db)
    try:
        head = log.head()
        if folder.read_db.exists() and _folded(folder) >= head:
            return head
        if _follows(folder) and folder.read_db.exists():
            try:
                if wait_for(folder.read_db, head, patience):
                    return head
                if stale:
                    return _folded(folder)
            except sqlite3.OperationalError:
                pass  # the tables are just being made
        follower = Follower(folder.read_db, all_projections())
        try:
            follower.catch_up(log)
        finally:
            follower.close()
        return head
    finally:
        log.close()


def _folded(folder: Folder) -> int:
    """The fact up to which every projection of this version is folded; 0 where one is missing."""
    try:
        with queries.connect(folder.read_db) as db:
            stored = {r["name"]: (r["version"], r["n"]) for r in db.execute("SELECT * FROM checkpoint")}
    except sqlite3.Error:
        return 0
    return min(stored[p.name][1] if stored.get(p.name, ("", 0))[0] == p.version else 0 for p in all_projections())


@dataclass
class Book:
    """read.db and the log, opened together at one head. Use as a context manager."""

    folder: Folder
    db: sqlite3.Connection
    log: LogReader
    now: int
    zone: str
    folded: int  # the fact up to which read.db is folded

    @classmethod
    def open(cls, folder: Folder, patience: float = 2.0, stale: bool = False) -> Book:
        """``stale`` as in `fresh`. Raises FileNotFoundError when there is no log."""
        folded = fresh(folder, patience, stale)
        log = LogReader(folder.log_db)
        return cls(folder, queries.connect(folder.read_db), log, Clock(folder).now(), zone_of(log), folded)

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()
        self.log.close()

    @property
    def standards(self) -> dict[str, Standard]:
        return standards(self.log)

    def rows(self, period: Period, where: Mapping[str, Iterable[str]] | None = None) -> queries.Rows:
        cycles = {digest: s.cycle for digest, s in self.standards.items()}
        return queries.read(self.db, period, cycles, self.now, where)


def kpi_report(
    book: Book, period: Period, by: Sequence[str] = (), where: Mapping[str, Iterable[str]] | None = None,
    threshold: float = kpi.THRESHOLD,
) -> dict[str, Any]:  # fmt: skip
    """The document of `report kpi` (contracts). Each line and the total also have ``pack_kpis``."""
    rows = book.rows(period, where)
    presence = not where or set(where) == {"agent"}
    digests = queries.packs_in_force(book.db, period, rows.calls)
    found = measures(digests, book.standards)
    pack_of = {c["call"]: c["pack"] for c in rows.calls}

    def line(group: queries.Rows) -> dict[str, Any]:
        return {**kpi.values(group, threshold), "pack_kpis": pack_values(found, group, pack_of)}

    if not presence:
        rows.spans = None  # type: ignore[assignment]
    total = line(rows)
    lines = (
        [{**dict(zip(by, g.key, strict=True)), **line(g)} for g in kpi.groups(rows, by, period, presence)] if by else [total]
    )
    return {
        "report": "kpi", "from": period.text(period.start), "to": period.text(period.end), "by": list(by), "rows": lines,
        "total": total,
        "definitions": kpi.definitions(threshold) | {m.key: f"{m.kpi.definition}（{m.clause.id}）" for m in found},
    }  # fmt: skip

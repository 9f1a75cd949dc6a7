"""How much do numbering, chain, step and state cost beside the writing itself?

Ours: whole calls (eight observed facts each and what follows) through `Appender` and `SqliteStore` in groups. Anchors get
exactly the rows that ours wrote, in the same transactions, with the same pragmas: raw sqlite3, and Django's bulk_create
(fact rows by bulk_create, the other tables by the same raw statements).
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sanxiang.cli.benches import spread, versions
from sanxiang.core.facts.base import make_body
from sanxiang.core.standard import library
from sanxiang.core.standard.compiled import Standard
from sanxiang.log.appender import Appender, Proposal
from sanxiang.log.schema import PRAGMAS, SCHEMA
from sanxiang.log.server import settle_memory
from sanxiang.log.store import SqliteStore

SECOND = 1_000_000
START = 1_770_000_000 * SECOND
AGENTS = 50
Recorded = list[list[tuple[str, Any]]]  # groups of (statement, rows)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--groups", default="1,100,1000", help="每个事务里的事实数")
    parser.add_argument("--facts", type=int, default=4000, help="每轮观察到的事实数（组为 1 时取十分之一）")


def _proposals(count: int, digest: str) -> list[Proposal]:
    """Calls one after another; agent i takes every i-th."""
    made: list[Proposal] = []
    call = 0
    while len(made) < count:
        at, cid, agent = START + (60 + call * 2) * SECOND, f"c{call:06d}", f"{call % AGENTS + 1:02d}"
        offer = f"{cid}/1"
        words = ["date", "time", "agent", "name", "content", "result", "appointment"]
        steps: list[tuple[int, str, dict[str, Any]]] = [
            (0, "CallQueued", {"call": cid, "hotline": "hospital", "number": "8000", "pack": digest}),
            (100_000, "PhoneRang", {"call": cid, "offer": offer, "agent": agent}),
            (600_000, "CallAnswered", {"call": cid, "offer": offer, "agent": agent, "endpoint": "10" + agent}),
            (900_000, "NoticePlayed", {"call": cid, "prompt": "record_notice"}),
            (1_200_000, "CallEnded", {"call": cid, "agent": agent, "hung_up_by": "caller"}),
            (1_300_000, "RecordingStored", {"call": cid, "caller": f"r/{cid}-caller.wav", "agent": f"r/{cid}-agent.wav", "seconds": 0.6, "zero": at}),
            (1_500_000, "RegistrationSigned", {"call": cid, "agent": agent, "form": "consultation", "filled": words,
                                              "choices": {"result": "solved", "appointment": False}, "result": "solved"}),
            (1_600_000, "PhoneRegistered", {"agent": agent, "endpoint": "10" + agent}),
        ]  # fmt: skip
        made += [Proposal(make_body(kind, data), at + after) for after, kind, data in steps]
        call += 1
    return made[:count]


class _Recorder:
    """A connection that notes what is written, for the anchors."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self.groups = db, []  # type: ignore[var-annotated]

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        if statement == "BEGIN IMMEDIATE":
            self.groups.append([])
        elif statement.startswith(("INSERT", "UPDATE")):
            self.groups[-1].append((statement, [values]))
        return self._db.execute(statement, values)

    def executemany(self, statement: str, values: Any) -> sqlite3.Cursor:
        values = list(values)
        self.groups[-1].append((statement, values))
        return self._db.executemany(statement, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


def _prepared(path: Path, standards: dict[str, Standard], digest: str) -> tuple[SqliteStore, Appender]:
    """A store with the agents ready, and its appender."""
    store = SqliteStore(path)
    appender = Appender(store, standards, lambda: START + 10**9 * SECOND)
    appender.begin()
    appender.add([Proposal(make_body("PackPublished", {"hotline": "hospital", "number": "8000", "pack": digest, "name": "hospital"}), START)])
    for i in range(1, AGENTS + 1):
        agent = f"{i:02d}"
        for kind, data in (
            ("AgentAdded", {"agent": agent, "extension": "10" + agent}),
            ("PhoneRegistered", {"agent": agent, "endpoint": "10" + agent}),
            ("AgentStateChanged", {"agent": agent, "state": "ready"}),
        ):
            appender.add([Proposal(make_body(kind, data), START + i)])
    appender.commit()
    return store, appender


def _ours(path: Path, proposals: list[Proposal], group: int, standards: dict[str, Standard], digest: str, record: bool) -> tuple[float, int, Recorded, bytes]:
    store, appender = _prepared(path, standards, digest)
    appender.now = lambda: START + 10**9 * SECOND
    recorder = _Recorder(store.db)
    if record:
        store.db = recorder  # type: ignore[assignment]
    before, started = store.head, time.perf_counter()
    for i in range(0, len(proposals), group):
        appender.begin()
        for proposal in proposals[i : i + group]:
            appender.add([proposal])
        appender.commit()
    seconds = time.perf_counter() - started
    made, last = store.head - before, store.hash
    store.close()
    return seconds, made, recorder.groups, last


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        db.execute(pragma)
    db.executescript(SCHEMA)
    return db


def _raw(path: Path, groups: Recorded) -> float:
    db = _connect(path)
    started = time.perf_counter()
    for group in groups:
        db.execute("BEGIN IMMEDIATE")
        for statement, values in group:
            db.executemany(statement, values)
        db.execute("COMMIT")
    seconds = time.perf_counter() - started
    db.close()
    return seconds


def _django(path: Path, groups: Recorded) -> float:
    """The fact rows by bulk_create, the rest as raw does."""
    from django.db import transaction

    from sanxiang.cli.benches._django_facts import model

    fact, connection = model(path)
    started = time.perf_counter()
    for group in groups:
        with transaction.atomic(using="bench"):
            for statement, values in group:
                if statement.startswith("INSERT INTO fact"):
                    fact.objects.using("bench").bulk_create([fact(*v) for v in values])
                else:
                    connection.connection.executemany(statement, values)  # past Django's placeholders
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def _check(path: Path, last: bytes) -> None:
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT hash FROM fact ORDER BY n DESC LIMIT 1").fetchone()[0]
    assert bytes(found) == last, "the anchor wrote something else"


def run(args: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    loaded = library.load("hospital")
    standards = {loaded.digest: Standard.of(loaded.pack, loaded.digest)}
    rounds, results = max(5, args.rounds), []
    settle_memory()  # as the appender does
    for group in (int(g) for g in args.groups.split(",")):
        proposals = _proposals(args.facts if group > 1 else max(80, args.facts // 10), loaded.digest)
        times: dict[str, list[float]] = {"ours": [], "raw": [], "django": []}
        made = 0
        for number in range(rounds + 1):  # the first is a warm-up, and records what the anchors write
            with tempfile.TemporaryDirectory(prefix="sanxiang-bench-") as temporary:
                folder = Path(temporary)
                if number == 0:
                    _, made, groups, last = _ours(folder / "o.db", proposals, group, standards, loaded.digest, True)
                    _raw(folder / "r.db", groups)
                    _check(folder / "r.db", last)
                    continue
                seconds, _, _, _ = _ours(folder / "o.db", proposals, group, standards, loaded.digest, False)
                times["ours"].append(made / seconds)
                times["raw"].append(made / _raw(folder / "r.db", groups))
                times["django"].append(made / _django(folder / "d.db", groups))
                _check(folder / "d.db", last)
            say(f"组 {group} 第 {number}/{rounds} 轮：我们 {times['ours'][-1]:,.0f}、sqlite3 {times['raw'][-1]:,.0f}、bulk_create {times['django'][-1]:,.0f} 条/秒")
        results.append({
            "group": group, "facts": made, "ours": spread(times["ours"]), "anchor": spread(times["raw"]), "django": spread(times["django"]),
            "ratio": spread([a / b for a, b in zip(times["ours"], times["raw"], strict=True)]),
            "ratio_django": spread([a / b for a, b in zip(times["ours"], times["django"], strict=True)]),
        })  # fmt: skip
    import django

    return {
        "bench": "append", "unit": "facts/s (observed and derived)", "n": rounds, "groups": results,
        "ours": results[-1]["ours"], "anchor": results[-1]["anchor"], "ratio": results[-1]["ratio"],
        "settings": {"pragmas": list(PRAGMAS), "agents": AGENTS, **versions(django=django.get_version())},
    }  # fmt: skip


def words(document: dict[str, Any]) -> str:
    lines = ["组    我们      sqlite3   bulk_create  比 sqlite3（最小/中位/最大）"]
    for g in document["groups"]:
        r = g["ratio"]
        lines.append(
            f"{g['group']:<5} {g['ours']['median']:>9,.0f} {g['anchor']['median']:>9,.0f} {g['django']['median']:>9,.0f}    "
            f"{r['min']:.2f}/{r['median']:.2f}/{r['max']:.2f}"
        )
    return "\n".join(lines)

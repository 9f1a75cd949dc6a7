"""How late do clocks strike? 60, 300 and 600 promises fall due within a second, among 100,000 that do not.

Ours: the real server loop on a real store; late = when the miss was safe on disk − when it was due. Anchor: the same times
as timers of the event loop in memory, with nothing written.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sanxiang.cli.benches import percentile, spread, versions
from sanxiang.core.engine.context import Effect
from sanxiang.core.facts.base import make_body
from sanxiang.core.standard import library
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.reader import Loaded
from sanxiang.log.appender import Appender, Proposal
from sanxiang.log.server import AppenderServer
from sanxiang.log.store import SqliteStore

SECOND = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pending", type=int, default=100_000, help="不到期的钟")
    parser.add_argument("--due", default="60,300,600", help="一秒内到期的钟")


def now() -> int:
    return time.time_ns() // 1000


def _promise(name: str, due_at: int, digest: str) -> Proposal:
    return Proposal(make_body("PromiseMade", {"promise": name, "call": "", "owner": "01", "pack": digest, "due_at": due_at}))


async def _carry_out(effect: Effect) -> str:
    return "done"


async def _ours(server: AppenderServer, count: int, digest: str, name: str) -> list[float]:
    """Milliseconds late, of each miss."""
    start = now() + SECOND
    times = {f"{name}-{i}": start + i * SECOND // count for i in range(count)}
    await server.propose([_promise(key, at, digest) for key, at in times.items()])
    late: list[float] = []
    seen = server.store.head
    done = asyncio.Event()

    def look() -> None:
        nonlocal seen
        moment = now()
        missed = [f for f in server.store.facts(seen) if f.kind == "DeadlineMissed" and f.subject in times]
        late.extend((moment - times[f.subject]) / 1000 for f in missed)
        seen = server.store.head
        if len(late) >= count:
            done.set()

    server.changed.append(look)
    await asyncio.wait_for(done.wait(), 60)
    server.changed.remove(look)
    return late


async def _anchor(count: int) -> list[float]:
    loop, late = asyncio.get_running_loop(), []
    start = loop.time() + 0.2
    for i in range(count):
        at = start + i / count
        loop.call_at(at, lambda at=at: late.append((loop.time() - at) * 1000))  # type: ignore[misc]
    while len(late) < count:
        await asyncio.sleep(0.05)
    return late


async def _run(args: argparse.Namespace, say: Callable[[str], None], loaded: Loaded, folder: Path) -> list[dict[str, Any]]:
    store = SqliteStore(folder / "log.db")
    appender = Appender(store, {loaded.digest: Standard.of(loaded.pack, loaded.digest)}, now)
    server = AppenderServer(appender, store, _carry_out, {})
    running = asyncio.create_task(server.run())
    far = now() + 86_400 * SECOND
    for first in range(0, args.pending, 2000):
        chunk = range(first, min(first + 2000, args.pending))
        await server.propose([_promise(f"far-{i}", far + i, loaded.digest) for i in chunk])
        if first % 20_000 == 0:
            say(f"准备待走的钟 {first:,}/{args.pending:,}")
    results = []
    for count in (int(c) for c in args.due.split(",")):
        ours: list[list[float]] = []
        anchor: list[list[float]] = []
        for number in range(max(5, args.rounds)):
            ours.append(await _ours(server, count, loaded.digest, f"r{number}-{count}"))
            anchor.append(await _anchor(count))
            say(f"{count} 个到期，第 {number + 1} 轮：p99 迟 {percentile(ours[-1], 99):.1f} 毫秒（内存定时器 {percentile(anchor[-1], 99):.1f}）")
        mine, theirs = [percentile(v, 99) for v in ours], [percentile(v, 99) for v in anchor]
        results.append({
            "due": count, "ours": spread(mine), "anchor": spread(theirs), "p50": percentile(sum(ours, []), 50),  # noqa: RUF017
            "worst": max(max(v) for v in ours), "ratio": spread([a / b for a, b in zip(mine, theirs, strict=True)]),
        })  # fmt: skip
    running.cancel()
    store.close()
    return results


def run(args: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    loaded = library.load("hospital")
    with tempfile.TemporaryDirectory(prefix="sanxiang-bench-") as folder:
        results = asyncio.run(_run(args, say, loaded, Path(folder)))
    return {
        "bench": "deadlines", "unit": "ms late, p99 of a round", "n": max(5, args.rounds), "due": results,
        "ours": results[-1]["ours"], "anchor": results[-1]["anchor"], "ratio": results[-1]["ratio"],
        "settings": {"pending": args.pending, "within": "1 s", "durability": "WAL, synchronous=FULL", **versions()},
    }  # fmt: skip


def words(document: dict[str, Any]) -> str:
    lines = ["到期  p50     p99（最小/中位/最大）毫秒   内存定时器 p99"]
    for d in document["due"]:
        o = d["ours"]
        lines.append(f"{d['due']:<5} {d['p50']:>6.1f}  {o['min']:>6.1f}/{o['median']:.1f}/{o['max']:.1f}            {d['anchor']['median']:.1f}")
    return "\n".join(lines)

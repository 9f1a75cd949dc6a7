"""When is which live view built, and who hears of it? One loop: the log's head moved, build once per group, publish."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson

from sanxiang.web import live, wires
from sanxiang.web.live import LiveView, Viewer
from sanxiang.web.sessions import still_there

log = logging.getLogger("sanxiang.web.hub")
T = TypeVar("T")
POLL = 0.25  # seconds, when the appender does not call
CHECK = 5.0  # seconds between looks at the sessions


@dataclass(eq=False)
class Group:
    """Readers of one view with the same rights. ``event`` is the last message, ready to send."""

    view: LiveView
    key: str
    n: int = -1
    body: bytes = b""
    event: bytes = b""
    built_at: float = 0.0
    readers: set[Reader] = field(default_factory=set)


@dataclass(eq=False)
class Reader:
    """One open stream. ``sent`` holds by group the event that it has got; ``over``: say no more."""

    viewer: Viewer
    groups: list[Group]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    sent: dict[int, bytes] = field(default_factory=dict)
    over: str = ""

    def end(self, why: str) -> None:
        self.over = self.over or why
        self.wake.set()

    def news(self) -> list[bytes]:
        """Events not yet sent; a slow reader gets only the newest of each view."""
        fresh = [(i, g.event) for i, g in enumerate(self.groups) if g.event and self.sent.get(i) is not g.event]
        self.sent.update(fresh)
        return [event for _, event in fresh]


class Hub:
    """One per process."""

    def __init__(self) -> None:
        self.groups: dict[tuple[str, str], Group] = {}
        self.readers: set[Reader] = set()
        self.builds = 0  # how often a builder ran, for tests and doctor
        self._thread = ThreadPoolExecutor(1, "live")
        self._wake = asyncio.Event()
        self._stale = False
        self._checked_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self._forget: Callable[[], None] = lambda: None

    # -- life --------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Begins in the running loop."""
        loop = asyncio.get_running_loop()

        def nudged() -> None:
            loop.call_soon_threadsafe(self._nudged)

        self._forget = live.on_nudge(nudged)
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._listen())]

    def end_streams(self) -> None:
        """Lets every reader go; pages come back by themselves."""
        for reader in list(self.readers):
            reader.end("stopping")

    async def stop(self) -> None:
        self._forget()
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def aside(self, call: Callable[..., T], *args: Any) -> T:
        """Runs what asks a database in the one thread for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)

    # -- readers -----------------------------------------------------------------------------------------------------
    async def join(self, viewer: Viewer, views: list[LiveView]) -> Reader:
        """A new reader; its groups hold a fresh snapshot when this returns, if there is a log."""
        groups = []
        for view in views:
            key = (view.name, view.group(viewer))
            groups.append(self.groups.setdefault(key, Group(view, key[1])))
        reader = Reader(viewer, groups)
        self.readers.add(reader)
        for group in groups:
            group.readers.add(reader)
        self._wake.set()
        await self._build([g for g in groups if not g.event], tell_all=False)
        return reader

    def leave(self, reader: Reader) -> None:
        self.readers.discard(reader)
        for group in reader.groups:
            group.readers.discard(reader)
            if not group.readers:
                self.groups.pop((group.view.name, group.key), None)

    # -- the loop ----------------------------------------------------------------------------------------------------
    def _nudged(self) -> None:
        self._stale, self._checked_at = True, 0.0
        self._wake.set()

    async def _listen(self) -> None:
        """The appender calls after each group of facts; while it is away, `POLL` is what is left."""
        while True:
            with contextlib.suppress(OSError, ValueError):
                stream, sink = await asyncio.open_unix_connection(str(wires.folder().socket))
                try:
                    sink.write(b'{"do":"subscribe"}\n')
                    while await stream.readline():
                        self._wake.set()
                finally:
                    sink.close()
            await asyncio.sleep(1.0)

    async def _run(self) -> None:
        head = -1
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL if self.readers else None)
            self._wake.clear()
            try:
                newest = await self.aside(_head)
                stale, self._stale = self._stale or newest != head, False
                head = newest
                await self._build([g for g in self.groups.values() if stale or g.n != head or self._is_old(g)])
                if time.monotonic() - self._checked_at > CHECK:
                    await self._check()
            except Exception:
                log.exception("live views could not be built")
                await asyncio.sleep(1.0)

    @staticmethod
    def _is_old(group: Group) -> bool:
        return bool(group.view.every) and time.monotonic() - group.built_at >= group.view.every

    async def _build(self, groups: list[Group], tell_all: bool = True) -> None:
        for group in groups:
            n, body = await self.aside(_built, group.view, group.key)
            self.builds += 1
            group.n, group.built_at = n, time.monotonic()
            if body and body != group.body:
                group.body = body
                group.event = b"id: %d\nevent: %s\ndata: %s\n\n" % (n, group.view.name.encode(), body)
                for reader in group.readers:
                    reader.wake.set()

    async def _check(self) -> None:
        self._checked_at = time.monotonic()
        viewers = {r.viewer for r in self.readers}
        if not viewers:
            return
        alive = await self.aside(still_there, viewers)
        for reader in list(self.readers):
            if reader.viewer not in alive:
                reader.end("signed_out")


def _head() -> int:
    reader = wires.reader()
    return reader.head() if reader else -1


def _built(view: LiveView, key: str) -> tuple[int, bytes]:
    """The head before building and the view as JSON; b"" when there is no log, or the builder failed."""
    reader = wires.reader()
    if reader is None:
        return -1, b""
    n = reader.head()
    try:
        return n, orjson.dumps(view.build(reader, key, wires.now()), option=orjson.OPT_NON_STR_KEYS, default=str)
    except Exception:
        log.exception("live view %s of %r failed", view.name, key)
        return n, b""

"""What does the switch remember of a call while it lasts?"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import uuid4

from sanxiang.core.facts.calls import HungUpBy

_log = logging.getLogger(__name__)


class Phase(Enum):
    WAITING = "waiting"
    JOINING = "joining"  # a phone was picked up, caller and agent are being joined
    TALKING = "talking"
    OVER = "over"


@dataclass
class Leg:
    """One phone of one offer. ``id`` tells agent and endpoint, so that a leg is recognised after our restart."""

    call: Call
    offer: str
    agent: str
    endpoint: str
    id: str

    @staticmethod
    def new(call: Call, offer: str, agent: str, endpoint: str) -> Leg:
        return Leg(call, offer, agent, endpoint, f"leg-{endpoint}-{agent}-{uuid4().hex[:12]}")

    @staticmethod
    def found(call: Call, channel: str) -> Leg:
        """A leg of an earlier life of ours. Raises ValueError when the channel is none."""
        kind, endpoint, rest = channel.split("-", 2)
        if kind != "leg":
            raise ValueError(f"{channel} is no leg")
        return Leg(call, "", rest.rpartition("-")[0], endpoint, channel)


@dataclass
class Offer:
    """An agent being rung. ``causes``: Q.850 of the phones that ended so far."""

    offer: str
    agent: str
    legs: dict[str, Leg] = field(default_factory=dict)
    causes: list[int] = field(default_factory=list)
    rang: bool = False
    quiet: asyncio.TimerHandle | None = None

    def silence(self) -> None:
        if self.quiet is not None:
            self.quiet.cancel()
            self.quiet = None


@dataclass
class Playing:
    """A prompt under way. ``cut``: we stopped it."""

    id: str
    prompt: str
    cut: bool = False


@dataclass
class Call:
    """``channel`` is the caller's. ``up``: the caller was answered (200 sent)."""

    id: str
    channel: str
    number: str = ""
    caller: str = ""
    phase: Phase = Phase.WAITING
    up: bool = False
    bridge: asyncio.Task[None] | None = None
    offers: dict[str, Offer] = field(default_factory=dict)
    leg: Leg | None = None
    answered: int = 0  # us, when the winning phone was picked up
    agent_left: tuple[HungUpBy, int] | None = None  # while both were being joined
    holds: set[str] = field(default_factory=set)  # who holds: "desk" (by command), "phone"
    playing: dict[str, Playing] = field(default_factory=dict)
    ending: HungUpBy | None = None  # who asked us to end it
    caller_left: asyncio.Event = field(default_factory=asyncio.Event)
    left_at: int = 0  # us, when the caller's channel ended

    @property
    def bridge_id(self) -> str:
        return f"b-{self.id}"


def call_id(channel: str) -> str:
    """The call's id from the caller's channel ("1764000000.12" gives "c1764000000-12"); the dialplan does the same."""
    return "c" + channel.replace(".", "-")


def now() -> int:
    """us UTC, the clock that Asterisk on this machine reads too."""
    return time.time_ns() // 1000


class Tasks:
    """Keeps what runs beside the events, and tells of what failed."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed: %s", task.get_name(), error, exc_info=error)

"""Two theatres for the same plays: `FakeSwitch` with scripted phones, Asterisk with SIPp.

A play says what phones and callers do and then looks at the facts that were reported. Delays are seconds of real
time on both, so the plays keep them short.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import time
import wave
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import quote

from sanxiang.cli.sip.kit import Kit, Sipp, free_port
from sanxiang.core.facts import Body
from sanxiang.core.facts.agents import PhoneRegistered
from sanxiang.core.facts.calls import CallQueued
from sanxiang.ground import tools
from sanxiang.ground.asterisk import asterisk_layout
from sanxiang.switch.asterisk import AsteriskProcess, AsteriskSwitch, Setup
from sanxiang.switch.fake import FakePhone, FakeSwitch
from sanxiang.switch.port import Line, Reported, RunningCall, Seat, Switch
from sanxiang.switch.rescue import Asking

B = TypeVar("B", bound=Body)

LINES = [Line("8000", "hospital", "pack-a"), Line("8001", "water", "pack-b")]
SEATS = [Seat(f"{n:02}", f"10{n:02}", f"sip-{n:02}-secret", f"web-{n:02}-secret") for n in range(1, 5)]
NOTICE, LONG = "notice", "long"
PROMPTS = {NOTICE: 0.6, LONG: 30.0}


class Stage(ABC):
    """``facts``: everything reported so far. ``data``: what the paths of recordings are relative to."""

    switch: Switch
    data: Path

    def __init__(self) -> None:
        self.facts: list[Reported] = []
        self.running: list[RunningCall] = []
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._news = asyncio.Event()
        self.running = await self.switch.start(self.report)
        await self.switch.configure(LINES, SEATS)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.switch.stop()

    def report(self, reported: Reported) -> None:
        self.facts.append(reported)
        self._news.set()

    def all(self, kind: type[B], call: str = "") -> list[B]:
        bodies = [reported.body for reported in self.facts]
        return [b for b in bodies if isinstance(b, kind) and (not call or getattr(b, "call", "") == call)]

    def kinds(self, call: str) -> list[str]:
        """The story of a call, in the order in which it was reported."""
        return [type(r.body).__name__ for r in self.facts if getattr(r.body, "call", "") == call]

    def when(self, kind: type[B], call: str, nth: int = 0) -> float:
        """Epoch seconds by the switch's clock."""
        found = [r for r in self.facts if isinstance(r.body, kind) and getattr(r.body, "call", "") == call]
        return found[nth].happened / 1e6

    async def until(
        self, kind: type[B], call: str = "", nth: int = 0, seconds: float = 15, **fields: Any
    ) -> B:
        """Waits for the nth fact of a kind with such fields. Raises TimeoutError with all that was reported."""
        end = time.monotonic() + seconds
        while True:
            found = [b for b in self.all(kind, call) if all(getattr(b, k) == v for k, v in fields.items())]
            if len(found) > nth:
                return found[nth]
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 0.25)
            if time.monotonic() > end:
                raise TimeoutError(f"no {kind.__name__} {fields}: {[r.body for r in self.facts]}")

    @abstractmethod
    async def phone(
        self,
        agent: str,
        answer_after: float | None = 0.5,
        refuse: str = "",
        hold: tuple[float, float] | None = None,
        hang_up_after: float | None = None,
    ) -> Any:
        """A registered desk phone. ``refuse``: busy or refused."""

    @abstractmethod
    async def dials(
        self,
        number: str = "8000",
        caller: str = "13800000001",
        talk: float | None = None,
        patience: float | None = None,
    ) -> str:
        """Somebody calls; the id when the call is queued."""


class FakeStage(Stage):
    def __init__(self, data: Path) -> None:
        super().__init__()
        self.data = data
        self.switch = self.fake = FakeSwitch(data=data, prompts=PROMPTS)

    async def phone(
        self,
        agent: str,
        answer_after: float | None = 0.5,
        refuse: str = "",
        hold: tuple[float, float] | None = None,
        hang_up_after: float | None = None,
    ) -> None:
        await asyncio.sleep(0)  # reporting begins
        self.fake.phone_registers(
            agent, FakePhone(answer_after, refuse, hold=hold, hang_up_after=hang_up_after)
        )

    async def dials(
        self,
        number: str = "8000",
        caller: str = "13800000001",
        talk: float | None = None,
        patience: float | None = None,
    ) -> str:
        call = await self.fake.caller_calls(number, caller, talk=talk, patience=patience)
        await self.until(CallQueued, call)
        return call


class AsteriskHouse:
    """A private Asterisk on free ports in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        tools.obtain("asterisk")
        tools.obtain("sipp")
        first = 20_000 + 2 * secrets.randbelow(5_000)
        self.setup = Setup(
            data=folder,
            sip=free_port(),
            http=_free_tcp(),
            rtp=(first, first + 999),
            ari_password=secrets.token_hex(12),
        )
        self.process = AsteriskProcess(self.setup, asterisk_layout())

    def open(self) -> None:
        self.process.start()
        for name, seconds in PROMPTS.items():
            _write_tone_prompt(self.setup.prompts / f"{name}.wav", seconds)

    def clear(self) -> None:
        """Ends what a test left behind: a killed SIPp says no BYE, and its call would wait in the emergency queue."""
        ask = Asking(self.setup.http, self.setup.ari_password)
        for channel in ask("GET", "/channels"):
            ask.done("DELETE", f"/channels/{channel['id']}")
        for recording in self.setup.monitor.glob("*.wav"):
            recording.unlink(missing_ok=True)

    def close(self) -> None:
        self.process.stop()


class AsteriskStage(Stage):
    def __init__(self, house: AsteriskHouse) -> None:
        super().__init__()
        self.house, self.data = house, house.setup.data
        self.switch = AsteriskSwitch(house.setup)
        self.callers: dict[str, Sipp] = {}
        self.phones: dict[str, Sipp] = {}
        self._ports: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        self.kit = Kit(self.house.setup.sip)
        return await super().__aenter__()

    async def __aexit__(self, *_: object) -> None:
        for agent, port in self._ports.items():  # the next test starts without phones
            seat = _seat(agent)
            if agent in self.phones:
                self.phones[agent].kill()
            await asyncio.to_thread(self.kit.register, seat.extension, seat.sip_password, port, 0)
        await super().__aexit__()
        await asyncio.to_thread(self.kit.close)
        await asyncio.to_thread(self.house.clear)

    async def phone(
        self,
        agent: str,
        answer_after: float | None = 0.5,
        refuse: str = "",
        hold: tuple[float, float] | None = None,
        hang_up_after: float | None = None,
    ) -> Sipp:
        seat = _seat(agent)
        self._ports[agent] = port = free_port()
        line = {"": "", "busy": "486 Busy Here", "refused": "603 Decline"}[refuse]

        def start() -> Sipp:
            return self.kit.phone(
                seat.extension, seat.sip_password, answer_after=answer_after, refuse=line, hold=hold,
                hang_up_after=hang_up_after, port=port,
            )  # fmt: skip

        self.phones[agent] = await asyncio.to_thread(start)
        await self.until(PhoneRegistered, agent=agent, endpoint=seat.extension)
        return self.phones[agent]

    async def dials(
        self,
        number: str = "8000",
        caller: str = "13800000001",
        talk: float | None = None,
        patience: float | None = None,
        **more: Any,
    ) -> str:
        before = len(self.all(CallQueued))
        sipp = await asyncio.to_thread(
            lambda: self.kit.caller(number, caller=quote(caller), talk=talk, patience=patience, **more)
        )
        call = (await self.until(CallQueued, nth=before)).call
        self.callers[call] = sipp
        return call

    async def die(self) -> None:
        """As `kill -9` would: the socket closes, nothing is put in order."""
        assert isinstance(self.switch, AsteriskSwitch)
        await self.switch.abandon()

    async def come_back(self) -> list[RunningCall]:
        """A new switch without memory takes over."""
        self.switch = AsteriskSwitch(self.house.setup)
        self.running = await self.switch.start(self.report)
        await self.switch.configure(LINES, SEATS)
        return self.running


def _seat(agent: str) -> Seat:
    return next(seat for seat in SEATS if seat.agent == agent)


def _free_tcp() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write_tone_prompt(path: Path, seconds: float) -> None:
    """A square wave of 1000 Hz."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes((b"\x00\x10" * 4 + b"\x00\xf0" * 4) * round(seconds * 1000))

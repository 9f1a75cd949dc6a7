"""A switch without telephones: scripted phones and callers behind the same port. For tests and rehearsals.

    fake = FakeSwitch(time=VirtualTime())
    await fake.start(report); await fake.configure(lines, seats)
    fake.phone_registers("01", FakePhone(answer_after=4))
    call = await fake.caller_calls("8000", "13800000001", patience=30)
    await fake.time.advance(5)

`tests/contracts/switch` holds it to the same behaviour as Asterisk.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time as clock
import wave
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sanxiang.core.facts import Body, agents, calls
from sanxiang.core.facts.calls import HungUpBy
from sanxiang.switch.callers import kind_of
from sanxiang.switch.port import Line, Report, Reported, RunningCall, Seat, SwitchError


class Time(Protocol):
    def now(self) -> int: ...
    async def sleep(self, seconds: float) -> None: ...


class RealTime:
    """The machine's clock, us UTC."""

    def now(self) -> int:
        return clock.time_ns() // 1000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class VirtualTime:
    """A clock that stands until it is advanced."""

    def __init__(self, start: int = 1_767_225_600_000_000) -> None:
        self._now = start
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> int:
        return self._now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + round(seconds * 1e6), next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Lets everything happen that is due within so many seconds, in order."""
        until = self._now + round(seconds * 1e6)
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not future.done():
                future.set_result(None)
            await _settle()
        self._now = until


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@dataclass(frozen=True)
class FakePhone:
    """``answer_after``: seconds of ringing, None never; ``refuse``: "busy" or "refused" instead.

    ``hold``: holds the caller so many seconds after the answer, for so many; ``hang_up_after``: ends the talk itself.
    """

    answer_after: float | None = 0.5
    refuse: str = ""
    hold: tuple[float, float] | None = None
    hang_up_after: float | None = None


@dataclass
class _Call:
    id: str
    talk: float | None
    patience: float | None
    answered: bool = False
    over: bool = False
    agent: str = ""
    began: int = 0
    holds: set[str] = field(default_factory=set)
    offers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    prompts: list[asyncio.Task[None]] = field(default_factory=list)


class FakeSwitch:
    """``data``: where recordings are written (silence); without it only their paths are told.

    ``prompts``: length in seconds by name; `play` of another name is an error, as with Asterisk. ``ready``: what was
    mirrored last. ``released``: calls handed to the emergency queue.
    """

    def __init__(
        self, time: Time | None = None, data: Path | None = None, prompts: dict[str, float] | None = None
    ) -> None:
        self.time = time or RealTime()
        self.prompts = prompts or {}
        self.ready: list[str] = []
        self.released: list[str] = []
        self._data = data
        self._lines: dict[str, Line] = {}
        self._seats: dict[str, Seat] = {}
        self._phones: dict[str, dict[str, FakePhone]] = {}  # agent -> endpoint -> phone
        self._calls: dict[str, _Call] = {}
        self._report: Report | None = None
        self._starting = False
        self._kept: list[Reported] = []
        self._numbers = itertools.count()
        self._tasks: set[asyncio.Task[Any]] = set()

    # ---- the script

    async def caller_calls(
        self,
        number: str,
        caller: str = "13800000001",
        *,
        talk: float | None = None,
        patience: float | None = None,
    ) -> str:
        """Somebody dials. ``talk``: hangs up so many seconds after the answer; ``patience``: gives up after ringing."""
        if (line := self._lines.get(number)) is None:
            raise SwitchError(f"号码 {number} 不存在（404）。解决办法：先用 configure 登记这条热线。")
        now = self.time.now()
        call = _Call(f"c{now // 1_000_000}-{next(self._numbers)}", talk, patience)
        self._calls[call.id] = call
        kind, usable = kind_of(caller)
        private = {"caller": usable} if usable else {}
        body = calls.CallQueued(
            call=call.id, hotline=line.hotline, number=number, pack=line.pack, caller_kind=kind
        )
        self._tell(body, private)
        if patience is not None:
            self._spawn(self._gives_up(call, patience))
        return call.id

    async def caller_hangs_up(self, call: str) -> None:
        self._end(call, "caller")

    async def agent_hangs_up(self, call: str) -> None:
        self._end(call, "agent")

    async def line_breaks(self, call: str) -> None:
        self._end(call, "line")

    def phone_registers(self, agent: str, phone: FakePhone | None = None, endpoint: str = "") -> None:
        """A phone of the agent is there (``endpoint`` "": the desk phone), or behaves differently from now on."""
        endpoint = endpoint or self._seats[agent].extension
        phones = self._phones.setdefault(agent, {})
        if endpoint not in phones:
            self._tell(agents.PhoneRegistered(agent=agent, endpoint=endpoint))
        phones[endpoint] = phone or FakePhone()

    def phone_leaves(self, agent: str, endpoint: str = "") -> None:
        endpoint = endpoint or self._seats[agent].extension
        if self._phones.get(agent, {}).pop(endpoint, None) is not None:
            self._tell(agents.PhoneLost(agent=agent, endpoint=endpoint))

    def phone_holds(self, call: str) -> None:
        self._hold(call, "phone")

    def phone_resumes(self, call: str) -> None:
        self._free(call, "phone")

    # ---- the port

    async def start(self, report: Report) -> list[RunningCall]:
        """After a `stop`, calls that went on are told; those that waited have been released."""
        self._starting = True
        running = [RunningCall(call.id, True, call.agent) for call in self._calls.values() if call.answered]

        def begin() -> None:
            self._report = report
            for kept in self._kept:
                report(kept)
            self._kept.clear()
            for agent, phones in self._phones.items():
                for endpoint in phones:
                    self._tell(agents.PhoneRegistered(agent=agent, endpoint=endpoint))

        asyncio.get_running_loop().call_soon(begin)
        return running

    async def stop(self) -> None:
        for call in list(self._calls.values()):
            if not call.answered:
                await self.release(call.id)
        self._report = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def configure(self, lines: list[Line], seats: list[Seat]) -> None:
        self._lines = {line.number: line for line in lines}
        self._seats = {seat.agent: seat for seat in seats}

    async def offer(self, call: str, offer: str, agent: str) -> None:
        known = self._calls.get(call)
        if known is None or known.answered or offer in known.offers:
            return
        phones = dict(self._phones.get(agent, {}))
        if not phones:
            self._tell(calls.OfferFailed(call=call, offer=offer, agent=agent, cause="unreachable"))
            return
        known.offers[offer] = self._spawn(self._ring(known, offer, agent, phones))

    async def withdraw(self, call: str, offer: str) -> None:
        known = self._calls.get(call)
        if known is not None and not known.answered and (task := known.offers.pop(offer, None)) is not None:
            task.cancel()

    async def play(self, call: str, prompt: str) -> None:
        if prompt not in self.prompts:
            raise SwitchError(f"没有提示音「{prompt}」。解决办法：在规范包中写出它的文字。")
        if (known := self._calls.get(call)) is not None:
            known.prompts.append(self._spawn(self._play(known, prompt)))

    async def stop_playing(self, call: str) -> None:
        if (known := self._calls.get(call)) is not None:
            self._cut(known)

    async def hold(self, call: str) -> None:
        self._hold(call, "desk")

    async def resume(self, call: str) -> None:
        self._free(call, "desk")

    async def hang_up(self, call: str, by: str) -> None:
        if by not in ("agent", "line"):
            raise SwitchError(f"不能以「{by}」的名义挂机，只能是 agent 或 line。")
        known = self._calls.get(call)
        if known is not None and not known.answered:
            self._forget(known)
            self._tell(calls.CallTimedOut(call=call))
        else:
            self._end(call, "agent" if by == "agent" else "line")

    async def release(self, call: str) -> None:
        known = self._calls.get(call)
        if known is not None and not known.answered:
            self._forget(known)
            self.released.append(call)
            self._tell(calls.CallReleased(call=call))

    async def mirror(self, ready: list[str]) -> None:
        self.ready = list(ready)

    # ---- what happens

    async def _ring(self, call: _Call, offer: str, agent: str, phones: dict[str, FakePhone]) -> None:
        """The phones of one offer, until the first is picked up or all have refused."""
        refusals = [phone.refuse for phone in phones.values() if phone.refuse]
        ringing = {endpoint: phone for endpoint, phone in phones.items() if not phone.refuse}
        first = next(iter(ringing or phones))
        self._tell(calls.PhoneRang(call=call.id, offer=offer, agent=agent, endpoint=first))
        if not ringing:
            await self.time.sleep(0.2)
            call.offers.pop(offer, None)
            cause = "refused" if "refused" in refusals else "busy"
            self._tell(calls.OfferFailed(call=call.id, offer=offer, agent=agent, cause=cause))  # type: ignore[arg-type]
            return
        answers = [
            (phone.answer_after, name) for name, phone in ringing.items() if phone.answer_after is not None
        ]
        if not answers:
            return
        after, endpoint = min(answers)
        await self.time.sleep(after)
        if call.over or call.answered:
            return
        call.answered, call.agent, call.began = True, agent, self.time.now()
        call.offers.pop(offer, None)
        for other in call.offers.values():
            other.cancel()
        call.offers.clear()
        self._cut(call)
        self._tell(calls.CallAnswered(call=call.id, offer=offer, agent=agent, endpoint=endpoint))
        phone = phones[endpoint]
        if call.talk is not None:
            self._spawn(self._hangs_up_after(call, call.talk, "caller"))
        if phone.hang_up_after is not None:
            self._spawn(self._hangs_up_after(call, phone.hang_up_after, "agent"))
        if phone.hold is not None:
            self._spawn(self._holds_after(call, *phone.hold))

    async def _gives_up(self, call: _Call, seconds: float) -> None:
        await self.time.sleep(seconds)
        if not call.answered:
            self._end(call.id, "caller")

    async def _hangs_up_after(self, call: _Call, seconds: float, by: HungUpBy) -> None:
        await self.time.sleep(seconds)
        self._end(call.id, by)

    async def _holds_after(self, call: _Call, seconds: float, lasting: float) -> None:
        await self.time.sleep(seconds)
        self.phone_holds(call.id)
        await self.time.sleep(lasting)
        self.phone_resumes(call.id)

    async def _play(self, call: _Call, prompt: str) -> None:
        complete = False
        try:
            await self.time.sleep(self.prompts[prompt])
            complete = True
        finally:
            self._tell(calls.NoticePlayed(call=call.id, prompt=prompt, complete=complete))

    def _cut(self, call: _Call) -> None:
        for task in call.prompts:
            task.cancel()
        call.prompts.clear()

    def _hold(self, call: str, by: str) -> None:
        if (known := self._calls.get(call)) is not None and known.answered:
            if not known.holds:
                self._tell(calls.HoldStarted(call=call, agent=known.agent))
            known.holds.add(by)

    def _free(self, call: str, by: str) -> None:
        if (known := self._calls.get(call)) is not None and by in known.holds:
            known.holds.discard(by)
            if not known.holds:
                self._tell(calls.HoldEnded(call=call, agent=known.agent))

    def _end(self, call: str, by: HungUpBy) -> None:
        if (known := self._calls.get(call)) is None:
            return
        self._forget(known)
        if not known.answered:
            self._tell(calls.CallAbandoned(call=call))
            return
        if known.holds:
            self._tell(calls.HoldEnded(call=call, agent=known.agent))
        self._tell(calls.CallEnded(call=call, agent=known.agent, hung_up_by=by))
        self._store(known)

    def _store(self, call: _Call) -> None:
        sides = {side: f"recordings/{call.id}-{side}.wav" for side in ("caller", "agent")}
        length = self.time.now() - call.began
        for path in sides.values() if self._data is not None else ():
            assert self._data is not None
            (self._data / path).parent.mkdir(parents=True, exist_ok=True)
            with wave.open(str(self._data / path), "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(8000)
                out.writeframes(bytes(2 * (length * 8 // 1000)))
        self._tell(calls.RecordingStored(call=call.id, **sides, seconds=length / 1e6, zero=call.began))

    def _forget(self, call: _Call) -> None:
        call.over = True
        self._calls.pop(call.id, None)
        for task in call.offers.values():
            task.cancel()
        self._cut(call)

    def _tell(self, body: Body, private: dict[str, str] | None = None) -> None:
        reported = Reported(body, self.time.now(), private or {})
        if self._report is not None:
            self._report(reported)
        elif self._starting:
            self._kept.append(reported)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


__all__ = ["FakePhone", "FakeSwitch", "RealTime", "Time", "VirtualTime"]

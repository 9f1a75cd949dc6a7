"""How do appender and switch work together? Facts from the switch in, effects of the standard out.

This is the wiring inside the appender's process: it knows the port `switch.port.Switch`, no adapter.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from sanxiang.core.engine.context import Effect
from sanxiang.core.facts.agents import PhoneLost
from sanxiang.core.facts.calls import CallEnded, CallReleased, OfferFailed
from sanxiang.core.facts.system import ClockAdvanced, PackPublished, SystemStarted
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.reader import from_canonical
from sanxiang.ground.clock import Clock
from sanxiang.ground.folder import Folder
from sanxiang.log.appender import Appender, Proposal
from sanxiang.log.server import AppenderServer, problem
from sanxiang.log.store import SqliteStore
from sanxiang.switch.port import Line, Reported, RunningCall, Seat, Switch

log = logging.getLogger("sanxiang.appender")
LONGEST_ADVANCE = 10 * 366 * 86_400_000_000  # us


class Hotline:
    """One appender with one switch. Use: `await start(version)`, then `run()` until it returns the fatal error."""

    def __init__(self, folder: Folder, switch: Switch) -> None:
        self.folder, self.switch, self.clock = folder, switch, Clock(folder)
        self.store = SqliteStore(folder.log_db)
        standards = {d: Standard.of(from_canonical(text), d) for d, text in self.store.packs().items()}
        self.appender = Appender(self.store, standards, self.clock.now)
        handlers = {
            "publish": self._publish, "configure": self._configure, "switch": self._switch, "advance": self._advance,
        }  # fmt: skip
        self.server = AppenderServer(self.appender, self.store, self._carry_out, handlers)
        self.server.changed.append(self._mirror)
        self._ready: list[str] = []
        self._seats: list[Seat] = []
        self._mirroring: asyncio.Task[None] | None = None

    async def start(self, version: str) -> None:
        """Connects the switch, settles what a former process left behind, then listens."""
        await self.switch.configure(self._lines(), self._seats)
        running = await self.switch.start(self._report)  # what it reports waits until we have settled the past
        self._settle(running, version)
        self._run = asyncio.create_task(self.server.run())
        self._socket = await self.server.listen(self.folder.socket)  # commands only now: seats and lines need the switch

    async def run(self) -> BaseException | None:
        """Serves until the store fails; gives the reason."""
        waited: set[asyncio.Future[Any]] = {self._run, self.server.failed}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if self.server.failed.done():
            return self.server.failed.result()
        return self._run.exception()

    async def stop(self) -> None:
        """Lets the switch go (conversations go on, new calls meet the emergency queue), writes what is still there."""
        if self._mirroring:
            self._mirroring.cancel()
        await self.switch.stop()
        self._socket.close()
        await asyncio.sleep(0)
        self._run.cancel()
        self.store.close()

    # -- facts in ----------------------------------------------------------------------------------------------------
    def _report(self, reported: Reported) -> None:
        self.server.post(Proposal(reported.body, reported.happened + self.clock.offset(), reported.private))

    def _settle(self, running: list[RunningCall], version: str) -> None:
        """What a former process left: nobody is blamed for the time in which we were not there.

        Callers who waited left our queue when it died, so that is the moment that is written, before any clock of theirs
        strikes. Talks that the switch no longer has are over; when they ended, nobody saw.
        """
        state, last, there = self.appender.state, self.store.last_at, {r.call for r in running}
        gone = [c.id for c in state.waiting()]
        over = [c for c in state.calls.values() if c.phase == "talking" and c.id not in there]
        lost = [PhoneLost(agent=a.number, endpoint=p, reason="重启") for a in state.agents.values() for p in a.phones]
        self.appender.begin()
        for call in gone:
            self.appender.add([Proposal(CallReleased(call=call, reason="重启时移交应急队列"), last, at=last)])
        self.appender.add([Proposal(SystemStarted(program=version))])
        for talk in over:
            self.appender.add([Proposal(CallEnded(call=talk.id, agent=talk.agent, hung_up_by="line"))])
        for body in lost:
            self.appender.add([Proposal(body)])
        self.appender.commit()

    # -- effects out -------------------------------------------------------------------------------------------------
    async def _carry_out(self, effect: Effect) -> str:
        data: dict[str, Any] = effect.data
        try:
            if effect.kind == "offer":
                await self.switch.offer(data["call"], data["offer"], data["agent"])
            elif effect.kind == "withdraw":
                await self.switch.withdraw(data["call"], data["offer"])
            elif effect.kind == "play":
                await self.switch.play(data["call"], data["prompt"])
            elif effect.kind == "hang_up":
                await self.switch.hang_up(data["call"], data["by"])
            # an alert is shown by whoever reads the tail: nothing to do here
            return "done"
        except Exception:
            log.exception("effect %s %s failed", effect.kind, effect.key)
            if effect.kind == "offer":
                body = OfferFailed(call=data["call"], offer=data["offer"], agent=data["agent"], cause="error")
                self.server.post(Proposal(body))
            return "failed"

    def _mirror(self) -> None:
        """Tells the emergency queue who chose to be ready, when that changed; also who talks now, for calls end."""
        agents = self.appender.state.agents.values()
        ready = sorted(a.number for a in agents if a.chosen == "ready" and a.phones)
        if ready != self._ready and (self._mirroring is None or self._mirroring.done()):
            self._ready = ready
            self._mirroring = asyncio.create_task(self._mirror_now())

    async def _mirror_now(self) -> None:
        try:
            await self.switch.mirror(self._ready)
        except Exception:
            log.exception("the emergency queue could not be told who is ready")
        await asyncio.sleep(0.2)
        asyncio.get_running_loop().call_soon(self._mirror)

    # -- commands of `up` and the rooms ------------------------------------------------------------------------------
    def _lines(self) -> list[Line]:
        return [Line(h.number, h.id, h.pack) for _, h in sorted(self.appender.state.hotlines.items())]

    async def _publish(self, document: dict[str, Any]) -> dict[str, Any]:
        """{"do": "publish", "hotline", "number", "digest", "text", "by"?}: calls begin under this pack from now on."""
        digest, pack = document["digest"], from_canonical(document["text"])
        self.appender.standards[digest] = Standard.of(pack, digest)
        self.store.add_pack(digest, pack.pack, document["text"])
        now = self.appender.state.hotlines.get(document["hotline"])
        answer: dict[str, Any] = {"ok": True, "n": [], "counted": []}
        if now is None or (now.pack, now.number) != (digest, document["number"]):
            body = PackPublished(
                hotline=document["hotline"], number=document["number"], pack=digest, name=pack.pack,
                by=document.get("by", ""),
            )  # fmt: skip
            answer = await self.server.propose([Proposal(body)])
        await self.switch.configure(self._lines(), self._seats)
        return answer

    async def _configure(self, document: dict[str, Any]) -> dict[str, Any]:
        """{"do": "configure", "seats": [{"agent", "extension", "sip_password", "web_password"}]}."""
        self._seats = [Seat(s["agent"], s["extension"], s["sip_password"], s["web_password"]) for s in document["seats"]]
        await self.switch.configure(self._lines(), self._seats)
        return {"ok": True, "n": [], "counted": []}

    async def _switch(self, document: dict[str, Any]) -> dict[str, Any]:
        """{"do": "switch", "act": "hold" | "resume", "call", "agent"}: what has no gate of its own."""
        call = self.appender.state.calls.get(document["call"])
        if call is None or call.phase != "talking":
            return problem("not_talking", "这通来电现在不在通话中")
        if document.get("agent") not in (None, "", call.agent):
            return problem("not_yours", f"这通来电由 {call.agent} 号接听")
        await {"hold": self.switch.hold, "resume": self.switch.resume}[document["act"]](call.id)
        return {"ok": True, "n": [], "counted": []}

    async def _advance(self, document: dict[str, Any]) -> dict[str, Any]:
        """{"do": "advance", "us"}: the test clock; refused without `up --test-clock`."""
        self.clock.offset()
        if not self.clock.enabled:
            return problem("no_test_clock", "没有启用测试时钟", "用 sanxiang up --test-clock 启动")
        by = int(document["us"])
        if not 0 < by <= LONGEST_ADVANCE:
            return problem("bad_value", "时钟只能往前拨，一次至多十年")
        path = self.folder.clock_json
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps({"test": True, "offset_us": self.clock.offset() + by}))
        temporary.replace(path)
        return await self.server.propose([Proposal(ClockAdvanced(by_us=by))])

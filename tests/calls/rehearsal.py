"""A hotline in rehearsal: the real appender with its socket, pages' database and accounts; only the telephones are played."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

from sanxiang.core.facts.agents import AgentAdded
from sanxiang.core.standard import library
from sanxiang.ground.clock import Clock
from sanxiang.ground.folder import Folder
from sanxiang.log.appender import Proposal
from sanxiang.log.client import Client
from sanxiang.log.reader import LogReader
from sanxiang.people import services as people
from sanxiang.site.hotline import Hotline
from sanxiang.switch.fake import FakePhone, FakeSwitch

T = TypeVar("T")


class Rehearsal:
    """Use as a context manager. Calls are answered at once by the desk phone of whoever is ready."""

    def __init__(self, root: Path, pack: str | Path = "hospital") -> None:
        self.folder = Folder(root / "data")
        self.folder.root.mkdir()
        self.folder.clock_json.write_text(json.dumps({"test": True, "offset_us": 0}))
        self.clock = Clock(self.folder)
        self.client = Client(self.folder.socket)
        self.pack = library.load(pack)
        people.bootstrap(self.folder)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        from sanxiang.people.queries import seats

        self._thread.start()
        self.do(self._open(seats()))
        self.reader = LogReader(self.folder.log_db)
        return self

    async def _open(self, seats: list[dict[str, str]]) -> None:
        self.fake = FakeSwitch(prompts={"record_notice": 0.02})
        self.hotline = Hotline(self.folder, self.fake)
        await self.hotline.start("test")
        self._serving = asyncio.create_task(self.hotline.run())
        publish = {"hotline": "hospital", "number": "8000", "digest": self.pack.digest, "text": self.pack.text}
        await self.hotline._publish(publish)
        await self.hotline.server.propose([Proposal(AgentAdded(agent=s["agent"], extension=s["extension"])) for s in seats])
        await self.hotline._configure({"seats": seats})

    def __exit__(self, *_: object) -> None:
        self.reader.close()
        self.do(self.hotline.stop())
        self.do(_end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs in the hotline's loop and waits."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def until(self, what: Callable[[], T], seconds: float = 5) -> T:
        """Waits for something true and gives it. Fails saying what was there last."""
        end = time.monotonic() + seconds
        while True:
            found = what()
            if found:
                return found
            assert time.monotonic() < end, f"not in {seconds} s: {found!r}"
            time.sleep(0.01)

    # -- the story -----------------------------------------------------------------------------------------------------
    def ready(self, agent: str, answer_after: float | None = 0.02) -> None:
        """The agent's desk phone is there and the agent ready; ``answer_after`` None: lets it ring."""

        async def register() -> None:
            self.fake.phone_registers(agent, FakePhone(answer_after=answer_after))

        self.do(register())
        self.until(lambda: (a := self.reader.agent(agent)) and a.phones)
        self.propose("AgentStateChanged", agent=agent, state="ready")

    def propose(self, kind: str, **data: Any) -> dict[str, Any]:
        return self.client.propose({"kind": kind, "data": data})

    def rings(self, number: str = "13800000000") -> str:
        """Somebody dials; gives the call when it is in the log."""
        call = self.do(self.fake.caller_calls("8000", number))
        self.until(lambda: self.reader.call(call))
        return call

    def answered(self, number: str = "13800000000") -> str:
        call = self.rings(number)
        self.until(lambda: (c := self.reader.call(call)) and c.phase == "talking" and self.facts(call, "NoticePlayed"))
        return call

    def bye(self, call: str) -> None:
        """The caller hangs up."""
        self.do(self.fake.caller_hangs_up(call))
        self.until(lambda: (c := self.reader.call(call)) and c.ended_at)

    def talked(self, number: str = "13800000000") -> str:
        """A whole conversation; its registration is open."""
        call = self.answered(number)
        self.bye(call)
        return call

    def advance(self, seconds: float) -> None:
        answer = self.client.request({"do": "advance", "us": int(seconds * 1_000_000)})
        assert answer["ok"], answer

    def facts(self, call: str, kind: str) -> list[Any]:
        return [f.body for f in self.reader.facts_of(call) if f.kind == kind]

    def now(self) -> int:
        return self.clock.now()


async def _end_tasks() -> None:
    tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

"""How do many senders share the one appender? A socket, a queue, and one transaction for whatever has arrived.

No waiting for more: a group is what came while the last one was being written. The clock is one more sender.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from sanxiang.core.engine.context import Effect
from sanxiang.core.facts import FactError
from sanxiang.core.facts.base import make_body
from sanxiang.log.appender import Appended, Appender, BadProposal, Proposal
from sanxiang.log.store import SqliteStore, StoreError


def settle_memory() -> None:
    """What is loaded stays: the collector looks at calls only, and less often. For the appender's process, once."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


#: commands that other rooms add: name -> handler of the document, answering a document
Handlers = Mapping[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]]
log = logging.getLogger("sanxiang.appender")
MAX_LINE = 4 * 1024 * 1024
_encode = msgspec.json.Encoder().encode


@dataclass
class _Job:
    proposals: list[Proposal]
    done: asyncio.Future[dict[str, Any]] | None = None
    key: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


class AppenderServer:
    """Owns the appender in one event loop. ``carry_out`` gets each effect after its fact is safe.

    ``failed`` is set when the store cannot be written: the process must end then, for memory is ahead of the disk.
    """

    def __init__(
        self, appender: Appender, store: SqliteStore, carry_out: Callable[[Effect], Awaitable[str]], handlers: Handlers
    ) -> None:
        self.appender, self.store, self.carry_out, self.handlers = appender, store, carry_out, handlers
        self.failed: asyncio.Future[StoreError] = asyncio.get_running_loop().create_future()
        self.changed: list[Callable[[], None]] = []  # called after each group
        self._jobs: list[_Job] = []
        self._wake = asyncio.Event()
        self._finished: list[tuple[str, str]] = []
        self._watchers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    # -- sending -----------------------------------------------------------------------------------------------------
    def post(self, *proposals: Proposal) -> None:
        """Adds facts that nobody waits for (what the switch saw)."""
        self._jobs.append(_Job(list(proposals)))
        self._wake.set()

    async def propose(self, proposals: list[Proposal], key: str = "") -> dict[str, Any]:
        """Adds facts, all or none, and gives the answer of `log.client`. Raises StoreError when nothing was kept."""
        job = _Job(proposals, asyncio.get_running_loop().create_future(), key)
        self._jobs.append(job)
        self._wake.set()
        assert job.done is not None
        return await job.done

    def tick(self) -> None:
        """Lets every clock strike whose time has come."""
        self.post()

    # -- the one loop ------------------------------------------------------------------------------------------------
    async def run(self) -> None:
        """Writes groups until cancelled or `failed`."""
        self._retry_effects()
        self._set_timer()
        while not self.failed.done():
            await self._wake.wait()
            self._wake.clear()
            if self._jobs or self._finished:
                self._group()
                self._set_timer()
            await asyncio.sleep(0)  # let arrivals in: they make the next group

    def _group(self) -> None:
        jobs, self._jobs = self._jobs, []
        finished, self._finished = self._finished, []
        try:
            self.appender.begin()
            self.appender.strike_until(self.appender.now())
            for job in jobs:
                self._try(job)
            if finished:
                self.store.finish_effects(finished)
            effects = self.appender.commit()
        except StoreError as error:
            for job in jobs:
                if job.done and not job.done.done():
                    job.done.set_exception(error)
            if not self.failed.done():
                self.failed.set_result(error)
            return
        for job in jobs:
            if job.done and not job.done.done():
                job.done.set_result(job.answer)
        for effect in effects:
            self._dispatch(effect)
        self._nudge()
        for listener in self.changed:
            listener()

    def _try(self, job: _Job) -> None:
        """Adds a job; what is wrong with its form is its own answer and stops nobody else's."""
        try:
            self._add(job)
        except BadProposal as error:
            log.warning("a proposal could not be worked with: %s", error)
            job.answer = problem("bad_request", f"这条请求处理不了：{error}", "请检查各项的写法后再试")
        except StoreError:
            raise
        except Exception as error:
            log.exception("step failed on %s", job.proposals)
            raise StoreError(f"推演出错，内存中的状态已不可信：{error!r}。请重新启动，已写下的事实都在") from error

    def _add(self, job: _Job) -> None:
        if not job.proposals:
            return
        if job.key and (before := self.store.answered(job.key)) is not None:
            job.answer = msgspec.json.decode(before)
            return
        job.answer = answer_of(self.appender.add(job.proposals))
        if job.key and job.answer["ok"]:
            self.store.answer(job.key, job.answer["n"][-1], _encode(job.answer).decode())

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        due = self.appender.next_due()
        if due is not None:
            delay = max(0.0, (due - self.appender.now()) / 1_000_000)
            self._timer = asyncio.get_running_loop().call_later(min(delay, 3600.0), self.tick)

    # -- effects -----------------------------------------------------------------------------------------------------
    def _retry_effects(self) -> None:
        """Effects that a former process wrote but did not report as carried out."""
        for key, kind, body, expires in self.store.open_effects():
            self._dispatch(Effect(kind, key, msgspec.json.decode(body), expires))

    def _dispatch(self, effect: Effect) -> None:
        if effect.expires < self.appender.now():
            self._finish("expired", effect.key)
            return
        task = asyncio.get_running_loop().create_task(self._do(effect))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, effect: Effect) -> None:
        state = await self.carry_out(effect)
        self._finish(state, effect.key)

    def _finish(self, state: str, key: str) -> None:
        self._finished.append((state, key))
        if len(self._finished) == 1:  # written with the next group, or soon
            asyncio.get_running_loop().call_later(0.25, self._wake.set)

    # -- the socket --------------------------------------------------------------------------------------------------
    async def listen(self, path: Path) -> asyncio.Server:
        """Serves `log.client` on a socket that only this user may open."""
        path.unlink(missing_ok=True)
        old = os.umask(0o177)
        try:
            return await asyncio.start_unix_server(self._serve, str(path), limit=MAX_LINE)
        finally:
            os.umask(old)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                answer = await self._answer(line, writer)
                if answer is not None:
                    writer.write(_encode(answer) + b"\n")
                    await writer.drain()
        except (ConnectionError, ValueError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the sender is gone, or we are
        finally:
            self._watchers.discard(writer)
            with contextlib.suppress(Exception):
                writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> dict[str, Any] | None:
        try:
            document = msgspec.json.decode(line)
            do = document["do"]
            if do == "subscribe":
                self._watchers.add(writer)
                return {"n": self.store.head}
            if do == "propose":
                return await self.propose([proposal_of(f) for f in document["facts"]], document.get("key", ""))
            if do == "head":
                return {"ok": True, "n": self.store.head, "at": self.appender.now()}
            if do in self.handlers:
                return await self.handlers[do](document)
            return problem("unknown_command", f"不认识的命令 {do}")
        except (FactError, KeyError, TypeError, ValueError, msgspec.DecodeError) as error:
            return problem("bad_request", f"请求写法不对：{error}")
        except StoreError as error:
            return problem("disk_full" if error.full else "store", str(error))
        except Exception as error:
            log.exception("a command failed: %s", line[:200])
            return problem("failed", f"没有办成：{error}", "稍后再试；仍不行请运行 sanxiang doctor")

    def _nudge(self) -> None:
        line = _encode({"n": self.store.head}) + b"\n"
        for writer in list(self._watchers):
            if writer.transport.get_write_buffer_size() < 65536:  # a slow one reads by number later
                writer.write(line)


def problem(code: str, text: str, cure: str = "") -> dict[str, Any]:
    """A refusal in the form of `log.client`."""
    return {"ok": False, "problems": [{"code": code, "problem": text, "cure": cure, "fields": [], "clause": "", "ask": False}]}


#: what a person may propose; everything else is seen by the switch or made by the standard
BY_PEOPLE = frozenset(
    "AgentAdded AgentStateChanged EndRequested RegistrationSigned RegistrationParked PromiseMade PromiseReplied "
    "PersonalDataRead".split()
)


def proposal_of(document: dict[str, Any]) -> Proposal:
    """A person's proposal from its JSON. Raises FactError or KeyError."""
    kind, data, private = document["kind"], document.get("data", {}), document.get("private", {})
    if kind not in BY_PEOPLE:
        raise FactError(f"{kind} 不能由人写入")
    body = make_body(kind, data)
    if raw := [field for field in body.private if getattr(body, field)]:
        raise FactError(f"{'、'.join(raw)} 是个人信息，要放在 private 里，不能写进事实")
    if not isinstance(private, dict) or set(private) - set(body.private):
        raise FactError(f"private 只能有 {'、'.join(body.private) or '（没有）'}")
    words = document.get("words")
    if words is not None and not isinstance(words, dict):
        raise FactError("words 应是登记表的各项与内容")
    if kind == "RegistrationSigned" and words is None:
        raise FactError("登记签名要带 words：登记表的各项与内容")
    return Proposal(body, 0, private, True, words)


def answer_of(appended: Appended) -> dict[str, Any]:
    """What the sender hears."""
    admission = appended.admission
    if admission.refusals:
        return {"ok": False, "problems": [msgspec.to_builtins(r) for r in admission.refusals]}
    counted = [{"clause": d.clause, "control": d.control, "missing": list(d.missing)} for d in admission.counted]
    return {"ok": True, "n": appended.numbers, "counted": counted}

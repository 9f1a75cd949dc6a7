"""Bad requests at the appender's socket are answered and stop nobody."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sanxiang.core.engine.context import Effect
from sanxiang.log.client import Client
from sanxiang.log.server import AppenderServer
from tests.log.kit import LOADED, Paper, paper


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Paper, Client]]:
    """An appender with one call in wrap-up, behind its socket."""
    hotline = paper(tmp_path)
    hotline.say(0, "AgentStateChanged", agent="01", state="ready")
    hotline.answered_call(10)
    loop = asyncio.new_event_loop()
    ready: list[AppenderServer] = []

    async def carry_out(effect: Effect) -> str:
        return "done"

    async def serve() -> None:
        server = AppenderServer(hotline.appender, hotline.store, carry_out, {})  # type: ignore[arg-type]
        await server.listen(tmp_path / "s")
        ready.append(server)
        await server.run()

    def run() -> None:
        asyncio.set_event_loop(loop)
        with contextlib.suppress(RuntimeError):  # stopped from outside
            loop.run_until_complete(serve())

    thread = Thread(target=run, daemon=True)
    thread.start()
    while not ready:
        time.sleep(0.01)
    yield hotline, Client(tmp_path / "s", 5)
    assert not ready[0].failed.done()
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


SIGN: dict[str, Any] = {"call": "c1", "agent": "01", "form": "consultation", "filled": [], "result": "solved"}
BAD: dict[str, Any] = {
    "derived": {"kind": "DeadlineMissed", "data": {"clause": "H01", "control": "answer", "subject": "c1", "due_at": 1}},
    "seen by the switch only": {"kind": "CallEnded", "data": {"call": "c1", "agent": "01", "hung_up_by": "caller"}},
    "unknown kind": {"kind": "Nothing", "data": {}},
    "unknown field": {"kind": "EndRequested", "data": {"call": "c1", "agent": "01", "x": 1}},
    "number for text": {"kind": "EndRequested", "data": {"call": 7, "agent": "01"}},
    "personal data in the fact": {
        "kind": "PromiseMade",
        "data": {"promise": "p", "call": "c1", "owner": "01", "pack": LOADED.digest, "contact": "13800000001"},
    },
    "private that is none": {"kind": "EndRequested", "data": {"call": "c1", "agent": "01"}, "private": {"call": "x"}},
    "signed without words": {"kind": "RegistrationSigned", "data": SIGN},
    "words that are a list": {"kind": "RegistrationSigned", "data": SIGN, "words": [1]},
    "no kind": {"data": {}},
    "a list": [1, 2],
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_proposal_is_answered_and_the_next_one_works(served: tuple[Paper, Client], name: str) -> None:
    _, client = served
    head = client.request({"do": "head"})["n"]
    answer = client.request({"do": "propose", "facts": [BAD[name]]})
    assert answer["ok"] is False
    assert answer["problems"][0]["problem"]
    assert client.request({"do": "head"})["n"] == head
    good = {"kind": "AgentStateChanged", "data": {"agent": "02", "state": "busy"}}
    assert client.propose(good)["ok"]


def test_lines_that_are_no_json_are_answered(served: tuple[Paper, Client]) -> None:
    import socket

    _, client = served
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(str(client.path))
        raw.sendall(b"{not json\n[]\n\xff\xfe\n")
        raw.settimeout(5)
        lines = raw.makefile("rb")
        answers = [json.loads(lines.readline()) for _ in range(3)]
    assert [a["ok"] for a in answers] == [False, False, False]


def test_the_same_key_twice_is_written_once(served: tuple[Paper, Client]) -> None:
    _, client = served
    fact = {"kind": "AgentStateChanged", "data": {"agent": "02", "state": "break"}}
    first, second = client.propose(fact, key="k"), client.propose(fact, key="k")
    assert first == second

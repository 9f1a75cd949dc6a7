"""A stream tells everything at once and then each change; it is built once a group and ends with the session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sanxiang.log.reader import LogReader
from sanxiang.web import live
from sanxiang.web.sessions import still_there, viewer_of
from tests.web.kit import House, Stream


@pytest.fixture
def counted() -> Iterator[list[str]]:
    """Registers the view "states" (agents' states, one group a role) and gives the groups that were built."""
    built: list[str] = []

    @live.live_view("states", roles=("agent", "supervisor"), group=lambda v: "supervisor" if "supervisor" in v.roles else "agent")
    def states(log: LogReader, group: str, now_us: int) -> dict[str, Any]:
        built.append(group)
        return {"group": group, "states": {a.number: a.state for a in log.agents()}}

    yield built
    live._VIEWS.pop("states")


def next_of(events: Iterator[tuple[str, str, str]], kind: str = "message") -> tuple[str, Any]:
    """The next event of a kind; the line's beats (every 15 s) bound the waiting."""
    beats = 0
    for event, number, data in events:
        if event == kind:
            return number, json.loads(data)
        beats += event == "clock"
        assert beats < 3, f"no {kind} came"
    raise AssertionError(f"the stream ended before {kind}")


def test_first_the_clock_then_a_snapshot_then_each_change(house: House, counted: list[str]) -> None:
    house.open_hotline()
    stream = Stream(house.serve(), "/stream/states", house.cookie("agent01"))
    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    events = stream.events()
    assert next_of(events, "clock")[1]["now"] > 1_700_000_000_000_000
    number, snapshot = next_of(events)
    assert snapshot["states"]["02"] == "offline"
    [n] = house.say("AgentStateChanged", agent="02", state="ready")
    later, changed = next_of(events)
    assert changed["states"]["02"] == "ready"
    assert int(later) >= n > int(number)


def test_each_group_is_built_once_however_many_watch(house: House, counted: list[str]) -> None:
    house.open_hotline()
    address = house.serve()
    watchers = [Stream(address, "/stream/states", house.cookie(f"agent0{i}")) for i in range(1, 6)]
    watchers.append(Stream(address, "/stream/states", house.cookie("agent10")))
    events = [w.events() for w in watchers]
    for e in events:
        next_of(e)
    counted.clear()
    house.say("AgentStateChanged", agent="02", state="ready")
    seen = [next_of(e)[1] for e in events]
    assert all(s["states"]["02"] == "ready" for s in seen)
    assert [s["group"] for s in seen] == ["agent"] * 5 + ["supervisor"]
    assert sorted(counted) == ["agent", "supervisor"]


def test_a_change_that_shows_nothing_is_not_sent(house: House, counted: list[str]) -> None:
    house.open_hotline()
    stream = Stream(house.serve(), "/stream/states", house.cookie("agent01"))
    events = stream.events()
    next_of(events)
    house.say("PhoneLost", agent="02", endpoint="1002")
    house.say("AgentStateChanged", agent="03", state="break")
    assert next_of(events)[1]["states"]["03"] == "break"


def test_several_views_on_one_line(house: House, counted: list[str]) -> None:
    house.open_hotline()
    stream = Stream(house.serve(), "/stream/states,line", house.cookie("agent01"))
    events = stream.events()
    seen = {next(events)[0], next(events)[0], next(events)[0]}
    assert seen == {"clock", "states", "line"}


def test_the_stream_ends_when_the_session_does(house: House, counted: list[str]) -> None:
    house.open_hotline()
    browser = house.browser("agent01")
    from django.conf import settings

    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
    other = Stream(house.serve(), "/stream/states", house.cookie("agent02"))
    stream = Stream(f"http://127.0.0.1:{other.socket.getpeername()[1]}", "/stream/states", cookie)
    events = stream.events()
    next_of(events)
    browser.post("/sign-out/")
    assert next_of(events, "over")[1] == {"why": "signed_out"}
    assert list(events) == []
    next_of(others := other.events())
    house.say("AgentStateChanged", agent="02", state="ready")
    assert next_of(others)[1]["states"]["02"] == "ready"  # who stays signed in goes on


@pytest.mark.parametrize("change", ["password", "roles", "inactive"])
def test_a_session_is_over_when_the_account_changes(house: House, change: str) -> None:
    cookie = dict([house.cookie("agent01").split("=")])
    viewer = viewer_of(cookie)
    assert viewer is not None and viewer.agent_number == "01"
    assert still_there([viewer]) == {viewer}
    account = house.account("agent01")
    if change == "password":
        account.set_password("anders-9-anders")
    elif change == "roles":
        account.roles = ["agent", "supervisor"]
    else:
        account.is_active = False
    account.save()
    assert still_there([viewer]) == set()


@pytest.mark.parametrize(
    ("path", "login", "status"),
    [
        ("/stream/states", "", 401),
        ("/stream/states", "agent01", 200),
        ("/stream/nothing", "agent01", 404),
        ("/stream/states,nothing", "agent01", 404),
        ("/stream/people", "agent01", 403),
        ("/stream/states,people", "agent01", 403),
        ("/stream/people", "agent10", 200),
    ],
)
def test_who_gets_which_stream(house: House, counted: list[str], path: str, login: str, status: int) -> None:
    house.open_hotline()
    assert Stream(house.serve(), path, house.cookie(login) if login else "").status == status


def test_a_forged_cookie_is_a_stranger(house: House, counted: list[str]) -> None:
    from django.conf import settings

    assert Stream(house.serve(), "/stream/states", f"{settings.SESSION_COOKIE_NAME}=abcdefghijklmnop").status == 401


def test_a_stream_waits_for_a_log_that_is_not_there_yet(house: House, counted: list[str]) -> None:
    stream = Stream(house.serve(), "/stream/states", house.cookie("agent01"))
    events = stream.events()
    next_of(events, "clock")
    house.open_hotline()
    assert next_of(events)[1]["group"] == "agent"


def test_a_broken_builder_does_not_stop_the_others(house: House, counted: list[str]) -> None:
    @live.live_view("broken", roles=())
    def broken(log: LogReader, group: str, now_us: int) -> dict[str, Any]:
        raise ValueError("a bug")

    try:
        house.open_hotline()
        events = Stream(house.serve(), "/stream/broken,states", house.cookie("agent01")).events()
        assert next_of(events, "states")[1]["group"] == "agent"
    finally:
        live._VIEWS.pop("broken")

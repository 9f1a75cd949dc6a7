"""The supervisor's page: what it holds, and how soon."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sanxiang.core.facts.base import make_body
from sanxiang.ground.clock import Clock
from sanxiang.log.appender import Proposal
from sanxiang.reports import live
from sanxiang.site.jobs_main import Jobs
from tests.web.kit import HOSPITAL, House, Stream

SECOND = 1_000_000


@pytest.fixture
def jobs(house: House) -> Iterator[Jobs]:
    """The jobs process, as a thread."""
    running = Jobs(house.folder)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    yield running
    running.stopping.set()
    thread.join(5)


def queue(house: House, call: str, ago: float, number: str = "13800001234") -> int:
    """A caller who has been waiting for so many seconds; gives when they came, us."""
    since = Clock(house.folder).now() - round(ago * SECOND)
    body = make_body("CallQueued", {"call": call, "hotline": "hospital", "number": "8000", "pack": HOSPITAL.digest})
    answer = house.engine.run(house.hotline.server.propose([Proposal(body, since, {"caller": number})]))
    assert answer["ok"], answer
    return since


def page(house: House) -> dict[str, Any]:
    return live.supervisor(house.reader(), "", Clock(house.folder).now())


def test_the_breach_of_ring_four_stands_there_within_a_second_of_its_moment(house: House, jobs: Jobs) -> None:
    house.open_hotline()
    stream = Stream(house.serve(), "/stream/supervisor", house.cookie("agent10"))
    since = queue(house, "c1", ago=13.5)
    clock = Clock(house.folder)
    for event, _, data in stream.events():
        if event == "clock":
            continue
        view = json.loads(data)
        rows = [b for b in view["breaches"]["rows"] if b["clause"] == "H01"]
        if rows:
            seen = clock.now()
            break
    moment = since + 15 * SECOND
    assert rows[0]["at"] == pytest.approx(moment, abs=SECOND // 2)
    assert seen - moment < SECOND
    assert rows[0]["call"] == "c1"
    assert "H01" in view["html"]["breaches"] and "/calls/c1/" in view["html"]["breaches"]


def test_waiting_callers_stand_with_masked_numbers_and_who_is_rung(house: House) -> None:
    house.open_hotline()
    house.say("PhoneRegistered", agent="01", endpoint="1001")
    house.say("AgentStateChanged", agent="01", state="ready")
    queue(house, "c1", ago=2)
    queue(house, "c2", ago=1, number="anonymous")
    view = page(house)
    assert [(w["call"], w["caller"], w["agent"], w["place"]) for w in view["waiting"]] == [
        ("c1", "138****1234", "01", 0), ("c2", "未显示号码", "", 1),
    ]  # fmt: skip
    assert "13800001234" not in json.dumps(view, ensure_ascii=False)
    assert view["advice"]["level"] == "warn" and "没有人示闲" in view["advice"]["title"]
    assert next(a for a in view["agents"] if a["agent"] == "01")["state"] == "ringing"


def test_figures_of_today_come_with_fraction_unknown_target_and_their_calls(house: House) -> None:
    house.open_hotline()
    house.answered_call("c1")
    view = page(house)
    tile = next(t for t in view["tiles"] if t["clause"] == "C37")
    assert (tile["value"], tile["unit"], tile["sub"], tile["target"], tile["unknown"]) == ("100", "%", "1 / 1", "98%", 0)
    assert tile["url"].startswith("/calls/?") and "figure=pack%3Aon_time_answer_rate" in tile["url"]
    browser = house.browser("agent10")
    answer = browser.get(tile["url"])
    assert answer.status_code == 200
    assert answer.context["count"] == 1


def test_promises_stand_by_the_time_left(house: House) -> None:
    house.open_hotline()
    house.answered_call("c1")
    now = Clock(house.folder).now()
    for name, minutes in (("p1", 20), ("p2", 4)):
        house.say("PromiseMade", promise=name, call="c1", owner="01", pack=HOSPITAL.digest, consent=True, due_at=now + minutes * 60 * SECOND)
    view = page(house)
    assert [p["promise"] for p in view["promises"]] == ["p2", "p1"]
    assert "到时" in view["advice"]["title"]


def test_without_the_jobs_process_the_page_folds_by_itself(house: House) -> None:
    house.open_hotline()
    queue(house, "c1", ago=15.2)
    deadline = time.monotonic() + 10
    while not [f for f in house.reader().facts() if f.kind == "DeadlineMissed"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert [b["clause"] for b in page(house)["breaches"]["rows"]] == ["H01"]


def test_jobs_waits_for_a_log_and_makes_tables_anew_when_they_are_gone(house: House) -> None:
    jobs = Jobs(house.folder)
    assert jobs.step() is False, "no log yet"
    house.open_hotline()
    queue(house, "c1", ago=1)
    assert jobs.step() is True
    for suffix in ("", "-wal", "-shm"):
        house.folder.read_db.with_name(house.folder.read_db.name + suffix).unlink(missing_ok=True)
    queue(house, "c2", ago=1)
    jobs.step()
    assert jobs.step() is True
    jobs.stopping.set()
    jobs.run()
    assert len(page(house)["waiting"]) == 2


def test_figures_that_are_behind_are_shown_and_said_to_be(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.open_hotline()
    page(house)  # the tables are there
    monkeypatch.setattr("sanxiang.reports.services._follows", lambda folder: True)  # a jobs process that does nothing
    house.answered_call("c1")
    view = page(house)
    assert view["behind"] > 0 and "条事实未计入" in view["html"]["breaches"]
    assert [a["state"] for a in view["agents"] if a["agent"] == "01"] == ["wrap_up"], "what happens now is never behind"

"""Who owes a reply by when, and what keeps the promise?"""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.cases import queries
from sanxiang.cases.rules import share_used, time_left, urgency
from sanxiang.core.rings import HOUR, MINUTE, SECOND
from sanxiang.records import signing
from tests.calls.browser import Person
from tests.calls.rehearsal import Rehearsal

NOON = 1_770_004_800_000_000  # 2026-02-02 12:00 in Shanghai


@pytest.mark.parametrize(
    ("left", "words"),
    [(6 * MINUTE, "余 6 分"), (59 * SECOND, "余 59 秒"), (-12 * MINUTE, "超 12 分"), (0, "超 0 秒"),
     (5 * HOUR, "今天 17:00"), (21 * HOUR, "明天 9:00"), (20 * 24 * HOUR, "2月22日 12:00")],
)  # fmt: skip
def test_time_left_in_words(left: int, words: str) -> None:
    assert time_left(NOON + left, NOON) == words


def test_urgency_and_share() -> None:
    assert urgency("open", NOON + 6 * MINUTE, NOON) == "calm"
    assert urgency("open", NOON + 5 * MINUTE, NOON) == "warn"
    assert urgency("open", NOON, NOON) == "breach"
    assert urgency("breach", NOON + HOUR, NOON) == "breach"
    assert share_used(NOON, NOON + 30 * MINUTE, NOON + 15 * MINUTE) == 50


def promised(hotline: Rehearsal, agent: str = "01", number: str = "13800001234") -> str:
    call = hotline.talked(number)
    values = {
        "name": "王女士", "content": "问专家门诊", "result": "unsolved", "appointment": False, "consent": True,
        "contact": number, "question": "秦主任哪天出诊",
    }  # fmt: skip
    answer = signing.sign(hotline.reader, hotline.client, call, agent, values, now=hotline.now())
    assert answer["ok"], answer
    return str(answer["promise"]["id"])


def page(person: Person, query: str = "") -> str:
    return str(person.get(f"/promises/{query}", Accept="text/html").content.decode())


def reply(person: Person, promise: str, **fields: Any) -> Any:
    return person.http.post(f"/promises/{promise}/reply/", fields, headers={"Accept": "application/json"})


def test_a_reply_in_time_keeps_the_promise(hotline: Rehearsal) -> None:
    hotline.ready("01")
    promise = promised(hotline)
    agent = Person(hotline, "01")
    shown = page(agent)
    assert "秦主任哪天出诊" in shown and "138****1234" in shown and "13800001234" not in shown
    assert reply(agent, promise, text="周三上午", reached="yes").json()["ok"]
    kept = hotline.reader.promise(promise)
    assert kept.state == "kept" and kept.replied_by == "01"
    assert "没有等回复的来电者" in page(agent)


def test_a_late_reply_is_recorded_and_the_promise_stays_broken(hotline: Rehearsal) -> None:
    hotline.ready("01")
    promise = promised(hotline)
    hotline.advance(31 * 60)
    hotline.until(lambda: hotline.reader.promise(promise).state == "breach")
    assert [p.id for p in queries.unanswered(hotline.reader, "01")] == [promise]
    assert queries.listed(hotline.reader, open_only=True) == []
    agent = Person(hotline, "01")
    assert "已过时限" in page(agent)
    assert reply(agent, promise, text="周三上午").json()["ok"]
    late = hotline.reader.promise(promise)
    assert late.state == "breach" and late.replied_at and queries.unanswered(hotline.reader) == []


def test_not_reaching_the_caller_does_not_stop_the_clock(hotline: Rehearsal) -> None:
    hotline.ready("01")
    promise = promised(hotline)
    assert reply(Person(hotline, "01"), promise, reached="no").json()["ok"]
    assert hotline.reader.promise(promise).replied_at == 0
    hotline.advance(31 * 60)
    hotline.until(lambda: hotline.reader.promise(promise).state == "breach")


def test_an_empty_reply_keeps_nothing(hotline: Rehearsal) -> None:
    hotline.ready("01")
    promise = promised(hotline)
    assert reply(Person(hotline, "01"), promise, text="  ").status_code == 409
    assert hotline.reader.promise(promise).state == "open"


def test_colleagues_see_their_own_and_supervisors_see_all(hotline: Rehearsal) -> None:
    hotline.ready("01")
    promise = promised(hotline)
    colleague, supervisor = Person(hotline, "02"), Person(hotline)
    assert "秦主任哪天出诊" not in page(colleague)
    assert "秦主任哪天出诊" not in page(colleague, "?whose=all")
    assert "秦主任哪天出诊" in page(supervisor)
    assert reply(colleague, promise, text="我来答").json()["problems"][0]["code"] == "not_yours"
    assert reply(supervisor, promise, text="班长代回").json()["ok"]
    assert hotline.reader.promise(promise).replied_by == "admin"


def test_the_contact_is_shown_on_request_and_that_is_recorded(hotline: Rehearsal) -> None:
    hotline.ready("01")
    promise = promised(hotline)
    assert Person(hotline, "02").post(f"/promises/{promise}/contact/").status_code == 403
    assert Person(hotline, "01").post(f"/promises/{promise}/contact/").json()["number"] == "13800001234"
    read = [f.body for f in hotline.reader.facts() if f.kind == "PersonalDataRead"]
    assert [(r.of, r.by) for r in read] == [(promise, "01")]


def test_promises_stand_by_time_left(hotline: Rehearsal) -> None:
    hotline.ready("01")
    first = promised(hotline, number="13800000001")
    hotline.advance(60)
    second = promised(hotline, number="13800000002")
    assert [p.id for p in queries.listed(hotline.reader)] == [first, second]

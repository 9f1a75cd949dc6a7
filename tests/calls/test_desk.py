"""What does the agent's desk show, and what do its keys do?"""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.calls.desk import build
from sanxiang.people.services import ensure_django
from tests.calls.browser import Person
from tests.calls.rehearsal import Rehearsal


def desk(hotline: Rehearsal, agent: str = "01", name: str = "周宁") -> dict[str, Any]:
    ensure_django(hotline.folder)
    return build(hotline.reader, agent, name, hotline.now())


def test_a_ringing_call_shows_a_masked_number_both_clocks_and_the_greeting(hotline: Rehearsal) -> None:
    hotline.ready("01", answer_after=None)
    call = hotline.rings("13800001234")
    hotline.until(lambda: (hotline.reader.call(call).offers or [None])[0] and hotline.reader.call(call).offers[0].rang_at)
    seen = desk(hotline)
    assert seen["ringing"]["call"] == call
    assert seen["ringing"]["caller"] == {"masked": "138****1234", "known": True, "kind": "number"}
    assert 0 < seen["ringing"]["queued_at"] <= seen["ringing"]["rang_at"]
    assert (seen["ringing"]["limit"], seen["ringing"]["cycle"]) == (15_000_000, 5_000_000)
    assert "01" in seen["say"]["opening"][0]["words"] and "周宁" in seen["say"]["opening"][0]["words"]
    assert seen["call"] is None


def test_nobody_else_sees_the_call(hotline: Rehearsal) -> None:
    hotline.ready("01", answer_after=None)
    hotline.rings()
    other = desk(hotline, "02", "何静")
    assert other["ringing"] is None and other["waiting"]["count"] == 0


def test_waiting_callers_are_those_for_whom_no_phone_rings(hotline: Rehearsal) -> None:
    hotline.rings("13800000001")
    hotline.rings("13800000002")
    seen = desk(hotline)["waiting"]
    assert seen["count"] == 2 and seen["longest"] > 0


def test_in_a_call_the_end_key_waits_for_the_caller_and_asks_for_a_reason(hotline: Rehearsal) -> None:
    hotline.ready("01")
    call = hotline.answered()
    seen = desk(hotline)
    assert seen["call"]["phase"] == "talking" and seen["call"]["notice"] == "played"
    assert seen["gates"]["end"]["strength"] == "ask" and seen["gates"]["end"]["clause"] == "H11"
    agent = Person(hotline, "01")
    refused = agent.post("/desk/end/", call=call)
    assert refused.status_code == 409 and refused.json()["problems"][0]["ask"] is True
    assert hotline.reader.call(call).phase == "talking"
    assert agent.post("/desk/end/", call=call, reason="对方长时间无声").json()["ok"]
    hotline.until(lambda: hotline.reader.call(call).ended_at)
    assert hotline.facts(call, "EndRequested")[0].reason == "对方长时间无声"
    assert hotline.facts(call, "CallEnded")[0].hung_up_by == "agent"


def test_after_the_call_the_signing_clock_and_the_verdicts_stand_there(hotline: Rehearsal) -> None:
    hotline.ready("01")
    call = hotline.talked()
    seen = desk(hotline)
    assert seen["call"]["phase"] == "wrap_up"
    assert seen["call"]["sign_due"] - seen["call"]["ended_at"] == 180_000_000
    by_title = {(v["clause"], v["verdict"]) for v in seen["call"]["verdicts"]}
    assert ("H01", "kept") in by_title and ("H12", "pending") in by_title
    assert seen["registration"]["call"] == call


def test_hold_and_resume_reach_the_switch_for_the_owner_only(hotline: Rehearsal) -> None:
    hotline.ready("01")
    call = hotline.answered()
    assert Person(hotline, "02").post("/desk/hold/", call=call, act="hold").status_code == 409
    agent = Person(hotline, "01")
    assert agent.post("/desk/hold/", call=call, act="hold").json()["ok"]
    hotline.until(lambda: hotline.reader.call(call).held_since)
    assert desk(hotline)["call"]["held_since"] > 0
    assert agent.post("/desk/hold/", call=call, act="resume").json()["ok"]
    hotline.until(lambda: not hotline.reader.call(call).held_since)


def test_the_state_keys_change_the_state(hotline: Rehearsal) -> None:
    agent = Person(hotline, "01")
    assert agent.post("/desk/state/", state="break").json()["ok"]
    assert hotline.reader.agent("01").chosen == "break"
    assert agent.post("/desk/state/", state="asleep").status_code == 400


def test_a_caller_without_a_number_is_called_so(hotline: Rehearsal) -> None:
    hotline.ready("01")
    hotline.answered("anonymous")
    seen = desk(hotline)["call"]["caller"]
    assert seen["known"] is False and seen["masked"] == "未显示号码"


def test_revealing_the_number_leaves_a_fact_and_is_for_the_owner_only(hotline: Rehearsal) -> None:
    hotline.ready("01")
    call = hotline.answered("13800001234")
    assert Person(hotline, "02").post("/desk/number/", call=call).status_code == 403
    answer = Person(hotline, "01").post("/desk/number/", call=call)
    assert answer.json()["number"] == "13800001234"
    read = [f.body for f in hotline.reader.facts() if f.kind == "PersonalDataRead"]
    assert [(r.of, r.what, r.by) for r in read] == [(call, "number", "01")]


def test_a_returning_caller_is_recognised_and_strangers_are_not(hotline: Rehearsal) -> None:
    hotline.ready("01")
    first = hotline.talked("13800001234")
    hotline.propose("AgentStateChanged", agent="01", state="ready")
    again = hotline.answered("+8613800001234")
    assert [h["id"] for h in desk(hotline)["call"]["history"]] == [first]
    hotline.bye(again)
    hotline.propose("AgentStateChanged", agent="01", state="ready")
    hotline.answered("13800009999")
    assert desk(hotline)["call"]["history"] == []


def test_a_missed_deadline_of_mine_is_told_once_it_is_missed(hotline: Rehearsal) -> None:
    hotline.ready("01")
    call = hotline.talked()
    assert not [a for a in desk(hotline)["alerts"] if a["level"] == "breach"]
    hotline.advance(200)
    told = hotline.until(lambda: [a for a in desk(hotline)["alerts"] if a["level"] == "breach"])
    assert told[0]["clause"] == "H12" and "登记" in told[0]["text"]
    assert desk(hotline, "02", "何静")["alerts"] == []
    signed = {"name": "王女士", "content": "问门诊时间", "result": "solved", "appointment": False}
    assert Person(hotline, "01").post(f"/desk/registration/{call}/sign/", fields=signed).json()["ok"]
    assert desk(hotline)["alerts"] == []  # done: nothing is left to do about it


def test_phone_credentials_are_ones_own(hotline: Rehearsal) -> None:
    mine = Person(hotline, "03").get("/desk/phone/").json()
    assert mine["user"] == "1003w" and len(mine["password"]) >= 16
    assert Person(hotline, "04").get("/desk/phone/").json()["password"] != mine["password"]
    assert Person(hotline).get("/desk/phone/").status_code == 403


@pytest.mark.parametrize("path", ["/desk/", "/desk/phone/", "/promises/"])
def test_strangers_are_sent_to_sign_in(hotline: Rehearsal, path: str) -> None:
    from django.test import Client

    ensure_django(hotline.folder)
    answer = Client(HTTP_HOST="127.0.0.1").get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")


def test_the_page_opens(hotline: Rehearsal) -> None:
    page = Person(hotline, "03").get("/desk/", Accept="text/html").content.decode()
    assert 'x-data="desk"' in page and "咨询" not in page  # what is on it comes by the live view


def test_without_the_appender_keys_say_what_to_do(hotline: Rehearsal) -> None:
    agent = Person(hotline, "01")
    hotline.folder.socket.rename(hotline.folder.socket.with_suffix(".away"))
    answer = agent.post("/desk/state/", state="ready")
    assert answer.status_code == 503 and "纸上" in answer.json()["problems"][0]["cure"]

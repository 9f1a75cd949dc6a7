"""From the first key typed to the signed registration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sanxiang.ground.clock import local
from sanxiang.records import signing
from sanxiang.records.forms import form_for, prefilled
from tests.calls.browser import Person
from tests.calls.rehearsal import Rehearsal

SOLVED = {"name": "王女士", "content": "问门诊时间", "result": "solved", "appointment": False}
UNSOLVED = {**SOLVED, "result": "unsolved", "consent": True, "contact": "13900000002", "question": "秦主任哪天出诊"}


def sign(hotline: Rehearsal, call: str, values: dict[str, Any], agent: str = "", **more: Any) -> dict[str, Any]:
    return signing.sign(hotline.reader, hotline.client, call, agent, values, now=hotline.now(), **more)


@pytest.fixture
def talked(hotline: Rehearsal) -> str:
    hotline.ready("01")
    return hotline.talked("13800001234")


def test_date_time_number_and_agent_stand_there_already(hotline: Rehearsal, talked: str) -> None:
    call = hotline.reader.call(talked)
    at = local(call.answered_at)
    given = prefilled(form_for(hotline.reader, call))
    expected = {"date": at.strftime("%Y-%m-%d"), "time": at.strftime("%H:%M"), "number": "13800001234", "agent": "01"}
    assert {k: given[k] for k in expected} == expected


def test_a_complete_registration_is_signed_and_its_words_stay_out_of_the_log(hotline: Rehearsal, talked: str) -> None:
    answer = sign(hotline, talked, SOLVED)
    assert answer["ok"] and "promise" not in answer
    signed = hotline.facts(talked, "RegistrationSigned")[0]
    assert signed.choices == {"result": "solved", "appointment": False} and "name" in signed.filled
    assert hotline.reader.private(signed.words)["content"] == "问门诊时间"
    assert hotline.reader.call(talked).registration == "signed"
    log = hotline.reader.db.execute("SELECT group_concat(body) FROM fact").fetchone()[0]
    assert "王女士" not in log and "13800001234" not in log


def test_an_incomplete_one_names_what_is_missing_and_writes_nothing(hotline: Rehearsal, talked: str) -> None:
    answer = sign(hotline, talked, {"name": "王女士", "result": "solved"})
    assert answer["ok"] is False and set(answer["missing"]) == {"content", "appointment"}
    assert hotline.facts(talked, "RegistrationSigned") == []
    assert sign(hotline, talked, {**SOLVED, "content": "无"})["missing"] == ["content"]


def test_unsolved_with_consent_makes_a_promise_with_owner_and_limit(hotline: Rehearsal, talked: str) -> None:
    before = hotline.now()
    answer = sign(hotline, talked, UNSOLVED)
    promise = answer["promise"]
    assert promise["call"] == talked and promise["owner"] == "01" and promise["state"] == "open"
    kept = hotline.reader.promise(promise["id"])
    assert timedelta(minutes=29) < timedelta(microseconds=kept.due_at - before) <= timedelta(minutes=31)
    assert hotline.reader.private(kept.contact) == "13900000002"
    assert hotline.reader.private(kept.question) == "秦主任哪天出诊"


@pytest.mark.parametrize("lacking", ["consent", "contact", "question"])
def test_unsolved_without_what_a_reply_needs_is_refused(hotline: Rehearsal, talked: str, lacking: str) -> None:
    answer = sign(hotline, talked, {k: v for k, v in UNSOLVED.items() if k != lacking})
    assert answer["ok"] is False and lacking in answer["missing"]
    assert hotline.facts(talked, "PromiseMade") == [] and hotline.facts(talked, "RegistrationSigned") == []


def test_the_time_that_the_caller_chose_wins(hotline: Rehearsal, talked: str) -> None:
    chosen = local(hotline.now()) + timedelta(hours=20)
    answer = sign(hotline, talked, UNSOLVED, due_at=chosen.strftime("%Y-%m-%dT%H:%M"))
    assert answer["promise"]["due_at"].startswith(chosen.strftime("%Y-%m-%dT%H:%M"))


def test_a_chosen_time_that_has_passed_is_refused(hotline: Rehearsal, talked: str) -> None:
    assert sign(hotline, talked, UNSOLVED, due_at="2020-01-01T09:00")["missing"] == ["due_at"]


def test_signing_twice_gives_the_first_answer_and_one_promise(hotline: Rehearsal, talked: str) -> None:
    first, second = sign(hotline, talked, UNSOLVED), sign(hotline, talked, UNSOLVED)
    assert first == second and len(hotline.facts(talked, "PromiseMade")) == 1


def test_another_agent_cannot_sign(hotline: Rehearsal, talked: str) -> None:
    assert sign(hotline, talked, SOLVED, agent="02")["problems"][0]["code"] == "not_yours"


def test_what_is_typed_is_there_after_a_refresh_with_the_number_masked(hotline: Rehearsal) -> None:
    hotline.ready("01")
    call = hotline.answered("13800001234")
    agent = Person(hotline, "01")
    opened = agent.get(f"/desk/registration/{call}/").json()
    assert opened["values"]["number"] == "138****1234" and opened["saved_at"] == 0
    saved = agent.post(f"/desk/registration/{call}/draft/", fields={**opened["values"], "name": "王女士", "content": "问门"})
    assert saved.json()["saved_at"] > 0
    again = agent.get(f"/desk/registration/{call}/").json()
    assert again["values"]["name"] == "王女士" and again["values"]["content"] == "问门"
    assert again["values"]["number"] == "138****1234" and again["saved_at"] == saved.json()["saved_at"]


def test_the_masked_number_means_the_caller_when_signing_at_the_desk(hotline: Rehearsal, talked: str) -> None:
    agent = Person(hotline, "01")
    fields = {**agent.get(f"/desk/registration/{talked}/").json()["values"], **UNSOLVED, "contact": "138****1234"}
    answer = agent.post(f"/desk/registration/{talked}/sign/", fields=fields)
    assert answer.json()["ok"], answer.json()
    promise = hotline.reader.promise(answer.json()["promise"]["id"])
    assert hotline.reader.private(promise.contact) == "13800001234"
    words = hotline.reader.private(hotline.facts(talked, "RegistrationSigned")[0].words)
    assert words["number"] == "13800001234"


def test_a_refused_signature_keeps_the_draft_and_a_signed_one_lets_it_go(hotline: Rehearsal, talked: str) -> None:
    from sanxiang.records.models import Draft

    agent = Person(hotline, "01")
    refused = agent.post(f"/desk/registration/{talked}/sign/", fields={"name": "王女士"})
    assert refused.status_code == 409 and Draft.objects.get(call=talked).fields["name"] == "王女士"
    assert agent.post(f"/desk/registration/{talked}/sign/", fields=SOLVED).json()["ok"]
    assert not Draft.objects.filter(call=talked).exists()
    assert agent.post(f"/desk/registration/{talked}/draft/", fields=SOLVED).status_code == 409


def test_a_draft_is_nobody_elses(hotline: Rehearsal, talked: str) -> None:
    other = Person(hotline, "02")
    assert other.get(f"/desk/registration/{talked}/").status_code == 403
    assert other.post(f"/desk/registration/{talked}/draft/", fields={"name": "我"}).status_code == 403


def test_drafts_are_kept_while_the_appender_is_away(hotline: Rehearsal, talked: str) -> None:
    agent = Person(hotline, "01")
    hotline.folder.socket.rename(hotline.folder.socket.with_suffix(".away"))
    assert agent.post(f"/desk/registration/{talked}/draft/", fields={"name": "王女士"}).json()["ok"]
    assert agent.post(f"/desk/registration/{talked}/sign/", fields=SOLVED).status_code == 503


def test_parking_needs_a_waiting_caller_and_frees_the_agent(hotline: Rehearsal, talked: str) -> None:
    agent = Person(hotline, "01")
    refused = agent.post(f"/desk/registration/{talked}/park/", fields={"name": "王女士"})
    assert refused.status_code == 409 and "没有人在等" in refused.json()["problems"][0]["problem"]
    second = hotline.rings("13800005678")
    assert agent.post(f"/desk/registration/{talked}/park/", fields={"name": "王女士"}).json()["ok"]
    hotline.until(lambda: hotline.reader.call(second).phase == "talking")  # the waiting caller got the freed agent
    assert hotline.reader.call(talked).registration == "parked"
    assert agent.get(f"/desk/registration/{talked}/").json()["values"]["name"] == "王女士"
    assert sign(hotline, talked, SOLVED)["ok"]
    assert hotline.reader.agent("01").parked == []


def test_two_tabs_of_one_desk_do_not_undo_each_other(hotline: Rehearsal, talked: str) -> None:
    """Each tab sends what was typed in it; the other's words stay. A field emptied by hand is emptied."""
    agent = Person(hotline, "01")
    address = f"/desk/registration/{talked}/"
    agent.post(f"{address}draft/", fields={"content": "第一段文字"})
    agent.post(f"{address}draft/", fields={"name": "二窗口"})
    values = agent.get(address).json()["values"]
    assert (values["content"], values["name"]) == ("第一段文字", "二窗口")
    agent.post(f"{address}draft/", fields={"content": ""})
    assert not agent.get(address).json()["values"]["content"]

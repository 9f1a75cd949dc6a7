"""Agents are made, put into states and let go: by the page, by the command line, always through the appender."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sanxiang.cli.main import main
from sanxiang.log.client import AppenderDown, Client
from sanxiang.people import queries, rules, services
from tests.web.kit import House

HX = {"HX-Request": "true", "accept": "*/*"}


def run(house: House, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    """Exit status, the JSON document, stderr."""
    status = main(["agents", *words, "--data", str(house.folder.root), "--format", "json"])
    out = capsys.readouterr()
    return status, json.loads(out.out) if out.out else None, out.err


# -- making ------------------------------------------------------------------------------------------------------------
def test_bootstrap_twice_is_bootstrap_once(house: House) -> None:
    before = queries.seats()
    assert services.bootstrap(house.folder)["agents"] == 10
    assert queries.seats() == before
    assert [s["agent"] for s in before] == [f"{n:02d}" for n in range(1, 11)]
    assert [s["extension"] for s in before] == [str(1000 + n) for n in range(1, 11)]
    assert queries.names()["01"] == "周宁" and queries.names()["10"] == "江帆"
    assert house.account("agent10").roles == ["agent", "supervisor"]


def test_a_new_agent_is_a_fact_and_known_to_the_switch(house: House) -> None:
    client = house.open_hotline()
    account = services.add_agent(client, "11", "苏晴")
    assert (account.login, account.extension, account.roles) == ("agent11", "1011", ["agent"])
    agent = house.reader().agent("11")
    assert agent is not None and agent.extension == "1011"
    assert "11" in [s.agent for s in house.hotline._seats]


@pytest.mark.parametrize(
    ("number", "name", "extension", "field"),
    [("01", "某人", "", "number"), ("x1", "某人", "", "number"), ("1", "某人", "", "number"), ("12", " ", "", "name"),
     ("12", "某人", "1001", "extension"), ("12", "某人", "12a", "extension")],
)  # fmt: skip
def test_what_cannot_be_made_leaves_nothing(house: House, number: str, name: str, extension: str, field: str) -> None:
    client = house.open_hotline()
    head = house.reader().head()
    with pytest.raises(services.Refused) as refused:
        services.add_agent(client, number, name, extension)
    assert field in refused.value.problems[0]["fields"]
    assert len(queries.seats()) == 10 and house.reader().head() == head


def test_without_the_appender_nobody_is_made(house: House) -> None:
    with pytest.raises(AppenderDown):
        services.add_agent(Client(house.folder.socket), "11", "苏晴")
    assert len(queries.seats()) == 10


def test_numbers_and_extensions_that_are_proposed() -> None:
    assert rules.next_number([]) == "01"
    assert rules.next_number(["01", "09", "10"]) == "11"
    assert rules.extension_for("11", ["1001", "1011", "1012"]) == "1013"


# -- the command line --------------------------------------------------------------------------------------------------
def test_list_has_the_contract_s_keys_even_before_the_first_start(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    status, rows, _ = run(house, capsys)
    assert status == 0 and len(rows) == 10
    assert set(rows[0]) == {"number", "name", "login", "roles", "state", "extension", "sip_password"}
    assert rows[0]["state"] == "offline" and rows[0]["number"] == "01" and rows[0]["extension"] == "1001"
    assert run(house, capsys, "list")[1] == rows


@pytest.mark.parametrize("state", ["ready", "busy", "break", "mobile", "offline"])
def test_state(house: House, capsys: pytest.CaptureFixture[str], state: str) -> None:
    house.open_hotline()
    status, document, _ = run(house, capsys, "state", "01", state)
    assert status == 0 and document["state"] == state
    assert run(house, capsys)[1][0]["state"] == state


def test_state_of_nobody(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.open_hotline()
    status, document, errors = run(house, capsys, "state", "77", "ready")
    assert status == 1 and document["problems"][0]["code"] == "no_agent" and "77" in errors


def test_without_a_running_hotline_the_cure_is_said(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, errors = run(house, capsys, "state", "01", "ready")
    assert status == 3 and "sanxiang up" in errors
    assert main(["agents", "--data", str(tmp_path / "nothing")]) == 3
    assert "sanxiang up" in capsys.readouterr().err


def test_a_counting_gate_lets_pass_and_is_told(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.open_hotline()
    house.answered_call("c-1")
    status, document, errors = run(house, capsys, "state", "01", "ready")
    assert status == 0
    assert document["counted"][0]["clause"] == "H12"
    assert "H12" in errors and "未签名" in errors


def test_a_blocking_gate_is_refused_and_names_the_registration(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from sanxiang.core.controls import gate

    house.open_hotline()
    house.answered_call("c-1")
    decide = gate.decide

    def blocking(*args: Any) -> Any:
        decision = decide(*args)
        return replace(decision, strength="block") if decision.strength == "count" else decision

    monkeypatch.setattr("sanxiang.core.engine.admit.decide", blocking)
    status, document, errors = run(house, capsys, "state", "01", "ready")
    assert status == 1
    assert document["problems"][0]["calls"] == ["c-1"]
    assert "c-1" in errors and "未签名" in errors


def test_sign_in_prints_a_url_that_works_once(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, errors = run(house, capsys, "sign-in", "01")
    assert status == 3 and "sanxiang up" in errors  # no address yet
    house.folder.instance_json.write_text(json.dumps({"urls": {"home": "http://127.0.0.1:8123/"}}))
    assert main(["agents", "sign-in", "01", "--data", str(house.folder.root)]) == 0
    url = capsys.readouterr().out.strip()
    assert url.startswith("http://127.0.0.1:8123/once/")
    browser = house.browser()
    assert browser.get(url.removeprefix("http://127.0.0.1:8123")).headers["Location"] == "/desk/"
    assert run(house, capsys, "sign-in", "77")[0] == 1


# -- the page ----------------------------------------------------------------------------------------------------------
def test_the_page_adds_an_agent_and_gives_the_link(house: House) -> None:
    house.open_hotline()
    browser = house.browser("admin")
    form = browser.get("/people/add/", headers=HX).content.decode()
    assert 'value="11"' in form and 'value="1011"' in form
    answer = browser.post("/people/add/", {"number": "11", "name": "苏晴", "extension": "1011"}, headers=HX)
    assert answer.status_code == 200
    found = re.search(r'value="(http[^"]+/once/[^"]+)"', answer.content.decode())
    assert found
    link = found[1]
    fresh = house.browser()
    assert fresh.get(link.removeprefix("http://127.0.0.1")).headers["Location"] == "/set-password/"
    assert "苏晴" in browser.get("/people/").content.decode()


def test_the_page_says_what_is_wrong_at_the_field(house: House) -> None:
    house.open_hotline()
    answer = house.browser("admin").post("/people/add/", {"number": "01", "name": "苏晴", "extension": ""}, headers=HX)
    assert answer.status_code == 422
    assert "已经有人用" in answer.content.decode() and 'value="苏晴"' in answer.content.decode()


def test_the_page_says_so_when_the_appender_is_down(house: House) -> None:
    answer = house.browser("admin").post("/people/add/", {"number": "11", "name": "苏晴", "extension": ""}, headers=HX)
    assert answer.status_code == 422 and "sanxiang up" in answer.content.decode()


def test_a_state_changed_for_somebody_needs_a_reason_and_names_who_did_it(house: House) -> None:
    house.open_hotline()
    browser, pk = house.browser("agent10"), house.account("agent01").pk
    assert browser.post(f"/people/{pk}/state/", {"state": "break", "reason": ""}, headers=HX).status_code == 422
    answer = browser.post(f"/people/{pk}/state/", {"state": "break", "reason": "到点用餐"}, headers=HX)
    assert answer.status_code == 204 and answer.headers["HX-Refresh"] == "true"
    fact = next(f for f in house.reader().iterate() if f.kind == "AgentStateChanged")
    assert (fact.body.agent, fact.body.state, fact.body.by, fact.body.reason) == ("01", "break", "10", "到点用餐")  # type: ignore[attr-defined]


def test_a_supervisor_cannot_become_the_administrator(house: House) -> None:
    house.open_hotline()
    supervisor, admin = house.browser("agent10"), house.account("admin").pk
    for path in (f"/people/{admin}/link/", f"/people/{admin}/active/", f"/people/{house.account('agent10').pk}/link/"):
        assert supervisor.post(path, headers=HX).status_code == 403, path
    forged = {"number": "11", "name": "苏晴", "extension": "", "roles": ["administrator"]}
    assert supervisor.post("/people/add/", forged, headers=HX).status_code == 403
    assert supervisor.post(f"/people/{house.account('agent01').pk}/link/", headers=HX).status_code == 200


def test_who_is_let_go_is_out_at_once_and_can_come_back(house: House) -> None:
    house.open_hotline()
    agent, admin = house.browser("agent01"), house.browser("admin")
    pk = house.account("agent01").pk
    link = services.one_time_link(house.account("agent01"))
    assert admin.post(f"/people/{pk}/active/", headers=HX).status_code == 204
    assert agent.get("/me/", headers={"accept": "text/html"}).status_code == 302
    assert house.browser().get(link).status_code == 410
    assert "01" not in [s.agent for s in house.hotline._seats]
    assert queries.names()["01"] == "周宁"  # past calls keep the name
    with pytest.raises(services.Refused):
        services.add_agent(Client(house.folder.socket), "01", "别人")
    assert admin.post(f"/people/{pk}/active/", headers=HX).status_code == 204
    assert "01" in [s.agent for s in house.hotline._seats]
    assert admin.post(f"/people/{house.account('admin').pk}/active/", headers=HX).status_code == 403


def test_phone_settings_are_shown_on_request_only(house: House) -> None:
    house.open_hotline()
    house.folder.instance_json.write_text(json.dumps({"ports": {"sip": 15060}}))
    browser, account = house.browser("admin"), house.account("agent01")
    assert account.sip_password not in browser.get("/people/").content.decode()
    shown = browser.post(f"/people/{account.pk}/phone/", headers=HX).content.decode()
    assert account.sip_password in shown and "15060" in shown and "1001" in shown


def test_the_first_steps_follow_what_happens(house: House) -> None:
    browser = house.browser("admin")

    def step() -> str:
        page = browser.get("/welcome/").content.decode()
        [found] = re.findall(r'data-steps="(\d)"', page)
        assert page.count("is-now") == 1 and page.count("is-done") == int(found) - 1
        return str(found)

    assert step() == "1"
    house.open_hotline()
    assert step() == "3"
    house.say("PhoneRegistered", agent="01", endpoint="1001w")
    assert step() == "4"
    house.answered_call("c-1")
    assert step() == "5"
    assert "明湖市第一人民医院" in browser.get("/welcome/steps/").content.decode()

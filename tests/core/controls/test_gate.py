"""Gates: the strictest of all at an action decides; waiting callers ease what asks."""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.core.controls.gate import Gate, Requirement, decide
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.examples.model import Seat
from sanxiang.core.standard.examples.scenario import Scenario
from sanxiang.core.standard.model import Clause, Pack, Source
from tests.core.standard_kit import own, shipped


def standard(*gates: Gate) -> Standard:
    clauses = [
        Clause(id=f"G{i}", title="关", rule="关", source=Source(document="纸", at="一"), controls=[gate])
        for i, gate in enumerate(gates)
    ]
    return Standard.of(Pack(pack="gates", title="关", version="1", clauses=clauses), "gates")


def gate(name: str, strength: str, **more: Any) -> Gate:
    need = Requirement(check={name: True}, missing=f"缺{name}", field=name)
    return Gate(kind="gate", name=name, at="call.end", strength=strength, require=[need], **more)  # type: ignore[arg-type]


def test_the_strictest_unmet_gate_decides() -> None:
    both = standard(gate("a", "count"), gate("b", "block"), gate("c", "ask"))
    assert decide(both, "call.end", {}).strength == "block"
    assert decide(both, "call.end", {}).missing == ("缺b",)
    assert decide(both, "call.end", {"b": True}).strength == "ask"
    assert decide(both, "call.end", {"b": True, "c": True}).strength == "count"
    assert decide(both, "call.end", {"a": True, "b": True, "c": True}).strength == "open"
    assert decide(both, "agent.ready", {}).strength == "open"


def test_gates_of_one_strength_are_told_together() -> None:
    decision = decide(standard(gate("a", "block"), gate("b", "block")), "call.end", {})
    assert (decision.missing, decision.fields, decision.clause) == (("缺a", "缺b"), ("a", "b"), "G0")


def test_a_gate_stands_only_when_its_condition_holds() -> None:
    narrow = standard(gate("a", "block", when={"result": "unsolved"}))
    assert decide(narrow, "call.end", {"result": "solved"}).strength == "open"
    assert decide(narrow, "call.end", {"result": "unsolved"}).strength == "block"


@pytest.mark.parametrize(("strength", "eased"), [("ask", "count"), ("block", "block"), ("count", "count")])
def test_waiting_callers_turn_asking_into_counting_and_never_lift_a_block(strength: str, eased: str) -> None:
    easy = standard(gate("a", strength, eases={"waiting_calls": {"gt": 0}}))
    assert decide(easy, "call.end", {"waiting_calls": 0}).strength == strength
    assert decide(easy, "call.end", {"waiting_calls": 2}).strength == eased


def wrap_up(under: Standard) -> Scenario:
    scenario = Scenario(under, [Seat(agent="01"), Seat(agent="02", idle="5 min")])
    for line in (
        {"at": "0 s", "fact": "CallQueued"},
        {"at": "5 s", "fact": "CallAnswered"},
        {"at": "60 s", "fact": "CallEnded"},
    ):
        assert scenario.happen(line) == []
    return scenario


SIGNED = {
    "date": "2026-03-02", "time": "09:01", "agent": "01", "name": "钱先生", "content": "问体检当天要带什么", "result": "solved",
    "appointment": False,
}  # fmt: skip


def test_a_person_is_refused_with_the_fields_and_the_cure() -> None:
    refusals = wrap_up(shipped()[1]).happen(
        {"at": "70 s", "fact": "RegistrationSigned", "values": SIGNED | {"result": "unsolved"}}
    )
    assert {f for r in refusals for f in r.fields} == {"consent", "contact", "question"}
    assert all(r.problem for r in refusals) and any(r.cure for r in refusals)


def test_the_unseen_clause_blocks_and_lets_pass() -> None:
    refusals = wrap_up(own("own")[1]).happen(
        {"at": "70 s", "fact": "RegistrationSigned", "values": SIGNED | {"restated": False}}
    )
    assert [r.fields for r in refusals] == [("restated",)]
    assert (
        wrap_up(own("own")[1]).happen(
            {"at": "70 s", "fact": "RegistrationSigned", "values": SIGNED | {"restated": True}}
        )
        == []
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"fact": "RegistrationSigned", "values": SIGNED, "agent": "02"}, "not_yours"),
        ({"fact": "RegistrationSigned", "values": SIGNED, "call": "c9"}, "no_call"),
        ({"fact": "EndRequested", "reason": "x"}, "not_talking"),
        ({"fact": "AgentStateChanged", "agent": "77", "state": "ready"}, "no_agent"),
        ({"fact": "PromiseReplied", "promise": "p9"}, "no_promise"),
        ({"fact": "RegistrationParked"}, "gate"),
    ],
)
def test_what_is_not_there_or_not_yours_is_refused_before_any_gate(line: dict[str, Any], code: str) -> None:
    refusals = wrap_up(shipped()[1]).happen({"at": "70 s", **line})
    assert [r.code for r in refusals] == [code]


def test_signing_twice_is_refused() -> None:
    scenario = wrap_up(shipped()[1])
    assert scenario.happen({"at": "70 s", "fact": "RegistrationSigned", "values": SIGNED}) == []
    (refusal,) = scenario.happen({"at": "75 s", "fact": "RegistrationSigned", "values": SIGNED})
    assert refusal.code == "signed_already"

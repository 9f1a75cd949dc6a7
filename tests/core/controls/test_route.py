"""Routing: longest idle first, the next one when an offer is let pass, one agent alone rings on, failures are tried again."""

from __future__ import annotations

from typing import Any

from sanxiang.core.standard.examples.model import Seat
from sanxiang.core.standard.examples.scenario import START, Scenario
from tests.core.standard_kit import shipped


def world(*seats: Seat | str) -> Scenario:
    return Scenario(shipped()[1], [Seat(agent=s) if isinstance(s, str) else s for s in seats])


def offers(scenario: Scenario) -> list[tuple[str, str, float]]:
    """(call, agent, second) of each offer."""
    made: list[Any] = [f for f in scenario.facts if f.kind == "OfferMade"]
    return [(f.body.call, f.body.agent, (f.at - START) / 1_000_000) for f in made]


def play(scenario: Scenario, *lines: dict[str, Any]) -> Scenario:
    for line in lines:
        assert scenario.happen(line) == []
    return scenario


def kinds(scenario: Scenario) -> list[str]:
    return [f.kind for f in scenario.facts]


def test_the_longest_idle_agent_gets_the_call() -> None:
    scenario = world(
        Seat(agent="01", idle="5 min"), Seat(agent="02", idle="9 min"), Seat(agent="03", idle="7 min")
    )
    assert offers(play(scenario, {"at": "0 s", "fact": "CallQueued"})) == [("c1", "02", 0)]


def test_agents_who_are_not_ready_or_have_no_phone_are_passed_over() -> None:
    scenario = world(
        Seat(agent="01", state="break"),
        Seat(agent="02", phone=False),
        Seat(agent="03", state="offline"),
        "04",
    )
    assert offers(play(scenario, {"at": "0 s", "fact": "CallQueued"})) == [("c1", "04", 0)]


def test_with_nobody_there_the_call_waits_and_goes_to_who_comes() -> None:
    scenario = play(
        world(Seat(agent="01", state="break")), {"at": "0 s", "fact": "CallQueued"}, {"at": "20 s"}
    )
    assert offers(scenario) == []
    assert offers(
        play(scenario, {"at": "21 s", "fact": "AgentStateChanged", "agent": "01", "state": "ready"})
    ) == [("c1", "01", 21)]


def test_a_phone_that_comes_back_is_offered_the_waiting_call() -> None:
    scenario = play(world(Seat(agent="01", phone=False)), {"at": "0 s", "fact": "CallQueued"})
    assert offers(play(scenario, {"at": "3 s", "fact": "PhoneRegistered", "agent": "01"})) == [
        ("c1", "01", 3)
    ]


def test_after_three_rings_the_next_agent_gets_it_and_the_first_is_busy() -> None:
    scenario = play(
        world(Seat(agent="01", idle="9 min"), Seat(agent="02", idle="5 min")),
        {"at": "0 s", "fact": "CallQueued"}, {"at": "1 s", "fact": "PhoneRang"}, {"at": "20 s"},
    )  # fmt: skip
    assert offers(scenario) == [("c1", "01", 0), ("c1", "02", 16)]
    assert scenario.state.agents["01"].state == "busy"
    assert [e.kind for e in scenario.effects].count("withdraw") == 1


def test_a_sole_agent_rings_on_until_another_comes() -> None:
    scenario = play(
        world("01", Seat(agent="02", state="break")),
        {"at": "0 s", "fact": "CallQueued"}, {"at": "0 s", "fact": "PhoneRang"}, {"at": "40 s"},
    )  # fmt: skip
    assert offers(scenario) == [("c1", "01", 0)]
    assert scenario.state.agents["01"].state == "ringing"
    play(scenario, {"at": "41 s", "fact": "AgentStateChanged", "agent": "02", "state": "ready"})
    assert offers(scenario) == [("c1", "01", 0), ("c1", "02", 41)]


def test_a_phone_that_never_rings_is_given_up_a_little_later() -> None:
    scenario = play(
        world(Seat(agent="01", idle="9 min"), "02"), {"at": "0 s", "fact": "CallQueued"}, {"at": "17.9 s"}
    )
    assert len(offers(scenario)) == 1
    assert len(offers(play(scenario, {"at": "18 s"}))) == 2


def test_a_failed_offer_goes_to_the_next_agent_at_once() -> None:
    scenario = play(
        world(Seat(agent="01", idle="9 min"), Seat(agent="02", idle="5 min")),
        {"at": "0 s", "fact": "CallQueued"}, {"at": "1 s", "fact": "OfferFailed"},
    )  # fmt: skip
    assert offers(scenario) == [("c1", "01", 0), ("c1", "02", 1)]


def test_a_failed_offer_to_the_only_agent_is_tried_again_and_again() -> None:
    scenario = play(
        world("01"),
        {"at": "0 s", "fact": "CallQueued"},
        {"at": "1 s", "fact": "OfferFailed"},
        {"at": "3.5 s"},
    )
    assert offers(scenario) == [("c1", "01", 0), ("c1", "01", 3)]
    play(scenario, {"at": "4 s", "fact": "OfferFailed"}, {"at": "7 s"})
    assert offers(scenario)[2:] == [("c1", "01", 6)]


def test_two_callers_and_one_agent_the_longer_wait_first() -> None:
    scenario = play(
        world("01"),
        {"at": "0 s", "fact": "CallQueued", "call": "c1"},
        {"at": "2 s", "fact": "CallQueued", "call": "c2"},
    )
    assert offers(scenario) == [("c1", "01", 0)]
    play(
        scenario,
        {"at": "5 s", "fact": "CallAnswered", "call": "c1"},
        {"at": "30 s", "fact": "CallEnded", "call": "c1"},
    )
    assert offers(scenario) == [("c1", "01", 0)]  # wrapping up
    play(scenario, {"at": "40 s", "fact": "AgentStateChanged", "agent": "01", "state": "ready"})
    assert offers(scenario) == [("c1", "01", 0), ("c2", "01", 40)]


def test_two_callers_and_two_agents_are_served_at_once() -> None:
    scenario = play(
        world(Seat(agent="01", idle="9 min"), Seat(agent="02", idle="5 min")),
        {"at": "0 s", "fact": "CallQueued", "call": "c1"}, {"at": "0 s", "fact": "CallQueued", "call": "c2"},
    )  # fmt: skip
    assert [(c, a) for c, a, _ in offers(scenario)] == [("c1", "01"), ("c2", "02")]


def test_a_caller_who_gives_up_frees_the_agent_for_the_next() -> None:
    scenario = play(
        world("01"), {"at": "0 s", "fact": "CallQueued", "call": "c1"}, {"at": "1 s", "fact": "CallQueued", "call": "c2"},
        {"at": "3 s", "fact": "CallAbandoned", "call": "c1"},
    )  # fmt: skip
    assert [(c, a) for c, a, _ in offers(scenario)] == [("c1", "01"), ("c2", "01")]
    assert kinds(scenario).count("OfferWithdrawn") == 1


def test_two_answers_at_once_only_the_first_counts() -> None:
    scenario = play(
        world(Seat(agent="01", idle="9 min"), Seat(agent="02", idle="5 min")),
        {"at": "0 s", "fact": "CallQueued"}, {"at": "0 s", "fact": "PhoneRang"}, {"at": "15 s"},
        {"at": "15.1 s", "fact": "CallAnswered", "offer": "c1/1", "agent": "01"},
        {"at": "15.1 s", "fact": "CallAnswered", "offer": "c1/2", "agent": "02"},
    )  # fmt: skip
    assert scenario.state.calls["c1"].agent == "01"
    assert scenario.state.agents["02"].activity == "idle"


def test_a_call_handed_over_is_offered_no_more() -> None:
    scenario = play(
        world(Seat(agent="01", state="break")),
        {"at": "0 s", "fact": "CallQueued"}, {"at": "5 s", "fact": "CallReleased"},
        {"at": "6 s", "fact": "AgentStateChanged", "agent": "01", "state": "ready"},
    )  # fmt: skip
    assert offers(scenario) == []


def test_a_call_belongs_to_who_answered_it_and_so_does_its_promise() -> None:
    scenario = play(
        world("01", "02"), {"at": "0 s", "fact": "CallQueued"}, {"at": "5 s", "fact": "CallAnswered", "agent": "01"},
        {"at": "30 s", "fact": "PromiseMade", "promise": "p1", "owner": "01"},
        {"at": "30 s", "fact": "PromiseMade", "promise": "p2", "owner": "77"},
    )  # fmt: skip
    verdicts: dict[str, str] = {
        f.body.subject: f.body.verdict  # type: ignore[attr-defined]
        for f in scenario.facts
        if f.kind == "VerdictReached" and f.body.control == "promise_owner"  # type: ignore[attr-defined]
    }
    assert verdicts == {"p1": "kept", "p2": "breach"}

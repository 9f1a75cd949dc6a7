"""Deadlines: strictly before the limit, by the source's own clock; what arrives late but happened in time corrects."""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.core.standard.examples.model import Seat
from sanxiang.core.standard.examples.scenario import START, Scenario
from tests.core.standard_kit import shipped


def world() -> Scenario:
    return Scenario(shipped()[1], [Seat(agent="01")])


def play(scenario: Scenario, *lines: dict[str, Any]) -> Scenario:
    for line in lines:
        assert scenario.happen(line) == []
    return scenario


def verdicts(scenario: Scenario, control: str) -> list[Any]:
    return [f.body for f in scenario.facts if f.kind == "VerdictReached" and f.body.control == control]  # type: ignore[attr-defined]


QUEUED = {"at": "0 s", "fact": "CallQueued"}


@pytest.mark.parametrize(
    ("second", "verdict", "ring"),
    [
        (0, "kept", 1),
        (14.999999, "kept", 3),
        (15, "breach", 4),
        (15.000001, "breach", 4),
        (3600, "breach", 721),
    ],
)
def test_the_limit_itself_is_too_late(second: float, verdict: str, ring: int) -> None:
    last = verdicts(play(world(), QUEUED, {"at": f"{second} s", "fact": "CallAnswered"}), "answer")[-1]
    assert (last.verdict, last.figures["ring"]) == (verdict, ring)


def test_what_happened_in_time_but_arrived_late_corrects_the_breach() -> None:
    scenario = play(world(), QUEUED, {"at": "15.2 s"})
    assert [v.verdict for v in verdicts(scenario, "answer")] == ["breach"]
    play(scenario, {"at": "15.3 s", "fact": "CallAnswered", "happened": "14.9 s"})
    found = verdicts(scenario, "answer")
    assert [v.verdict for v in found] == ["breach", "kept"]
    assert found[-1].subject == found[0].subject == "c1"
    missed = next(f.n for f in scenario.facts if f.kind == "DeadlineMissed")
    assert missed not in found[-1].evidence


def test_what_happened_too_late_confirms_it_with_all_its_evidence() -> None:
    scenario = play(world(), QUEUED, {"at": "16 s", "fact": "CallAnswered"})
    last = verdicts(scenario, "answer")[-1]
    queued, missed, answered = (
        next(f.n for f in scenario.facts if f.kind == k and f.n in last.evidence)
        for k in ("CallQueued", "DeadlineMissed", "CallAnswered")
    )
    assert last.verdict == "breach" and last.evidence == [queued, missed, answered]


def test_a_clock_that_is_void_strikes_no_more() -> None:
    scenario = play(world(), QUEUED, {"at": "5 s", "fact": "CallAbandoned"}, {"at": "60 s"})
    assert [v.verdict for v in verdicts(scenario, "answer")] == ["not_applicable"]
    assert not [f for f in scenario.facts if f.kind == "DeadlineMissed"]
    assert not [d for d in scenario.state.dues.values() if d.state == "open"]


def test_a_caller_who_gives_up_after_the_limit_was_let_down() -> None:
    scenario = play(world(), QUEUED, {"at": "16 s", "fact": "CallAbandoned"})
    assert [v.verdict for v in verdicts(scenario, "answer")] == ["breach"]


def test_each_promise_has_its_own_clock() -> None:
    scenario = play(
        world(), {"at": "0 s", "fact": "PromiseMade", "promise": "p1"}, {"at": "10 min", "fact": "PromiseMade", "promise": "p2"},
        {"at": "35 min", "fact": "PromiseReplied", "promise": "p2"}, {"at": "60 min"},
    )  # fmt: skip
    assert {v.subject: v.verdict for v in verdicts(scenario, "reply")} == {"p1": "breach", "p2": "kept"}
    assert scenario.state.promises["p1"].state == "breach"


def test_a_reply_after_the_breach_leaves_the_breach() -> None:
    scenario = play(
        world(), {"at": "0 s", "fact": "PromiseMade"}, {"at": "31 min"}, {"at": "32 min", "fact": "PromiseReplied"},
    )  # fmt: skip
    assert [v.verdict for v in verdicts(scenario, "reply")] == ["breach", "breach"]


def test_a_time_that_the_caller_chose_wins_over_the_standard() -> None:
    chosen = START + 2 * 3_600_000_000
    scenario = play(world(), {"at": "0 s", "fact": "PromiseMade", "due_at": chosen}, {"at": "119 min"})
    assert verdicts(scenario, "reply") == []
    assert [v.verdict for v in verdicts(play(scenario, {"at": "121 min"}), "reply")] == ["breach"]


def test_the_warning_comes_once_and_only_before() -> None:
    scenario = play(world(), {"at": "0 s", "fact": "PromiseMade"}, {"at": "24 min"})
    assert not [f for f in scenario.facts if f.kind == "DeadlineNear"]
    play(scenario, {"at": "26 min"}, {"at": "40 min"})
    assert len([f for f in scenario.facts if f.kind == "DeadlineNear"]) == 1
    early = play(
        world(),
        {"at": "0 s", "fact": "PromiseMade"},
        {"at": "1 min", "fact": "PromiseReplied"},
        {"at": "40 min"},
    )
    assert not [f for f in early.facts if f.kind in ("DeadlineNear", "DeadlineMissed")]


def test_the_same_start_twice_starts_one_clock() -> None:
    scenario = play(world(), QUEUED, {"at": "1 s", "fact": "CallQueued"}, {"at": "20 s"})
    assert [v.verdict for v in verdicts(scenario, "answer")] == ["breach"]

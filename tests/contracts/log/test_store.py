"""What every store of the log must do."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from sanxiang.core.facts import Fact
from sanxiang.core.facts.agents import AgentAdded
from sanxiang.log.appender import Store
from tests.log.kit import START, Paper

Open = Callable[[], Store]


def test_what_is_committed_is_there_after_opening_again(open_store: Open) -> None:
    one = Paper(open_store())
    one.queued(1)
    before = one.facts()
    one.store.close()
    two = Paper(open_store())
    assert two.facts() == before
    assert list(two.appender.state.calls) == ["c1"]
    assert two.appender.state.agents["01"].activity == one.appender.state.agents["01"].activity
    assert sorted(two.appender.state.dues) == sorted(one.appender.state.dues)


def test_numbers_have_no_gap_and_times_never_go_back(open_store: Open) -> None:
    hotline = Paper(open_store())
    hotline.say(1, "AgentStateChanged", agent="01", state="ready")
    hotline.answered_call(10)
    hotline.say(5, "AgentStateChanged", agent="02", state="ready")  # told late: its own time is kept beside
    facts = hotline.facts()
    assert [f.n for f in facts] == list(range(1, len(facts) + 1))
    assert all(a.at <= b.at for a, b in pairwise(facts))
    late = next(f for f in facts if f.kind == "AgentStateChanged" and f.subject == "02")
    assert late.happened == START + 5_000_000 < late.at


def test_a_group_is_all_or_nothing(open_store: Open) -> None:
    hotline = Paper(open_store())
    head = hotline.store.head
    hotline.appender.begin()
    hotline.appender.add([hotline.proposal(1, "AgentAdded", agent="07", extension="1007")])
    hotline.store.close()  # dies before the commit
    again = Paper(open_store())
    assert again.store.head == head
    assert "07" not in again.appender.state.agents


def test_the_same_command_twice_is_answered_with_the_old_number(open_store: Open) -> None:
    hotline = Paper(open_store())
    hotline.appender.begin()
    hotline.store.answer("key", 7, "seven")
    hotline.appender.commit()
    assert hotline.store.answered("key") == "seven"
    assert hotline.store.answered("other") is None


def test_one_caller_one_reference_however_the_number_is_written(open_store: Open) -> None:
    hotline = Paper(open_store())
    for i, number in enumerate(["13800000001", "+8613800000001", "0086 138 0000 0001", "138-0000-0001", "13800000002"]):
        hotline.queued(i, f"c{i}", number)
    refs = [hotline.appender.state.calls[f"c{i}"].caller for i in range(5)]
    assert len(set(refs[:4])) == 1
    assert refs[4] != refs[0]


def test_a_number_never_stands_in_a_fact(open_store: Open) -> None:
    hotline = Paper(open_store())
    hotline.queued(1, number="13812345678")
    assert not any("13812345678" in str(f.body) for f in hotline.facts())


def test_the_fact_read_back_equals_the_fact_written(open_store: Open) -> None:
    hotline = Paper(open_store())
    body = AgentAdded(agent="09", extension="1009")
    hotline.store.begin()
    fact = Fact(n=hotline.store.head + 1, at=START + 1, happened=START, body=body)
    hotline.store.write(hotline.appender.state, [fact], [])
    hotline.store.commit()
    assert hotline.facts()[-1] == fact


@pytest.mark.parametrize("kind", ["open", "done"])
def test_effects_wait_until_they_are_reported(open_store: Open, kind: str) -> None:
    hotline = Paper(open_store())
    hotline.say(0, "AgentStateChanged", agent="01", state="ready")
    hotline.queued(1)
    effects = hotline.store.open_effects()  # type: ignore[attr-defined]
    assert [(e[1]) for e in effects] == ["offer"]
    if kind == "done":
        hotline.appender.begin()
        hotline.store.finish_effects([("done", effects[0][0])])  # type: ignore[attr-defined]
        hotline.appender.commit()
        assert hotline.store.open_effects() == []  # type: ignore[attr-defined]

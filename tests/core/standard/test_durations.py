"""Lengths of time as packs write them, and rings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from sanxiang.core.rings import CYCLE, SECOND, limit_of, ring_at
from sanxiang.core.standard.durations import Duration, in_words, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3 rings", 15), ("1 ring", 5), ("15 s", 15), ("0.5 s", 0.5), ("30 min", 1800), ("2 h", 7200), ("1 d", 86400),
     ("3 响", 15), ("15 秒", 15), ("30 分钟", 1800), ("30分", 1800), ("2 小时", 7200), ("1 天", 86400)],
)  # fmt: skip
def test_units(text: str, seconds: float) -> None:
    assert parse_duration(text) == round(seconds * SECOND)


@pytest.mark.parametrize(
    "text", ["", "30", "min", "-3 s", "3 rungs", "3 S", "1:30", "三 响", "3 rings 2 s", "1e3 s"]
)
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="rings"):
        parse_duration(text)


class Holder(BaseModel):
    within: Duration


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValidationError):
        Holder(within="0 s")


@pytest.mark.parametrize(
    ("us", "words"),
    [
        (45 * SECOND, "45 秒"),
        (90 * SECOND, "1 分 30 秒"),
        (1800 * SECOND, "30 分"),
        (7800 * SECOND, "2 小时 10 分"),
    ],
)
def test_in_words(us: int, words: str) -> None:
    assert in_words(us) == words


@pytest.mark.parametrize(
    ("seconds", "ring"), [(0, 1), (4.999999, 1), (5, 2), (14.999999, 3), (15, 4), (3600, 721)]
)
def test_which_ring_is_heard(seconds: float, ring: int) -> None:
    assert ring_at(round(seconds * SECOND)) == ring


def test_before_ringing_there_is_no_ring() -> None:
    with pytest.raises(ValueError, match="before"):
        ring_at(-1)


@given(st.integers(1, 50), st.integers(0, 10**9), st.integers(1, 10 * CYCLE))
def test_answered_within_the_limit_is_answered_by_that_ring(rings: int, elapsed: int, cycle: int) -> None:
    assert (elapsed < limit_of(rings, cycle)) == (ring_at(elapsed, cycle) <= rings)

"""The language of conditions: what holds for what is there, for what is not, and for what is null."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from sanxiang.core.standard.condition import Condition, holds, paths

DATA: dict[str, Any] = {
    "result": "unsolved",
    "rings": 4,
    "consent": True,
    "name": "  ",
    "agent": None,
    "call": {"phase": "talking"},
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"result": "unsolved"}, True),
        ({"result": ["solved", "unsolved"]}, True),
        ({"result": "solved"}, False),
        ({"rings": {"gt": 3}}, True),
        ({"rings": {"gt": 3, "lt": 4}}, False),
        ({"rings": {"ge": 4, "le": 4}}, True),
        ({"rings": {"in": [1, 2]}}, False),
        ({"consent": True}, True),
        ({"name": {"present": True}}, False),
        ({"agent": {"present": False}}, True),
        ({"agent": {"is": None}}, True),
        ({"agent": {"lt": 3}}, False),
        ({"call.phase": "talking"}, True),
        ({"call.phase": {"not": "talking"}}, False),
        ({"call.nothing": {"present": False}}, True),
        ({"nowhere": {"is": None}}, True),
        ({"nowhere": "x"}, False),
        ({"nowhere": {"not": "x"}}, True),
        ({"nowhere": {"lt": 3}}, False),
        ({"any": [{"rings": 1}, {"rings": 4}]}, True),
        ({"any": []}, False),
        ({"all": [{"rings": 4}, {"result": "solved"}]}, False),
        ({"not": {"result": "solved"}}, True),
    ],
)
def test_what_holds(condition: dict[str, Any], expected: bool) -> None:
    assert holds(condition, DATA) is expected


def test_the_paths_that_a_condition_looks_at() -> None:
    condition = {"a": 1, "any": [{"b.c": {"gt": 2}}], "not": {"d": 3}}
    assert list(paths(condition)) == ["a", "b.c", "d"]


class Holder(BaseModel):
    when: Condition


@pytest.mark.parametrize(
    "wrong",
    [
        {"a": {"bigger": 1}},
        {"any": {"a": 1}},
        {"not": [1]},
        {"a": {"present": "yes"}},
        {"any": [{"a": {"x": 1}}]},
    ],
)
def test_conditions_of_the_wrong_form_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Holder(when=wrong)


values = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "b"])
simple = st.dictionaries(st.sampled_from("abc"), values | st.lists(values, max_size=2), max_size=2)


@given(simple, st.dictionaries(st.sampled_from("abc"), values))
def test_a_condition_and_its_negation_never_both_hold(
    condition: dict[str, Any], data: dict[str, Any]
) -> None:
    assert holds(condition, data) != holds({"not": condition}, data)

"""Form: what is missing, what does not fit, and what each answer makes of other fields."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.controls import Form
from sanxiang.core.controls.form import FormField
from tests.core.standard_kit import shipped

FULL: dict[str, Any] = {
    "date": "2026-03-02", "time": "09:01", "agent": "01", "name": "钱先生", "content": "问体检当天要带什么",
    "result": "solved", "appointment": False,
}  # fmt: skip


def form() -> Form:
    bound = shipped()[1].form()
    assert bound is not None
    return bound[1]


def wrong(**changes: Any) -> dict[str, str]:
    values = {k: v for k, v in (FULL | changes).items() if v is not ...}
    return dict(form().check(values))


def test_a_complete_form_has_nothing_against_it() -> None:
    assert wrong() == {}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ...}, {"name"}),
        ({"name": "   "}, {"name"}),
        ({"name": None}, {"name"}),
        ({"content": "同上"}, {"content"}),
        ({"result": "perhaps"}, {"result"}),
        ({"result": ...}, {"result"}),
        ({"appointment": "no"}, {"appointment"}),
        ({"appointment": ...}, {"appointment"}),
        ({"appointment": True}, {"appointment_at"}),
        ({"appointment": True, "appointment_at": "明天"}, {"appointment_at"}),
        ({"appointment": True, "appointment_at": "2026-03-03T09:30"}, set()),
        ({"appointment": False, "appointment_at": "明天"}, set()),
        ({"date": "3月2日"}, {"date"}),
        ({"time": 901}, {"time"}),
        ({"content": "长" * 2001}, {"content"}),
        ({"colour": "红"}, {"colour"}),
        ({"result": "unsolved"}, {"consent", "contact", "question"}),
        ({"result": "unsolved", "consent": True, "contact": "12", "question": "几点"}, {"contact"}),
        ({"result": "unsolved", "consent": True, "contact": "138 0000-0000", "question": "几点"}, set()),
    ],
)
def test_what_is_missing_or_does_not_fit(changes: dict[str, Any], fields: set[str]) -> None:
    assert set(wrong(**changes)) == fields


def test_no_is_an_answer() -> None:
    assert "appointment" not in wrong(appointment=False)


def test_choices_may_stand_in_the_log_and_words_may_not() -> None:
    assert form().choices_of(FULL | {"colour": "红"}) == {"result": "solved", "appointment": False}


def test_fields_of_another_clause_stand_after_the_one_it_names() -> None:
    main = Form(
        kind="form", name="a", fields=[FormField(name="x", label="甲"), FormField(name="y", label="乙")]
    )
    part = Form(kind="form", name="b", fields=[FormField(name="z", label="丙")], adds_to="a", after="x")
    assert [f.name for f in main.with_parts([part]).fields] == ["x", "z", "y"]
    assert [f.name for f in main.fields] == ["x", "y"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from([*FULL, "consent", "contact", "question", "appointment_at", "number"]) | st.text(
    max_size=5
)


@given(st.dictionaries(names, anything, max_size=12))
def test_whatever_is_sent_is_answered_in_words(values: dict[str, Any]) -> None:
    assert all(isinstance(field, str) and text for field, text in form().check(values))

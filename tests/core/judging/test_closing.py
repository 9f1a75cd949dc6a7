"""Closing: goodbye, thanks or good wishes from the agent at the end; not due where the call was cut off or passed on."""

from __future__ import annotations

import pytest

from sanxiang.core.judging import Event
from tests.core.judging.talk import opinion, talk

ENDS_WELL = [
    "感谢您的来电，再见",
    "不客气，祝您早日康复",
    "好的，谢谢您",
    "拜拜",
    "您慢走",
    "再再见",
    "Thank you for calling, goodbye",
    "不客气，您多保重",
]
ENDS_BADLY = ["嗯，就这样", "行了，知道了", "好", "那你自己看着办吧", "不用谢我"]


@pytest.mark.parametrize("words", ENDS_WELL)
def test_a_closing_is_heard(words: str) -> None:
    found = opinion(
        "closing", talk("坐 您好，市二院", "客 谢谢，知道了", f"坐 {words}", "客 再见", hung_up_by="caller")
    )
    assert found.verdict == "kept" and found.evidence[0].turn == 2


@pytest.mark.parametrize("words", ENDS_BADLY)
def test_none_is_a_breach_with_the_turn_where_it_was_due(words: str) -> None:
    found = opinion("closing", talk("坐 您好，市二院", "客 好吧，知道了", f"坐 {words}", hung_up_by="caller"))
    assert found.verdict == "breach" and found.evidence[0].turn == 2


def test_thanks_for_something_else_are_no_closing() -> None:
    lines = ("坐 您好，市二院", "客 我姓王", "坐 谢谢，请问电话是多少", "客 一三八", "坐 行", "客 好的，再见")
    assert opinion("closing", talk(*lines, hung_up_by="caller")).verdict == "breach"


def test_a_back_channel_after_the_goodbye_does_not_matter() -> None:
    lines = ("坐 您好，市二院", "客 谢谢", "坐 感谢来电，祝您健康", "客 好的，再见", "坐 嗯好")
    assert opinion("closing", talk(*lines, hung_up_by="caller")).verdict == "kept"


def test_a_question_after_the_goodbye_does_not_undo_it() -> None:
    lines = ("坐 您好，市二院", "客 谢谢", "坐 不客气，再见", "客 哎等等，几楼啊", "坐 三楼", "客 好")
    assert opinion("closing", talk(*lines, hung_up_by="caller")).verdict == "kept"


@pytest.mark.parametrize(
    ("ended", "events"),
    [
        ("line", ()),
        ("caller", (Event(9.0, "transfer", {"to": "专家"}),)),
        ("caller", (Event(9.0, "situation", {"code": "emergency"}),)),
    ],
)
def test_it_is_not_due_after_a_cut_or_a_transfer(ended: str, events: tuple[Event, ...]) -> None:
    lines = ("坐 您好，市二院", "客 骨科专家什么时候", "坐 骨科专家是周二上午")
    assert opinion("closing", talk(*lines, hung_up_by=ended, events=events)).verdict == "not_applicable"


def test_a_caller_who_drops_the_call_leaves_no_room_for_it() -> None:
    lines = ("坐 您好，市二院", "客 你们到底管不管", "坐 请您先说一下情况", "客 我不跟你讲")
    assert opinion("closing", talk(*lines, hung_up_by="caller")).verdict == "not_applicable"


def test_a_caller_who_leaves_a_question_unanswered_leaves_no_room_either() -> None:
    lines = ("坐 您好，市二院", "客 好的，知道了", "坐 请问还有别的可以帮您吗")
    assert opinion("closing", talk(*lines, hung_up_by="caller")).verdict == "not_applicable"
    assert opinion("closing", talk(*lines, hung_up_by="agent")).verdict == "breach"


def test_an_agent_who_hangs_up_owes_it() -> None:
    lines = ("坐 您好，市二院", "客 你们到底管不管", "坐 不管")
    assert opinion("closing", talk(*lines, hung_up_by="agent")).verdict == "breach"

"""Hanging up: the caller first, or one of the exceptions shown by words, times or events."""

from __future__ import annotations

import pytest

from sanxiang.core.judging import Event
from tests.core.judging.talk import hangup, opinion, talk


def by_agent(*lines: str, events: tuple[Event, ...] = ()) -> str:
    return opinion("hang_up", talk(*lines, events=events, hung_up_by="agent")).verdict


def test_who_hung_up_decides() -> None:
    lines = ("坐 您好，市二院", "客 再见", "坐 再见")
    assert opinion("hang_up", talk(*lines, hung_up_by="caller")).verdict == "kept"
    assert opinion("hang_up", talk(*lines, hung_up_by="line")).verdict == "not_applicable"
    assert opinion("hang_up", talk(*lines)).verdict == "unknown"
    found = opinion("hang_up", talk(*lines, hung_up_by="agent"))
    assert (found.verdict, found.evidence[0].turn, found.evidence[0].quote) == ("breach", 2, "再见")


ABUSED = (
    "坐 您好，市二院",
    "客 你他妈会不会说话",
    "坐 请您文明用语，再这样我只能结束通话了",
    "客 滚蛋",
    "坐 感谢来电，再见",
)


def test_an_abusive_caller_may_be_left_after_a_warning_and_a_goodbye() -> None:
    assert by_agent(*ABUSED) == "kept"
    assert by_agent(ABUSED[0], ABUSED[1], "坐 再见") == "breach"  # no warning
    assert by_agent(*ABUSED[:4], "坐 挂了") == "breach"  # no goodbye
    threat = "坐 再问我就挂电话了"
    assert by_agent(ABUSED[0], "客 你们收费太贵了", threat, "坐 再见") == "breach"  # no abuse
    assert (
        by_agent(ABUSED[0], "客 你这人怕是没带脑子来", *ABUSED[2:]) == "kept"
    )  # new words, named by the warning


def test_a_marked_malicious_call_counts_as_abuse() -> None:
    lines = ("坐 您好，市二院", "客 嘿嘿嘿", "坐 这是咨询热线，再这样只能挂断了", "客 嘿嘿", "坐 再见")
    assert by_agent(*lines, events=(Event(3.0, "situation", {"code": "malicious"}),)) == "kept"
    assert by_agent(*lines) == "breach"


def test_a_caller_who_cannot_be_heard_needs_the_phrase_and_five_seconds() -> None:
    lines = ("坐 您好，市二院", "客 沙沙", "坐 对不起，听不到您的声音，请您换一部电话再打，再见")
    assert by_agent(*lines, events=(hangup(14.0),)) == "kept"
    assert by_agent(*lines, events=(hangup(8.0),)) == "breach"
    assert by_agent(*lines) == "breach"  # nothing shows the wait
    assert by_agent(*lines, "坐@20 还是听不到，请您稍后再拨，再见") == "kept"
    curt = ("坐 您好，市二院", "客 沙沙", "坐 听不见，挂了")
    assert by_agent(*curt, events=(hangup(30.0),)) == "breach"


@pytest.mark.parametrize(
    "words", ["我手上有东西，你先挂吧", "麻烦您帮我挂断一下", "你挂了吧，我不会按", "您那边挂就行"]
)
def test_the_caller_may_ask_the_agent_to_hang_up(words: str) -> None:
    assert by_agent("坐 您好，市二院", f"客 {words}", "坐 好的，再见") == "kept"


@pytest.mark.parametrize(
    "words",
    ["你别挂", "先别挂，我还没说完", "你敢挂一个试试", "你挂什么挂", "那我挂了啊", "你凭什么挂我电话"],
)
def test_other_talk_of_hanging_up_is_no_request(words: str) -> None:
    assert by_agent("坐 您好，市二院", f"客 {words}", "坐 再见") == "breach"


def test_after_a_transfer_the_agent_may_leave() -> None:
    assert (
        by_agent("坐 您好，市二院", "客 找专家", "坐 给您转接", events=(Event(9.0, "transfer", {}),))
        == "kept"
    )


def test_both_said_goodbye_and_ten_seconds_of_silence() -> None:
    lines = ("坐 您好，市二院", "客 好的，再见", "坐 再见")
    assert by_agent(*lines, events=(hangup(18.0),)) == "kept"
    assert by_agent(*lines, events=(hangup(12.0),)) == "breach"
    assert by_agent("坐 您好，市二院", "客 你还没回答我", "坐 再见", events=(hangup(30.0),)) == "breach"

"""Opening: a greeting and the name of the house in the first agent turn, within five seconds, however it is put."""

from __future__ import annotations

import pytest

from tests.core.judging.talk import opinion, talk

DEPARTMENT = {"department": "安宁区妇幼保健院客服中心"}

KEPT = [
    "您好，安宁区妇幼保健院，请讲",
    "你好安宁区妇幼保健院咨询中心",
    "早上好，市第三人民医院，八号为您服务",
    "喂，您好，这里是市二院，请问有什么可以帮您",
    "您好，感谢您致电康宁医院，我是小陈",
    "下午好，江滨医科大学附属医院导医台",
    "侬好，中心医院，请讲",
    "您好您好，区中医院服务热线",
    "您您好，安宁区妇幼保健院",  # stutter of the recogniser
    "宁好安宁区妇幼保见院",  # characters of the same sound
    "您好 妇幼保健院 请讲",  # a part of the name
    "您好，友好医院，零五号为您服务",  # 好 inside a name
    "Good morning, Riverside General Hospital, how may I help you?",
    "您好，城南社区卫生服务中心",
    "您好，安寧區婦幼保健院，請講",  # traditional script
    "新年好，市人民医院，请问您要咨询什么",
    "欢迎致电市儿童医院，请讲",
    "您好，很高兴为您服务，这里是仁和骨科医院",
]
BREACH = [
    "喂，哪位",
    "喂，说",
    "您好，请讲",
    "您好，八号为您服务，请问有什么可以帮您",
    "安宁区妇幼保健院，什么事",
    "您好，咨询台",
    "您好，医院，请讲",
    "您好，这里是我们医院的咨询热线",
    "您好，产科护士站",
    "您好，客服中心，请讲",
    "你好几遍了还没说清楚，这里是市二院",
    "请您好好说话，市二院",
    "嗯，市二院，讲",
]


@pytest.mark.parametrize("words", KEPT)
def test_greeting_and_name_are_heard(words: str) -> None:
    assert opinion("opening", talk(f"坐 {words}", "客 我想问一下", agent=DEPARTMENT)).verdict == "kept"


@pytest.mark.parametrize("words", BREACH)
def test_a_missing_part_is_a_breach(words: str) -> None:
    found = opinion("opening", talk(f"坐 {words}", "客 我想问一下", agent=DEPARTMENT))
    assert found.verdict == "breach"
    assert (found.evidence[0].turn, found.evidence[0].quote) == (0, words)


def test_the_words_quoted_are_the_greeting_and_the_name() -> None:
    found = opinion("opening", talk("坐 喂，您好，这里是市二院，请讲", agent=DEPARTMENT))
    assert [e.quote for e in found.evidence] == ["您好", "市二院"]


def test_five_seconds_are_the_limit() -> None:
    said = "坐 您好，市二院，请讲"
    assert opinion("opening", talk(said, start=4.9)).verdict == "kept"
    late = opinion("opening", talk(said, start=5.6))
    assert late.verdict == "breach" and "5.6" in late.why
    assert opinion("opening", talk(said, start=5.6), within_seconds=10).verdict == "kept"


def test_the_name_in_a_later_turn_is_too_late() -> None:
    assert opinion("opening", talk("坐 您好", "客 喂", "坐 这里是市二院")).verdict == "breach"


def test_one_speech_cut_in_two_by_the_recogniser_is_one() -> None:
    assert opinion("opening", talk("坐 您好", "坐 市二院，请讲", "客 喂")).verdict == "kept"


def test_the_caller_may_speak_first() -> None:
    found = opinion("opening", talk("客 喂", "坐 您好，市二院"))
    assert found.verdict == "kept" and found.evidence[0].turn == 1


def test_a_silent_agent_has_no_opening() -> None:
    assert opinion("opening", talk("客 喂", "客 有人吗")).verdict == "breach"
    assert opinion("opening", talk()).verdict == "unknown"


def test_calls_that_the_agent_makes_have_no_opening() -> None:
    assert (
        opinion("opening", talk("坐 您好，请问您是赵女士吗，上午您咨询的事给您回个电话")).verdict
        == "not_applicable"
    )


def test_other_standards_set_other_parts() -> None:
    water = {"kinds": ["utility"], "invite": True}
    assert opinion("opening", talk("坐 您好，供水热线，请讲", "客 停水了"), **water).verdict == "kept"
    assert (
        opinion("opening", talk("坐 您好，供水热线", "客 停水了", "坐 请问您在哪个小区"), **water).verdict
        == "kept"
    )
    assert opinion("opening", talk("坐 您好，供水热线", "客 停水了", "坐 嗯"), **water).verdict == "breach"
    assert (
        opinion("opening", talk("坐 您好，晨曜家电", rings=4), kinds=["company"], rings=3).verdict == "breach"
    )

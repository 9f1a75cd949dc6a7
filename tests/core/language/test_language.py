"""Chinese text: folded, counted, searched, heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.language import Phrases, characters, normalise, sounds_like
from sanxiang.core.language.counting import words
from sanxiang.core.language.normal import _SIMPLIFIED, _TRADITIONAL


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("您好，ＡＢＣ １２３！", "您好abc123"),
        ("您您好", "您好"),
        ("再再见", "再见"),
        ("在见", "再见"),
        ("谢谢谢谢", "谢谢"),
        ("請稍等，這裡是醫院", "请稍等这里是医院"),
        ("Good  Morning!", "good morning"),
        ("一一九", "一一九"),
        ("110", "110"),
        ("", ""),
        ("……？！", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert normalise(text).text == folded


def test_what_is_found_can_be_quoted_exactly() -> None:
    normal = normalise("喂，您 好，ＸＸ醫院。")
    start = normal.text.index("您好")
    assert normal.quote(start, start + 2) == "您 好"


@given(st.text(max_size=60))
def test_folding_keeps_places_and_is_stable(text: str) -> None:
    normal = normalise(text)
    assert len(normal.index) == len(normal.text)
    assert list(normal.index) == sorted(normal.index)
    assert all(normal.quote(i, i + 1) in text for i in range(len(normal.text)))


def test_the_table_of_traditional_characters_pairs_up() -> None:
    assert len(_TRADITIONAL) == len(_SIMPLIFIED) == len(set(_TRADITIONAL))
    assert not set(_TRADITIONAL) & set(_SIMPLIFIED)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("您好，请讲。", 4),
        ("我用WiFi 5G", 2 + 2 + 1 + 2),
        ("120", 3),
        ("please hold on", 6),
        ("don't", 2),
        ("，。！", 0),
        ("３楼", 2),
        ("㐂〇", 2),
    ],
)
def test_counting_as_the_guideline_does(text: str, count: int) -> None:
    assert characters(text) == count


def test_words_are_counted_for_the_pace_of_english() -> None:
    assert words("I don't know 这个 really") == 4


def test_phrases_of_several_groups_in_one_pass() -> None:
    phrases = Phrases({"rude": ["自己看", "不知道"], "end": ["再见", "bye"]})
    assert [(h.group, h.phrase) for h in phrases.find("你自己 看吧，在见 bye")] == [
        ("rude", "自己看"),
        ("end", "再见"),
        ("end", "bye"),
    ]
    assert phrases.find("goodbyes") == []
    assert phrases.find("") == [] and Phrases({}).find("再见") == []


@pytest.mark.parametrize(
    ("text", "name", "heard"),
    [
        ("您好市妇幼保见院", "市妇幼保健院", True),
        ("您好市二院", "市二院", True),
        ("您好四二院", "市二院", True),
        ("您好市三院", "市二院", False),
        ("hello", "市二院", False),
        ("", "市二院", False),
    ],
)
def test_names_are_recognised_by_their_sound(text: str, name: str, heard: bool) -> None:
    assert (sounds_like(text, name) is not None) is heard

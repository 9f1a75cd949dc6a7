"""Conversation files: what cannot be judged is refused with record, place and cure; the good ones are judged all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.judging.reading import MAX_BYTES, read_conversations
from sanxiang.core.judging.verdicts import document
from tests.core.standard_kit import shipped

TURN = {"speaker": "agent", "start": 0.4, "end": 3.0, "text": "您好，市二院"}
GOOD: dict[str, Any] = {
    "id": "a1",
    "pack": "hospital",
    "turns": [TURN],
    "hung_up_by": "caller",
    "rings": 2,
    "events": [],
}


def read(value: Any) -> tuple[list[Any], list[Any]]:
    raw = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return read_conversations(raw, "对话.json")


def test_one_conversation_or_a_list_of_them() -> None:
    assert [c.id for c in read(GOOD)[0]] == ["a1"]
    assert [c.id for c in read([GOOD, GOOD | {"id": "a2"}])[0]] == ["a1", "a2"]
    assert read([]) == ([], [])


def test_a_byte_order_mark_is_welcome() -> None:
    assert read(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())[1] == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"turns": ...}, "turns"),
        ({"turns": None}, "turns"),
        ({"turns": "您好"}, "turns"),
        ({"turns": ["您好"]}, "turns[0]"),
        ({"turns": [TURN | {"end": 0.1}]}, "turns[0].end"),
        ({"turns": [TURN, TURN | {"speaker": "robot"}]}, "turns[1].speaker"),
        ({"turns": [{k: v for k, v in TURN.items() if k != "speaker"}]}, "turns[0].speaker"),
        ({"turns": [TURN | {"start": "0.4"}]}, "turns[0].start"),
        ({"turns": [TURN | {"start": True}]}, "turns[0].start"),
        ({"turns": [TURN | {"start": -1}]}, "turns[0].start"),
        ({"turns": [TURN | {"end": 1e300}]}, "turns[0].end"),
        ({"turns": [TURN | {"text": None}]}, "turns[0].text"),
        ({"turns": [TURN | {"text": "长" * 20001}]}, "turns[0].text"),
        ({"turns": [TURN] * 20001}, "turns"),
        ({"id": ...}, "id"),
        ({"id": 7}, "id"),
        ({"hung_up_by": "robot"}, "hung_up_by"),
        ({"rings": "two"}, "rings"),
        ({"rings": -1}, "rings"),
        ({"agent": "顾岚"}, "agent"),
        ({"events": {}}, "events"),
        ({"events": [{"at": 3, "kind": "dance"}]}, "events[0].kind"),
        ({"events": [{"kind": "hold"}]}, "events[0].at"),
        ({"events": [{"at": 3, "kind": "hold", "data": "x"}]}, "events[0].data"),
    ],
)
def test_what_is_wrong_in_a_record_is_told_with_its_place(changes: dict[str, Any], place: str) -> None:
    bad = {k: v for k, v in (GOOD | changes).items() if v is not ...}
    good, (fault,) = read([GOOD, bad])
    assert [c.id for c in good] == ["a1"]
    assert (fault.record, fault.place) == (2, place)
    assert fault.cure and "对话.json 第 2 条" in str(fault)


def test_what_may_be_left_out() -> None:
    (read_,), faults = read({"id": "x", "turns": []})
    assert faults == [] and (read_.hung_up_by, read_.rings, read_.events) == ("", None, ())


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "JSON"),
        (b'{"id": "a"', "JSON"),
        ('{"id": "对话"}'.encode("gb18030"), "UTF-8"),
        (b'{"id": "a", "id": "b", "turns": []}', "两次"),
        (b'{"id": "a", "turns": [{"start": NaN}]}', "NaN"),
        (b"[" * 100_000, "JSON"),
        (b'{"a":' + b"9" * 10_000 + b"}", "JSON"),
        (b"7", "{"),
    ],
)
def test_files_that_are_no_conversations(raw: bytes, words: str) -> None:
    good, (fault,) = read(raw)
    assert good == [] and words in fault.problem and fault.cure


def test_broken_json_is_told_with_line_and_column() -> None:
    _, (fault,) = read(b'{\n "id": "a",\n "turns": [}\n')
    assert (fault.line, fault.column) == (3, 12)
    _, (fault,) = read(b'{\n "id": "' + "张".encode("gb18030") + b'"}')
    assert (fault.line, fault.column) == (2, 9)


def test_a_huge_file_is_refused_unread() -> None:
    _, (fault,) = read(b" " * (MAX_BYTES + 1))
    assert "MB" in fault.problem


turns = st.fixed_dictionaries(
    {
        "speaker": st.sampled_from(["agent", "caller"]),
        "start": st.floats(0, 100),
        "text": st.text(max_size=40),
    }
).map(lambda t: t | {"end": t["start"] + 1})
codes = st.sampled_from(["hangup", "silence", "malicious", "x"])
events = st.fixed_dictionaries(
    {
        "at": st.floats(0, 200),
        "kind": st.sampled_from(["hold", "transfer", "situation"]),
        "data": st.fixed_dictionaries({}, optional={"code": codes}),
    }
)
conversations = st.fixed_dictionaries(
    {
        "id": st.just("r"),
        "turns": st.lists(turns, max_size=12),
        "events": st.lists(events, max_size=3),
        "hung_up_by": st.sampled_from(["", "caller", "agent", "line"]),
    }
)


@given(conversations)
def test_any_conversation_gets_one_verdict_a_clause_with_words_that_stand_there(raw: dict[str, Any]) -> None:
    (conversation,), _ = read(raw)
    judged = document(conversation, shipped()[1])
    assert [v["clause"] for v in judged["verdicts"]] == ["H11", "H14"]
    assert judged["score"] == 100 + sum(v["points"] for v in judged["verdicts"])
    for verdict in judged["verdicts"]:
        assert verdict["verdict"] in ("kept", "breach", "not_applicable", "unknown") and verdict["why"]
        assert 0 < verdict["confidence"] <= 1
        assert verdict["points"] <= 0 and (verdict["points"] == 0 or verdict["verdict"] == "breach")
        for one in verdict["evidence"]:
            turn = raw["turns"][one["turn"]]
            assert (one["quote"] or not turn["text"]) and one["quote"] in turn["text"]
            assert (one["start"], one["end"]) == (turn["start"], turn["end"])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    good, faults = read_conversations(raw, "x")
    assert good or faults or raw.strip() in (b"[]",) or json.loads(raw) == []

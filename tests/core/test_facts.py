"""Facts as they are written: what was written once stays readable, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.facts import FactError, body_class, decode_body, encode_body, kinds
from sanxiang.core.facts.base import Body, make_body

GOLDEN = Path(__file__).parent / "golden" / "facts-v1.jsonl"


def golden() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", golden(), ids=lambda r: f"{r['kind']}-{r['n']}")
def test_what_was_written_once_is_read_and_written_the_same(row: dict[str, Any]) -> None:
    """A failure here means: raise the kind's version and add an upgrade; never alter the golden file's old rows.

    New kinds: `python -m tests.core.golden.add`.
    """
    body = decode_body(row["kind"], row["v"], row["body"])
    if row["v"] == type(body).version:
        assert encode_body(body).decode() == row["body"]


def test_every_kind_has_its_golden_rows_at_its_present_version() -> None:
    there = {(r["kind"], r["v"]) for r in golden()}
    assert {(k, c.version) for k, c in kinds().items()} - there == set()


def test_every_kind_has_a_title_and_a_subject() -> None:
    for name, cls in kinds().items():
        fields = {f.name for f in msgspec.structs.fields(cls)}
        assert cls.title, name
        assert cls.about in fields, name
        assert set(cls.private) <= fields, name


def test_unknown_kinds_fields_and_versions_are_refused_by_name() -> None:
    with pytest.raises(FactError, match="CallExploded"):
        body_class("CallExploded")
    with pytest.raises(FactError, match="colour"):
        make_body("CallAbandoned", {"call": "c1", "colour": "red"})
    with pytest.raises(FactError, match="call"):
        make_body("CallAbandoned", {})
    with pytest.raises(FactError, match="newer program"):
        decode_body("CallAbandoned", 99, b"{}")
    with pytest.raises(FactError, match="CallAbandoned"):
        decode_body("CallAbandoned", 1, b"not json")


def test_an_old_version_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    class CallMoved(Body, frozen=True, kw_only=True):
        version: ClassVar[int] = 3
        upgrades: ClassVar[dict[int, Any]] = {1: lambda d: {"call": d["id"]}, 2: lambda d: d | {"to": "main"}}
        call: str
        to: str

    monkeypatch.setattr("sanxiang.core.facts.base._REGISTRY", {"CallMoved": CallMoved})
    assert decode_body("CallMoved", 1, b'{"id":"c1"}') == CallMoved(call="c1", to="main")


@given(st.text(max_size=30), st.text(max_size=10), st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_written_is_read_again(call: str, path: str, seconds: float) -> None:
    body = make_body(
        "RecordingStored", {"call": call, "caller": path, "agent": path, "seconds": seconds, "zero": 1}
    )
    assert decode_body("RecordingStored", 1, encode_body(body)) == body

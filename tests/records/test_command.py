"""`sanxiang registration sign`, as scripts see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sanxiang.cli.main import main
from tests.calls.rehearsal import Rehearsal


def run(hotline: Rehearsal, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    status = main([*arguments, "--data", str(hotline.folder.root), "--format", "json"])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out.strip() else None, err


def written(path: Path, document: Any) -> str:
    path.write_text(document if isinstance(document, str) else json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_signing_a_promise_and_keeping_it(
    hotline: Rehearsal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hotline.ready("01")
    call = hotline.talked()
    fields = {"name": "王女士", "content": "问门诊时间", "result": "unsolved", "appointment": False}
    document = {"fields": fields, "consent": True, "contact": "13900000002", "question": "哪天出诊"}
    status, answer, _ = run(hotline, capsys, "registration", "sign", call, written(tmp_path / "f.json", document))
    assert status == 0 and answer["ok"]
    promise = answer["promise"]["id"]
    status, listed, _ = run(hotline, capsys, "promises", "--open")
    assert status == 0 and [set(p) for p in listed] == [{"id", "call", "owner", "due_at", "state"}]
    assert listed[0]["id"] == promise and listed[0]["state"] == "open"
    status, answer, _ = run(hotline, capsys, "promise", "reply", promise, "--text", "周三上午出诊")
    assert status == 0 and answer["ok"]
    assert run(hotline, capsys, "promises", "--open")[1] == []
    assert [p["state"] for p in run(hotline, capsys, "promises")[1]] == ["kept"]
    status, answer, err = run(hotline, capsys, "promise", "reply", promise, "--text", "又回了一次")
    assert status == 1 and "已经回复过" in err


def test_what_is_missing_is_named(hotline: Rehearsal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hotline.ready("01")
    call = hotline.talked()
    file = written(tmp_path / "f.json", {"fields": {"name": "王女士", "result": "solved", "appointment": False}})
    status, answer, err = run(hotline, capsys, "registration", "sign", call, file)
    assert status == 1 and answer["ok"] is False and answer["missing"] == ["content"] and "咨询内容" in err


@pytest.mark.parametrize(
    ("text", "told"),
    [('{"fields": {', "f.json:1:"), ("[]", "对象"), ('{"feilds": {}}', "feilds"), ('{"fields": []}', "fields")],
)
def test_a_broken_file_is_told_with_its_place(
    hotline: Rehearsal, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    status, answer, err = run(hotline, capsys, "registration", "sign", "c1", written(tmp_path / "f.json", text))
    assert status == 1 and answer["ok"] is False and told in err


def test_an_unknown_call_and_a_sleeping_hotline_are_two_things(
    hotline: Rehearsal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "f.json", {"fields": {}})
    assert run(hotline, capsys, "registration", "sign", "nobody", file)[0] == 1
    assert main(["registration", "sign", "c1", file, "--data", str(tmp_path / "empty")]) == 3

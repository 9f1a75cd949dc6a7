"""`sanxiang judge`: good conversations are judged, bad ones told, whatever stands beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sanxiang.cli.main import main


def talk(**changes: Any) -> dict[str, Any]:
    turns = [
        ("agent", "您好，市二院，请讲"),
        ("caller", "几点上班"),
        ("agent", "八点"),
        ("caller", "好，谢谢"),
        ("agent", "再见"),
    ]
    return {
        "id": "a1", "pack": "hospital", "language": "zh-Hans", "started_at": "2026-03-02T09:14:05+08:00", "rings": 2,
        "hung_up_by": "caller", "agent": {"name": "顾岚", "number": "03"}, "events": [],
        "turns": [{"speaker": s, "start": i * 3.0 + 0.4, "end": i * 3.0 + 2.4, "text": t} for i, (s, t) in enumerate(turns)],
    } | changes  # fmt: skip


def put(folder: Path, name: str, value: Any) -> str:
    path = folder / name
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode())
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    status = main(["--format", "json", "judge", *arguments])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else None, err


def test_the_document_is_the_one_of_the_contract(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, document, err = run(capsys, put(tmp_path, "a.json", talk()), "--pack", "hospital")
    assert (status, err) == (0, "")
    (judged,) = document
    assert list(judged) == ["call", "pack", "score", "verdicts"]
    assert (judged["call"], judged["pack"], judged["score"]) == ("a1", "hospital", 100)
    assert [v["clause"] for v in judged["verdicts"]] == ["H11", "H14"]
    opening = judged["verdicts"][1]
    assert list(opening) == ["clause", "verdict", "evidence", "points", "confidence", "why"]
    assert opening["evidence"][0] == {"turn": 0, "start": 0.4, "end": 2.4, "quote": "您好"}


def test_breaches_cost_points_and_quote_the_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bad = talk(hung_up_by="agent")
    bad["turns"][0]["text"] = "喂，哪位"
    _, ((judged),), _ = run(capsys, put(tmp_path, "a.json", bad), "--pack", "hospital")
    assert judged["score"] == 96
    assert [(v["verdict"], v["points"], v["evidence"][0]["quote"]) for v in judged["verdicts"]] == [
        ("breach", -2, "再见"),
        ("breach", -2, "喂，哪位"),
    ]


def test_two_slips_of_one_clause_are_one_breach_with_both_places(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = talk()
    bad["turns"][0]["text"], bad["turns"][4]["text"] = "喂，哪位", "嗯，就这样"
    _, ((judged),), _ = run(capsys, put(tmp_path, "a.json", bad), "--pack", "hospital")
    verdict = judged["verdicts"][1]
    assert (verdict["points"], [e["turn"] for e in verdict["evidence"]], judged["score"]) == (-2, [0, 4], 98)


def test_a_list_and_several_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = put(tmp_path, "a.json", [talk(), talk(id="a2")]), put(tmp_path, "b.json", talk(id="a3"))
    status, document, _ = run(capsys, *files)
    assert (status, [d["call"] for d in document]) == (0, ["a1", "a2", "a3"])


def test_bad_records_and_sound_never_stop_the_good_ones(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = [
        put(tmp_path, "bad.json", [talk(turns=None), talk(id="a2")]), put(tmp_path, "call.wav", b"RIFF"), put(tmp_path, "no.json", b"{"),
        str(tmp_path / "absent.json"), put(tmp_path, "good.json", talk(id="a3")),
    ]  # fmt: skip
    status, document, err = run(capsys, *files, "--pack", "hospital")
    assert (status, [d["call"] for d in document]) == (1, ["a2", "a3"])
    assert all(
        words in err
        for words in ("bad.json 第 1 条 turns", "call.wav", "语音识别", "no.json:1:2", "absent.json")
    )


def test_an_unknown_pack(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = run(capsys, put(tmp_path, "a.json", talk()), "--pack", "hospitl")
    assert status == 1 and "hospital" in err
    status, document, err = run(
        capsys, put(tmp_path, "a.json", [talk(pack="nowhere"), talk(pack=""), talk()])
    )
    assert (status, len(document)) == (1, 1) and "nowhere" in err and "--pack" in err


def test_without_json_people_read_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["judge", put(tmp_path, "a.json", talk()), "--pack", "hospital"]) == 0
    out = capsys.readouterr().out
    assert "H14" in out and "100 分" in out and "遵守" in out

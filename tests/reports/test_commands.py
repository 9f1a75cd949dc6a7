"""The commands `calls` and `report`, as a script calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sanxiang.cli.main import main
from tests.reports.story import Story


def run(folder: Path, capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, Any]:
    status = main([*command, "--data", str(folder), "--format", "json"])
    out = capsys.readouterr().out
    return status, json.loads(out) if out.strip() else None


def test_calls_has_the_fields_of_the_contract(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story.ready("01")
    call = story.whole_call(after=16)
    status, found = run(tmp_path, capsys, "calls")
    assert status == 0
    (one,) = found
    assert {"call", "hotline", "queue", "agent", "offered_at", "answered_at", "ended_at", "rings", "outcome", "hung_up_by", "registration",
            "recordings", "verdicts"} <= one.keys()  # fmt: skip
    assert "facts" not in one
    assert (one["agent"], one["rings"], one["outcome"], one["hung_up_by"], one["registration"]) == ("01", 4, "answered", "caller", "signed")
    assert one["offered_at"].endswith("+08:00") and "." in one["offered_at"]
    assert one["recordings"] == {side: str(tmp_path / f"recordings/{call}-{side}.wav") for side in ("caller", "agent")}
    late = next(v for v in one["verdicts"] if (v["clause"], v["control"]) == ("H01", "answer"))
    assert (late["verdict"], late["pack"]) == ("breach", story.loaded.digest)
    _, (whole,) = run(tmp_path, capsys, "calls", call)
    numbers = {f["n"] for f in whole["facts"]}
    assert set(late["evidence"]) <= numbers, "each verdict rests on facts that are there"
    assert {f["kind"] for f in whole["facts"]} >= {"CallQueued", "CallAnswered", "CallEnded", "DeadlineMissed"}


def test_a_waiting_call_counts_rings_until_now(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story.ring()
    _, (one,) = run(tmp_path, capsys, "calls")
    assert one["outcome"] is None and one["ended_at"] is None and one["rings"] > 3
    assert one["registration"] == "none"
    assert one["recordings"] == {"caller": None, "agent": None}


def test_a_parked_registration_is_open(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story.ready("01")
    call = story.ring()
    story.answer(call)
    story.end(call)
    story.say("RegistrationParked", call=call, agent="01")
    _, (one,) = run(tmp_path, capsys, "calls")
    assert one["registration"] == "open"


def test_calls_of_a_period(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story.ring()
    assert len(run(tmp_path, capsys, "calls", "--from", "2026-03-02", "--to", "2026-03-03")[1]) == 1
    assert run(tmp_path, capsys, "calls", "--from", "2026-03-03")[1] == []
    assert run(tmp_path, capsys, "calls", "--from", "morgen")[0] == 2
    assert run(tmp_path, capsys, "calls", "nobody")[0] == 1


def test_report_kpi_has_the_shape_of_the_contract(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story.ready("01")
    story.whole_call()
    status, report = run(tmp_path, capsys, "report", "kpi", "--from", "2026-03-02", "--to", "2026-03-03", "--by", "day,agent")
    assert status == 0
    assert (report["report"], report["from"], report["to"], report["by"]) == ("kpi", "2026-03-02", "2026-03-03", ["day", "agent"])
    assert (report["rows"][0]["day"], report["rows"][0]["agent"], report["rows"][0]["answered"]) == ("2026-03-02", "01", 1)
    assert report["total"]["on_time_answer_rate"] == 1
    assert set(report["total"]) - {"pack_kpis"} <= set(report["definitions"])


@pytest.mark.parametrize(
    "command",
    [("weekly",), ("monthly",), ("agent-score",), ("nonsense",), ("kpi", "--by", "topic"), ("kpi", "--where", "colour=red"),
     ("kpi", "--threshold", "0"), ("kpi", "--from", "2026-03-03", "--to", "2026-03-02")],
)  # fmt: skip
def test_what_cannot_be_reported_is_wrong_usage(
    command: tuple[str, ...], story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["report", *command, "--data", str(tmp_path)])
    assert status == 2
    assert capsys.readouterr().err.strip()


def test_an_empty_folder_is_said_with_its_cure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["calls"], ["report", "kpi"]):
        assert main([*command, "--data", str(tmp_path / "none")]) == 3
        assert "sanxiang up" in capsys.readouterr().err

"""`sanxiang pack`: what each action answers, and with which exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sanxiang.cli.main import main
from tests.core.standard_kit import CLAUSE, HEAD, OWN, write


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    """(exit status, the JSON document, what went to stderr)."""
    status = main(["--format", "json", *arguments])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else None, err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = run(capsys, "pack", "list")
    assert status == 0
    hospital = next(p for p in document if p["name"] == "hospital")
    assert hospital["clauses"] == 8 and hospital["title"]


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = run(capsys, "pack", "show", "hospital")
    assert status == 0 and document["origin"]["B01"] == "base"
    within = [
        k["within"]
        for c in document["clauses"]
        if c["id"] == "H01"
        for k in c["controls"]
        if k["kind"] == "deadline"
    ]
    assert within == ["3 rings", "3 rings"]


def test_schema_knows_every_kind_of_control(capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = run(capsys, "pack", "schema")
    assert status == 0 and document["$schema"].startswith("https://json-schema.org/")
    kinds = {
        d["properties"]["kind"]["const"]
        for d in document["$defs"].values()
        if "kind" in d.get("properties", {})
    }
    assert kinds == {"deadline", "gate", "form", "script", "kpi", "finding", "route", "record"}
    assert document["additionalProperties"] is False


def test_check_of_a_right_pack_is_an_empty_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "pack", "check", str(write(tmp_path))) == (0, [], "")


def test_check_lists_every_mistake(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(
        tmp_path, CLAUSE.replace("3 rings", "3 rungs").replace("title:", "titel:"), HEAD + "colour: 红\n"
    )
    status, document, err = run(capsys, "pack", "check", str(path))
    assert status == 1
    assert [sorted(p) for p in document] == [["code", "column", "cure", "file", "line", "problem"]] * len(
        document
    )
    assert {p["code"] for p in document} == {"bad_value", "unknown_key", "missing_key"}
    assert len(document) == 4 and "3 rungs" in err


def test_check_also_reads_the_examples(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path)
    (path / "examples").mkdir()
    (path / "examples" / "a.yaml").write_text(
        "examples:\n  - {name: 例, clause: K99, form: {}, expect: {}}\n", encoding="utf-8"
    )
    status, document, _ = run(capsys, "pack", "check", str(path))
    assert (status, [(p["file"], p["line"], p["code"]) for p in document]) == (
        1,
        [("paper/examples/a.yaml", 2, "no_clause")],
    )


def test_check_of_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = run(capsys, "pack", "check", "nowhere/at/all")
    assert (status, document[0]["code"]) == (1, "not_found")


def test_test_runs_the_examples_of_all_packs(capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = run(capsys, "pack", "test")
    assert status == 0
    assert {d["pack"]: d["failed"] for d in document} == {"base": [], "hospital": []}
    assert all(d["examples"] > 0 for d in document)


def test_test_names_the_example_that_fails(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path)
    (path / "examples").mkdir()
    wrong = "examples:\n  - {name: 例, clause: K01, facts: [{at: 0 s, fact: CallQueued}, {at: 16 s}], expect: [{control: answer, verdict: kept}]}\n"
    (path / "examples" / "a.yaml").write_text(wrong, encoding="utf-8")
    status, document, err = run(capsys, "pack", "test", str(path))
    assert status == 1 and document[0]["failed"][0]["name"] == "例"
    assert "paper/examples/a.yaml:2" in err


def test_diff(capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = run(capsys, "pack", "diff", "hospital", str(OWN / "two_rings"))
    assert status == 0
    assert {
        "clause": "H01",
        "kind": "deadline",
        "control": "answer",
        "change": "changed",
        "field": "within",
        "from": "3 rings",
        "to": "2 rings",
    } in document


def test_coverage_of_our_own_clauses(capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = run(capsys, "pack", "coverage")
    assert status == 0
    assert (document["total"], document["bound"], document["exercised"]) == (8, 8, 8)
    assert {"pack": "hospital", "kind": "gate", "name": "wait_for_caller"} in document["clauses"]["H11"][
        "controls"
    ]
    assert {c["pack"] for c in document["clauses"]["B01"]["controls"]} == {"base"}


def test_coverage_against_a_catalogue(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    catalogue = tmp_path / "clauses.yaml"
    catalogue.write_text(
        "hospital:\n  H01: {at: 一, rule: 三声, controls: [deadline, kpi, duty]}\n  H99: {at: 一, rule: 无, controls: [lesson]}\n"
        "base:\n  B01: {at: 一, rule: 告知, controls: [script, record]}\n",
        encoding="utf-8",
    )
    status, document, _ = run(capsys, "pack", "coverage", "--catalogue", str(catalogue))
    assert status == 0
    assert (document["total"], document["bound"], document["exercised"]) == (3, 1, 2)
    assert document["clauses"]["H01"]["missing_kinds"] == ["duty"]
    assert document["clauses"]["H99"] == {
        "controls": [],
        "exercised": False,
        "shown": [],
        "missing_kinds": ["lesson"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "hospital: {H01: {rule: 三声}}\n",
        "- a\n",
        "\tx\n",
        "a: {H01: {controls: [x]}}\nb: {H01: {controls: [x]}}\n",
    ],
)
def test_a_bad_catalogue_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str) -> None:
    catalogue = tmp_path / "clauses.yaml"
    catalogue.write_text(text, encoding="utf-8")
    status, document, _ = run(capsys, "pack", "coverage", "--catalogue", str(catalogue))
    assert status == 1 and document[0]["line"] >= 1

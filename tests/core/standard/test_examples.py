"""Examples: what a wrong one says, and that it names file, line and example."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanxiang.core.standard.examples import exercised, run_all
from sanxiang.core.standard.problems import PackError
from sanxiang.core.standard.reader import read
from tests.core.standard_kit import write


def tried(folder: Path, examples: str) -> list[str]:
    path = write(folder)
    (path / "examples").mkdir(exist_ok=True)
    (path / "examples" / "k01.yaml").write_text("examples:\n" + examples, encoding="utf-8")
    return [str(f) for f in run_all(read(path, examples=True))]


QUEUED = "    facts: [{at: 0 s, fact: CallQueued}, {at: 16 s, fact: CallAnswered}]\n"


def test_an_example_that_does_not_come_out_names_its_place_and_the_difference(tmp_path: Path) -> None:
    (said,) = tried(
        tmp_path,
        "  - name: 迟了\n    clause: K01\n" + QUEUED + "    expect: [{control: answer, verdict: kept}]\n",
    )
    assert said.startswith("paper/examples/k01.yaml:2 “迟了”")
    assert "应为 kept" in said and "breach" in said


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("[{fact: PromiseMade}]", "没有出现事实 PromiseMade"),
        ("[{absent: DeadlineMissed}]", "应出现 0 次，实为 1 次"),
        ("[{effect: play}]", "没有出现动作 play"),
        ("[{control: nobody, verdict: kept}]", "没有判定"),
        ("[{control: answer, verdict: none}]", "不应有判定"),
        ("[{control: answer, verdict: breach, ring: 9}]", "ring 应为 9，实为 4"),
        ("[{fact: Nothing}]", "没有名为 Nothing 的事实"),
        ("[{fact: DeadlineMissed, colour: red}]", "没有字段 colour"),
        ("[{what: 1}]", "expect 里要写"),
        ("[{agent_state: busy}]", "坐席状态应为 busy，实为 talking"),
    ],
)
def test_each_kind_of_expectation_can_fail(tmp_path: Path, expect: str, words: str) -> None:
    (said,) = tried(tmp_path, "  - name: 例\n    clause: K01\n" + QUEUED + f"    expect: {expect}\n")
    assert words in said


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("[{at: 0 s, fact: CallQuued}]", "没有名为 CallQuued 的事实"),
        ("[{at: 0 s, fact: CallQueued, colour: red}]", "没有字段 colour"),
        ("[{at: 5 s, fact: CallQueued}, {at: 1 s, fact: CallAbandoned}]", "时间倒退"),
        ("[{at: soon, fact: CallQueued}]", "不是时长"),
        ("[{at: 0 s, fact: CallQueued}, {at: 1 s, fact: EndRequested}]", "被拒绝"),
        ("[{at: 0 s, fact: CallEnded, hung_up_by: nobody}]", "CallEnded"),
    ],
)
def test_scenarios_that_cannot_be_played_say_why(tmp_path: Path, facts: str, words: str) -> None:
    (said,) = tried(tmp_path, f"  - name: 例\n    clause: K01\n    facts: {facts}\n    expect: []\n")
    assert words in said


@pytest.mark.parametrize(
    ("example", "code"),
    [
        ("  - {name: 例, clause: K01, expect: {}}\n", "example_kind"),
        ("  - {name: 例, clause: K01, form: {}, facts: [], expect: {}}\n", "example_kind"),
        ("  - {name: 例, clause: K99, form: {}, expect: {}}\n", "no_clause"),
        ("  - {name: 例, clause: K01, form: {}, expect: []}\n", "example_expect"),
        ("  - {name: 例, clause: K01, facts: [], expect: {}}\n", "example_expect"),
        ("  - {name: 例, clause: K01, facts: [], expect: [], colour: red}\n", "unknown_key"),
        ("  - {clause: K01, facts: [], expect: []}\n", "missing_key"),
        ("  - {name: 例, clause: K01, facts: [], expect: []}\n" * 2, "duplicate_example"),
    ],
)
def test_examples_that_are_not_written_right(tmp_path: Path, example: str, code: str) -> None:
    with pytest.raises(PackError) as error:
        tried(tmp_path, example)
    assert code in {p.code for p in error.value.problems}
    assert all(p.file == "paper/examples/k01.yaml" and p.line > 1 for p in error.value.problems)


def test_a_control_that_no_example_needs_is_told(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert exercised(read(path, examples=True)) == {("K01", "deadline", "answer"): []}
    tried(
        tmp_path,
        "  - name: 迟了\n    clause: K01\n" + QUEUED + "    expect: [{control: answer, verdict: breach}]\n",
    )
    assert exercised(read(path, examples=True)) == {
        ("K01", "deadline", "answer"): ["paper/examples/k01.yaml:2 迟了"]
    }


def test_an_example_that_fails_anyway_proves_nothing(tmp_path: Path) -> None:
    tried(
        tmp_path,
        "  - name: 错\n    clause: K01\n" + QUEUED + "    expect: [{control: answer, verdict: kept}]\n",
    )
    assert exercised(read(tmp_path / "paper", examples=True)) == {("K01", "deadline", "answer"): []}

"""The packs that we ship, and two of the tests' own: their examples come out, and no control could be left away."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanxiang.core.standard import library
from sanxiang.core.standard.diff import diff
from sanxiang.core.standard.examples import exercised, run_all
from tests.core.standard_kit import OWN, own, shipped

EVERY = [*library.names(), str(OWN / "own"), str(OWN / "two_rings")]


@pytest.mark.parametrize("name", EVERY, ids=lambda n: Path(n).name)
def test_examples_come_out(name: str) -> None:
    assert [str(f) for f in run_all(library.load(name, examples=True))] == []


@pytest.mark.parametrize("name", EVERY, ids=lambda n: Path(n).name)
def test_without_any_one_control_an_example_fails(name: str) -> None:
    assert [key for key, failing in exercised(library.load(name, examples=True)).items() if not failing] == []


def test_the_hospital_pack_carries_its_eight_clauses() -> None:
    loaded, _ = shipped()
    kinds = {c.id: {k.kind for k in c.controls} for c in loaded.pack.clauses}
    wanted = {
        "H01": {"deadline", "kpi"}, "H06": {"gate", "deadline", "form", "route", "kpi"}, "H07": {"deadline", "kpi"},
        "H11": {"gate", "finding", "kpi"}, "H12": {"form", "gate", "deadline", "kpi"}, "H14": {"script", "finding"},
        "C37": {"kpi"}, "B01": {"script", "record"},
    }  # fmt: skip
    assert kinds.keys() == wanted.keys()
    assert {name: wanted[name] - kinds[name] for name in wanted} == {name: set() for name in wanted}


def test_words_that_the_source_does_not_give_are_marked_as_ours() -> None:
    loaded, _ = shipped()
    clause = next(c for c in loaded.pack.clauses if c.id == "H14")
    assert [k.name for k in clause.controls if "本产品拟定" not in k.note] == []


def test_diff_names_clause_control_and_field() -> None:
    changed = {
        (d["clause"], d["control"], d["field"]): (d["from"], d["to"])
        for d in diff(shipped()[0].pack, own("two_rings")[0].pack)
    }
    assert changed["H01", "answer", "within"] == ("3 rings", "2 rings")
    assert changed["H01", "longest_idle", "after_pass"] == ("busy", "break")
    assert not any(clause == "H12" for clause, _, _ in changed)
    added = diff(shipped()[0].pack, own("own")[0].pack)
    assert [(d["clause"], d["change"]) for d in added if d["clause"]] == [("Z01", "added")]
    assert diff(shipped()[0].pack, shipped()[0].pack) == []

"""Shown: the marks of tests are read from their source, on functions, classes and modules."""

from __future__ import annotations

from pathlib import Path

from sanxiang.core.standard.coverage import coverage, shown
from sanxiang.core.standard.reader import read
from tests.core.standard_kit import CLAUSE, write

SOURCE = """
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.shows("A1")]


@pytest.mark.shows("A2", "A3")
def test_one(): ...


@pytest.mark.shows("A4")
class TestMany:
    @pytest.mark.shows("A5")
    async def test_two(self): ...

    def helper(self): ...


@pytest.mark.other("A6")
def test_three(): ...


@pytest.mark.shows("A7")
def no_test(): ...
"""


def test_marks_are_read_from_the_source(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "deep"
    folder.mkdir(parents=True)
    (folder / "test_it.py").write_text(SOURCE)
    (folder / "test_broken.py").write_text("def (")
    (folder / "helper.py").write_text('import pytest\n@pytest.mark.shows("A8")\ndef test_x(): ...\n')
    one, two, three = (
        f"tests/deep/test_it.py::{n}" for n in ("test_one", "TestMany::test_two", "test_three")
    )
    assert dict(shown(tmp_path / "tests")) == {
        "A1": [one, two, three],
        "A2": [one],
        "A3": [one],
        "A4": [two],
        "A5": [two],
    }


def test_a_clause_without_examples_is_bound_but_not_exercised(tmp_path: Path) -> None:
    loaded = read(write(tmp_path, CLAUSE), examples=True)
    found = coverage([loaded], None)
    assert (found["total"], found["bound"], found["exercised"], found["shown"]) == (1, 1, 0, 0)
    assert found["clauses"]["K01"]["exercised"] is False


def test_one_pack_of_two_that_bind_a_clause_must_be_exercised_too(tmp_path: Path) -> None:
    examples = "examples:\n  - {name: 例, clause: K01, facts: [{at: 0 s, fact: CallQueued}, {at: 16 s}], expect: [{control: answer, verdict: breach}]}\n"
    good = write(tmp_path, CLAUSE, name="good")
    (good / "examples").mkdir()
    (good / "examples" / "a.yaml").write_text(examples, encoding="utf-8")
    one = read(good, examples=True)
    assert coverage([one], None, {"K01": ("deadline",)})["exercised"] == 1
    bare = write(tmp_path, CLAUSE, "pack: bare\ntitle: 乙\nversion: '1'\nabstract: true\n", name="bare")
    both = coverage([one, read(bare, examples=True)], None, {"K01": ("deadline",)})
    assert both["exercised"] == 0 and len(both["clauses"]["K01"]["controls"]) == 2

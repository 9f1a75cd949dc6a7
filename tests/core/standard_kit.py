"""Packs written on the spot for tests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from textwrap import dedent

from sanxiang.core.standard import library
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.problems import PackError, Problem
from sanxiang.core.standard.reader import Loaded, read

OWN = Path(__file__).parent / "packs"

HEAD = """\
pack: paper
title: 纸上的规范
version: "1.0"
hotline: {organisation: 纸上医院, greeting_name: 纸上医院}
"""
CLAUSE = """\
  - id: K01
    title: 三声内接听
    rule: 三声内接起。
    source: {document: 纸, at: 第一条}
    controls:
      - {kind: deadline, name: answer, from: CallQueued, to: CallAnswered, within: 3 rings}
"""


def write(folder: Path, clauses: str = CLAUSE, head: str = HEAD, name: str = "paper", **files: str) -> Path:
    """A pack in ``folder``; ``files`` are further YAML files of it (name without .yaml)."""
    path = folder / name
    path.mkdir(parents=True, exist_ok=True)
    (path / "pack.yaml").write_text(head + ("clauses:\n" + clauses if clauses else ""), encoding="utf-8")
    for other, text in files.items():
        (path / f"{other}.yaml").write_text(dedent(text), encoding="utf-8")
    return path


def problems(path: Path) -> list[Problem]:
    """What the reader has against a pack; fails when it has nothing."""
    try:
        read(path, library.folder())
    except PackError as error:
        return error.problems
    raise AssertionError("the pack was accepted")


def codes(path: Path) -> list[str]:
    return [p.code for p in problems(path)]


def line_of(path: Path, words: str) -> int:
    """The line (from 1) of a file in which the words stand first."""
    return next(i for i, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if words in row)


@lru_cache
def _loaded(name: str) -> tuple[Loaded, Standard]:
    loaded = library.load(name)
    return loaded, Standard.of(loaded.pack, loaded.digest)


def own(name: str) -> tuple[Loaded, Standard]:
    """A pack of the tests' own."""
    return _loaded(str(OWN / name))


def shipped(name: str = "hospital") -> tuple[Loaded, Standard]:
    return _loaded(name)

"""Which files make up a pack, what does it inherit, and where was each value written?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanxiang.core.standard.problems import Path_, Place, Problem
from sanxiang.core.standard.yaml_text import Document, parse

#: taken whole from a parent when the pack itself is silent on them
_WHOLE = ("hotline", "rings")
#: joined entry by entry, the pack's own entries win
_TABLES = ("prompts", "variables")


@dataclass
class Gathered:
    """A pack's merged data, where each value stands, its own examples."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path_, Place] = field(default_factory=dict)
    first: Place = ("pack.yaml", 1, 1)
    examples: list[dict[str, Any]] = field(default_factory=list)
    origin: dict[str, str] = field(default_factory=dict)
    #: a file or a parent could not be read, so what is missing may stand there
    broken: bool = False

    def place(self, path: Path_) -> Place:
        """The place of the nearest written ancestor."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return self.first

    def note(self, document: Document, source: Path_, target: Path_) -> None:
        """Takes over the places of a part of a document, under another path."""
        for path, place in document.places.items():
            if path[: len(source)] == source:
                self.places[(*target, *path[len(source) :])] = place


def gather(
    path: Path, libraries: list[Path], problems: list[Problem], examples: bool, above: tuple[Path, ...] = ()
) -> Gathered | None:
    """Reads a pack's files and those of its parents; its ``examples`` too when asked. None: nothing to read."""
    if not path.exists():
        cure = "检查名称或路径；sanxiang pack list 列出已有的"
        problems.append(Problem(str(path), 1, 1, "not_found", "没有这个规范包", cure))
        return None
    before = len(problems)
    made = Gathered(path.stem if path.is_file() else path.name, first=(_shown(path, _files(path)[0]), 1, 1))
    for file in _files(path):
        _add_file(made, file, _shown(path, file), problems)
    made.broken = len(problems) > before and any(
        p.code not in ("duplicate_key", "defined_twice") for p in problems[before:]
    )
    for clause in _clauses(made.data):
        made.origin.setdefault(str(clause.get("id")), made.name)
    made.examples = list(_examples(path, problems)) if examples else []
    for index, parent in _parents(made, libraries, (*above, path), problems):
        below = gather(parent, libraries, problems, False, (*above, path))
        if below is None:
            made.broken = True
            continue
        made.broken = made.broken or below.broken
        _inherit(made, below, index)
    return made if made.data or made.broken else None


def _files(path: Path) -> list[Path]:
    """The YAML files of a pack (a folder, or one file), pack.yaml first, without its examples."""
    if path.is_file():
        return [path]
    first = path / "pack.yaml"
    return [first, *sorted(f for f in path.glob("*.yaml") if f != first)]


def _shown(path: Path, file: Path) -> str:
    return str(file.relative_to(path.parent)) if path.is_dir() else file.name


def _add_file(made: Gathered, file: Path, shown: str, problems: list[Problem]) -> None:
    document = parse(file, shown, problems)
    if document is None:
        return
    if not isinstance(document.data, dict):
        problems.append(Problem(shown, 1, 1, "shape", "最外层应是“键: 值”", "检查缩进"))
        return
    for key, value in document.data.items():
        known = made.data.get(key)
        if isinstance(value, list) and isinstance(known, list):
            for index in range(len(value)):
                made.note(document, (key, index), (key, len(known) + index))
            made.data[key] = known + value
        elif key in made.data:
            place = document.places.get((key,), (shown, 1, 1))
            first = made.place((key,))
            cause = f"{key} 在 {first[0]} 第 {first[1]} 行已经写过"
            problems.append(Problem(*place, "defined_twice", cause, "只留一处"))
        else:
            made.data[key] = value
            made.note(document, (key,), (key,))


def _clauses(data: dict[str, Any]) -> list[dict[str, Any]]:
    clauses = data.get("clauses")
    return [c for c in clauses if isinstance(c, dict)] if isinstance(clauses, list) else []


def _parents(
    made: Gathered, libraries: list[Path], above: tuple[Path, ...], problems: list[Problem]
) -> Iterator[tuple[int, Path]]:
    names = made.data.get("extends") or []
    for index, name in enumerate(names if isinstance(names, list) else []):
        found = next(
            (lib / str(name) for lib in libraries if (lib / str(name) / "pack.yaml").is_file()), None
        )
        place = made.place(("extends", index))
        if found is None:
            cure = "放到同一个文件夹下，或改正名称；sanxiang pack list 列出已有的"
            problems.append(Problem(*place, "no_parent", f"找不到所继承的规范包 {name}", cure))
            made.broken = True
        elif found.resolve() in [p.resolve() for p in above]:
            problems.append(Problem(*place, "circle", f"{name} 继承来继承去又回到自己", "删去这一条继承"))
        else:
            yield index, found


def _inherit(made: Gathered, below: Gathered, index: int) -> None:
    """Own clauses first, then those of the parent that are not overridden. Its examples are tried where they are written."""
    own = {str(c.get("id")) for c in _clauses(made.data)}
    if isinstance(made.data.get("clauses", []), list):
        clauses = list(made.data.get("clauses") or [])
        for number, clause in enumerate(below.data.get("clauses") or []):
            if isinstance(clause, dict) and str(clause.get("id")) not in own:
                _note(made, below, ("clauses", number), ("clauses", len(clauses)))
                clauses.append(clause)
                made.origin[str(clause.get("id"))] = below.origin.get(str(clause.get("id")), below.name)
        made.data["clauses"] = clauses
    for table in _TABLES:
        mine, theirs = made.data.get(table, {}), below.data.get(table)
        if isinstance(theirs, dict) and isinstance(mine, dict):
            for key in theirs.keys() - mine.keys():
                _note(made, below, (table, key), (table, key))
            made.data[table] = {**theirs, **mine}
    for key in _WHOLE:
        if key not in made.data and key in below.data:
            _note(made, below, (key,), (key,))
            made.data[key] = below.data[key]


def _note(made: Gathered, below: Gathered, source: Path_, target: Path_) -> None:
    for path, place in below.places.items():
        if path[: len(source)] == source:
            made.places[(*target, *path[len(source) :])] = place


def _examples(path: Path, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    """The pack's own examples, with their file and line; their form is checked by `examples`."""
    folder = path / "examples"
    for file in sorted(folder.glob("*.yaml")) if path.is_dir() and folder.is_dir() else []:
        shown = _shown(path, file)
        document = parse(file, shown, problems)
        if document is None:
            continue
        listed = document.data.get("examples") if isinstance(document.data, dict) else None
        if not isinstance(listed, list):
            problems.append(Problem(shown, 1, 1, "shape", "最外层应是 examples: 一列试例", "写成 examples:"))
            continue
        for index, example in enumerate(listed):
            place = document.places.get(("examples", index), (shown, 1, 1))
            if isinstance(example, dict):
                yield {**example, "file": shown, "line": place[1]}
            else:
                problems.append(Problem(*place, "shape", "一个试例应是“键: 值”", "检查缩进"))

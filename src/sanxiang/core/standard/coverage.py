"""How much of the catalogue do the packs carry out? Bound, exercised by an example, shown by a test of the product."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sanxiang.core.standard.examples import exercised
from sanxiang.core.standard.problems import PackError, Problem
from sanxiang.core.standard.reader import Loaded
from sanxiang.core.standard.yaml_text import parse

#: clause -> the kinds of control that carry it out
Catalogue = dict[str, tuple[str, ...]]


def read_catalogue(path: Path) -> Catalogue:
    """The clause catalogue: sections of clauses, each with ``controls``. Raises PackError with every mistake."""
    problems: list[Problem] = []
    document = parse(path, str(path), problems)
    found: Catalogue = {}
    sections = document.data if document is not None else None
    if document is not None and not isinstance(sections, dict):
        problems.append(Problem(str(path), 1, 1, "shape", "目录的最外层应是“部分: 条款”", "检查缩进"))
        sections = None
    for section, clauses in (sections or {}).items():
        assert document is not None
        for name, clause in clauses.items() if isinstance(clauses, dict) else ():
            kinds = clause.get("controls") if isinstance(clause, dict) else None
            place = document.places.get((section, name), (str(path), 1, 1))
            if not isinstance(kinds, list) or not all(isinstance(k, str) for k in kinds):
                problems.append(
                    Problem(
                        *place, "catalogue", f"{name} 没有写 controls 的种类", "写成 controls: [gate, kpi]"
                    )
                )
            elif name in found:
                problems.append(Problem(*place, "duplicate_clause", f"条款 {name} 写了两次", "删去其中一个"))
            else:
                found[name] = tuple(kinds)
    if problems:
        raise PackError(problems)
    return found


def coverage(packs: list[Loaded], tests: Path | None, catalogue: Catalogue | None = None) -> dict[str, Any]:
    """The answer of `pack coverage`. ``catalogue`` None: the packs' own clauses, no kind is missing then."""
    proofs: dict[tuple[str, str], dict[tuple[str, str, str], list[str]]] = {}
    controls: dict[str, list[dict[str, str]]] = {}
    for loaded in packs:
        own = set(loaded.own_clauses())
        wanted = [c for c in loaded.pack.clauses if c.id in own and (catalogue is None or c.id in catalogue)]
        if not wanted:
            continue
        found = exercised(loaded)
        for clause in wanted:
            proofs[loaded.pack.pack, clause.id] = {k: v for k, v in found.items() if k[0] == clause.id}
            controls.setdefault(clause.id, []).extend(
                {"pack": loaded.pack.pack, "kind": k.kind, "name": k.name} for k in clause.controls
            )
    tested = dict(shown(tests)) if tests is not None else {}
    names = list(catalogue) if catalogue is not None else list(controls)
    clauses = {
        name: _clause(name, controls.get(name, []), proofs, tested, (catalogue or {}).get(name, ()))
        for name in names
    }
    return {
        "total": len(clauses),
        "bound": sum(1 for c in clauses.values() if c["controls"] and not c["missing_kinds"]),
        "exercised": sum(1 for c in clauses.values() if c["exercised"]),
        "shown": sum(1 for c in clauses.values() if c["shown"]),
        "clauses": clauses,
    }


def _clause(
    name: str, controls: list[dict[str, str]], proofs: Mapping[tuple[str, str], Mapping[Any, list[str]]],
    tested: Mapping[str, list[str]], kinds: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    there = {c["kind"] for c in controls}
    proved = [bool(tests) for (_, clause), by in proofs.items() if clause == name for tests in by.values()]
    return {
        "controls": controls,
        "exercised": bool(proved) and all(proved),
        "shown": tested.get(name, []),
        "missing_kinds": [k for k in kinds if k not in there],
    }


# -- tests that show ------------------------------------------------------------------------------------------------------
def shown(tests: Path) -> Iterator[tuple[str, list[str]]]:
    """(clause, ids of the tests marked `@pytest.mark.shows(clause…)`), read from the source without running it."""
    found: dict[str, list[str]] = {}
    for file in sorted(tests.rglob("test_*.py")):
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue  # such a test cannot show anything
        name = file.relative_to(tests.parent).as_posix()
        for test, clauses in _marked(tree.body, name, _module_marks(tree)):
            for clause in clauses:
                found.setdefault(clause, []).append(test)
    yield from found.items()


def _marked(body: list[ast.stmt], prefix: str, above: list[str]) -> Iterator[tuple[str, list[str]]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
            clauses = [*above, *(c for d in node.decorator_list for c in _clauses_of(d))]
            yield f"{prefix}::{node.name}", list(dict.fromkeys(clauses))
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            marks = [*above, *(c for d in node.decorator_list for c in _clauses_of(d))]
            yield from _marked(node.body, f"{prefix}::{node.name}", marks)


def _module_marks(tree: ast.Module) -> list[str]:
    """Clauses of a module's ``pytestmark``."""
    found: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets
        ):
            marks = node.value.elts if isinstance(node.value, (ast.List, ast.Tuple)) else [node.value]
            found += [c for mark in marks for c in _clauses_of(mark)]
    return found


def _clauses_of(mark: ast.expr) -> list[str]:
    """The arguments of `pytest.mark.shows(…)`, [] for any other decorator."""
    if not (
        isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "shows"
    ):
        return []
    return [a.value for a in mark.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]

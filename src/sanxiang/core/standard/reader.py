"""How is a pack read from YAML, so that each mistake is told with file, line, cause and cure, all in one run?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sanxiang.core.standard import messages
from sanxiang.core.standard.checker import check_pack
from sanxiang.core.standard.model import Pack

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    code: str
    problem: str
    cure: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.code}: {self.problem}" + (
            f"。{self.cure}" if self.cure else ""
        )


class PackError(ValueError):
    """A pack that cannot be used; ``problems`` has every mistake found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(p) for p in self.problems))


@dataclass
class Loaded:
    """A checked pack, its digest, and the examples that it ships (plain data, with their files)."""

    pack: Pack
    digest: str
    examples: list[dict[str, Any]]
    text: str  # canonical JSON, which the digest is of


class Places:
    """Where each value of the merged document was written."""

    def __init__(self) -> None:
        self._at: dict[Path_, tuple[str, int, int]] = {}
        self.first = ("pack.yaml", 1, 1)

    def note(self, node: Any, path: Path_, file: str) -> None:
        if isinstance(node, CommentedMap):
            for key, value in node.items():
                line, column = node.lc.key(key)
                self._at[(*path, key)] = (file, line + 1, column + 1)
                self.note(value, (*path, key), file)
        elif isinstance(node, CommentedSeq):
            for index, value in enumerate(node):
                line, column = node.lc.item(index)
                self._at[(*path, index)] = (file, line + 1, column + 1)
                self.note(value, (*path, index), file)

    def of(self, path: Path_) -> tuple[str, int, int]:
        """The place of the nearest written ancestor."""
        while path:
            if path in self._at:
                return self._at[path]
            path = path[:-1]
        return self.first


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(k): _plain(v) for k, v in node.items()}
    if isinstance(node, (list, tuple)):
        return [_plain(v) for v in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    return node


def _parse(file: Path, shown: str, problems: list[Problem]) -> Any:
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    try:
        text = file.read_text(encoding="utf-8")
        return yaml.load(text)
    except UnicodeDecodeError as error:
        problems.append(
            Problem(shown, 1, 1, "encoding", f"文件不是 UTF-8 编码({error.reason})", "请另存为 UTF-8")
        )
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        duplicate = "duplicate key" in str(error.problem)
        problems.append(
            Problem(
                shown, line, column, "duplicate_key" if duplicate else "yaml",
                "同一个键写了两次" if duplicate else f"YAML 写法不对：{error.problem}",
                "删去其中一个" if duplicate else "检查缩进、冒号与引号",
            )
        )  # fmt: skip
    except (YAMLError, ValueError) as error:
        problems.append(Problem(shown, 1, 1, "yaml", f"YAML 写法不对：{error}", "检查缩进、冒号与引号"))
    except OSError as error:
        problems.append(Problem(shown, 1, 1, "unreadable", f"读不了文件：{error.strerror}", "检查路径与权限"))
    return None


def files_of(path: Path) -> list[Path]:
    """The YAML files of a pack (a folder, or one file), pack.yaml first, without its examples."""
    if path.is_file():
        return [path]
    first = path / "pack.yaml"
    others = sorted(f for f in path.glob("*.yaml") if f != first)
    return [first, *others]


def read(path: Path, parents: Path | None = None) -> Loaded:
    """Reads and checks a pack with everything it extends. ``parents``: the folder in which those are found.

    Raises PackError with every mistake.
    """
    problems: list[Problem] = []
    merged, places = _merge(path, problems)
    if merged is None:
        raise PackError(problems)
    library = parents or (path.parent if path.is_dir() else path.parent.parent)
    inherited: list[dict[str, Any]] = []
    for index, name in enumerate(merged.get("extends") or []):
        folder = library / str(name)
        if not (folder / "pack.yaml").exists():
            place = places.of(("extends", index))
            problems.append(
                Problem(
                    *place,
                    "no_parent",
                    f"找不到所继承的规范包 {name}",
                    f"放到 {library.name}/ 下，或改正名称",
                )
            )
            continue
        below, _ = _merge(folder, problems)
        inherited.append(below or {})
    pack = _validate(_inherit(merged, inherited), places, problems)
    if pack is not None and not problems:
        problems += [Problem(*places.of(p), code, text, cure) for p, code, text, cure in check_pack(pack)]
    if problems or pack is None:
        raise PackError(problems)
    canonical = json.dumps(
        pack.model_dump(mode="json", by_alias=True, exclude_defaults=True), ensure_ascii=False, sort_keys=True
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()[:16]
    return Loaded(pack, digest, _examples(path, problems), canonical)


def from_canonical(text: str) -> Pack:
    """A pack read back from the canonical JSON that was kept when it was published."""
    return Pack.model_validate_json(text)


def _merge(path: Path, problems: list[Problem]) -> tuple[dict[str, Any] | None, Places]:
    places = Places()
    merged: dict[str, Any] = {}
    before = len(problems)
    if not path.exists():
        problems.append(
            Problem(
                str(path),
                1,
                1,
                "not_found",
                "没有这个规范包",
                "检查名称或路径；sanxiang pack list 列出已有的",
            )
        )
        return None, places
    for file in files_of(path):
        shown = str(file.relative_to(path.parent)) if path.is_dir() else file.name
        node = _parse(file, shown, problems)
        if node is None:
            if len(problems) == before:
                problems.append(
                    Problem(shown, 1, 1, "empty", "文件是空的", "至少写 pack、title、version、clauses")
                )
            continue
        if not isinstance(node, CommentedMap):
            problems.append(Problem(shown, 1, 1, "shape", "最外层应是“键: 值”", "检查缩进"))
            continue
        if not merged:
            places.first = (shown, 1, 1)
        for key in list(node):
            if isinstance(node[key], CommentedSeq) and isinstance(merged.get(str(key)), list):
                offset = len(merged[str(key)])
                for i, value in enumerate(node[key]):
                    line, column = node[key].lc.item(i)
                    places._at[(str(key), offset + i)] = (shown, line + 1, column + 1)
                    places.note(value, (str(key), offset + i), shown)
                merged[str(key)] += _plain(node[key])
            elif str(key) in merged:
                line, column = node.lc.key(key)
                problems.append(
                    Problem(
                        shown,
                        line + 1,
                        column + 1,
                        "duplicate_key",
                        f"{key} 在另一个文件里已经写过",
                        "只留一处",
                    )
                )
            else:
                line, column = node.lc.key(key)
                places._at[(str(key),)] = (shown, line + 1, column + 1)
                places.note(node[key], (str(key),), shown)
                merged[str(key)] = _plain(node[key])
    return (merged or None), places


def _inherit(own: dict[str, Any], parents: list[dict[str, Any]]) -> dict[str, Any]:
    """Own clauses first, then those of the parents that are not overridden; own prompts and variables win."""
    result = dict(own)
    if not isinstance(own.get("clauses", []), list):
        return result
    clauses = list(own.get("clauses") or [])
    ids = {c.get("id") for c in clauses if isinstance(c, dict)}
    for parent in parents:
        for clause in parent.get("clauses") or []:
            if isinstance(clause, dict) and clause.get("id") not in ids:
                clauses.append(clause)
                ids.add(clause.get("id"))
        for table in ("prompts", "variables"):
            if isinstance(parent.get(table), dict) and isinstance(own.get(table, {}), dict):
                result[table] = {**parent[table], **(result.get(table) or {})}
    result["clauses"] = clauses
    return result


def _validate(data: dict[str, Any], places: Places, problems: list[Problem]) -> Pack | None:
    try:
        return Pack.model_validate(data)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            path = messages.path_in(data, one["loc"])
            code, text, cure = messages.explain(one, path)
            problems.append(Problem(*places.of(path), code, text, cure))
        return None


def _examples(path: Path, problems: list[Problem]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    folder = path / "examples"
    for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else []:
        node = _plain(_parse(file, f"{path.name}/examples/{file.name}", problems))
        for example in (node or {}).get("examples", []) if isinstance(node, dict) else []:
            found.append({**example, "file": f"{path.name}/examples/{file.name}"})
    if problems:
        raise PackError(problems)
    return found

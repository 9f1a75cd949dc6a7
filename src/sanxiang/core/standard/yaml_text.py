"""How is YAML read, so that every value knows its line, and whatever is wrong with the file is told and not raised?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from sanxiang.core.standard.problems import Path_, Place, Problem

MAX_BYTES = 4 * 1024 * 1024
MAX_VALUES = 200_000  # with aliases written out


@dataclass
class Document:
    """Plain data, and where each value was written. Values that stand nowhere have the place of what holds them."""

    data: Any
    file: str
    places: dict[Path_, Place] = field(default_factory=dict)


def parse(file: Path, shown: str, problems: list[Problem]) -> Document | None:
    """A YAML file; ``shown`` is its name in messages. None when it cannot be used: ``problems`` says why."""

    def bad(line: int, column: int, code: str, problem: str, cure: str) -> None:
        problems.append(Problem(shown, line, column, code, problem, cure))

    try:
        raw = file.read_bytes()
    except OSError as error:
        bad(1, 1, "unreadable", f"读不了文件（{error.strerror}）", "检查路径与权限")
        return None
    if len(raw) > MAX_BYTES:
        bad(1, 1, "too_big", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", "规范包按条款分成几个文件")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, start = raw.count(b"\n", 0, error.start) + 1, raw.rfind(b"\n", 0, error.start) + 1
        column = len(raw[start : error.start].decode("utf-8", "replace")) + 1
        bad(line, column, "encoding", "文件不是 UTF-8 编码", "请另存为 UTF-8")
        return None
    try:
        return _document(text, shown, problems)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if "'\\t'" in str(error.problem) or _tab_before(text, line):
            bad(line, column, "tab", "缩进里有制表符", "缩进一律用空格")
        else:
            bad(line, column, "yaml", f"YAML 写法不对（{_plain_words(error)}）", "检查缩进、冒号与引号")
    except RecursionError:
        bad(1, 1, "yaml", "嵌套太深", "规范包只有几层，检查括号")
    except (YAMLError, ValueError, OverflowError) as error:
        bad(1, 1, "yaml", f"YAML 写法不对（{str(error).splitlines()[0][:120]}）", "检查缩进、冒号与引号")
    return None


def _document(text: str, shown: str, problems: list[Problem]) -> Document | None:
    yaml = _yaml()
    node = yaml.compose(text)
    if node is None:
        problems.append(Problem(shown, 1, 1, "empty", "文件是空的", "写上内容，或删去这个文件"))
        return None
    if _size(node, {}) > MAX_VALUES:
        problems.append(
            Problem(shown, 1, 1, "too_big", f"写开后超过 {MAX_VALUES} 个值", "少用别名 *，或分成几个文件")
        )
        return None
    made = Document(None, shown)
    for path, at in _walk(node, (), shown, problems):
        made.places.setdefault(path, (shown, at.start_mark.line + 1, at.start_mark.column + 1))
    made.data = _texts(yaml.constructor.construct_document(node))
    return made


def _yaml() -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_duplicate_keys = True  # told by `_walk`, all of them
    return yaml


def _walk(node: Node, path: Path_, shown: str, problems: list[Problem]) -> Iterator[tuple[Path_, Node]]:
    """Each value's path with the node that marks it: its key, or the item itself."""
    if isinstance(node, MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                mark = key.start_mark
                cause = f"键 {name} 在同一处写了两次"
                problems.append(
                    Problem(shown, mark.line + 1, mark.column + 1, "duplicate_key", cause, "删去其中一个")
                )
                continue
            seen.add(name)
            yield (*path, name), key
            yield from _walk(value, (*path, name), shown, problems)
    elif isinstance(node, SequenceNode):
        for index, value in enumerate(node.value):
            yield (*path, index), value
            yield from _walk(value, (*path, index), shown, problems)


def _size(node: Node, known: dict[int, int]) -> int:
    """How many values a node stands for, aliases written out. Raises ValueError where an alias holds itself."""
    if id(node) in known:
        if known[id(node)] < 0:
            raise ValueError("别名指向了自己")
        return known[id(node)]
    known[id(node)] = -1
    total = 1
    if isinstance(node, MappingNode):
        total += sum(_size(v, known) for _, v in node.value)
    elif isinstance(node, SequenceNode):
        total += sum(_size(v, known) for v in node.value)
    known[id(node)] = total
    return total


def _texts(value: Any) -> Any:
    """Keys as text."""
    if isinstance(value, dict):
        return {str(k): _texts(v) for k, v in value.items()}
    return [_texts(v) for v in value] if isinstance(value, list) else value


def _tab_before(text: str, line: int) -> bool:
    """Whether the line or the one before is indented with a tab."""
    lines = text.splitlines()
    return any("\t" in row[: len(row) - len(row.lstrip())] for row in lines[max(0, line - 2) : line])


def _plain_words(error: MarkedYAMLError) -> str:
    return str(error.problem or error.context or "").splitlines()[0][:120]

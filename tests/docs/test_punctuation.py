"""Texts in Chinese have Chinese punctuation; patterns and what is written in YAML are no texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src/sanxiang"
#: whole modules of regular expressions
PATTERNS = {f"core/judging/{name}.py" for name in ("closing", "hanging_up", "lexicon", "names", "opening", "reading")}
#: notations that a text quotes
QUOTED = ("键: 值", "部分: 条款", "字段: 值", "主机:端口", "时:分", "examples: 一列试例")
HALF = re.compile(r"[\u4e00-\u9fff”」）][,:;!?(]|[,:;!?][\u4e00-\u9fff]|[\u4e00-\u9fff”」）] ?\0[,;!?](?!$)|[,;] ?\0[\u4e00-\u9fff]")


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of all strings but docstrings; what an f-string puts in is one NUL."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            parts = [str(p.value) if isinstance(p, ast.Constant) else "\0" for p in node.values]
            skipped.update(id(p) for p in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


def half(text: str) -> bool:
    for quoted in QUOTED:
        text = text.replace(quoted, "")
    return bool(HALF.search(text))


def test_chinese_texts_have_full_width_punctuation() -> None:
    found = [
        f"{path.relative_to(SOURCES)}:{line}: {text!r}"
        for path in sorted(SOURCES.rglob("*.py"))
        if str(path.relative_to(SOURCES)) not in PATTERNS
        for line, text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if half(text)
    ]
    assert not found, "\n".join(found)


def test_what_counts_as_half_width() -> None:
    assert half("错误: 没有") and half("太长(3 字)") and half("写成 kept:哪些")
    assert not half("错误：没有") and not half("写成“键: 值”") and not half("a, b: c")

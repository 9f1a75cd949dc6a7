"""What does a mistake in a pack's form read like? Pydantic's errors as plain Chinese sentences with a cure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

_TYPES = {
    "string": "文字",
    "int": "整数",
    "float": "数字",
    "bool": "true 或 false",
    "list": "一列",
    "dict": "键值",
}


def path_in(data: Any, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """The part of a pydantic location that really leads through the data (tags of unions left out)."""
    path: list[str | int] = []
    for part in loc:
        if (isinstance(data, Mapping) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            data = data[part]  # type: ignore[index]
            path.append(part)
    return tuple(path)


def explain(error: Any, path: tuple[str | int, ...]) -> tuple[str, str, str]:
    """(code, problem, cure) of one pydantic error."""
    kind, ctx, given = error["type"], error.get("ctx") or {}, error.get("input")
    name = error["loc"][-1] if error["loc"] else ""
    where = f"{path[-1]}" if path else "规范包"
    if kind == "extra_forbidden":
        return "unknown_key", f"不认识的键 {name}", "检查拼写，或删去；sanxiang pack schema 列出全部可用的键"
    if kind == "missing":
        return "missing_key", f"{where} 缺少 {name}", f"补上 {name}"
    if kind == "string_type":
        if isinstance(given, (int, float)) and not isinstance(given, bool):
            return "not_text", f"{where} 应是文字，写成了数字 {given}", f'加上引号："{given}"'
        return "not_text", f"{where} 应是文字", "加上引号"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = ctx.get("expected_tags", "").replace("'", "")
        near = get_close_matches(str(ctx.get("tag", "")), tags.split(", "), 1)
        return (
            "unknown_kind",
            f"没有控制项种类 {ctx.get('tag', '（未写 kind）')}",
            f"可用：{tags}" + (f"；是不是 {near[0]}？" if near else ""),
        )
    if kind == "string_pattern_mismatch":
        return "bad_name", f"{where} 的写法 {given!r} 不合规则", f"应符合 {ctx.get('pattern')}"
    if kind == "value_error":
        return "bad_value", f"{where}:{ctx.get('error')}", "按提示改正"
    if kind == "literal_error":
        return (
            "bad_choice",
            f"{where} 不能是 {given!r}",
            f"可用：{ctx.get('expected', '').replace(chr(39), '')}",
        )
    if kind in ("too_short", "string_too_short"):
        return "empty", f"{where} 不能为空", "补上内容"
    if kind.endswith("_type"):
        return (
            "bad_type",
            f"{where} 应是{_TYPES.get(kind.removesuffix('_type'), kind)}",
            f"现在是 {given!r}"[:120],
        )
    return "bad_value", f"{where}:{error['msg']}", ""

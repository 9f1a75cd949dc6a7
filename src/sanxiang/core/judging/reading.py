"""How is a conversation file read? Bytes in, conversations out, and each fault with its record, place and cure.

The format is the one of docs/judging.md: one conversation, or a list of them. Unknown keys are passed over; whatever a judge
would stumble on is refused. A bad record never stops the good ones.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from sanxiang.core.judging.base import Conversation, Event, Turn

MAX_BYTES = 64 * 1024 * 1024
MAX_TURNS = 20_000
MAX_TEXT = 20_000  # characters of one turn
_EVENTS = ("hold", "resume", "mute", "unmute", "transfer", "situation")
_ENDS = ("caller", "agent", "line")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file. ``record`` from 1, 0 for the whole file; ``line`` and ``column`` only for broken JSON."""

    file: str
    record: int
    place: str
    problem: str
    cure: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        record = f" 第 {self.record} 条" if self.record else ""
        return f"{where}{record}{' ' + self.place if self.place else ''}：{self.problem}。{self.cure}"


class _Bad(ValueError):
    """A fault inside one record: place, problem, cure."""

    def __init__(self, place: str, problem: str, cure: str) -> None:
        super().__init__(problem)
        self.place, self.problem, self.cure = place, problem, cure


def read_conversations(raw: bytes, file: str) -> tuple[list[Conversation], list[Fault]]:
    """The good conversations of a file, and what is wrong with the others. ``file``: its name, for messages."""
    if len(raw) > MAX_BYTES:
        size = f"文件有 {len(raw) // 1024 // 1024} MB，超过 {MAX_BYTES // 1024 // 1024} MB"
        return [], [Fault(file, 0, "", size, "请拆成几个文件")]
    try:
        document = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        return [], [Fault(file, 0, "", "文件不是 UTF-8 编码", "请另存为 UTF-8", line, column)]
    except json.JSONDecodeError as error:
        cure = "检查括号、逗号与引号；文件是否完整"
        return [], [Fault(file, 0, "", f"不是完整的 JSON（{error.msg}）", cure, error.lineno, error.colno)]
    except _Bad as bad:
        return [], [Fault(file, 0, bad.place, bad.problem, bad.cure)]
    except RecursionError:
        return [], [Fault(file, 0, "", "JSON 嵌套太深", "对话文件只有三层，请检查来源")]
    except ValueError as error:  # integers of thousands of digits
        return [], [Fault(file, 0, "", f"JSON 里有读不了的数（{error}）", "请改成普通的秒数")]
    records = document if isinstance(document, list) else [document]
    good, faults = [], []
    for number, record in enumerate(records, 1):
        try:
            good.append(conversation(record))
        except _Bad as bad:
            faults.append(Fault(file, number, bad.place, bad.problem, bad.cure))
    return good, faults


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _Bad(key, "同一个键写了两次", "删去其中一个")
        made[key] = value
    return made


def _no_constant(name: str) -> NoReturn:
    raise _Bad("", f"{name} 不是数", "改成秒数，不知道就删去这一项")


def conversation(record: Any) -> Conversation:
    """One conversation from plain data. Raises a ValueError that names place, problem and cure."""
    if not isinstance(record, Mapping):
        raise _Bad("", "一条对话应是 {…}", "文件写一条对话，或一列对话")
    turns = _list(record, "turns", required=True)
    if len(turns) > MAX_TURNS:
        raise _Bad("turns", f"有 {len(turns)} 句，超过 {MAX_TURNS}", "检查来源，一条对话只放一通电话")
    rings = record.get("rings")
    if rings is not None and (isinstance(rings, bool) or not isinstance(rings, int) or rings < 0):
        raise _Bad("rings", f"{_shown(rings)} 不是响数", "写整数，不知道就删去")
    ended = record.get("hung_up_by") or ""
    if ended and ended not in _ENDS:
        raise _Bad("hung_up_by", f"不认识 {_shown(ended)}", f"可用：{'、'.join(_ENDS)}")
    agent = record.get("agent") or {}
    if not isinstance(agent, Mapping):
        raise _Bad("agent", "应是 {…}", "写 name、number、department、post")
    return Conversation(
        id=_text(record, "id", required=True),
        pack=_text(record, "pack"),
        turns=tuple(_each(turns, "turns", _turn)),
        events=tuple(_each(_list(record, "events"), "events", _event)),
        rings=rings,
        hung_up_by=ended,
        agent={str(k): str(v) for k, v in agent.items() if v is not None},
        language=_text(record, "language") or "zh-Hans",
        started_at=_text(record, "started_at"),
    )  # fmt: skip


def _each(items: list[Any], key: str, read: Callable[[Mapping[str, Any], str], Any]) -> list[Any]:
    made = []
    for index, item in enumerate(items):
        place = f"{key}[{index}]"
        if not isinstance(item, Mapping):
            raise _Bad(place, "应是 {…}", "照 docs/judging.md 的格式写")
        made.append(read(item, place))
    return made


def _turn(item: Mapping[str, Any], place: str) -> Turn:
    speaker = item.get("speaker")
    if speaker not in ("agent", "caller"):
        raise _Bad(f"{place}.speaker", f"不认识的说话人 {_shown(speaker)}", "只能是 agent 或 caller")
    start, end = _seconds(item, "start", place), _seconds(item, "end", place)
    if end < start:
        raise _Bad(f"{place}.end", f"结束（{end}）早于开始（{start}）", "检查时间是否写反")
    text = item.get("text")
    if not isinstance(text, str):
        raise _Bad(f"{place}.text", "缺少话语，或不是文字", "写上这句话；没有话语的片段请删去")
    if len(text) > MAX_TEXT:
        raise _Bad(f"{place}.text", f"一句有 {len(text)} 字，超过 {MAX_TEXT}", "按说话的停顿分句")
    return Turn(speaker, start, end, text)


def _event(item: Mapping[str, Any], place: str) -> Event:
    kind = item.get("kind")
    if kind not in _EVENTS:
        raise _Bad(f"{place}.kind", f"不认识的事件 {_shown(kind)}", f"可用：{'、'.join(_EVENTS)}")
    data = item.get("data") or {}
    if not isinstance(data, Mapping):
        raise _Bad(f"{place}.data", "应是 {…}", "没有内容就写 {}")
    return Event(_seconds(item, "at", place), kind, dict(data))


def _seconds(item: Mapping[str, Any], key: str, place: str) -> float:
    value = item.get(key)
    if value is None:
        raise _Bad(f"{place}.{key}", "缺少时间", "写从接通起的秒数")
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or abs(value) > 1e7
        or not math.isfinite(value)
    ):
        raise _Bad(f"{place}.{key}", f"{_shown(value)} 不是秒数", "写从接通起的秒数，如 12.4")
    if value < 0:
        raise _Bad(f"{place}.{key}", f"{_shown(value)} 在接通之前", "时间从接通起算，不为负")
    return float(value)


def _list(record: Mapping[str, Any], key: str, required: bool = False) -> list[Any]:
    value = record.get(key)
    if value is None:
        if required:
            raise _Bad(key, f"缺少 {key}", "写上每句话：说话人、开始、结束、文字")
        return []
    if not isinstance(value, list):
        raise _Bad(key, f"{key} 应是一列", "写成 […]")
    return value


def _text(record: Mapping[str, Any], key: str, required: bool = False) -> str:
    value = record.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise _Bad(key, f"缺少 {key}" if value in (None, "") else f"{key} 应是文字", f"写上 {key}，用引号")
    return value


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:40] + "…"

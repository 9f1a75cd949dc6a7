"""Which calls does a list show? The filters of /calls/ and what each means; the address names them all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sanxiang.reports import figures, kpi, queries
from sanxiang.reports.pack_kpis import measures
from sanxiang.reports.periods import Period, PeriodError, period
from sanxiang.reports.queries import Row
from sanxiang.reports.services import Book
from sanxiang.reports.sheets import NAMES

OUTCOMES = {
    "answered": "接听", "abandoned": "放弃", "timed_out": "超时", "rejected": "拒绝", "closed": "关门", "released": "移交应急",
    "none": "在等",
}  # fmt: skip
ON_TIME = {"true": "按时", "false": "超响", "none": "未知"}
REGISTRATIONS = {"open": "未签", "signed": "已签", "none": "无"}
VERDICTS = {"breach": "违约", "kept": "守住", "unknown": "未知", "not_applicable": "不适用"}
#: query parameters that narrow the list
FILTERS = ("outcome", "agent", "queue", "hotline", "on_time", "registration", "verdict", "clause")
PERIOD_KEYS = ("from", "to")
FIGURE_KEYS = ("figure", "part", "threshold")


@dataclass
class Selection:
    """What was asked for, and what was found. ``problem``: why a period could not be read."""

    period: Period | None
    given: dict[str, str]
    calls: list[Row] = field(default_factory=list)
    figure_title: str = ""
    figure_definition: str = ""
    problem: str = ""

    def address(self, **changes: str) -> str:
        """/calls/ with the same filters, changed; an empty value takes one away."""
        query = {k: v for k, v in {**self.given, **changes}.items() if v}
        return "/calls/" + ("?" + urlencode(query) if query else "")


def select(book: Book, params: Mapping[str, str], only_agent: str = "") -> Selection:
    """The calls that the parameters name, newest first. ``only_agent``: nobody else's calls are shown."""
    known = ("q", *PERIOD_KEYS, *FIGURE_KEYS, *FILTERS)
    given = {k: params[k].strip() for k in known if params.get(k, "").strip()}
    searching = "q" in given and not given.keys() & set(PERIOD_KEYS)
    try:
        when = Period(0, 2**62, book.zone) if searching else period(given.get("from"), given.get("to"), book.now, book.zone)
    except PeriodError as error:
        return Selection(None, given, problem=str(error))
    rows = book.rows(when)
    found = Selection(when, given)
    calls = sorted([*rows.calls, *rows.released], key=lambda c: (c["offered_at"], c["call"]))
    if figure := given.get("figure"):
        calls = _of_figure(book, when, rows, figure, given, found)
    if only_agent:
        calls = [c for c in calls if c["agent"] == only_agent]
    for name in FILTERS:
        if name in given:
            calls = _narrowed(calls, name, given, rows)
    if text := given.get("q", ""):
        calls = [c for c in calls if _found(book, c, text)]
    found.calls = calls[::-1]
    return found


def _of_figure(book: Book, when: Period, rows: queries.Rows, name: str, given: Mapping[str, str], found: Selection) -> list[Row]:
    part = given.get("part", "counted")
    threshold = _number(given.get("threshold"), kpi.THRESHOLD)
    word = "" if part == "counted" else f" · {figures.PARTS.get(part, part)}"
    if not name.startswith("pack:"):
        found.figure_title = NAMES.get(name, name) + word
        found.figure_definition = kpi.definitions(threshold).get(name, "")
        return figures.calls_of(name, part, rows, threshold) or []
    key = name.removeprefix("pack:")
    digests = queries.packs_in_force(book.db, when, rows.calls)
    measure = next((m for m in measures(digests, book.standards) if m.key == key), None)
    if measure is None:
        found.figure_title = key + word
        return []
    found.figure_title = f"{measure.clause.id} {measure.kpi.title or measure.kpi.name}{word}"
    found.figure_definition = measure.kpi.definition
    return figures.calls_of_pack(measure, part, rows)


def _narrowed(calls: list[Row], name: str, given: Mapping[str, str], rows: queries.Rows) -> list[Row]:
    wanted = given[name]
    if name in ("verdict", "clause"):
        by_call: dict[str, set[tuple[str, str]]] = {}
        for v in rows.verdicts:
            by_call.setdefault(v["call"], set()).add((v["clause"], v["verdict"]))
        clause, verdict = given.get("clause"), given.get("verdict")
        return [
            c for c in calls
            if any((not clause or k == clause) and (not verdict or v == verdict) for k, v in by_call.get(c["call"], ()))
        ]  # fmt: skip
    if name == "on_time":
        return [c for c in calls if c["outcome"] == "answered" and str(c["on_time"]).lower() == wanted]
    if name == "registration":
        return [c for c in calls if ("open" if c["registration"] == "parked" else c["registration"]) == wanted]
    return [c for c in calls if str(c[name] or "none") == wanted]


def _found(book: Book, call: Row, text: str) -> bool:
    """By the call's id, or by the last digits of the caller's number (three at least)."""
    if text.lower() in call["call"].lower():
        return True
    if not re.fullmatch(r"\d{3,}", text) or not call["caller"]:
        return False
    return str(book.log.private(call["caller"]) or "").endswith(text)


def _number(text: str | None, otherwise: float) -> float:
    try:
        return float(text or otherwise)
    except ValueError:
        return otherwise


def chips(selection: Selection, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What narrows the list now, each with the address without it."""
    words = {
        "outcome": ("结果", OUTCOMES), "on_time": ("接起", ON_TIME), "registration": ("登记", REGISTRATIONS), "verdict": ("判定", VERDICTS),
        "agent": ("坐席", {n: f"{n} {name}" for n, name in names.items()} | {"none": "无"}), "queue": ("队列", {}), "hotline": ("热线", {}),
        "clause": ("条款", {}), "q": ("查找", {}),
    }  # fmt: skip
    found = []
    for key, (label, values) in words.items():
        if value := selection.given.get(key):
            found.append({"label": label, "value": values.get(value, value), "url": selection.address(**{key: ""})})
    if selection.given.get("figure"):
        found.insert(0, {"label": "指标", "value": selection.figure_title, "url": selection.address(figure="", part="", threshold="")})
    return found

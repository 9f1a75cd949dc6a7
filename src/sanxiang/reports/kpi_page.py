"""How is the KPI report laid out as a page: groups of values, each with its fraction, its unknown and its calls?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sanxiang.ground.clock import local
from sanxiang.reports import kpi
from sanxiang.reports.periods import Period, instant, midnight
from sanxiang.reports.sheets import DIMENSION_NAMES, NAMES
from sanxiang.reports.tiles import number, target_state

#: how values stand together: (heading, names)
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("接听", ("offered", "answered", "answered_on_time", "abandoned", "timed_out", "rejected", "closed", "still_open", "released")),
    ("比率", ("on_time_answer_rate", "answer_rate", "abandonment_rate", "service_level")),
    ("等候", ("average_wait_seconds", "p95_wait_seconds", "average_queue_seconds")),
    ("处理", ("average_talk_seconds", "average_hold_seconds", "average_wrap_up_seconds", "average_handling_seconds")),
    ("在岗", ("login_seconds", "pause_seconds", "talk_seconds", "wrap_up_seconds", "occupancy")),
    ("登记与回复", ("registered_rate", "first_contact_resolution_rate", "resolution_rate", "replied_on_time_rate", "promises_kept_rate",
                "promises_open")),
    ("满意度", ("csat", "survey_response_rate")),
)  # fmt: skip
NO_CALLS = frozenset(["login_seconds", "pause_seconds", "talk_seconds", "wrap_up_seconds", "occupancy", "csat", "survey_response_rate"])
UNKNOWN = {"on_time_answer_rate": "on_time_unknown", "promises_kept_rate": "promises_open", "replied_on_time_rate": "promises_open"}
#: columns of the table by group
COLUMNS = ("offered", "answered", "on_time_answer_rate", "answer_rate", "abandonment_rate", "service_level", "average_wait_seconds",
           "p95_wait_seconds", "average_talk_seconds", "average_handling_seconds", "registered_rate", "occupancy")  # fmt: skip


def _value(name: str, value: Any) -> tuple[str, str]:
    if value is None:
        return "—", ""
    if name in kpi.RATES:
        return number(value, "%")
    if name in ("login_seconds", "pause_seconds", "talk_seconds", "wrap_up_seconds"):
        minutes = round(value / 60)
        return (f"{minutes // 60}:{minutes % 60:02d}", "时:分") if minutes >= 60 else (f"{value / 60:.1f}", "分")
    return number(value, "s") if name.endswith("_seconds") else (str(value), "")


def _url(line: Mapping[str, Any], when: Period, where: Mapping[str, list[str]], figure: str, part: str, threshold: float) -> str:
    start, end = when.text(when.start), when.text(when.end)
    if moment := line.get("hour") or line.get("day"):
        a = instant(moment, when.zone)
        b = a + 3_600_000_000 if line.get("hour") else midnight(a, when.zone, 1)
        start, end = when.text(max(a, when.start)), when.text(min(b, when.end))
    query = {"from": start, "to": end, "figure": figure, "part": part}
    query |= {k: v[0] for k, v in where.items() if k in ("agent", "queue", "hotline", "outcome", "registration")}
    query |= {d: line[d] or "none" for d in ("agent", "queue", "hotline") if d in line}
    if figure == "service_level":
        query["threshold"] = f"{threshold:g}"
    return "/calls/?" + urlencode(query)


def present(
    document: dict[str, Any], when: Period, where: Mapping[str, list[str]], threshold: float, names: Mapping[str, str], now: int
) -> dict[str, Any]:  # fmt: skip
    """The template's context."""
    one_day = midnight(when.end - 1, when.zone) <= when.start
    total, definitions = document["total"], document["definitions"]

    def cell(line: Mapping[str, Any], values: Mapping[str, Any], name: str) -> dict[str, Any]:
        figure, unit = _value(name, values[name])
        unknown = values.get(UNKNOWN.get(name, ""), None)
        zero = values[name] in (None, 0) and name not in kpi.RATES
        return {
            "name": name, "title": NAMES[name], "value": figure, "unit": unit, "definition": definitions[name],
            "url": "" if name in NO_CALLS or values[name] is None or zero else _url(line, when, where, name, "kept" if name in kpi.RATES else "counted", threshold),
            "rest_url": _url(line, when, where, name, "missed", threshold) if name in kpi.RATES - NO_CALLS and values[name] not in (None, 1) else "",
            "unknown": unknown, "unknown_word": "未到期" if name in ("promises_kept_rate", "replied_on_time_rate") else "未知",
            "unknown_url": _url(line, when, where, UNKNOWN[name], "counted", threshold) if unknown else "",
        }  # fmt: skip

    def packed(line: Mapping[str, Any], values: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = []
        for key, one in values["pack_kpis"].items():
            figure, unit = number(one["value"], one["unit"])
            rate = one["kept"] is not None
            found.append(
                {
                    **one, "key": key, "value": figure, "unit": unit, "state": target_state(one["value"], one["target"], one["better"], one["unit"] == "%"),
                    "target": "".join(number(one["target"], one["unit"])) if one["target"] is not None else "",
                    "url": _url(line, when, where, f"pack:{key}", "kept" if rate else "counted", threshold) if one["counted"] else "",
                    "missed": one["counted"] - one["kept"] if rate else 0,
                    "missed_url": _url(line, when, where, f"pack:{key}", "missed", threshold),
                    "unknown_url": _url(line, when, where, f"pack:{key}", "unknown", threshold) if one["unknown"] else "",
                }
            )  # fmt: skip
        return found

    def key_words(line: Mapping[str, Any]) -> list[str]:
        return [
            f"{line[d]} {names.get(line[d], '')}".strip() if d == "agent" and line[d]
            else line[d][11:] if d == "hour" and one_day
            else str(line[d] or "无").replace("T", " ")
            for d in document["by"]
        ]  # fmt: skip

    lines: list[dict[str, Any]] = [
        {"key": key_words(line), "cells": [cell(line, line, name) for name in COLUMNS], "packs": packed(line, line)}
        for line in document["rows"]
    ] if document["by"] else []  # fmt: skip
    chart = {
        "keys": [" ".join(line["key"]) for line in lines],
        "answered": [r["answered"] for r in document["rows"]] if lines else [],
        "lost": [r["offered"] - r["answered"] for r in document["rows"]] if lines else [],
        "rate": [None if r["on_time_answer_rate"] is None else round(r["on_time_answer_rate"] * 100, 1) for r in document["rows"]] if lines else [],
    }
    return {
        "sections": [{"title": title, "cells": [cell({}, total, n) for n in wanted]} for title, wanted in SECTIONS],
        "packs": packed({}, total), "lines": lines, "columns": [{"name": n, "title": NAMES[n], "definition": definitions[n]} for n in COLUMNS],
        "by": document["by"], "by_titles": [DIMENSION_NAMES[d] for d in document["by"]], "dimensions": DIMENSION_NAMES,
        "chart": chart, "start": document["from"], "end": document["to"], "threshold": f"{threshold:g}", "offered": total["offered"],
        "released": total["released"], "released_url": _url({}, when, where, "released", "counted", threshold),
        "definitions": [(NAMES.get(n, n), text) for n, text in definitions.items()], "presets": presets(now, when.zone, when),
    }  # fmt: skip


def presets(now: int, zone: str, when: Period) -> list[dict[str, Any]]:
    """Often used periods, with the one that is shown marked."""
    today = midnight(now, zone)
    monday = midnight(now, zone, -local(now, zone).weekday())
    first = local(now, zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last_month = (first - timedelta(days=1)).replace(day=1)
    month, previous = round(first.timestamp()) * 1_000_000, round(last_month.timestamp()) * 1_000_000
    tomorrow = midnight(now, zone, 1)
    found = [("今天", today, tomorrow), ("昨天", midnight(now, zone, -1), today), ("本周", monday, tomorrow), ("本月", month, tomorrow),
             ("上月", previous, month)]  # fmt: skip
    return [
        {"title": title, "from": when.text(a), "to": when.text(b), "current": (a, b) == (when.start, when.end)} for title, a, b in found
    ]

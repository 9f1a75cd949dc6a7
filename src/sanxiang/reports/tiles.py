"""Which figures of today stand on the supervisor's page? Those that the standards define, and how calls were answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sanxiang.reports import kpi
from sanxiang.reports.pack_kpis import Measure
from sanxiang.reports.periods import Period
from sanxiang.reports.queries import Rows

NEAR = 0.05  # a rate that misses its target by no more than this only warns


def link(period: Period, figure: str, part: str = "counted", **more: str) -> str:
    """The address of the calls behind a figure."""
    query = {"from": period.text(period.start), "to": period.text(period.end), "figure": figure, "part": part, **more}
    return "/calls/?" + urlencode({k: v for k, v in query.items() if v})


def target_state(value: float | None, target: float | None, better: str, rate: bool) -> str:
    """kept, warn, breach; "" without target or value."""
    if value is None or target is None:
        return ""
    if (value >= target) if better == "higher" else (value <= target):
        return "kept"
    near = NEAR if rate else abs(target) * NEAR
    return "warn" if abs(value - target) <= near else "breach"


def number(value: float | None, unit: str) -> tuple[str, str]:
    """(figure, unit) for people: ("95.5", "%"), ("6.8", "秒"), ("—", "")."""
    if value is None:
        return "—", ""
    if unit == "%":
        return f"{value * 100:.1f}".removesuffix(".0"), "%"
    if unit == "s":
        return (f"{value:.1f}", "秒") if value < 300 else (f"{value / 60:.1f}", "分")
    return f"{value:g}", ""


def tiles(rows: Rows, found: list[Measure], packs: Mapping[str, dict[str, Any]], period: Period) -> list[dict[str, Any]]:
    """[{"name", "clause", "value", "unit", "sub", "state", "target", "url", "unknown", "unknown_url", "definition", "none"}]."""
    made = []
    for m in found:
        one = packs[m.key]
        value, unit = number(one["value"], m.kpi.unit)
        fraction = f"{one['kept']} / {one['counted']}" if one["kept"] is not None else f"{one['counted']} 件"
        key = f"pack:{m.key}"
        missed = one["kept"] is not None and one["kept"] < one["counted"]
        made.append(
            {
                "key": key, "name": one["title"], "clause": one["clause"], "value": value, "unit": unit, "sub": fraction,
                "state": target_state(one["value"], one["target"], one["better"], m.kpi.unit == "%"),
                "target": "".join(number(one["target"], m.kpi.unit)) if one["target"] is not None else "",
                "url": link(period, key, "missed" if missed else "counted"), "unknown": one["unknown"],
                "unknown_url": link(period, key, "unknown"), "definition": one["definition"], "none": not one["counted"],
            }
        )  # fmt: skip
    values = kpi.values(rows)
    value, unit = number(values["answer_rate"], "%")
    lost = " · ".join(
        f"{word} {values[name]}" for name, word in (("abandoned", "放弃"), ("timed_out", "超时"), ("still_open", "在等")) if values[name]
    )
    made.append(
        {
            "key": "answer_rate", "name": "接通率", "clause": "", "value": value, "unit": unit, "state": "", "target": "",
            "sub": f"{values['answered']} / {values['offered'] - values['closed']} 来电" + (f" · {lost}" if lost else ""),
            "url": link(period, "answer_rate"), "unknown": 0, "unknown_url": "", "none": values["answer_rate"] is None,
            "definition": kpi.DEFINITIONS["answer_rate"],
        }
    )  # fmt: skip
    value, unit = number(values["average_wait_seconds"], "s")
    p95, _ = number(values["p95_wait_seconds"], "s")
    made.append(
        {
            "key": "average_wait_seconds", "name": "平均等候", "clause": "", "value": value, "unit": unit, "state": "", "target": "",
            "sub": f"95 分位 {p95} 秒 · 来电者的钟",
            "url": link(period, "average_wait_seconds"), "unknown": 0, "unknown_url": "", "none": not values["answered"],
            "definition": kpi.DEFINITIONS["average_wait_seconds"],
        }
    )  # fmt: skip
    return made

"""KPI (指标): a rate, a duration or a count over rows, with a target.

Rows are what the reports room keeps of each call, offer, promise and verdict; their fields are listed in ROWS. The
fold is here, so that page, command line and pack examples agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sanxiang.core.controls.base import ControlBase
from sanxiang.core.standard.condition import Condition, holds, paths

#: what a pack may count, and the fields of a row
ROWS: dict[str, frozenset[str]] = {
    "calls": frozenset(
        [
            "call",
            "hotline",
            "number",
            "queue",
            "agent",
            "outcome",
            "offered_at",
            "answered_at",
            "ended_at",
            "wait_seconds",
            "talk_seconds",
            "hold_seconds",
            "wrap_up_seconds",
            "rings",
            "on_time",
            "hung_up_by",
            "registration",
            "result",
            "promised",
            "sign_seconds",
            "offers",
            "caller_kind",
            "end_reason",
            "parked",
        ]
    ),
    "offers": frozenset(
        ["call", "offer", "agent", "rang_at", "ended_at", "ring_seconds", "rings", "outcome", "late"]
    ),
    "promises": frozenset(["promise", "call", "owner", "made_at", "due_at", "replied_at", "state", "agent"]),
    "verdicts": frozenset(
        ["clause", "control", "kind", "subject", "call", "agent", "verdict", "at", "measure"]
    ),
}


class Kpi(ControlBase):
    kind: Literal["kpi"]
    over: Literal["calls", "offers", "promises", "verdicts"] = "calls"
    measure: Literal["rate", "count", "mean", "sum", "percentile", "max"] = "rate"
    #: which rows are looked at
    of: Condition = {}
    #: rate: which of them count as kept
    kept: Condition = {}
    #: rate: rows of `of` for which this holds are unknown, left out of the rate and told beside it
    unknown: Condition | None = None
    #: mean, sum, percentile, max: the field, in its own unit
    field: str = ""
    percentile: float = 95
    unit: Literal["%", "s", ""] = "%"
    target: float | None = None
    better: Literal["higher", "lower"] = "higher"
    definition: str

    def problems(self) -> list[str]:
        known = ROWS[self.over]
        conditions = [self.of, self.kept, self.unknown or {}]
        used = {p for c in conditions for p in paths(c)} | ({self.field} if self.field else set())
        found = [f"{self.over} 没有字段 {p}；可用：{', '.join(sorted(known))}" for p in sorted(used - known)]
        if self.measure == "rate" and not self.kept:
            found.append("rate 要写 kept：哪些算达到")
        if self.measure not in ("rate", "count") and not self.field:
            found.append(f"{self.measure} 要写 field：对哪个字段计算")
        return found

    def value(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """{"value", "kept", "counted", "unknown"}. ``value`` is null when nothing was counted.

        Rate: kept ÷ counted (unknown left out). Percentile: nearest rank.
        """
        chosen = [r for r in rows if holds(self.of, r)]
        if self.measure == "count":
            return {"value": len(chosen), "kept": len(chosen), "counted": len(chosen), "unknown": 0}
        if self.measure == "rate":
            unknown = [r for r in chosen if self.unknown is not None and holds(self.unknown, r)]
            counted = len(chosen) - len(unknown)
            kept = sum(
                1 for r in chosen if holds(self.kept, r) and not (self.unknown and holds(self.unknown, r))
            )
            return {
                "value": kept / counted if counted else None,
                "kept": kept,
                "counted": counted,
                "unknown": len(unknown),
            }
        values = sorted(float(r[self.field]) for r in chosen if r.get(self.field) is not None)
        value: float | None = None
        if values:
            value = {
                "mean": sum(values) / len(values),
                "sum": sum(values),
                "max": values[-1],
                "percentile": values[max(0, math.ceil(self.percentile / 100 * len(values)) - 1)],
            }[self.measure]
        return {"value": value, "kept": None, "counted": len(values), "unknown": len(chosen) - len(values)}

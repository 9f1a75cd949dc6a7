"""Which calls does a figure rest on? For each value of the report: what was counted, what was kept, what is unknown.

So that every number on a page opens exactly its calls. Pack KPIs take part by their own conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sanxiang.core.controls.kpi import Kpi
from sanxiang.core.standard.condition import holds
from sanxiang.reports.pack_kpis import Measure
from sanxiang.reports.queries import Row, Rows

Part = Literal["counted", "kept", "missed", "unknown"]
PARTS: dict[str, str] = {"counted": "计入", "kept": "达到", "missed": "未达到", "unknown": "未知"}
Test = Callable[[Row], bool]


@dataclass(frozen=True)
class Figure:
    """``over``: calls or promises. Tests look at one row; a row that is unknown is not counted."""

    counted: Test
    kept: Test = lambda row: True
    unknown: Test = lambda row: False
    over: Literal["calls", "promises"] = "calls"

    def test(self, part: str) -> Test:
        """Whether a row belongs to a part of the figure."""
        if part == "unknown":
            return self.unknown
        if part == "kept":
            return lambda r: self.counted(r) and self.kept(r)
        if part == "missed":
            return lambda r: self.counted(r) and not self.kept(r)
        return self.counted


def _is(*outcomes: str | None) -> Test:
    return lambda row: row["outcome"] in outcomes


def _judged(row: Row) -> bool:
    return row["state"] in ("kept", "breach")


def _answered_ended(row: Row) -> bool:
    return row["talk_seconds"] is not None


def _wrapped(row: Row) -> bool:
    return _answered_ended(row) and row["wrap_up_seconds"] is not None


_answered = _is("answered")


def _open_door(row: Row) -> bool:
    return row["outcome"] != "closed"


def _signed(row: Row) -> bool:
    return row["registration"] == "signed"


FIGURES: dict[str, Figure] = {
    "offered": Figure(lambda row: True),
    "answered": Figure(_answered),
    "answered_on_time": Figure(lambda row: _answered(row) and row["on_time"] is True),
    "abandoned": Figure(_is("abandoned")),
    "timed_out": Figure(_is("timed_out")),
    "rejected": Figure(_is("rejected")),
    "closed": Figure(_is("closed")),
    "still_open": Figure(_is(None)),
    "released": Figure(_is("released")),
    "on_time_answer_rate": Figure(
        lambda row: _answered(row) and row["on_time"] is not None,
        lambda row: row["on_time"] is True,
        lambda row: _answered(row) and row["on_time"] is None,
    ),
    "on_time_unknown": Figure(lambda row: _answered(row) and row["on_time"] is None),
    "answer_rate": Figure(_open_door, _answered),
    "abandonment_rate": Figure(_open_door, _is("abandoned")),
    "average_wait_seconds": Figure(_answered),
    "p95_wait_seconds": Figure(_answered),
    "average_queue_seconds": Figure(lambda row: row["wait_seconds"] is not None),
    "average_talk_seconds": Figure(_answered_ended),
    "average_hold_seconds": Figure(_answered_ended),
    "average_wrap_up_seconds": Figure(_wrapped),
    "average_handling_seconds": Figure(_wrapped),
    "registered_rate": Figure(_answered, _signed),
    "first_contact_resolution_rate": Figure(_signed, lambda row: row["result"] == "solved"),
    "resolution_rate": Figure(_signed, lambda row: row["result"] == "solved" or bool(row.get("replied"))),
    "replied_on_time_rate": Figure(
        lambda p: _judged(p) and not p["chosen"], lambda p: p["state"] == "kept", lambda p: False, "promises"
    ),
    "promises_kept_rate": Figure(_judged, lambda p: p["state"] == "kept", lambda p: False, "promises"),
    "promises_open": Figure(lambda p: not _judged(p), over="promises"),
}


def figure_of(name: str, threshold: float = 15.0) -> Figure | None:
    """The figure of that name; ``threshold``: seconds of the service level."""
    if name == "service_level":
        return Figure(_open_door, lambda row: _answered(row) and row["wait_seconds"] < threshold)
    return FIGURES.get(name)


def calls_of(name: str, part: str, rows: Rows, threshold: float = 15.0) -> list[Row] | None:
    """The calls behind a value, oldest first; None: there is no such value."""
    figure = figure_of(name, threshold)
    if figure is None:
        return None
    test = figure.test(part)
    if figure.over == "promises":
        return _of_calls(rows, {p["call"] for p in rows.promises if test(p)})
    replied = {p["call"] for p in rows.promises if p["replied_at"]}
    source = rows.released if name == "released" else rows.calls
    return [c for c in source if test({**c, "replied": c["call"] in replied})]


def calls_of_pack(measure: Measure, part: str, rows: Rows) -> list[Row]:
    """The calls behind a part of a pack's KPI, oldest first."""
    pack_of = {c["call"]: c["pack"] for c in rows.calls}
    mine = [r for r in getattr(rows, measure.kpi.over) if pack_of.get(r["call"]) in measure.digests]
    return _of_calls(rows, {r["call"] for r in part_rows(measure.kpi, part, mine)})


def part_rows(kpi: Kpi, part: str, rows: Iterable[Row]) -> list[Row]:
    """The rows of a part, as `Kpi.value` counts them."""
    chosen = [r for r in rows if holds(kpi.of, r)]
    if kpi.measure == "count":
        return chosen if part in ("counted", "kept") else []
    if kpi.measure != "rate":
        empty = [r for r in chosen if r.get(kpi.field) is None]
        return empty if part == "unknown" else [r for r in chosen if r.get(kpi.field) is not None]
    unknown = [r for r in chosen if kpi.unknown is not None and holds(kpi.unknown, r)]
    if part == "unknown":
        return unknown
    counted = [r for r in chosen if not (kpi.unknown is not None and holds(kpi.unknown, r))]
    if part == "counted":
        return counted
    return [r for r in counted if holds(kpi.kept, r) is (part == "kept")]


def _of_calls(rows: Rows, calls: set[str]) -> list[Row]:
    return [c for c in rows.calls if c["call"] in calls]

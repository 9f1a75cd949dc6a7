"""What do the standards themselves count? The KPIs that packs define, over the calls that began under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanxiang.core.controls.kpi import Kpi
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.model import Clause
from sanxiang.reports.queries import Rows


@dataclass
class Measure:
    """One KPI of one pack, with the published versions of the pack that define it alike. ``key`` names it in reports."""

    key: str
    clause: Clause
    kpi: Kpi
    pack: str
    digests: set[str] = field(default_factory=set)


def measures(digests: Sequence[str], standards: Mapping[str, Standard]) -> list[Measure]:
    """The KPIs of the given standards. A name that means two things is told apart by its pack, then by its version."""
    found: list[Measure] = []
    for digest in digests:
        if digest not in standards:
            continue
        pack = standards[digest].pack.pack
        for clause, kpi in standards[digest].kpis():
            same = next((m for m in found if m.pack == pack and m.kpi == kpi and m.clause.id == clause.id), None)
            if same is None:
                same = Measure(kpi.name, clause, kpi, pack)
                found.append(same)
            same.digests.add(digest)
    for measure in found:
        rivals = [m for m in found if m.kpi.name == measure.kpi.name and m is not measure]
        if any(m.pack == measure.pack for m in rivals):
            measure.key = f"{measure.pack}:{measure.kpi.name}@{min(measure.digests)[:8]}"
        elif rivals:
            measure.key = f"{measure.pack}:{measure.kpi.name}"
    return found


def pack_values(found: Sequence[Measure], rows: Rows, pack_of: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """{key: value, kept, counted, unknown, target, unit, clause, title, definition}. ``pack_of``: digest by call."""
    answer: dict[str, dict[str, Any]] = {}
    for m in found:
        chosen = [r for r in getattr(rows, m.kpi.over) if pack_of.get(r["call"]) in m.digests]
        answer[m.key] = {
            **m.kpi.value(chosen), "target": m.kpi.target, "better": m.kpi.better, "unit": m.kpi.unit, "clause": m.clause.id,
            "title": m.kpi.title or m.kpi.name, "pack": m.pack, "definition": m.kpi.definition,
        }  # fmt: skip
    return answer

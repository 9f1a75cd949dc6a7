"""Which tables of read.db do the figures rest on? One fold a subject; each row can be made anew from the log.

No fold looks at a clock or at the size of a batch: the same facts give the same rows, so a replay can compare them.
Times are microseconds UTC by the source's own clock; seconds are made when rows are read (`queries`).
"""

from __future__ import annotations

from sanxiang.log.projection import Projection
from sanxiang.reports.projections.calls import CallRows
from sanxiang.reports.projections.packs import PackRows
from sanxiang.reports.projections.promises import PromiseRows
from sanxiang.reports.projections.readings import ReadingRows
from sanxiang.reports.projections.spans import SpanRows
from sanxiang.reports.projections.verdicts import VerdictRows


def all_projections() -> list[Projection]:
    """All folds of this room, in the order in which they are brought up to the head."""
    return [CallRows(), PromiseRows(), VerdictRows(), SpanRows(), PackRows(), ReadingRows()]


__all__ = ["CallRows", "PackRows", "PromiseRows", "ReadingRows", "SpanRows", "VerdictRows", "all_projections"]

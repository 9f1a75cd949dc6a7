"""The live view "supervisor": the whole page as data, and as the HTML of its parts.

The parts are drawn here once for all who watch; a page only puts in what changed. Clocks run in the page by themselves.
"""

from __future__ import annotations

import time
from typing import Any

from django.template.loader import render_to_string

from sanxiang.log.reader import LogReader
from sanxiang.people.queries import names as people_names
from sanxiang.reports import board, queries
from sanxiang.reports.pack_kpis import measures, pack_values
from sanxiang.reports.periods import Period, midnight
from sanxiang.reports.services import Book
from sanxiang.reports.tiles import tiles
from sanxiang.web import wires
from sanxiang.web.live import live_view

PARTS = ("advice", "tiles", "waiting", "agents", "promises", "breaches")
PATIENCE = 0.25  # seconds to wait for the jobs process; then older figures are shown, and said to be older


class _Today:
    """Tiles and counts by agent. Made anew at each build, but never for more than a tenth of the time."""

    def __init__(self) -> None:
        self._key: tuple[str, int] = ("", 0)
        self._made: dict[str, Any] = {}
        self._until = 0.0

    def get(self, book: Book, today: Period) -> dict[str, Any]:
        key = (str(book.folder.root), today.start)
        if key == self._key and time.monotonic() < self._until:
            return self._made
        begun = time.monotonic()
        rows = book.rows(today)
        found = measures(queries.packs_in_force(book.db, Period(today.start, book.now + 1, today.zone), rows.calls), book.standards)
        values = pack_values(found, rows, {c["call"]: c["pack"] for c in rows.calls})
        self._key = key
        self._made = {
            "tiles": tiles(rows, found, values, today), "by_agent": board.today_by_agent(rows.calls, rows.offers),
            "released": len(rows.released), "offered": len(rows.calls),
        }  # fmt: skip
        spent = time.monotonic() - begun
        self._until = begun + (spent * 10 if spent > 0.05 else 0)
        return self._made


_today = _Today()


def build(log: LogReader, now_us: int) -> dict[str, Any]:
    """The page's data. Calls, agents and promises straight from the log; figures and breaches from read.db."""
    seen = log.head()
    with Book.open(wires.folder(), PATIENCE, stale=True) as book:
        book.now = now_us
        today = Period(midnight(now_us, book.zone), midnight(now_us, book.zone, 1), book.zone)
        made = _today.get(book, today)
        who, live = people_names(), log.live_calls()
        waits = board.waiting(log, live, book.standards, who)
        people = board.agents(log, live, who, made["by_agent"], now_us)
        due = board.promises(log, who)
        return {
            "n": log.head(), "behind": max(0, seen - book.folded), "today": {"from": today.text(today.start), "to": today.text(today.end)},
            "advice": board.advice(waits, people, due, now_us), "tiles": made["tiles"], "released": made["released"],
            "offered": made["offered"], "waiting": waits, "agents": people, "promises": due,
            "tally": board.tally(people), "breaches": board.breaches(book.db, today, book.standards, who),
        }  # fmt: skip


#: what each part is drawn from
_NEEDS = {
    "advice": ("advice",), "tiles": ("tiles",), "waiting": ("waiting",), "agents": ("agents", "tally", "today"), "promises": ("promises",),
    "breaches": ("breaches", "today", "behind"),
}  # fmt: skip
_last: dict[str, tuple[dict[str, Any], str]] = {}


def drawn(data: dict[str, Any]) -> dict[str, str]:
    """Each part as HTML; what did not change is not drawn again. No part depends on the time: clocks run in the page."""
    made = {}
    for part in PARTS:
        needs = {name: data[name] for name in _NEEDS[part]}
        known = _last.get(part)
        if known is None or known[0] != needs:
            known = _last[part] = needs, render_to_string(f"reports/live/{part}.html", needs)
        made[part] = known[1]
    return made


@live_view("supervisor", roles=("supervisor", "administrator"), every=0.5)
def supervisor(log: LogReader, group: str, now_us: int) -> dict[str, Any]:
    data = build(log, now_us)
    return {**data, "html": drawn(data)}

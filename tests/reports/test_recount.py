"""The figures of random histories against a recount over the facts, and the same rows however they are folded."""

from __future__ import annotations

import itertools
import random
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanxiang.ground.folder import Folder
from sanxiang.log import projection as log_projection
from sanxiang.log.projection import Follower
from sanxiang.log.reader import LogReader
from sanxiang.reports import figures, kpi
from sanxiang.reports.periods import Period, pieces
from sanxiang.reports.projections import all_projections
from sanxiang.reports.services import Book, kpi_report
from tests.reports.recount import Recount
from tests.reports.story import DAY, MIDNIGHT, SECOND, Story, random_history

EVER = Period(MIDNIGHT - 3 * DAY, MIDNIGHT + 60 * DAY)


def history(folder: Path, seed: int, steps: int = 150) -> Story:
    story = Story(folder)
    dice = random.Random(seed)
    story.ready(*story.agents[: dice.randrange(len(story.agents) + 1)])
    random_history(story, dice, steps)
    return story


def open_at(story: Story, folder: Path) -> Book:
    book = Book.open(Folder(folder))
    book.now = story.now
    return book


def same(ours: dict[str, object], theirs: dict[str, object]) -> None:
    wrong = {
        name: (ours[name], value)
        for name, value in theirs.items()
        if ours[name] != (pytest.approx(value, abs=0.0011) if isinstance(value, float) else value)
    }
    assert not wrong


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000))
def test_every_figure_equals_the_recount(seed: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        story = history(folder, seed)
        naive = Recount(story.store.facts(), story.now)
        with open_at(story, folder) as book:
            same(kpi_report(book, EVER)["total"], naive.figures(EVER.start, EVER.end))
            for row in kpi_report(book, EVER, ["day"])["rows"]:
                _, start, end = next(pieces(_midnight(row["day"]), EVER.end, "day"))
                same(row, naive.figures(start, end))
            for row in kpi_report(book, EVER, ["agent"])["rows"]:
                if row["agent"]:
                    theirs = naive.figures(EVER.start, EVER.end, agent=row["agent"])
                    same({k: row[k] for k in ("answered", "average_talk_seconds", "login_seconds", "occupancy")},
                         {k: theirs[k] for k in ("answered", "average_talk_seconds", "login_seconds", "occupancy")})  # fmt: skip
        story.store.close()


def _midnight(day: str) -> int:
    from sanxiang.reports.periods import instant

    return instant(day)


@pytest.mark.parametrize("seed", range(6))
def test_lines_add_up_to_the_total(tmp_path: Path, seed: int) -> None:
    story = history(tmp_path, seed, 200)
    with open_at(story, tmp_path) as book:
        for by in (["day"], ["hour"], ["agent"], ["queue"], ["hotline"], ["day", "agent"]):
            report = kpi_report(book, EVER, by)
            for name in ("offered", "answered", "answered_on_time", "abandoned", "timed_out", "rejected", "closed", "still_open", "released"):
                assert sum(r[name] for r in report["rows"]) == report["total"][name], (by, name)
            if not {"queue", "hotline"} & set(by):
                for name in ("login_seconds", "pause_seconds", "talk_seconds", "wrap_up_seconds"):
                    assert sum(r[name] for r in report["rows"]) == pytest.approx(report["total"][name]), (by, name)
        total = kpi_report(book, EVER)["total"]
        parts = ("answered", "abandoned", "timed_out", "rejected", "closed", "still_open")
        assert total["offered"] == sum(total[p] for p in parts)


@pytest.mark.parametrize("seed", range(6))
def test_each_rate_opens_exactly_its_calls(tmp_path: Path, seed: int) -> None:
    story = history(tmp_path, seed, 250)
    with open_at(story, tmp_path) as book:
        rows = book.rows(EVER)
        values = kpi.values(rows)
        for name in kpi.RATES - {"occupancy", "csat", "survey_response_rate", "replied_on_time_rate", "promises_kept_rate"}:
            counted, kept = (figures.calls_of(name, part, rows) for part in ("counted", "kept"))
            assert counted is not None and kept is not None
            assert values[name] == (len(kept) / len(counted) if counted else None), name
            missed = figures.calls_of(name, "missed", rows)
            assert missed is not None and len(missed) == len(counted) - len(kept)
        for name in ("offered", "answered", "answered_on_time", "abandoned", "timed_out", "rejected", "closed", "still_open", "released"):
            opened = figures.calls_of(name, "counted", rows)
            assert opened is not None and len(opened) == values[name], name


@pytest.mark.parametrize("seed", range(3))
def test_rows_do_not_depend_on_how_the_log_was_folded(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    story = history(tmp_path, seed, 200)
    dumps = []
    for batch in (1, 7, 500):
        monkeypatch.setattr(log_projection, "BATCH", batch)
        path = tmp_path / f"read-{batch}.db"
        follower = Follower(path, all_projections())
        log = LogReader(tmp_path / "log.db")
        follower.catch_up(log)
        follower.close()
        with sqlite3.connect(path) as db:
            dumps.append({t: sorted(db.execute(f"SELECT * FROM {t}").fetchall(), key=repr) for p in all_projections() for t in p.tables})
    assert dumps[0] == dumps[1] == dumps[2]
    assert dumps[0]["call_row"] and dumps[0]["verdict_row"] and dumps[0]["agent_span"]
    story.store.close()


@pytest.mark.parametrize("seed", range(6))
def test_call_rows_say_what_the_engine_holds(tmp_path: Path, seed: int) -> None:
    story = history(tmp_path, seed, 250)
    log = LogReader(tmp_path / "log.db")
    with open_at(story, tmp_path) as book:
        rows = {r["call"]: r for r in book.db.execute("SELECT * FROM call_row")}
        assert len(rows) == len(log.calls())
        for call in log.calls():
            row = rows[call.id]
            assert (row["outcome"] or "") == call.outcome
            assert (row["answered_at"] or 0, row["ended_at"] or 0, row["agent"] or "") == (call.answered_at, call.ended_at, call.agent)
            assert (row["registration"], row["hold_us"], row["offers"]) == (call.registration, call.hold_us, len(call.offers))
            assert (row["end_reason"] or "", row["hung_up_by"] or "") == (call.end_reason, call.hung_up_by)
        promises = {r["promise"]: r for r in book.db.execute("SELECT * FROM promise_row")}
        for promise in log.promises():
            row = promises[promise.id]
            assert (row["state"], row["replied_at"] or 0, row["owner"]) == (promise.state, promise.replied_at, promise.owner)
            assert row["due_at"] in (None, promise.due_at)


def test_spans_of_an_agent_never_overlap(tmp_path: Path) -> None:
    story = history(tmp_path, 11, 300)
    with open_at(story, tmp_path) as book:
        by_agent: dict[str, list[tuple[int, int]]] = {}
        for r in book.db.execute("SELECT * FROM agent_span ORDER BY agent, started"):
            by_agent.setdefault(r["agent"], []).append((r["started"], r["ended"] or story.now + SECOND))
        assert by_agent
        for spans in by_agent.values():
            assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))

"""What the figures say in the cases that are easily got wrong."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sanxiang.core.standard.reader import read
from sanxiang.ground.folder import Folder
from sanxiang.reports import kpi, sheets
from sanxiang.reports.periods import Period, PeriodError, hour_of, instant, period, pieces
from sanxiang.reports.services import Book, kpi_report
from tests.reports.story import DAY, HOSPITAL, MIDNIGHT, SECOND, Story

TODAY = Period(MIDNIGHT, MIDNIGHT + DAY)
HOUR = 3600 * SECOND


def report(story: Story, when: Period = TODAY, by: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    folder = Path(story.store.db.execute("PRAGMA database_list").fetchone()[2]).parent
    with Book.open(Folder(folder)) as book:
        book.now = story.now
        return kpi_report(book, when, by, **more)


def test_without_calls_counts_are_zero_and_rates_are_null(story: Story) -> None:
    total = report(story)["total"]
    assert total["offered"] == total["answered"] == 0
    assert {name for name in kpi.RATES if total[name] is not None} == set()
    assert total["average_wait_seconds"] is None and total["p95_wait_seconds"] is None
    assert all(one["value"] is None for one in total["pack_kpis"].values() if one["unit"] == "%")
    assert total["pack_kpis"], "the standard in force has its figures even on a day without calls"


def test_ring_two_is_on_time_and_ring_four_is_not(story: Story) -> None:
    story.ready("01")
    story.whole_call(after=6)
    assert report(story)["total"]["answered_on_time"] == 1
    story.ready("01")
    story.whole_call(after=16.2)
    total = report(story)["total"]
    assert (total["offered"], total["answered"], total["answered_on_time"]) == (2, 2, 1)
    assert total["on_time_answer_rate"] == 0.5
    assert total["average_wait_seconds"] == pytest.approx((6 + 16.2) / 2)
    assert total["p95_wait_seconds"] == pytest.approx(16.2)
    assert total["service_level"] == 0.5


def test_exactly_fifteen_seconds_is_ring_four(story: Story) -> None:
    story.ready("01")
    story.whole_call(after=15)
    total = report(story)["total"]
    assert total["answered_on_time"] == 0
    assert total["service_level"] == 0, "within means strictly less"


def test_an_answer_whose_news_came_late_corrects_the_breach(story: Story) -> None:
    story.ready("01")
    call = story.ring()
    story.phone_rings(call)
    story.wait(16)
    assert report(story)["total"]["pack_kpis"]["hotline_in_time_rate"]["kept"] == 0
    story.answer(call, late=2)  # picked up at 14 s, heard of at 16 s
    total = report(story)["total"]
    assert total["answered_on_time"] == 1
    assert total["pack_kpis"]["hotline_in_time_rate"]["kept"] == 1


def test_a_released_call_is_told_beside_the_figures(story: Story) -> None:
    call = story.ring()
    story.wait(20)
    story.say("CallReleased", call=call, reason="应急")
    other = story.ring()
    story.wait(3)
    story.say("CallAbandoned", call=other)
    total = report(story)["total"]
    assert (total["offered"], total["abandoned"], total["released"]) == (1, 1, 1)
    assert total["pack_kpis"]["hotline_in_time_rate"]["counted"] == 0, "its breach does not count either"


def test_a_call_belongs_to_the_day_in_which_it_was_offered(tmp_path: Path) -> None:
    story = Story(tmp_path, start=MIDNIGHT + DAY - 3 * SECOND)
    story.ready("01")
    story.whole_call(after=6)  # answered after midnight
    assert report(story)["total"]["answered"] == 1
    tomorrow = Period(MIDNIGHT + DAY, MIDNIGHT + 2 * DAY)
    assert report(story, tomorrow)["total"]["offered"] == 0
    rows = report(story, Period(MIDNIGHT, MIDNIGHT + 2 * DAY), ("day",))["rows"]
    assert [(r["day"], r["offered"]) for r in rows] == [("2026-03-02", 1), ("2026-03-03", 0)]


def test_a_call_at_midnight_itself_belongs_to_the_new_day(tmp_path: Path) -> None:
    story = Story(tmp_path, start=MIDNIGHT + DAY)
    story.ring()
    assert report(story)["total"]["offered"] == 0
    assert report(story, Period(MIDNIGHT + DAY, MIDNIGHT + 2 * DAY))["total"]["offered"] == 1


def test_time_on_duty_is_cut_at_the_borders_of_the_rows(tmp_path: Path) -> None:
    story = Story(tmp_path, start=MIDNIGHT + DAY - 600 * SECOND, agents=1)
    story.ready("01")
    story.wait(1800)
    story.ready("01", state="break")
    story.wait(600)
    story.ready("01", state="offline")
    story.wait(60)
    rows = report(story, Period(MIDNIGHT, MIDNIGHT + 2 * DAY), ("day",))["rows"]
    assert [(r["login_seconds"], r["pause_seconds"]) for r in rows] == [(600, 0), (1800, 600)]
    hours = report(story, Period(MIDNIGHT, MIDNIGHT + 2 * DAY), ("hour", "agent"))["rows"]
    assert [(r["hour"], r["agent"], r["login_seconds"]) for r in hours] == [
        ("2026-03-02T23:00", "01", 600), ("2026-03-03T00:00", "01", 1800),
    ]  # fmt: skip


def test_where_keeps_to_one_agent(story: Story) -> None:
    story.ready("01")
    story.whole_call()
    story.ready("02")
    story.ready("01", state="offline")
    story.whole_call()
    total = report(story, where={"agent": ["02"]})["total"]
    assert total["answered"] == 1
    assert total["talk_seconds"] == 60
    by = report(story, by=("agent",))["rows"]
    assert [(r["agent"], r["answered"]) for r in by] == [("01", 1), ("02", 1)]


def test_promises_kept_and_broken(story: Story) -> None:
    story.ready("01")
    kept = story.promise(story.whole_call())
    story.wait(60)
    story.reply(kept)
    story.ready("01")
    story.promise(story.whole_call())
    assert report(story)["total"]["promises_open"] == 1
    story.wait(31 * 60)
    total = report(story)["total"]
    assert (total["replied_on_time_rate"], total["promises_kept_rate"], total["promises_open"]) == (0.5, 0.5, 0)


def test_a_new_clause_with_a_new_kpi_appears_without_code(tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "own"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text(
        """
pack: own
title: 自己的规范
version: "1"
hotline: {organisation: 试验, greeting_name: 试验}
clauses:
  - id: X77
    title: 两响内接起
    rule: 两响内接起。
    source: {document: 自拟, at: 一}
    controls:
      - {kind: deadline, name: answer, subject: call, from: CallQueued, to: CallAnswered, within: 2 rings, owner: hotline, measure: answer_in_time}
      - {kind: route, name: first, ring_for: 3 rings, after_pass: busy}
      - {kind: kpi, name: short_talks, over: calls, of: {outcome: answered}, kept: {talk_seconds: {lt: 30}}, target: 0.5, definition: 三十秒内说完的}
""",
        encoding="utf-8",
    )
    story = Story(tmp_path / "data", loaded=read(pack))
    story.ready("01")
    story.whole_call(after=11, talk=20)
    total = report(story)["total"]
    assert total["answered_on_time"] == 0, "eleven seconds are three rings; this standard allows two"
    assert total["pack_kpis"]["short_talks"]["value"] == 1
    assert total["pack_kpis"]["short_talks"]["clause"] == "X77"
    assert report(story)["definitions"]["short_talks"].startswith("三十秒内说完的")


def test_periods_are_read_as_people_write_them() -> None:
    noon = instant("2026-03-02T12:00")
    assert noon == MIDNIGHT + 12 * HOUR
    assert instant("2026-03-02T12:00:00+00:00") == noon + 8 * HOUR
    today = period(None, None, noon)
    assert (today.start, today.end) == (MIDNIGHT, MIDNIGHT + DAY)
    assert period("2026-03-01", None, noon).end == MIDNIGHT + DAY
    assert period(None, "2026-03-02", noon).start == MIDNIGHT - DAY
    for wrong in (("gestern", None), ("2026-13-01", None), ("2026-03-02", "2026-03-02"), ("2026-03-02", "2026-03-01")):
        with pytest.raises(PeriodError):
            period(*wrong, noon)


def test_pieces_end_at_each_hour() -> None:
    start = MIDNIGHT + HOUR - 30 * SECOND
    found = list(pieces(start, start + HOUR + 60 * SECOND, "hour"))
    assert [(key[-5:], (b - a) // SECOND) for key, a, b in found] == [("00:00", 30), ("01:00", 3600), ("02:00", 30)]
    assert hour_of(MIDNIGHT) == "2026-03-02T00:00"


def test_nearest_rank() -> None:
    assert kpi.nearest_rank(range(1, 21), 95) == 19
    assert kpi.nearest_rank([7.0], 95) == 7
    assert kpi.nearest_rank([], 95) is None


def test_every_value_of_the_contract_has_a_definition() -> None:
    named = """offered answered answered_on_time abandoned timed_out rejected closed on_time_answer_rate answer_rate abandonment_rate
    service_level average_wait_seconds p95_wait_seconds average_queue_seconds average_talk_seconds average_hold_seconds
    average_wrap_up_seconds average_handling_seconds login_seconds pause_seconds talk_seconds wrap_up_seconds occupancy registered_rate
    first_contact_resolution_rate resolution_rate replied_on_time_rate promises_kept_rate csat survey_response_rate""".split()
    assert set(named) <= set(kpi.DEFINITIONS)
    assert set(kpi.DEFINITIONS) == set(sheets.NAMES)


def test_tables_hold_numbers_and_no_formulas(story: Story) -> None:
    story.ready("01")
    story.whole_call()
    document = report(story, by=("agent",))
    document["rows"][0]["agent"] = "=1+1"
    lines = list(csv.reader(io.StringIO(sheets.as_csv(document))))
    assert lines[1][0] == "'=1+1"
    assert lines[1][lines[0].index("offered")] == "1"
    assert lines[-1][0] == "合计"
    book = zipfile.ZipFile(io.BytesIO(sheets.as_xlsx(document)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in book.read("xl/sharedStrings.xml").decode()
    assert '<c r="B2"' in sheet and "<v>1</v>" in sheet


def test_two_versions_of_a_figure_are_told_apart(story: Story, tmp_path: Path) -> None:
    from sanxiang.core.standard.compiled import Standard
    from sanxiang.reports.pack_kpis import measures

    standard = Standard.of(HOSPITAL.pack, "a" * 16)
    same = measures(["a" * 16, "b" * 16], {"a" * 16: standard, "b" * 16: Standard.of(HOSPITAL.pack, "b" * 16)})
    assert all(m.digests == {"a" * 16, "b" * 16} for m in same)
    clauses = [
        c.model_copy(update={"controls": [k.model_copy(update={"target": 0.5}) if k.kind == "kpi" else k for k in c.controls]})
        for c in HOSPITAL.pack.clauses
    ]
    changed = Standard.of(HOSPITAL.pack.model_copy(update={"clauses": clauses}), "c" * 16)
    told = measures(["a" * 16, "c" * 16], {"a" * 16: standard, "c" * 16: changed})
    assert {"hospital:on_time_answer_rate@aaaaaaaa", "hospital:on_time_answer_rate@cccccccc"} <= {m.key for m in told}

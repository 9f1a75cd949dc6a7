"""Altering one byte is found; so is a `step` that decides otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sanxiang.core.rings import SECOND
from sanxiang.core.standard.compiled import Standard
from sanxiang.log import rows
from sanxiang.log.projection import Follower
from sanxiang.log.reader import LogReader
from sanxiang.log.replay import verify
from sanxiang.reports.projections import all_projections
from tests.log.kit import STANDARDS, Paper, paper


@pytest.fixture
def lived(tmp_path: Path) -> Path:
    """A folder with a day: one call on ring 2, one on ring 4, a promise kept late, a breach."""
    hotline = paper(tmp_path)
    hotline.say(0, "AgentStateChanged", agent="01", state="ready")
    hotline.answered_call(10)
    assert not hotline.sign(90).refused
    hotline.answered_call(100, "c2", after=16)
    assert not hotline.sign(190, "c2", result="unsolved", consent=True, contact="13800000001", question="几点").refused
    hotline.say(190, "PromiseMade", promise="p1", call="c2", owner="01", pack=next(iter(STANDARDS)), consent=True)
    hotline.until(4000)
    hotline.say(4100, "PromiseReplied", promise="p1", agent="01")
    follower = Follower(tmp_path / "read.db", all_projections())
    follower.catch_up(LogReader(tmp_path / "log.db"))
    follower.close()
    hotline.store.close()
    return tmp_path


def differences(folder: Path) -> list[str]:
    return [d.what for d in verify(folder / "log.db", folder / "read.db", all_projections, STANDARDS).differences]


def alter(path: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(path) as db:
        assert db.execute(statement, values).rowcount == 1


def test_untouched_is_equal(lived: Path) -> None:
    assert differences(lived) == []


def _fact(folder: Path) -> None:
    alter(folder / "log.db", "UPDATE fact SET body = replace(body, 'c2', 'c9') WHERE kind = 'CallEnded' AND call = 'c2'")


def _time(folder: Path) -> None:
    alter(folder / "log.db", "UPDATE fact SET happened = happened - 1 WHERE kind = 'CallAnswered' AND call = 'c2'")


def _verdict(folder: Path) -> None:
    """With the chain made good after it, as somebody would who knows how."""
    with sqlite3.connect(folder / "log.db") as db:
        n = db.execute("SELECT min(n) FROM fact WHERE kind = 'VerdictReached' AND body LIKE '%breach%'").fetchone()[0]
        db.execute("UPDATE fact SET body = replace(body, '\"breach\"', '\"kept\"') WHERE n = ?", (n,))
        previous = rows.GENESIS
        for row in db.execute(f"SELECT {rows.FACT_COLUMNS} FROM fact ORDER BY n").fetchall():
            previous = rows.chain(previous, row[:-1])
            db.execute("UPDATE fact SET hash = ? WHERE n = ?", (previous, row[0]))


def _due(folder: Path) -> None:
    alter(folder / "log.db", "UPDATE due SET at = at + 1 WHERE key = 'H07/reply/p1'")


def _state(folder: Path) -> None:
    alter(folder / "log.db", "UPDATE entity SET body = replace(body, 'unsolved', 'solved') WHERE kind='call' AND id='c2'")


def _projected(folder: Path) -> None:
    alter(folder / "read.db", "UPDATE call_row SET on_time = 1 WHERE call = 'c2'")


@pytest.mark.parametrize("change", [_fact, _time, _verdict, _due, _state, _projected])
def test_one_altered_value_is_found(lived: Path, change: Callable[[Path], None]) -> None:
    change(lived)
    assert len(differences(lived)) == 1


def test_a_fact_taken_out_is_found(lived: Path) -> None:
    alter(lived / "log.db", "DELETE FROM fact WHERE kind = 'PromiseReplied'")
    assert differences(lived)


def test_a_step_that_decides_otherwise_is_found_at_the_first_verdict(lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`step` broken for H01: the ring limit silently becomes 18 s."""
    real = Standard.duration
    monkeypatch.setattr(Standard, "duration", lambda self, text: 18 * SECOND if text == "3 rings" else real(self, text))
    result = verify(lived / "log.db", lived / "read.db", all_projections, STANDARDS)
    first = result.differences[0]
    assert first.what == "推出的事实不同"
    assert "H01" in first.stored
    assert first.n > 0


def test_what_arrived_after_its_clock_had_struck_is_replayed_so(tmp_path: Path) -> None:
    hotline = paper(tmp_path)
    hotline.say(0, "AgentStateChanged", agent="01", state="ready")
    hotline.queued(10)
    hotline.until(25.3)  # the third ring is over, the clock has struck
    hotline.say(24.8, "CallAnswered", call="c1", offer="c1/1", agent="01")
    assert hotline.verdict("H01", "answer").verdict == "kept"
    hotline.store.close()
    assert differences(tmp_path) == []


def test_who_leaves_while_the_phone_rings_does_not_ring_on(tmp_path: Path) -> None:
    hotline = paper(tmp_path)
    hotline.say(0, "AgentStateChanged", agent="01", state="ready")
    hotline.queued(1)
    hotline.say(1.1, "PhoneRang", call="c1", offer="c1/1", agent="01")
    done = hotline.say(3, "AgentStateChanged", agent="01", state="break")
    assert [e.kind for e in done.effects if e.kind != "alert"] == ["withdraw"]
    assert hotline.appender.state.agents["01"].state == "break"
    hotline.say(4, "AgentStateChanged", agent="02", state="ready")
    assert hotline.appender.state.calls["c1"].offers[-1].agent == "02"


def test_a_number_belongs_to_one_hotline(tmp_path: Path) -> None:
    hotline = paper(tmp_path)
    hotline.say(1, "PackPublished", hotline="water", number="8000", pack=next(iter(STANDARDS)), name="water")
    assert [h.id for h in LogReader(tmp_path / "log.db").hotlines()] == ["water"]
    assert list(hotline.store.load().hotlines) == ["water"]


def retried(folder: Path) -> Paper:
    """A call whose phone could not ring and whose agent left: its retry has struck without making a fact."""
    hotline = paper(folder)
    hotline.say(0, "AgentStateChanged", agent="01", state="ready")
    hotline.queued(1)
    hotline.say(1.2, "OfferFailed", call="c1", offer="c1/1", agent="01", cause="unreachable")
    hotline.say(1.4, "AgentStateChanged", agent="01", state="busy")
    hotline.until(4)
    return hotline


def test_a_clock_that_strikes_without_a_fact_is_passed_all_the_same(tmp_path: Path) -> None:
    """A phone that cannot ring sets a retry; it strikes with nobody free; a hang-up from before it is told later."""
    hotline = retried(tmp_path)
    hotline.say(2.5, "CallAbandoned", call="c1")
    assert verify(tmp_path / "log.db", tmp_path / "read.db", all_projections, STANDARDS).differences == []


def test_a_clock_that_strikes_after_the_last_fact_is_replayed_too(tmp_path: Path) -> None:
    retried(tmp_path)
    assert verify(tmp_path / "log.db", tmp_path / "read.db", all_projections, STANDARDS).differences == []

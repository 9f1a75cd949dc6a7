"""Whatever the sources say, in whatever order: `step` never raises, live equals replay, and verdicts are of one mind."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanxiang.core.engine.state import State
from sanxiang.core.engine.step import step, strike
from sanxiang.core.facts import Fact
from sanxiang.core.facts.base import make_body
from sanxiang.log.appender import Appender, Proposal
from sanxiang.log.store import SqliteStore
from tests.core.engine.histories import OTHER, PACK, SECOND, Said, histories
from tests.core.standard_kit import own, shipped

START = 1_770_000_000_000_000
LOADED, STANDARD = shipped()
TWO_RINGS = own("two_rings")[1]
STANDARDS = {LOADED.digest: STANDARD, TWO_RINGS.digest: TWO_RINGS}
DIGESTS = {PACK: LOADED.digest, OTHER: TWO_RINGS.digest}
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def body_of(one: Said) -> Any:
    data = {k: DIGESTS.get(v, v) if isinstance(v, str) else v for k, v in one.data.items()}
    return make_body(one.kind, data)


def opening() -> list[tuple[str, dict[str, Any]]]:
    made: list[tuple[str, dict[str, Any]]] = [
        ("PackPublished", {"hotline": "main", "number": "8000", "pack": LOADED.digest, "name": "hospital"}),
        (
            "PackPublished",
            {"hotline": "two", "number": "8001", "pack": TWO_RINGS.digest, "name": "two_rings"},
        ),
    ]
    for agent in ("01", "02"):
        made.append(("AgentAdded", {"agent": agent, "extension": "10" + agent}))
        made.append(("PhoneRegistered", {"agent": agent, "endpoint": "1001"}))
        made.append(("AgentStateChanged", {"agent": agent, "state": "ready"}))
    return made


class Hotline:
    """An appender on an empty store with a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.store = SqliteStore(folder / "log.db")
        self.store.db.execute("PRAGMA synchronous=OFF")
        self.appender = Appender(self.store, STANDARDS, lambda: self.now)

    def live(self, history: list[list[Said]]) -> None:
        self.appender.begin()
        for kind, data in opening():
            self.appender.add([Proposal(make_body(kind, data), self.now)])
        self.appender.commit()
        for group in history:
            self.appender.begin()
            for one in group:
                self.now += one.wait
                self.appender.add(
                    [Proposal(body_of(one), max(START, self.now - one.late), person=one.person)]
                )
            self.appender.commit()
        self.now += 3600 * SECOND
        self.appender.begin()
        self.appender.strike_until(self.now)
        self.appender.commit()

    def replay(self, observed: list[Fact], until: int) -> None:
        self.appender.begin()
        for fact in observed:
            self.now = fact.at
            self.appender.add([Proposal(fact.body, fact.happened, at=fact.at)])
        self.now = until
        self.appender.strike_until(until)
        self.appender.commit()

    def rows(self) -> dict[str, list[Any]]:
        """Facts, entities and clocks, byte for byte."""
        columns = {
            "fact": "n, at, happened, kind, v, subject, call, body, pack, engine, hash",
            "entity": "kind, id, live, at, body",
            "due": "key, at, state, live, body",
        }
        return {
            table: list(self.store.db.execute(f"SELECT {names} FROM {table} ORDER BY 1, 2"))
            for table, names in columns.items()
        }


@SETTINGS
@given(histories())
def test_live_equals_replay_byte_for_byte(history: list[list[Said]]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        live, again = Hotline(Path(one)), Hotline(Path(two))
        live.live(history)
        observed = [f for f in live.store.facts() if not f.body.derived]
        again.replay(observed, live.now)
        mine, theirs = live.rows(), again.rows()
        live.store.close()
        again.store.close()
    assert theirs == mine


@SETTINGS
@given(histories())
def test_a_start_from_rows_knows_what_was_known(history: list[list[Said]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        live = Hotline(Path(folder))
        live.live(history)
        loaded = live.store.load()
        live.store.close()
    state = live.appender.state
    for table in ("calls", "agents", "promises", "hotlines", "dues"):
        assert getattr(loaded, table) == getattr(state, table), table


@SETTINGS
@given(histories(60))
def test_step_never_raises_and_numbers_follow_on(history: list[list[Said]]) -> None:
    state, n, now = State(), 0, START
    facts: list[Fact] = []
    for one in [s for group in history for s in group]:
        now += one.wait
        for due in sorted(
            (d for d in state.dues.values() if d.state == "open" and d.at <= now), key=lambda d: (d.at, d.key)
        ):
            if due.state == "open" and due.key in state.dues:
                facts += strike(state, due, now, len(facts) + 1, STANDARDS).facts
        outcome = step(state, Fact(len(facts) + 1, now, max(START, now - one.late), body_of(one)), STANDARDS)
        facts += outcome.facts
        assert all(e.key and e.expires > now for e in outcome.effects)
    n = len(facts)
    assert [f.n for f in facts] == list(range(1, n + 1))
    assert all(f.pack and f.engine for f in facts if f.body.derived)


@SETTINGS
@given(histories(60))
def test_verdicts_are_of_one_mind(history: list[list[Said]]) -> None:
    """On one subject a control's later verdict replaces the earlier; at one moment it never says two things."""
    with tempfile.TemporaryDirectory() as folder:
        live = Hotline(Path(folder))
        live.live(history)
        facts = list(live.store.facts())
        live.store.close()
    numbers = {f.n for f in facts}
    cause = 0
    said: set[tuple[Any, ...]] = set()
    answer: dict[str, str] = {}
    for fact in facts:
        cause = cause if fact.body.derived else fact.n
        if fact.kind != "VerdictReached":
            continue
        body: Any = fact.body
        if body.kind == "deadline":
            key = (cause, fact.at, body.clause, body.control, body.subject)
            assert key not in said, "two verdicts on one subject at one moment"
            said.add(key)
        assert body.evidence and set(body.evidence) <= numbers and max(body.evidence) <= fact.n
        if body.control == "answer":
            answer[body.subject] = body.verdict
    observed: list[Any] = [f.body for f in facts if f.kind == "CallQueued"]
    queued = {b.call for b in observed if b.pack in STANDARDS}
    kept, breach, never = (
        {c for c, v in answer.items() if v == w} for w in ("kept", "breach", "not_applicable")
    )
    assert kept | breach | never == queued, (
        "each call that was queued is kept, a breach, or not counted; no other is"
    )


times = st.integers(0, 60 * SECOND)


@SETTINGS
@given(
    queued=times, end=times, rang=times, outcome=st.sampled_from(["CallAnswered", "CallAbandoned", "nothing"])
)
def test_the_answer_verdict_is_what_the_two_times_say(queued: int, end: int, rang: int, outcome: str) -> None:
    """Against an oracle that only compares two times."""
    with tempfile.TemporaryDirectory() as folder:
        live = Hotline(Path(folder))
        waited = max(0, end - queued)
        history = [
            [Said("CallQueued", {"call": "c1", "hotline": "main", "number": "8000", "pack": PACK}, queued)]
        ]
        if outcome != "nothing":
            data = {"call": "c1"} | ({"offer": "c1/1", "agent": "01"} if outcome == "CallAnswered" else {})
            history.append([Said(outcome, data, waited)])
        live.live(history)
        verdicts: list[Any] = [
            f.body for f in live.store.facts() if f.kind == "VerdictReached" and f.body.control == "answer"
        ]  # type: ignore[attr-defined]
        live.store.close()
    late = waited >= 15 * SECOND or outcome == "nothing"
    wanted = "breach" if late else "kept" if outcome == "CallAnswered" else "not_applicable"
    assert verdicts[-1].verdict == wanted

"""A hotline on paper: appender, virtual clock, two agents. Shared by the tests of the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sanxiang.core.facts.base import make_body
from sanxiang.core.standard import library
from sanxiang.core.standard.compiled import Standard
from sanxiang.log.appender import Appended, Appender, Proposal, Store
from sanxiang.log.store import SqliteStore

START = 1_770_000_000_000_000  # us
SECOND = 1_000_000
LOADED = library.load("hospital")
STANDARDS = {LOADED.digest: Standard.of(LOADED.pack, LOADED.digest)}


class Paper:
    """Facts at seconds after the start, each its own transaction unless `together`."""

    def __init__(self, store: Store, agents: tuple[str, ...] = ("01", "02")) -> None:
        self.now = START
        self.store = store
        store.add_pack(LOADED.digest, "hospital", LOADED.text)  # type: ignore[attr-defined]
        self.appender = Appender(store, dict(STANDARDS), lambda: self.now)
        if "hospital" not in self.appender.state.hotlines:
            self.say(0, "PackPublished", hotline="hospital", number="8000", pack=LOADED.digest, name="hospital")
            for agent in agents:
                self.say(0, "AgentAdded", agent=agent, extension="10" + agent)
                self.say(0, "PhoneRegistered", agent=agent, endpoint="10" + agent)

    def say(self, second: float, kind: str, person: bool = False, private: Any = None, words: Any = None, **data: Any) -> Appended:
        """One fact at a time."""
        self.now = max(self.now, START + round(second * SECOND))
        self.appender.begin()
        done = self.appender.add([self.proposal(second, kind, person, private, words, **data)])
        done.effects = self.appender.commit()
        return done

    def proposal(self, second: float, kind: str, person: bool = False, private: Any = None, words: Any = None, **data: Any) -> Proposal:
        return Proposal(make_body(kind, data), START + round(second * SECOND), private or {}, person, words)

    def until(self, second: float) -> None:
        """Lets the clock run on."""
        self.now = START + round(second * SECOND)
        self.appender.begin()
        self.appender.strike_until(self.now)
        self.appender.commit()

    def queued(self, second: float, call: str = "c1", number: str = "13800000001") -> None:
        self.say(second, "CallQueued", call=call, hotline="hospital", number="8000", pack=LOADED.digest,
                 private={"caller": number})  # fmt: skip

    def answered_call(self, second: float, call: str = "c1", agent: str = "01", after: float = 7, talk: float = 60) -> None:
        """A whole call: queued, rung, answered, ended by the caller."""
        self.queued(second, call)
        offer = self.appender.state.calls[call].offers[-1]
        self.say(second + 0.1, "PhoneRang", call=call, offer=offer.id, agent=offer.agent)
        self.say(second + after, "CallAnswered", call=call, offer=offer.id, agent=offer.agent)
        self.say(second + after + 3, "NoticePlayed", call=call, prompt="record_notice")
        self.say(second + after + talk, "CallEnded", call=call, agent=offer.agent, hung_up_by="caller")
        self.say(second + after + talk, "RecordingStored", call=call, caller="a.wav", agent="b.wav", seconds=talk, zero=START)

    def sign(self, second: float, call: str = "c1", agent: str = "01", result: str = "solved", **extra: Any) -> Appended:
        words = {"date": "2026-02-02", "time": "10:00", "agent": agent, "name": "王女士", "content": "问门诊时间",
                 "result": result, "appointment": False, **extra}  # fmt: skip
        form = STANDARDS[LOADED.digest].form()
        assert form is not None
        return self.say(
            second, "RegistrationSigned", person=True, private={"words": words}, words=words, call=call, agent=agent,
            form=form[1].name, filled=sorted(words), choices=form[1].choices_of(words), result=result,
        )  # fmt: skip

    def facts(self) -> list[Any]:
        return list(self.store.facts())  # type: ignore[attr-defined]

    def verdict(self, clause: str, control: str, subject: str = "c1") -> Any:
        """The last verdict of a control on a subject."""
        found = [
            f.body for f in self.facts()
            if f.kind == "VerdictReached" and (f.body.clause, f.body.control, f.body.subject) == (clause, control, subject)
        ]  # fmt: skip
        return found[-1] if found else None


def paper(path: Path, **more: Any) -> Paper:
    return Paper(SqliteStore(path / "log.db"), **more)

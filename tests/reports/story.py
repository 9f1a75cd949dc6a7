"""Random hotline histories through the real appender: facts as a switch and people would send them, late ones too."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from sanxiang.core.facts.base import make_body
from sanxiang.core.standard import library
from sanxiang.core.standard.compiled import Standard
from sanxiang.log.appender import Appended, Appender, Proposal
from sanxiang.log.store import SqliteStore

SECOND = 1_000_000
DAY = 86_400 * SECOND
#: 2026-03-02 00:00 in Asia/Shanghai, us
MIDNIGHT = 1_772_380_800 * SECOND
HOSPITAL = library.load("hospital")
STANDARD = Standard.of(HOSPITAL.pack, HOSPITAL.digest)


class Story:
    """A hotline on paper whose clock we hold. ``at`` is in us."""

    def __init__(self, folder: Path, start: int = MIDNIGHT + 8 * 3600 * SECOND, agents: int = 3, loaded: Any = HOSPITAL) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.store = SqliteStore(folder / "log.db")
        self.store.db.execute("PRAGMA synchronous=OFF")
        self.loaded, self.now, self.count = loaded, start, 0
        self.store.add_pack(loaded.digest, loaded.pack.pack, loaded.text)
        self.appender = Appender(self.store, {loaded.digest: Standard.of(loaded.pack, loaded.digest)}, lambda: self.now)
        self.say("PackPublished", hotline="hospital", number="8000", pack=loaded.digest, name="明湖市第一人民医院")
        self.agents = [f"{n:02d}" for n in range(1, agents + 1)]
        for agent in self.agents:
            self.say("AgentAdded", agent=agent, extension=f"10{agent}")
            self.say("PhoneRegistered", agent=agent, endpoint=f"10{agent}")

    def say(self, kind: str, happened: int = 0, private: dict[str, Any] | None = None, **data: Any) -> Appended:
        """One fact now; ``happened`` (us) when its source saw it earlier."""
        self.appender.begin()
        done = self.appender.add([Proposal(make_body(kind, data), happened or self.now, private or {})])
        self.appender.commit()
        return done

    def wait(self, seconds: float) -> None:
        """Time passes; clocks that come strike."""
        end = self.now + round(seconds * SECOND)
        while (due := self.appender.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.appender.begin()
            self.appender.strike_until(due)
            self.appender.commit()
        self.now = end

    def ready(self, *agents: str, state: str = "ready") -> None:
        for agent in agents:
            self.say("AgentStateChanged", agent=agent, state=state)

    def ring(self, number: str = "13800000001", queue: str = "main", kind: str = "number") -> str:
        """A call enters the queue; gives its id."""
        self.count += 1
        call = f"c{self.count:04d}"
        self.say(
            "CallQueued", call=call, hotline="hospital", number="8000", pack=self.loaded.digest, queue=queue,
            caller_kind=kind, private={"caller": number},
        )  # fmt: skip
        return call

    def turn_away(self, reason: str) -> str:
        self.count += 1
        call = f"c{self.count:04d}"
        self.say("CallTurnedAway", call=call, hotline="hospital", number="8000", pack=self.loaded.digest, reason=reason)
        return call

    def state(self, call: str) -> Any:
        return self.appender.state.calls.get(call)

    def offer(self, call: str) -> Any:
        found = self.state(call)
        return found.last_offer_open() if found else None

    def phone_rings(self, call: str) -> None:
        if (offer := self.offer(call)) and not offer.rang_at:
            self.say("PhoneRang", call=call, offer=offer.id, agent=offer.agent, endpoint=f"10{offer.agent}")

    def answer(self, call: str, late: float = 0) -> bool:
        """The agent whom it rings for picks up; ``late``: seconds that the news took. False: it rings nowhere."""
        if not (offer := self.offer(call)):
            return False
        happened = max(self.state(call).queued_at, self.now - round(late * SECOND))
        self.say("CallAnswered", happened, call=call, offer=offer.id, agent=offer.agent, endpoint=f"10{offer.agent}w")
        self.say("NoticePlayed", call=call, prompt="record_notice")
        return True

    def end(self, call: str, by: str = "caller", reason: str | None = None) -> None:
        agent = self.state(call).agent
        if by == "agent":
            self.say("EndRequested", call=call, agent=agent, reason=reason or "")
        self.say("CallEnded", call=call, agent=agent, hung_up_by=by)
        self.say("RecordingStored", call=call, caller=f"recordings/{call}-caller.wav", agent=f"recordings/{call}-agent.wav",
                 seconds=1.0, zero=self.state(call).answered_at if self.state(call) else self.now)  # fmt: skip

    def sign(self, call: str, result: str = "solved", **words: Any) -> None:
        found = self.state(call)
        if found is None:
            return
        text = {"name": "王女士", "content": "问专家门诊时间", **words}
        self.say("RegistrationSigned", call=call, agent=found.agent, form="consultation", filled=[*text, "result"],
                 choices={"result": result}, result=result, private={"words": text})  # fmt: skip

    def promise(self, call: str, due_at: int = 0) -> str:
        found = self.state(call)
        name = f"p-{call}"
        self.say("PromiseMade", promise=name, call=call, owner=found.agent if found else "01", pack=self.loaded.digest,
                 consent=True, due_at=due_at, private={"contact": "13800000001", "question": "出生证明补办"})  # fmt: skip
        return name

    def reply(self, promise: str, agent: str = "01", reached: bool = True) -> None:
        self.say("PromiseReplied", promise=promise, agent=agent, reached=reached, private={"text": "已告知"})

    def whole_call(self, after: float = 6.0, talk: float = 60.0, number: str = "13800000001") -> str:
        """Answered after so many seconds, ended by the caller, signed after half a minute."""
        call = self.ring(number)
        self.wait(0.2)
        self.phone_rings(call)
        self.wait(after - 0.2)
        self.answer(call)
        self.wait(talk)
        self.end(call)
        self.wait(30)
        self.sign(call)
        return call


def random_history(story: Story, dice: random.Random, steps: int) -> None:
    """So many random things that happen, one after the other; nothing here looks at reports."""
    promises: list[str] = []
    for _ in range(steps):
        calls = list(story.appender.state.calls.values())
        waiting = [c.id for c in calls if c.phase == "waiting"]
        talking = [c.id for c in calls if c.phase == "talking"]
        unsigned = [c.id for c in calls if c.registration in ("open", "parked") and c.phase in ("wrap_up", "over")]
        what = dice.choice(
            ["ring"] * 6 + ["state"] * 3 + ["wait"] * 8 + ["answer"] * 8 + ["end"] * 7 + ["sign"] * 6
            + ["long", "turned", "lost", "rang", "rang", "park", "hold", "hold", "promise", "promise", "reply", "reply", "release",
               "timeout", "refuse", "twice"]
        )  # fmt: skip
        if what == "ring":
            story.ring(f"1380000{dice.randrange(10_000):04d}", dice.choice(["main", "main", "vip"]))
        elif what == "state":
            story.ready(dice.choice(story.agents), state=dice.choice(["ready"] * 8 + ["busy", "break", "mobile", "offline"]))
        elif what in ("wait", "long"):
            story.wait(dice.choice([0, 0.4, 2, 4.9, 5, 9, 15, 21]) if what == "wait" else dice.choice([60, 1900, 4000, 30_000]))
        elif what == "turned":
            story.turn_away(dice.choice(["closed", "full", "no_agent"]))
        elif what == "lost" and waiting:
            story.say("CallAbandoned", call=dice.choice(waiting))
        elif what == "timeout" and waiting:
            story.say("CallTimedOut", call=dice.choice(waiting))
        elif what == "release" and waiting and dice.random() < 0.5:
            story.say("CallReleased", call=dice.choice(waiting), reason="试验")
        elif what == "rang" and waiting:
            story.phone_rings(dice.choice(waiting))
        elif what == "refuse" and waiting and (offer := story.offer(call := dice.choice(waiting))):
            story.say("OfferFailed", call=call, offer=offer.id, agent=offer.agent, cause="refused")
        elif what == "answer" and waiting:
            story.answer(dice.choice(waiting), dice.choice([0, 0, 0, 1.5, 7]))
        elif what == "twice" and talking:  # the second of two who answered at once
            call = dice.choice(talking)
            story.say("CallAnswered", call=call, offer=f"{call}/9", agent=dice.choice(story.agents))
        elif what == "hold" and talking:
            call = dice.choice(talking)
            kind = "HoldEnded" if story.state(call).held_since else "HoldStarted"
            story.say(kind, call=call, agent=story.state(call).agent)
        elif what == "end" and talking:
            story.end(dice.choice(talking), dice.choice(["caller", "caller", "agent", "line"]), dice.choice(["", "对方要求"]))
        elif what == "sign" and unsigned + talking:
            story.sign(dice.choice(unsigned + talking), dice.choice(["solved", "unsolved"]))
        elif what == "park" and unsigned:
            call = dice.choice(unsigned)
            story.say("RegistrationParked", call=call, agent=story.state(call).agent)
        elif what == "promise" and unsigned:
            promises.append(story.promise(dice.choice(unsigned), story.now + 3_600 * SECOND if dice.random() < 0.3 else 0))
        elif what == "reply" and promises:
            story.reply(dice.choice(promises), reached=dice.random() < 0.8)

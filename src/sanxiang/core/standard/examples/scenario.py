"""A small world for examples: agents at their phones, facts happening one after another, clocks striking between them.

It keeps to the rule of the appender: before a fact of time t is taken in, every clock up to t has struck.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sanxiang.core.engine.admit import Refusal, admit
from sanxiang.core.engine.context import Effect
from sanxiang.core.engine.state import State
from sanxiang.core.engine.step import Outcome, step, strike
from sanxiang.core.facts import Body, Fact, FactError, body_class
from sanxiang.core.facts.base import make_body
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.condition import filled
from sanxiang.core.standard.durations import parse_duration
from sanxiang.core.standard.examples.model import Seat

#: 2026-03-02 09:00 in Shanghai, a Monday
START = 1_772_413_200_000_000
#: what people ask for, and may be refused
BY_PEOPLE = {
    "EndRequested",
    "RegistrationSigned",
    "RegistrationParked",
    "AgentStateChanged",
    "PromiseReplied",
}
_SEQUENCE_LIMIT = 10_000


class ScenarioError(ValueError):
    """An example that cannot be played: an unknown fact, a wrong field, time running backwards."""


class Scenario:
    """One world under one standard. ``facts`` and ``effects`` are all that happened since it began."""

    def __init__(self, standard: Standard, seats: list[Seat]) -> None:
        self.standard, self.standards = standard, {standard.digest: standard}
        self.state = State()
        self.facts: list[Fact] = []
        self.effects: list[Effect] = []
        self._now, self._n = START - 3_600_000_000, 0
        self._set_up(seats)
        self._now = START
        self.facts.clear()
        self.effects.clear()

    def _set_up(self, seats: list[Seat]) -> None:
        pack = self.standard.pack
        self._observe(
            "PackPublished",
            {"hotline": "main", "number": "8000", "pack": self.standard.digest, "name": pack.pack},
        )
        for seat in sorted(seats, key=lambda s: -parse_duration(s.idle)):
            extension = f"10{seat.agent}"
            self._now = max(self._now, START - parse_duration(seat.idle))
            self._observe("AgentAdded", {"agent": seat.agent, "extension": extension})
            if seat.phone:
                self._observe("PhoneRegistered", {"agent": seat.agent, "endpoint": extension})
            if seat.state != "offline":
                self._observe("AgentStateChanged", {"agent": seat.agent, "state": seat.state})

    # -- time and facts ------------------------------------------------------------------------------------------------
    def until(self, at: str) -> None:
        """Lets the clock run to a time after the beginning, such as 31 min."""
        moment = START + parse_duration(at)
        if moment < self._now:
            raise ScenarioError(f"时间倒退：{at} 在前一个事实之前")
        self._strike_until(moment)
        self._now = moment

    def happen(self, step_: Mapping[str, Any]) -> list[Refusal]:
        """One line of an example: `{at, fact, happened?, values?, …fields}`. Gives why a person was refused it."""
        fields = {k: v for k, v in step_.items() if k not in ("at", "fact", "happened", "values", "refused")}
        self.until(str(step_.get("at", "0 s")))
        kind = step_.get("fact")
        if kind is None:
            return []
        words = step_.get("values")
        body = self._body(str(kind), fields, words)
        if kind in BY_PEOPLE:
            admission = admit(self.state, body, self.standards, words)
            if admission.refusals:
                return list(admission.refusals)
        happened = START + parse_duration(str(step_["happened"])) if "happened" in step_ else self._now
        self._take(step(self.state, Fact(self._n + 1, self._now, happened, body), self.standards))
        return []

    def _observe(self, kind: str, data: dict[str, Any]) -> None:
        body = make_body(kind, data)
        self._take(step(self.state, Fact(self._n + 1, self._now, self._now, body), self.standards))

    def _strike_until(self, at: int) -> None:
        for _ in range(_SEQUENCE_LIMIT):
            due = min(
                (d for d in self.state.dues.values() if d.state == "open" and d.at <= at),
                key=lambda d: (d.at, d.key),
                default=None,
            )
            if due is None:
                return
            self._now = max(self._now, due.at)
            self._take(strike(self.state, due, self._now, self._n + 1, self.standards))
        raise ScenarioError("时限一个接一个停不下来，请检查规范里的时限与重试")

    def _take(self, outcome: Outcome) -> None:
        self.facts += outcome.facts
        self.effects += outcome.effects
        if outcome.facts:
            self._n = outcome.facts[-1].n
        self.state.take_changes()
        self.state.fresh_dues()

    # -- what is not written in an example -----------------------------------------------------------------------------
    def _body(self, kind: str, fields: dict[str, Any], words: Any) -> Body:
        try:
            cls = body_class(kind)
        except FactError:
            raise ScenarioError(f"没有名为 {kind} 的事实") from None
        call = str(fields.get("call", "c1"))
        given = {**self._defaults(kind, call, words), **fields}
        required = {f.encode_name for f in msgspec.structs.fields(cls)}
        data = {k: v for k, v in given.items() if k in required}
        unknown = sorted(set(fields) - required)
        if unknown:
            raise ScenarioError(f"{kind} 没有字段 {'、'.join(unknown)}；可用：{', '.join(sorted(required))}")
        try:
            return make_body(kind, data)
        except FactError as error:
            raise ScenarioError(str(error)) from None

    def _defaults(self, kind: str, call: str, words: Any) -> dict[str, Any]:
        known = self.state.calls.get(call)
        offer = known.offers[-1] if known and known.offers else None
        agent = (known.agent if known and known.agent else "") or (offer.agent if offer else "01")
        given: dict[str, Any] = {
            "call": call, "hotline": "main", "number": "8000", "pack": self.standard.digest, "agent": agent, "owner": agent,
            "offer": offer.id if offer else f"{call}/1", "promise": "p1", "endpoint": f"10{agent}",
            "hung_up_by": "caller", "prompt": "record_notice", "reason": "" if kind != "CallTurnedAway" else "closed",
            "cause": "unreachable", "extension": f"10{agent}", "form": "", "filled": [], "seconds": 1.0, "zero": START,
            "caller": "caller.wav" if kind == "RecordingStored" else "",
        }  # fmt: skip
        if kind == "RecordingStored":
            given["agent"] = "agent.wav"
        if kind == "RegistrationSigned":
            given |= self._signed(words if isinstance(words, Mapping) else {})
        return given

    def _signed(self, words: Mapping[str, Any]) -> dict[str, Any]:
        bound = self.standard.form()
        choices = (
            bound[1].choices_of(words) if bound else {k: v for k, v in words.items() if isinstance(v, bool)}
        )
        return {
            "form": bound[1].name if bound else "",
            "filled": [k for k, v in words.items() if filled(v)],
            "choices": choices,
            "result": words.get("result", "solved"),
        }

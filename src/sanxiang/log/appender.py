"""How does a fact get its number? Facts in, `step`, everything that follows written with them in one transaction.

The clock is part of it: before a fact of time t is taken in, every due row up to t has struck. So a replay that keeps to
the same rule meets the same clocks at the same places, and live equals replay.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sanxiang.core.controls.gate import Decision
from sanxiang.core.engine.admit import Admission, admit
from sanxiang.core.engine.context import Effect
from sanxiang.core.engine.state import Due, State
from sanxiang.core.engine.step import Outcome, step, strike
from sanxiang.core.facts import Body, Fact
from sanxiang.core.standard.compiled import Standard
from sanxiang.log.private import keep


class Store(Protocol):
    """What the appender asks of a store; `tests/contracts/log` runs one suite on every adapter."""

    head: int
    last_at: int

    def load(self) -> State: ...
    def begin(self) -> None: ...
    def commit(self) -> None: ...
    def write(self, state: State, facts: list[Fact], effects: list[Effect]) -> None: ...
    def private_ref(self, kind: str, norm: str) -> str | None: ...
    def add_private(self, ref: str, kind: str, norm: str, value: str, at: int) -> None: ...
    def answered(self, key: str) -> str | None: ...
    def answer(self, key: str, n: int, answer: str) -> None: ...


@dataclass
class Proposal:
    """A fact that somebody wants written. ``person``: it must pass `admit`; what the switch saw is never refused."""

    body: Body
    happened: int = 0  # us; 0: now
    private: Mapping[str, Any] = field(default_factory=dict)
    person: bool = False
    words: Mapping[str, Any] | None = None  # the form's values, for admission
    at: int = 0  # us; a replay's: when it was taken in, which may be after a clock had struck that it came too late for


class BadProposal(ValueError):
    """A proposal whose form cannot be worked with; nothing of it was taken in."""


@dataclass
class Appended:
    """What became of a group: numbers of the proposed facts, or why it was refused; effects to carry out."""

    numbers: list[int] = field(default_factory=list)
    admission: Admission = field(default_factory=Admission)
    effects: list[Effect] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return bool(self.admission.refusals)


class Appender:
    """One per log. ``standards`` by digest may grow while it runs. Use: `begin`, any `add` or `strike_until`, `commit`."""

    def __init__(self, store: Store, standards: dict[str, Standard], now: Callable[[], int]) -> None:
        self.store, self.standards, self.now = store, standards, now
        self.state = store.load()
        self._heap: list[tuple[int, str]] = []
        self._arm(self.state.dues.values())
        self._facts: list[Fact] = []
        self._effects: list[Effect] = []
        self._last_at = store.last_at

    # -- a group in one transaction --------------------------------------------------------------------------------------
    def begin(self) -> None:
        """Opens a group: everything until `commit` is one transaction."""
        self.store.begin()
        self._facts, self._effects = [], []

    def commit(self) -> list[Effect]:
        """Writes the group; gives the effects to carry out now. Raises StoreError: load again then, memory is ahead."""
        self.store.write(self.state, self._facts, self._effects)
        self.store.commit()
        effects, self._effects, self._facts = self._effects, [], []
        return effects

    def add(self, proposals: list[Proposal]) -> Appended:
        """Takes facts into the open group, all or none; clocks up to their time strike first.

        Raises BadProposal before anything was taken in; any other error comes from `step` and leaves the state unsure.
        """
        given = max(p.at for p in proposals) or min(self.now(), max(p.happened or self.now() for p in proposals))
        at = max(self._last_at, given)
        self.strike_until(at)
        try:
            admission, bodies = self._admitted(proposals, at)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise BadProposal(str(error)) from error
        if admission.refusals:
            return Appended(admission=admission)
        numbers = []
        for p, body in zip(proposals, bodies, strict=True):
            self.strike_until(at)  # a replay meets each fact by itself
            fact = Fact(n=self._next(), at=at, happened=min(p.happened, at) if p.happened else at, body=body)
            self._take(step(self.state, fact, self.standards), at)
            numbers.append(fact.n)
        return Appended(numbers, admission)

    def _admitted(self, proposals: list[Proposal], at: int) -> tuple[Admission, list[Body]]:
        """What the standard says to all of them, and their bodies with references in place of personal data."""
        counted: list[Decision] = []
        for p in proposals:
            if p.person:
                admission = admit(self.state, p.body, self.standards, p.words)
                if admission.refusals:
                    return admission, []
                counted += admission.counted
        bodies = [keep(self.store, p.body, p.private, at) if p.private else p.body for p in proposals]
        return Admission((), tuple(counted)), bodies

    # -- the clock -----------------------------------------------------------------------------------------------------
    def next_due(self) -> int | None:
        """When the next clock strikes (us), None when none runs."""
        while self._heap:
            at, key = self._heap[0]
            due = self.state.dues.get(key)
            if due is not None and due.state == "open" and due.at == at:
                return at
            heapq.heappop(self._heap)
        return None

    def strike_until(self, at: int) -> None:
        """Strikes, in the open group, every clock whose time is ``at`` or before, in order of time and key."""
        while (due_at := self.next_due()) is not None and due_at <= at:
            _, key = heapq.heappop(self._heap)
            due = self.state.dues[key]
            moment = max(self._last_at, due_at)
            self._take(strike(self.state, due, moment, self._next(), self.standards), moment)

    def _take(self, outcome: Outcome, at: int) -> None:
        self._facts += outcome.facts
        self._effects += outcome.effects
        self._last_at = max(self._last_at, at)  # a clock that struck without a fact is passed too
        self._arm(self.state.fresh_dues())

    def _arm(self, dues: Iterable[Due]) -> None:
        for due in dues:
            if due.state == "open":
                heapq.heappush(self._heap, (due.at, due.key))

    def _next(self) -> int:
        return (self._facts[-1].n if self._facts else self.store.head) + 1

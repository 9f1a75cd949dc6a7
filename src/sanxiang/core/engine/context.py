"""What may a control see and do while it reacts to one fact?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanxiang.core.engine.state import Call, Due, State
from sanxiang.core.facts import Body, Fact
from sanxiang.core.facts.derived import VerdictReached

if TYPE_CHECKING:
    from collections.abc import Callable

    from sanxiang.core.controls.base import ControlBase
    from sanxiang.core.standard.compiled import Standard
    from sanxiang.core.standard.model import Clause


class Effect:
    """What the standard wants done: carried out after the fact is safe, once, never by a replay."""

    __slots__ = ("data", "expires", "key", "kind")

    def __init__(self, kind: str, key: str, data: dict[str, Any], expires: int) -> None:
        self.kind, self.key, self.data, self.expires = kind, key, data, expires


class Context:
    """One control looking at one fact. Made anew for each; cheap."""

    __slots__ = ("_effects", "_emit", "call", "clause", "control", "fact", "now", "standard", "state")

    def __init__(
        self,
        state: State,
        fact: Fact,
        standard: Standard,
        emit: Callable[[Body, str], int],
        effects: list[Effect],
        now: int,
    ) -> None:
        self.state, self.fact, self.standard, self.now = state, fact, standard, now
        self._emit, self._effects = emit, effects
        self.clause: Clause
        self.control: ControlBase
        call_id = getattr(fact.body, "call", "")
        self.call: Call | None = state.calls.get(call_id) if call_id else None

    def emit(self, body: Body) -> int:
        """Adds a derived fact and takes it in at once; gives its number."""
        return self._emit(body, self.standard.digest)

    def effect(self, kind: str, key: str, data: dict[str, Any], expires: int = 60_000_000) -> None:
        """Asks for something to be done within ``expires`` microseconds; the same key is done once only."""
        self._effects.append(Effect(kind, key, data, self.now + expires))

    def verdict(
        self, control: ControlBase, verdict: str, *, subject: str, call: str, agent: str, evidence: list[int], why: str,
        measure: str = "", figures: dict[str, Any] | None = None,
    ) -> int:  # fmt: skip
        """Says what the clause makes of the subject; gives the number of the verdict."""
        return self.emit(
            VerdictReached(
                clause=self.clause.id, control=control.name, kind=control.kind,  # type: ignore[attr-defined]
                subject=subject, verdict=verdict, evidence=evidence, why=why, call=call, agent=agent,  # type: ignore[arg-type]
                measure=measure, figures=figures or {},
            )
        )  # fmt: skip

    # -- clocks ----------------------------------------------------------------------------------------------------
    def _key(self, control: ControlBase, subject: str, stage: str) -> str:
        return f"{self.clause.id}/{control.name}/{subject}" + ("" if stage == "limit" else f"#{stage}")

    def clock(self, control: ControlBase, subject: str, stage: str = "limit") -> Due | None:
        """The control's clock on the subject that is still remembered, open or struck."""
        return self.state.clock(self._key(control, subject, stage))

    def open_clock(
        self,
        control: ControlBase,
        subject: str,
        start: int,
        limit: int,
        warn_at: int = 0,
        stage: str = "limit",
    ) -> Due:
        """Starts a clock that strikes at ``limit`` (us), with a warning before where ``warn_at`` is set."""
        body = self.fact.body
        call = str(getattr(body, "call", "") or (subject if subject in self.state.calls else ""))
        due = Due(
            key=self._key(control, subject, stage), clause=self.clause.id, control=control.name,
            kind=control.kind,  # type: ignore[attr-defined]
            subject=subject, pack=self.standard.digest, at=limit, start=start, limit=limit, stage=stage, call=call,
            agent=str(getattr(body, "agent", "") or getattr(body, "owner", "")), evidence=self.fact.n,
        )  # fmt: skip
        self.state.put_due(due)
        if warn_at:
            warn = Due(**{f: getattr(due, f) for f in due.__struct_fields__})
            warn.key, warn.stage, warn.at = due.key + "#warn", "warn", warn_at
            self.state.put_due(warn)
        return due

    def close_clock(self, due: Due, state: str) -> None:
        """Stops a clock, and its warning, with a final state."""
        due.state = state
        self.state.touch_due(due)
        warn = self.state.clock(due.key + "#warn")
        if warn is not None:
            warn.state = "void"
            self.state.touch_due(warn)
            self.state.drop_due(warn)

    def drop_clock(self, due: Due) -> None:
        self.state.drop_due(due)

    def agent_of(self, subject_kind: str, subject: str) -> str:
        """Who a subject belongs to: a call's agent, a promise's owner."""
        if subject_kind == "promise" and subject in self.state.promises:
            return self.state.promises[subject].owner
        if subject_kind == "offer" and self.call and (offer := self.call.offer(subject)):
            return offer.agent
        return self.state.calls[subject].agent if subject in self.state.calls else ""

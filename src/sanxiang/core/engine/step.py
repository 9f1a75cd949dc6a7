"""What follows from one fact under a standard? `step` for facts, `strike` for a clock that has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sanxiang.core.engine.context import Context, Effect
from sanxiang.core.engine.reducers import reduce
from sanxiang.core.engine.state import Due, State
from sanxiang.core.facts import Body, Fact
from sanxiang.core.standard.compiled import Standard

#: raised with every change of what `step` makes of the same facts
ENGINE = "1"


@dataclass
class Outcome:
    """Facts in the order of their numbers (the given one first, where there is one), and effects."""

    facts: list[Fact] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)


Standards = Mapping[str, Standard]


def standard_for(state: State, body: Body, standards: Standards) -> list[Standard]:
    """Under which standards a fact is looked at: that of its call or promise; facts of agents: all in force."""
    pack = getattr(body, "pack", "")
    if not pack and (
        promise := state.promises.get(getattr(body, "promise", "") or getattr(body, "subject", ""))
    ):
        pack = promise.pack
    if not pack and (call := state.calls.get(getattr(body, "call", ""))):
        pack = call.pack
    if pack:
        return [standards[pack]] if pack in standards else []
    return [standards[p] for p in dict.fromkeys(h.pack for _, h in sorted(state.hotlines.items())) if p in standards]


def step(state: State, fact: Fact, standards: Standards) -> Outcome:
    """Takes an observed fact in and says what follows. ``state`` is changed; nothing else is touched or asked.

    Same state, fact and standards: same outcome, bit for bit.
    """
    outcome = Outcome([fact])
    _take_in(state, fact, standards, outcome)
    return outcome


def strike(state: State, due: Due, at: int, n: int, standards: Standards) -> Outcome:
    """What follows when a clock comes at ``at``; the first derived fact gets the number ``n``."""
    outcome = Outcome()
    standard = standards.get(due.pack)
    bound = standard.controls.get((due.clause, due.kind, due.control)) if standard else None
    if standard is None or bound is None:
        due.state = "void"
        state.touch_due(due)
        state.drop_due(due)
        return outcome
    due.state = "done" if due.stage != "limit" else "missed"
    state.touch_due(due)
    if due.stage == "warn":
        state.drop_due(due)
    tick = Fact(n=n - 1, at=at, happened=at, body=_Tick(subject=due.subject, call=due.call))
    ctx = _context(state, tick, standard, standards, outcome)
    ctx.clause, ctx.control = bound
    bound[1].on_due(ctx, due)
    return outcome


class _Tick(Body, frozen=True, kw_only=True):
    """Stands for the clock while a control reacts to it; never written."""

    subject: str
    call: str = ""


def _context(state: State, fact: Fact, standard: Standard, standards: Standards, outcome: Outcome) -> Context:
    def emit(body: Body, pack: str) -> int:
        last = outcome.facts[-1].n if outcome.facts else fact.n
        made = Fact(n=last + 1, at=fact.at, happened=fact.at, body=body, pack=pack, engine=ENGINE)
        outcome.facts.append(made)
        _take_in(state, made, standards, outcome)
        return made.n

    return Context(state, fact, standard, emit, outcome.effects, fact.at)


def _take_in(state: State, fact: Fact, standards: Standards, outcome: Outcome) -> None:
    reduced_call: Any = state.calls.get(getattr(fact.body, "call", ""))
    reduce(state, fact)
    kind = fact.kind
    for standard in standard_for(state, fact.body, standards) or _of_call(reduced_call, standards):
        bound = standard.listeners.get(kind)
        if not bound:
            continue
        ctx = _context(state, fact, standard, standards, outcome)
        if ctx.call is None:
            ctx.call = reduced_call  # over with this very fact
        for clause, control in bound:
            ctx.clause, ctx.control = clause, control
            control.react(ctx)
    if kind == "EndRequested" and reduced_call is not None:
        outcome.effects.append(
            Effect("hang_up", f"end/{fact.n}", {"call": reduced_call.id, "by": "agent"}, fact.at + 60_000_000)
        )


def _of_call(call: Any, standards: Standards) -> list[Standard]:
    return [standards[call.pack]] if call is not None and call.pack in standards else []

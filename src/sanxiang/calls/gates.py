"""What would the standard say if the agent did this now? So that a key can tell why it is not available, before it is pressed.

The appender decides; this only foresees its answer from the same rules and the state as last written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sanxiang.calls.services import OTHER_REASON
from sanxiang.calls.standards import standard_of, standards_in_force
from sanxiang.core.engine.admit import admit
from sanxiang.core.engine.state import State
from sanxiang.core.facts import Body
from sanxiang.core.facts.agents import AgentStateChanged
from sanxiang.core.facts.calls import EndRequested
from sanxiang.core.facts.registrations import RegistrationParked
from sanxiang.core.standard.compiled import Standard
from sanxiang.log.reader import LogReader


@dataclass(frozen=True)
class Foreseen:
    """``strength``: open, count, ask or block. ``missing``: why, in words."""

    strength: str
    missing: tuple[str, ...] = ()
    cure: str = ""
    clause: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"strength": self.strength, "missing": list(self.missing), "cure": self.cure, "clause": self.clause}


def state_now(reader: LogReader) -> State:
    """What decisions rest on, as last written."""
    state = State()
    for call in reader.live_calls():
        state.calls[call.id] = call
    for agent in reader.agents():
        state.agents[agent.number] = agent
    for hotline in reader.hotlines():
        state.hotlines[hotline.id] = hotline
    return state


def standards_for(reader: LogReader, state: State) -> dict[str, Standard]:
    """Standards in force and those under which live calls began, by digest."""
    found = standards_in_force(reader)
    for digest in {c.pack for c in state.calls.values()} - set(found):
        if standard := standard_of(reader, digest):
            found[digest] = standard
    return found


def foresee(state: State, standards: dict[str, Standard], body: Body) -> Foreseen:
    """What the gates say to a proposal by a person."""
    admission = admit(state, body, standards)
    if admission.refusals:
        first = admission.refusals[0]
        strength = "ask" if all(r.ask for r in admission.refusals) else "block"
        return Foreseen(strength, tuple(r.problem for r in admission.refusals), first.cure, first.clause)
    if admission.counted:
        first_counted = admission.counted[0]
        missing = tuple(m for d in admission.counted for m in d.missing)
        return Foreseen("count", missing, first_counted.cure, first_counted.clause)
    return Foreseen("open")


def end_reasons(reader: LogReader | None) -> list[str]:
    """What an agent may pick when ending a call is asked for: the reasons of all standards in force, in their order."""
    found: list[str] = []
    for standard in standards_in_force(reader).values() if reader else ():
        for _, gate in standard.gates.get("call.end", ()):
            found += [r for r in gate.reasons if r not in found]
    return found or [OTHER_REASON]


def of_desk(state: State, standards: dict[str, Standard], agent: str, call: str) -> dict[str, Any]:
    """The gates before the keys of a desk: ready, leave, and with a call end and park."""
    bodies: dict[str, Body] = {
        "ready": AgentStateChanged(agent=agent, state="ready"),
        "leave": AgentStateChanged(agent=agent, state="busy"),
    }
    if call:
        bodies["end"] = EndRequested(call=call, agent=agent)
        bodies["park"] = RegistrationParked(call=call, agent=agent)
    return {name: foresee(state, standards, body).as_dict() for name, body in bodies.items()}

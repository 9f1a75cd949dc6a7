"""Gate (关口): what must be true before an action is possible.

Three strengths: ``block`` refuses, ``ask`` wants one reason (one key), ``count`` lets pass and counts. While ``eases``
holds (callers wait, an emergency), ask becomes count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sanxiang.core.controls.base import ControlBase
from sanxiang.core.standard.condition import Condition, holds

if TYPE_CHECKING:
    from sanxiang.core.engine.context import Context
    from sanxiang.core.standard.compiled import Standard

#: action -> the fact that carries it out
ACTIONS = {
    "call.end": "EndRequested",
    "registration.sign": "RegistrationSigned",
    "registration.park": "RegistrationParked",
    "agent.ready": "AgentStateChanged",
    "agent.leave": "AgentStateChanged",
    "promise.reply": "PromiseReplied",
}


class Requirement(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    check: Condition
    missing: str  # told to the person, in words
    field: str = ""  # of the form, where there is one


class Gate(ControlBase):
    kind: Literal["gate"]
    at: str
    when: Condition = {}
    require: list[Requirement] = Field(min_length=1)
    strength: Literal["block", "ask", "count"]
    eases: Condition = {}
    cure: str = ""
    #: what a person may pick where the gate asks
    reasons: list[str] = []

    def listens(self) -> frozenset[str]:
        return frozenset({ACTIONS[self.at]}) if self.at in ACTIONS else frozenset()

    def problems(self) -> list[str]:
        if self.at not in ACTIONS:
            return [f"没有名为 {self.at} 的动作；可用：{', '.join(ACTIONS)}"]
        return []

    def unmet(self, data: Mapping[str, Any]) -> list[Requirement]:
        """Requirements that do not hold for an action's data; none where the gate does not apply."""
        if not holds(self.when, data):
            return []
        return [r for r in self.require if not holds(r.check, data)]

    def react(self, ctx: Context) -> None:
        from sanxiang.core.engine.admit import action_data, action_of
        from sanxiang.core.facts.derived import GateCounted

        body = ctx.fact.body
        if action_of(body) != self.at:
            return
        data = action_data(ctx.state, body, ctx.standard, ctx.call)
        if data is None:
            return
        if not holds(self.when, data):
            return
        missing = [r.missing for r in self.unmet(data)]
        subject, call, agent = data["subject"], data.get("call_id", ""), data.get("agent_number", "")
        if missing:
            answer = str(data.get("reason") or "")
            ctx.emit(
                GateCounted(
                    clause=ctx.clause.id, control=self.name, action=self.at, subject=subject, call=call, agent=agent,
                    unmet=missing, answer=answer,
                )
            )  # fmt: skip
            asked = self.strength == "ask" and answer
            ctx.verdict(
                self, "kept" if asked else "breach", subject=subject, call=call, agent=agent, evidence=[ctx.fact.n],
                why=f"说明原因：{answer}" if asked else "；".join(missing),
            )  # fmt: skip
        elif call:  # nothing to say of an agent who had nothing open
            ctx.verdict(
                self, "kept", subject=subject, call=call, agent=agent, evidence=[ctx.fact.n], why="条件齐备"
            )


@dataclass(frozen=True)
class Decision:
    """What the gates of a standard say to an action. ``strength``: open, count, ask or block.

    ``fields``: of the form, one for each of ``missing``; "" where it is about none.
    """

    strength: str
    clause: str = ""
    control: str = ""
    missing: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    cure: str = ""


_ORDER = {"open": 0, "count": 1, "ask": 2, "block": 3}


def decide(standard: Standard, action: str, data: Mapping[str, Any]) -> Decision:
    """The strictest answer of all gates at ``action``; what is missing from all gates of that strength."""
    worst = Decision("open")
    for clause, gate in standard.gates.get(action, ()):
        unmet = gate.unmet(data)
        if not unmet:
            continue
        strength = gate.strength
        if strength == "ask" and gate.eases and holds(gate.eases, data):
            strength = "count"
        mine = Decision(
            strength, clause.id, gate.name, tuple(r.missing for r in unmet), tuple(r.field for r in unmet),
            gate.cure,
        )  # fmt: skip
        if _ORDER[strength] > _ORDER[worst.strength]:
            worst = mine
        elif strength == worst.strength:
            worst = Decision(
                strength, worst.clause, worst.control, worst.missing + mine.missing, worst.fields + mine.fields,
                worst.cure or mine.cure,
            )  # fmt: skip
    return worst

"""May a person do this now? Checks a proposed fact against state, form and gates before it is written.

What the switch saw is never refused: it happened. What people ask for is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sanxiang.core.controls.gate import Decision, decide
from sanxiang.core.engine.state import Call, State
from sanxiang.core.engine.step import Standards, standard_for
from sanxiang.core.facts import Body
from sanxiang.core.standard.compiled import Standard

PARK_LIMIT = 2


@dataclass(frozen=True)
class Refusal:
    """Why something cannot be done: a code, one sentence, the cure, and the fields that it is about."""

    code: str
    problem: str
    cure: str = ""
    fields: tuple[str, ...] = ()
    clause: str = ""
    #: the action is possible when a reason is given
    ask: bool = False


@dataclass(frozen=True)
class Admission:
    """``refusals`` empty: may be written. ``counted``: passed a counting gate, told to the person."""

    refusals: tuple[Refusal, ...] = ()
    counted: tuple[Decision, ...] = field(default=())


def action_of(body: Body) -> str:
    """The action of `gate.ACTIONS` that a fact carries out; "" for none."""
    kind = type(body).__name__
    if kind == "AgentStateChanged":
        return "agent.ready" if body.state == "ready" else "agent.leave"  # type: ignore[attr-defined]
    return {
        "EndRequested": "call.end", "RegistrationSigned": "registration.sign", "RegistrationParked": "registration.park",
        "PromiseReplied": "promise.reply",
    }.get(kind, "")  # fmt: skip


def action_data(
    state: State, body: Body, standard: Standard, over: Call | None = None
) -> dict[str, Any] | None:
    """What gates may look at for an action: the fact's own fields, the call, the agent, counts. None: no such subject.

    ``over``: the call, where this very action has ended all that there was to do with it.
    """
    agent_number = getattr(body, "agent", "")
    data: dict[str, Any] = {
        "agent_number": agent_number,
        "waiting_calls": len([c for c in state.waiting() if not c.last_offer_open()]),
        "reason": getattr(body, "reason", ""),
    }
    call = state.calls.get(getattr(body, "call", ""))
    if call is None and over is not None and over.id == getattr(body, "call", ""):
        call = over
    agent = state.agents.get(agent_number)
    if agent is not None:
        open_ones = state.unsigned(agent_number)
        data |= {
            "unsigned": len([c for c in open_ones if c.id not in agent.parked]),
            "parked": len(agent.parked),
            "agent": {"state": agent.state, "chosen": agent.chosen},
            "state": getattr(body, "state", ""),
        }
    kind = type(body).__name__
    if kind == "AgentStateChanged":
        if agent is None:
            return None
        mine = [c for c in state.unsigned(agent_number) if c.pack == standard.digest]
        return data | {"subject": agent_number, "call_id": mine[0].id if mine else ""}
    if kind == "PromiseReplied":
        promise = state.promises.get(body.promise)  # type: ignore[attr-defined]
        if promise is None:
            return None
        return data | {"subject": promise.id, "call_id": promise.call, "promise": {"state": promise.state}}
    if call is None:
        return None
    data |= {"subject": call.id, "call_id": call.id, "call": call.view()}
    if kind == "RegistrationSigned":
        present = dict.fromkeys(body.filled, True)  # type: ignore[attr-defined]
        data |= present | dict(body.choices) | {"result": body.result}  # type: ignore[attr-defined]
    return data


def _own(state: State, body: Any, standard_list: list[Standard]) -> Refusal | None:
    """What is wrong with a proposal before any gate: the subject is not there, or not yours, or done already."""
    kind = type(body).__name__
    agent = state.agents.get(getattr(body, "agent", "") or "")
    if kind in ("AgentStateChanged",) and agent is None:
        return Refusal("no_agent", f"没有工号 {body.agent} 的坐席", "用 sanxiang agents list 查看工号")
    if kind in ("EndRequested", "RegistrationSigned", "RegistrationParked"):
        call = state.calls.get(body.call)
        if call is None:
            return Refusal(
                "no_call", f"没有可办理的来电 {body.call}", "来电可能已经登记完毕；用 sanxiang calls 查看"
            )
        if kind == "EndRequested" and call.phase != "talking":
            return Refusal("not_talking", "这通来电现在不在通话中", "无须结束")
        if kind != "EndRequested" and call.registration == "none":
            return Refusal("not_answered", "这通来电没有接通，不用登记", "")
        if kind == "RegistrationSigned" and call.registration == "signed":
            return Refusal("signed_already", "这通来电已经签名", "如需更正，请在来电页上补记")
        if kind == "RegistrationParked" and call.registration != "open":
            return Refusal("not_open", "这份登记已暂存或已签名", "")
        if body.agent != call.agent:
            return Refusal(
                "not_yours", f"这通来电由 {call.agent} 号接听，不归 {body.agent} 号办理", "请由接听人办理"
            )
    if kind == "PromiseReplied":
        promise = state.promises.get(body.promise)
        if promise is None:
            return Refusal("no_promise", f"没有待回复的承诺 {body.promise}", "用 sanxiang promises 查看")
        if promise.replied_at:
            return Refusal("replied_already", "这个承诺已经回复过", "")
    return None


def admit(
    state: State, body: Body, standards: Standards, words: Mapping[str, Any] | None = None
) -> Admission:
    """Whether a person's proposal may be written. ``words``: the form's values for RegistrationSigned."""
    which = standard_for(state, body, standards)
    own = _own(state, body, which)
    if own is not None:
        return Admission((own,))
    refusals: list[Refusal] = []
    counted: list[Decision] = []
    action = action_of(body)
    for standard in which:
        if type(body).__name__ == "RegistrationSigned" and words is not None and (bound := standard.form()):
            clause, form = bound
            wrong = form.check(words)
            refusals += [Refusal("incomplete", text, "", (name,), clause.id) for name, text in wrong]
        data = action_data(state, body, standard) if action else None
        if data is None:
            continue
        decision = decide(standard, action, data)
        if decision.strength == "count":
            counted.append(decision)
        elif decision.strength == "block" or (decision.strength == "ask" and not data.get("reason")):
            ask = decision.strength == "ask"
            cure = decision.cure or ("请说明原因再办" if ask else "补齐后再办")
            refusals += [
                Refusal("gate", text, cure, (name,) if name else (), decision.clause, ask)
                for text, name in zip(decision.missing, decision.fields, strict=True)
            ]
    return Admission(tuple(refusals), tuple(counted))

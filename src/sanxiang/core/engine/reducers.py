"""How does each fact change calls, agents and promises? Plain truth, the same under every standard.

One function a kind. Facts that do not fit what is known (an answer of an unknown call) change nothing and never raise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sanxiang.core.engine.state import Agent, Call, Hotline, Offer, Promise, State
from sanxiang.core.facts import Fact

Reducer = Callable[[State, Fact, Any], None]
_REDUCERS: dict[str, Reducer] = {}


def on(*kinds: str) -> Callable[[Reducer], Reducer]:
    def add(function: Reducer) -> Reducer:
        for kind in kinds:
            _REDUCERS[kind] = function
        return function

    return add


def reduce(state: State, fact: Fact) -> None:
    """Takes a fact into the state."""
    function = _REDUCERS.get(fact.kind)
    if function is not None:
        function(state, fact, fact.body)


# -- hotlines and agents ---------------------------------------------------------------------------------------------
@on("PackPublished")
def _(state: State, fact: Fact, body: Any) -> None:
    for other in [h for h in state.hotlines.values() if h.number == body.number and h.id != body.hotline]:
        state.retire(other)  # a number belongs to one hotline
    state.put(Hotline(id=body.hotline, number=body.number, pack=body.pack, name=body.name))


@on("AgentAdded")
def _(state: State, fact: Fact, body: Any) -> None:
    if body.agent not in state.agents:
        state.put(Agent(number=body.agent, extension=body.extension, since=fact.happened))


@on("AgentStateChanged")
def _(state: State, fact: Fact, body: Any) -> None:
    agent = state.agents.get(body.agent)
    if agent is None:
        return
    agent.chosen, agent.reason = body.state, body.reason
    agent.since = fact.happened
    if agent.activity == "wrap_up":
        _release(state, agent, fact.happened)
    elif agent.activity == "idle" and body.state == "ready":
        agent.idle_since = fact.happened
    state.touch(agent)


@on("PhoneRegistered")
def _(state: State, fact: Fact, body: Any) -> None:
    agent = state.agents.get(body.agent)
    if agent is not None and body.endpoint not in agent.phones:
        agent.phones = sorted([*agent.phones, body.endpoint])
        state.touch(agent)


@on("PhoneLost")
def _(state: State, fact: Fact, body: Any) -> None:
    agent = state.agents.get(body.agent)
    if agent is not None and body.endpoint in agent.phones:
        agent.phones = [p for p in agent.phones if p != body.endpoint]
        state.touch(agent)


# -- waiting ---------------------------------------------------------------------------------------------------------
@on("CallQueued")
def _(state: State, fact: Fact, body: Any) -> None:
    if body.call not in state.calls:
        state.put(
            Call(
                id=body.call, hotline=body.hotline, number=body.number, pack=body.pack, caller=body.caller,
                caller_kind=body.caller_kind, queue=body.queue, queued_at=fact.happened, n=fact.n,
            )
        )  # fmt: skip


@on("CallTurnedAway")
def _(state: State, fact: Fact, body: Any) -> None:
    outcome = "closed" if body.reason == "closed" else "rejected"
    call = Call(
        id=body.call, hotline=body.hotline, number=body.number, pack=body.pack, caller=body.caller,
        caller_kind=body.caller_kind, queue=body.queue, queued_at=fact.happened, phase="over", outcome=outcome,
        ended_at=fact.happened, n=fact.n,
    )  # fmt: skip
    state.put(call)
    state.forget_over(call)


@on("OfferMade")
def _(state: State, fact: Fact, body: Any) -> None:
    call, agent = state.calls.get(body.call), state.agents.get(body.agent)
    if call is None or agent is None:
        return
    call.offers.append(Offer(id=body.offer, agent=body.agent, made_at=fact.happened))
    agent.activity, agent.call, agent.since = "ringing", call.id, fact.happened
    state.touch(call)
    state.touch(agent)


@on("PhoneRang")
def _(state: State, fact: Fact, body: Any) -> None:
    call = state.calls.get(body.call)
    if call and (offer := call.offer(body.offer)) and not offer.rang_at:
        offer.rang_at = fact.happened
        state.touch(call)


def _end_offer(state: State, call: Call, offer_id: str, outcome: str, at: int) -> Offer | None:
    """Closes an offer and frees its agent, if still bound to it."""
    offer = call.offer(offer_id)
    if offer is None or offer.outcome:
        return None
    offer.outcome, offer.ended_at = outcome, at
    state.touch(call)
    agent = state.agents.get(offer.agent)
    if agent and agent.activity == "ringing" and agent.call == call.id:
        agent.activity, agent.call, agent.since = "idle", "", at
        state.touch(agent)
    return offer


@on("OfferPassed")
def _(state: State, fact: Fact, body: Any) -> None:
    call, agent = state.calls.get(body.call), state.agents.get(body.agent)
    if call is None or _end_offer(state, call, body.offer, "passed", fact.happened) is None or agent is None:
        return
    agent.idle_since = fact.happened
    if body.state_after and agent.chosen == "ready":
        agent.chosen, agent.since = body.state_after, fact.happened
        agent.reason = "" if body.state_after == "ready" else "让过一通来电"


@on("OfferWithdrawn")
def _(state: State, fact: Fact, body: Any) -> None:
    if call := state.calls.get(body.call):
        _end_offer(state, call, body.offer, "withdrawn", fact.happened)
        _settle(state, call)


@on("OfferFailed")
def _(state: State, fact: Fact, body: Any) -> None:
    call = state.calls.get(body.call)
    if call is None or _end_offer(state, call, body.offer, "failed", fact.happened) is None:
        return
    call.failed_at = fact.happened
    call.not_before[body.agent] = fact.at + 2_000_000


@on("CallAbandoned", "CallTimedOut", "CallReleased")
def _(state: State, fact: Fact, body: Any) -> None:
    call = state.calls.get(body.call)
    if call is None or call.phase != "waiting":
        return
    call.phase, call.ended_at = "over", fact.happened
    call.outcome = {"CallAbandoned": "abandoned", "CallTimedOut": "timed_out"}.get(fact.kind, "released")
    state.touch(call)
    _settle(state, call)


# -- talking ---------------------------------------------------------------------------------------------------------
@on("CallAnswered")
def _(state: State, fact: Fact, body: Any) -> None:
    call, agent = state.calls.get(body.call), state.agents.get(body.agent)
    if call is None or call.phase != "waiting":
        return
    call.phase, call.outcome, call.answered_at = "talking", "answered", fact.happened
    call.agent, call.endpoint, call.registration = body.agent, body.endpoint, "open"
    for offer in call.offers:
        if not offer.outcome:
            _end_offer(
                state, call, offer.id, "answered" if offer.id == body.offer else "withdrawn", fact.happened
            )
    if agent:
        agent.activity, agent.call, agent.since = "talking", call.id, fact.happened
        state.touch(agent)
    state.touch(call)


@on("HoldStarted")
def _(state: State, fact: Fact, body: Any) -> None:
    if (call := state.calls.get(body.call)) and not call.held_since:
        call.held_since = fact.happened
        state.touch(call)


@on("HoldEnded")
def _(state: State, fact: Fact, body: Any) -> None:
    if (call := state.calls.get(body.call)) and call.held_since:
        call.hold_us += max(0, fact.happened - call.held_since)
        call.held_since = 0
        state.touch(call)


@on("EndRequested")
def _(state: State, fact: Fact, body: Any) -> None:
    if call := state.calls.get(body.call):
        call.end_reason = body.reason or "agent"
        state.touch(call)


@on("CallEnded")
def _(state: State, fact: Fact, body: Any) -> None:
    call = state.calls.get(body.call)
    if call is None or call.phase != "talking":
        return
    if call.held_since:
        call.hold_us += max(0, fact.happened - call.held_since)
        call.held_since = 0
    call.ended_at, call.hung_up_by = fact.happened, body.hung_up_by
    agent = state.agents.get(call.agent)
    if call.registration == "open":
        call.phase = "wrap_up"
        if agent and agent.call == call.id:
            agent.activity, agent.since = "wrap_up", fact.happened
            state.touch(agent)
    else:
        call.phase = "over"
        if agent and agent.call == call.id:
            _free(state, agent, call, fact.happened)
    state.touch(call)
    _settle(state, call)


@on("RecordingStored")
def _(state: State, fact: Fact, body: Any) -> None:
    if call := state.calls.get(body.call):
        call.recordings, call.seconds, call.zero = [body.caller, body.agent], body.seconds, body.zero
        state.touch(call)
        _settle(state, call)


# -- registering and promising ---------------------------------------------------------------------------------------
@on("RegistrationSigned")
def _(state: State, fact: Fact, body: Any) -> None:
    call = state.calls.get(body.call)
    if call is None or call.registration not in ("open", "parked"):
        return
    call.registration, call.signed_at, call.result = "signed", fact.happened, body.result
    agent = state.agents.get(call.agent)
    if agent and call.id in agent.parked:
        agent.parked = [c for c in agent.parked if c != call.id]
        state.touch(agent)
    if call.phase == "wrap_up":
        call.phase = "over"
        if agent and agent.call == call.id:
            _free(state, agent, call, fact.happened)
    state.touch(call)
    _settle(state, call)


@on("RegistrationParked")
def _(state: State, fact: Fact, body: Any) -> None:
    call, agent = state.calls.get(body.call), state.agents.get(body.agent)
    if call is None or call.registration != "open":
        return
    call.registration = "parked"
    if agent:
        agent.parked = [*agent.parked, call.id]
        if call.phase == "wrap_up" and agent.call == call.id:
            call.phase = "over"
            _free(state, agent, call, fact.happened)
        state.touch(agent)
    state.touch(call)


@on("PromiseMade")
def _(state: State, fact: Fact, body: Any) -> None:
    if body.promise not in state.promises:
        call = state.calls.get(body.call)
        state.put(
            Promise(
                id=body.promise, call=body.call, owner=body.owner, pack=body.pack, made_at=fact.happened,
                contact=body.contact, question=body.question, due_at=body.due_at, hotline=call.hotline if call else "",
            )
        )  # fmt: skip


@on("PromiseReplied")
def _(state: State, fact: Fact, body: Any) -> None:
    promise = state.promises.get(body.promise)
    if promise is not None and body.reached and not promise.replied_at:
        promise.replied_at, promise.replied_by = fact.happened, body.agent
        state.touch(promise)


@on("VerdictReached")
def _(state: State, fact: Fact, body: Any) -> None:
    promise = state.promises.get(body.subject)
    if promise is None or body.kind != "deadline" or body.verdict not in ("kept", "breach"):
        return
    promise.state = body.verdict
    state.touch(promise)
    if promise.replied_at:
        state.promises.pop(promise.id, None)


def _release(state: State, agent: Agent, at: int) -> None:
    """The agent leaves wrap-up without signing: the call is over, its registration stays open."""
    call = state.calls.get(agent.call)
    if call is not None and call.phase == "wrap_up":
        call.phase = "over"
        _free(state, agent, call, at)
        state.touch(call)
    else:
        agent.activity, agent.call, agent.idle_since = "idle", "", at


def _free(state: State, agent: Agent, call: Call, at: int) -> None:
    call.released_at = at
    agent.activity, agent.call, agent.idle_since, agent.since = "idle", "", at, at
    state.touch(agent)


def _settle(state: State, call: Call) -> None:
    """Lets go of a call when nothing more is awaited of it: no sound to come, no offer open, nothing to sign."""
    awaiting_sound = call.outcome == "answered" and not call.recordings
    if not awaiting_sound and not call.last_offer_open():
        state.forget_over(call)

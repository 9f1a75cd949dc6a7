"""Route (派线): who gets a waiting call, how long one agent rings, and what follows when nobody takes it.

``of: promises``: to whom a promised reply belongs, the agent who answered the call (首问负责); another owner is a breach.
Calls: longest idle first. An offer that is let pass goes to the next ready agent; a sole ready agent rings on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sanxiang.core.controls.base import ControlBase
from sanxiang.core.engine.state import Agent, Call, Due
from sanxiang.core.facts.derived import OfferMade, OfferPassed, OfferWithdrawn
from sanxiang.core.rings import MINUTE, SECOND
from sanxiang.core.standard.durations import Duration

if TYPE_CHECKING:
    from sanxiang.core.engine.context import Context

#: an offer to a phone that could not ring is tried again after this long when there is no other agent
RETRY = 2 * SECOND
#: a phone that never even rings is given up after this much more than the ring limit
NO_RING_SLACK = 3 * SECOND


class Route(ControlBase):
    kind: Literal["route"]
    of: Literal["calls", "promises"] = "calls"
    order: Literal["longest_idle"] = "longest_idle"
    ring_for: Duration = "3 rings"
    #: state of an agent who lets an offer pass while another takes over
    after_pass: Literal["ready", "busy", "break"] = "busy"
    #: the wait ends for the caller after this long; never when left out
    max_wait: Duration | None = None

    def listens(self) -> frozenset[str]:
        if self.of == "promises":
            return frozenset({"PromiseMade"})
        return frozenset(
            [
                "CallQueued",
                "OfferMade",
                "PhoneRang",
                "CallAnswered",
                "CallAbandoned",
                "CallReleased",
                "CallTimedOut",
                "OfferFailed",
                "OfferPassed",
                "CallEnded",
                "AgentStateChanged",
                "PhoneRegistered",
                "PhoneLost",
                "RegistrationSigned",
                "RegistrationParked",
            ]
        )

    def react(self, ctx: Context) -> None:
        if self.of == "promises":
            self._own(ctx)
            return
        kind, call = ctx.fact.kind, ctx.call
        if kind == "CallQueued" and call and self.max_wait:
            ctx.open_clock(
                self,
                call.id,
                ctx.fact.happened,
                ctx.fact.happened + ctx.standard.duration(self.max_wait),
                stage="max_wait",
            )
        elif kind == "OfferMade" and call:
            self._ring(ctx, call)
        elif kind == "PhoneRang" and call:
            self._arm(ctx, call, ctx.fact.happened + ctx.standard.duration(self.ring_for))
        elif kind == "CallAnswered" and call:
            self._drop(ctx, call, ("ring", "retry", "max_wait"))
        elif kind in ("CallAbandoned", "CallReleased", "CallTimedOut") and call:
            self._drop(ctx, call, ("ring", "retry", "max_wait"))
            if offer := call.last_offer_open():
                why = {"CallAbandoned": "来电者已挂机", "CallReleased": "已移交应急队列"}.get(
                    kind, "等候超时"
                )
                ctx.emit(OfferWithdrawn(call=call.id, offer=offer.id, agent=offer.agent, why=why))
                ctx.effect("withdraw", f"withdraw/{offer.id}", {"call": call.id, "offer": offer.id})
        elif kind == "OfferFailed" and call:
            self._drop(ctx, call, ("ring",))
        elif kind == "AgentStateChanged":
            self._left(ctx)
        self.serve(ctx)

    def _left(self, ctx: Context) -> None:
        """Who leaves while their phone rings lets the call pass: it is not rung into an empty chair."""
        agent = ctx.state.agents.get(ctx.fact.body.agent)  # type: ignore[attr-defined]
        if agent is None or agent.activity != "ringing" or agent.chosen == "ready":
            return
        call = ctx.state.calls.get(agent.call)
        if call and call.pack == ctx.standard.digest and call.last_offer_open():
            self._drop(ctx, call, ("ring",))
            self._pass(ctx, call)

    def _own(self, ctx: Context) -> None:
        """Whether a promise has an owner who is there, and is who answered the call where that is still known."""
        body: Any = ctx.fact.body
        answered_by = ctx.call.agent if ctx.call else ""
        if body.owner not in ctx.state.agents:
            verdict, why = "breach", "没有负责回复的人"
        elif answered_by and body.owner != answered_by:
            verdict, why = "breach", f"由 {body.owner} 号负责，接听的是 {answered_by} 号"
        else:
            verdict, why = "kept", f"由 {body.owner} 号负责回复"
        ctx.verdict(
            self, verdict, subject=body.promise, call=body.call, agent=body.owner, evidence=[ctx.fact.n], why=why
        )

    def serve(self, ctx: Context) -> None:
        """Gives waiting calls to free agents, longest wait first; then looks at offers that ring too long."""
        for call in ctx.state.waiting():
            if call.pack != ctx.standard.digest or call.last_offer_open():
                continue
            agent = self._choose(ctx, call)
            if agent is not None:
                ctx.emit(
                    OfferMade(
                        call=call.id,
                        offer=f"{call.id}/{len(call.offers) + 1}",
                        agent=agent.number,
                        clause=ctx.clause.id,
                    )
                )
            elif ctx.state.reachable() and ctx.clock(self, call.id, "retry") is None and call.failed_at:
                ctx.open_clock(self, call.id, ctx.now, max(ctx.now, call.failed_at) + RETRY, stage="retry")
        for call in ctx.state.waiting():
            offer = call.last_offer_open()
            if (
                offer
                and offer.overdue
                and call.pack == ctx.standard.digest
                and self._choose(ctx, call) is not None
            ):
                self._pass(ctx, call)

    def _choose(self, ctx: Context, call: Call) -> Agent | None:
        free = [a for a in ctx.state.agents.values() if a.can_take()]
        fresh = [a for a in free if ctx.now >= call.not_before.get(a.number, 0)]
        return min(fresh, key=lambda a: (a.idle_since, a.number), default=None)

    def _ring(self, ctx: Context, call: Call) -> None:
        offer = call.offers[-1]
        ctx.effect(
            "offer",
            f"offer/{offer.id}",
            {"call": call.id, "offer": offer.id, "agent": offer.agent},
            expires=5 * MINUTE,
        )
        self._arm(ctx, call, ctx.now + ctx.standard.duration(self.ring_for) + NO_RING_SLACK)

    def _arm(self, ctx: Context, call: Call, at: int) -> None:
        self._drop(ctx, call, ("ring",))
        ctx.open_clock(self, call.id, ctx.now, at, stage="ring")

    def _drop(self, ctx: Context, call: Call, stages: tuple[str, ...]) -> None:
        for stage in stages:
            if due := ctx.clock(self, call.id, stage):
                ctx.close_clock(due, "void")
                ctx.drop_clock(due)

    def _pass(self, ctx: Context, call: Call) -> None:
        offer = call.last_offer_open()
        assert offer is not None
        ctx.emit(OfferPassed(call=call.id, offer=offer.id, agent=offer.agent, state_after=self.after_pass))
        ctx.effect("withdraw", f"withdraw/{offer.id}", {"call": call.id, "offer": offer.id})
        if self.after_pass != "ready":
            ctx.effect(
                "alert", f"passed/{offer.id}",
                {"level": "warn", "agent": offer.agent, "call": call.id, "text": "您让过了一通来电，已转给下一位"},
            )  # fmt: skip

    def on_due(self, ctx: Context, due: Due) -> None:
        call = ctx.state.calls.get(due.subject)
        ctx.drop_clock(due)
        if call is None or call.phase != "waiting":
            return
        if due.stage == "max_wait":
            ctx.effect("hang_up", f"timeout/{call.id}", {"call": call.id, "by": "line"})
            return
        if due.stage == "ring" and (offer := call.last_offer_open()):
            if self._choose(ctx, call) is not None:
                self._pass(ctx, call)
            else:
                offer.overdue = True  # the sole ready agent rings on
                ctx.state.touch(call)
        self.serve(ctx)

"""Deadline (时限): a clock from one fact to another. Answer by the third ring; reply within 30 minutes.

Kept when ``to`` happened strictly before ``from`` + ``within``, both by the source's own clock; a fact that arrives after
the clock struck but happened before it corrects the verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sanxiang.core.controls.base import ControlBase, body_fields
from sanxiang.core.rings import SECOND, ring_at
from sanxiang.core.standard.condition import Condition, holds
from sanxiang.core.standard.durations import Duration, in_words, parse_duration

if TYPE_CHECKING:
    from sanxiang.core.engine.context import Context
    from sanxiang.core.engine.state import Due


class Deadline(ControlBase):
    kind: Literal["deadline"]
    subject: Literal["call", "offer", "promise"] = "call"
    from_: Annotated[str, Field(alias="from")]
    to: str
    #: facts after which the clock no longer applies
    void: list[str] = []
    within: Duration
    #: holds for the ``from`` fact and its call (call.registration …), else no clock starts
    when: Condition = {}
    #: holds for the ``to`` fact, else it does not stop the clock
    until: Condition = {}
    #: field of the ``from`` fact with a time that the caller chose (us); it wins over ``within``
    chosen: str = ""
    warn: Duration | None = None
    #: who answers for a miss
    owner: Literal["hotline", "agent"] = "agent"
    #: name under which reports find this clock: "answer_in_time"
    measure: str = ""
    #: what people are told when it is missed
    alert: str = ""

    def listens(self) -> frozenset[str]:
        return frozenset((self.from_, self.to, *self.void))

    def problems(self) -> list[str]:
        found = self.fact_kinds(self.from_, self.to, *self.void)
        if self.from_ == self.to:
            found.append("from 与 to 是同一个事实，时限永远不会走动")
        if self.warn and parse_duration(self.warn) >= parse_duration(self.within):
            found.append(f"提前提醒 {self.warn} 不短于时限 {self.within}")
        return found

    def react(self, ctx: Context) -> None:
        body = ctx.fact.body
        subject = getattr(body, self.subject, "")
        if not subject:
            return
        kind = ctx.fact.kind
        if kind == self.from_:
            if ctx.clock(self, subject) is None and holds(self.when, self._seen(ctx)):
                self._begin(ctx, subject)
            return
        begun = ctx.clock(self, subject)
        if begun is None:
            return
        if kind == self.to:
            if holds(self.until, body_fields(body)):
                self._meet(ctx, begun)
        else:
            self._void(ctx, begun)

    @staticmethod
    def _seen(ctx: Context) -> dict[str, Any]:
        """What ``when`` may look at: the fact's fields, and under ``call`` what is known of the call."""
        return body_fields(ctx.fact.body) | ({"call": ctx.call.view()} if ctx.call else {})

    def _void(self, ctx: Context, begun: Due) -> None:
        if begun.state == "open":
            ctx.close_clock(begun, "void")
        if ctx.fact.happened < begun.limit:
            self._say(ctx, begun, "not_applicable", [begun.evidence, ctx.fact.n], "时限未到而无须再计")
        ctx.drop_clock(begun)

    def _begin(self, ctx: Context, subject: str) -> None:
        start = ctx.fact.happened
        chosen = int(getattr(ctx.fact.body, self.chosen, 0) or 0) if self.chosen else 0
        at = chosen or start + ctx.standard.duration(self.within)
        if promise := ctx.state.promises.get(subject):
            promise.due_at = at
            ctx.state.touch(promise)
        warn = at - ctx.standard.duration(self.warn) if self.warn else 0
        ctx.open_clock(self, subject, start, at, warn if warn > start else 0)

    def _meet(self, ctx: Context, begun: Due) -> None:
        moment = ctx.fact.happened
        in_time = moment < begun.limit
        struck = begun.state != "open"
        if not struck:
            ctx.close_clock(begun, "kept" if in_time else "missed")
        ctx.drop_clock(begun)
        why = (
            f"{in_words(moment - begun.start)}内完成" if in_time else f"用时 {in_words(moment - begun.start)}"
        )
        figures = self._figures(ctx, begun, moment)
        evidence = [begun.evidence, *([begun.missed] if begun.missed and not in_time else []), ctx.fact.n]
        self._say(ctx, begun, "kept" if in_time else "breach", evidence, why, figures)

    def on_due(self, ctx: Context, due: Due) -> None:
        from sanxiang.core.facts.derived import DeadlineMissed, DeadlineNear

        shared: dict[str, Any] = {
            "clause": ctx.clause.id, "control": self.name, "subject": due.subject, "call": due.call,
            "due_at": due.limit, "agent": due.agent,
        }  # fmt: skip
        if due.stage == "warn":
            ctx.emit(DeadlineNear(**shared))
            ctx.effect(
                "alert", f"near/{due.key}", {"level": "warn", "text": self.alert or self.title, **_where(due)}
            )
            return
        missed = due.missed = ctx.emit(DeadlineMissed(**shared))
        ctx.state.touch_due(due)
        why = f"{in_words(due.limit - due.start)}内未完成"
        self._say(ctx, due, "breach", [due.evidence, missed], why, self._figures(ctx, due, due.limit))
        ctx.effect(
            "alert", f"miss/{due.key}", {"level": "breach", "text": self.alert or self.title, **_where(due)}
        )

    def _figures(self, ctx: Context, due: Due, moment: int) -> dict[str, Any]:
        passed = max(0, moment - due.start)
        figures: dict[str, Any] = {
            "seconds": round(passed / SECOND, 3),
            "limit_seconds": (due.limit - due.start) / SECOND,
        }
        if self.subject in ("call", "offer"):
            figures["ring"] = ring_at(passed, ctx.standard.cycle)
        return figures

    def _say(
        self,
        ctx: Context,
        due: Due,
        verdict: str,
        evidence: list[int],
        why: str,
        figures: dict[str, Any] | None = None,
    ) -> None:
        agent = due.agent or ctx.agent_of(self.subject, due.subject)
        ctx.verdict(
            self, verdict, subject=due.subject, call=due.call, agent=agent if self.owner == "agent" else "",
            evidence=evidence, why=why, measure=self.measure, figures=figures or {},
        )  # fmt: skip


def _where(due: Due) -> dict[str, str]:
    return {"call": due.call, "agent": due.agent, "subject": due.subject, "clause": due.clause}

"""Finding (质检判定): a judgement on a conversation, with evidence.

``judge`` names a judge of `sanxiang.core.judging`, which reads words. Live, without a transcript, such a finding is
*unknown*, never kept. ``facts`` is for what the log itself shows (who hung up): judged live as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from sanxiang.core.controls.base import ControlBase, body_fields
from sanxiang.core.standard.condition import Condition, holds

if TYPE_CHECKING:
    from sanxiang.core.engine.context import Context


class FromFacts(BaseModel):
    """Judged on one fact: ``breach`` is tried first, then ``kept``; neither: not applicable."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    on: str
    breach: Condition
    kept: Condition = {}
    breach_why: str
    kept_why: str = "符合"


class Finding(ControlBase):
    kind: Literal["finding"]
    judge: str = ""
    params: dict[str, Any] = {}
    facts: FromFacts | None = None
    points: float = 0.0

    def listens(self) -> frozenset[str]:
        return frozenset({self.facts.on if self.facts else "CallEnded"})

    def problems(self) -> list[str]:
        from sanxiang.core.judging import JUDGES

        found = self.fact_kinds(self.facts.on) if self.facts else []
        if not self.judge and not self.facts:
            found.append("质检判定要写 judge（按话语判）或 facts（按事实判）")
        if self.judge and self.judge not in JUDGES:
            found.append(f"没有名为 {self.judge} 的判官；可用：{', '.join(sorted(JUDGES))}")
        elif self.judge:
            found += JUDGES[self.judge].problems(self.params)
        return found

    def react(self, ctx: Context) -> None:
        call = ctx.call
        if call is None:
            return
        if self.facts is None:
            if call.answered_at:
                ctx.verdict(
                    self, "unknown", subject=call.id, call=call.id, agent=call.agent, evidence=[ctx.fact.n],
                    why="没有转写文本，未能判定",
                )  # fmt: skip
            return
        data = body_fields(ctx.fact.body) | {"call": call.view()}
        if holds(self.facts.breach, data):
            verdict, why = "breach", self.facts.breach_why
        elif holds(self.facts.kept, data):
            verdict, why = "kept", self.facts.kept_why
        else:
            verdict, why = "not_applicable", "不涉及"
        ctx.verdict(
            self, verdict, subject=call.id, call=call.id, agent=call.agent, evidence=[ctx.fact.n], why=why
        )

"""Record (留痕): a fact that must stand in the log for each call before it is over, such as the recording notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sanxiang.core.controls.base import ControlBase, body_fields
from sanxiang.core.standard.condition import Condition, holds

if TYPE_CHECKING:
    from sanxiang.core.engine.context import Context


class Record(ControlBase):
    kind: Literal["record"]
    #: the fact that must be there, and what must hold for it
    fact: str
    where: Condition = {}
    #: judged when this happens
    by: str = "CallEnded"
    missing: str = "没有留痕"

    def listens(self) -> frozenset[str]:
        return frozenset({self.fact, self.by})

    def problems(self) -> list[str]:
        return self.fact_kinds(self.fact, self.by)

    def react(self, ctx: Context) -> None:
        body: Any = ctx.fact.body
        call = ctx.call
        if call is None:
            return
        key = f"{ctx.clause.id}/{self.name}"
        if ctx.fact.kind == self.fact and holds(self.where, body_fields(body)):
            call.noted.setdefault(key, ctx.fact.n)
            ctx.state.touch(call)
        if ctx.fact.kind == self.by:
            seen = call.noted.get(key)
            ctx.verdict(
                self, "kept" if seen else "breach", subject=call.id, call=call.id, agent="",
                evidence=[seen or ctx.fact.n], why="已留痕" if seen else self.missing,
            )  # fmt: skip

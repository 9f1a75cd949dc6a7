"""Script (话术): words shown to the agent, or played to the caller, at a moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from sanxiang.core.controls.base import ControlBase, body_fields
from sanxiang.core.standard.condition import Condition, holds

if TYPE_CHECKING:
    from sanxiang.core.engine.context import Context

#: moment -> what it is for people; `played` scripts also name a fact in ``on``
MOMENTS = {
    "ringing": "振铃", "opening": "接通开头", "late_opening": "超时接通", "talking": "通话中", "hold": "请对方等待前",
    "unsolved": "当场解决不了", "closing": "结束语", "reply": "回复来电者", "situation": "情景",
}  # fmt: skip
_SLOT = re.compile(r"\{([a-z_]+)\}")
SLOTS = {"organisation", "greeting_name", "agent_name", "agent_number", "caller_title", "limit"}


class Script(ControlBase):
    kind: Literal["script"]
    #: when the agent sees it
    moment: str = ""
    say: str = ""
    never: list[str] = []
    order: int = 50
    when: Condition = {}
    #: or: the fact after which the caller hears the prompt
    on: str = ""
    play: str = ""

    def listens(self) -> frozenset[str]:
        return frozenset({self.on}) if self.on else frozenset()

    def problems(self) -> list[str]:
        found = self.fact_kinds(self.on) if self.on else []
        if bool(self.on) != bool(self.play):
            found.append("播放的话术要同时写 on（在哪个事实之后）和 play（播哪段提示音）")
        if not self.on and not self.moment:
            found.append("话术要么写 moment（坐席何时看到），要么写 on 和 play（来电者何时听到）")
        if self.moment and self.moment not in MOMENTS:
            found.append(f"没有名为 {self.moment} 的时刻；可用：{', '.join(MOMENTS)}")
        if self.moment and not self.say:
            found.append("写了 moment 就要写 say（说什么）")
        found += [
            f"不认识的空位 {{{s}}}；可用：{', '.join(sorted(SLOTS))}"
            for s in _SLOT.findall(self.say)
            if s not in SLOTS
        ]
        return found

    def words(self, slots: Mapping[str, str]) -> str:
        """What to say, slots filled; an unknown slot becomes 〔…〕."""
        return _SLOT.sub(lambda m: slots.get(m[1]) or "〔…〕", self.say)

    def react(self, ctx: Context) -> None:
        body: Any = ctx.fact.body
        if holds(self.when, body_fields(body)):
            call = getattr(body, "call", "")
            ctx.effect(
                "play",
                f"play/{call}/{ctx.clause.id}/{self.name}/{ctx.fact.n}",
                {"call": call, "prompt": self.play},
            )

"""What have all kinds of control in common?

A kind is one file here: a pydantic model (what a pack may write) whose methods say which facts it listens to and what
it makes of them. `Context` is all that a control can see and do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints

if TYPE_CHECKING:
    from sanxiang.core.engine.context import Context
    from sanxiang.core.engine.state import Due

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class ControlBase(BaseModel):
    """A control of any kind. ``name`` is unique within its clause and kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    #: fact kinds that `react` wants to see, beyond those that depend on the control's own fields
    wants: ClassVar[frozenset[str]] = frozenset()

    name: Name
    title: str = ""
    #: where it comes from, when the clause's source does not say it: 本产品拟定
    note: str = ""

    def listens(self) -> frozenset[str]:
        """Kinds of facts for which `react` is called."""
        return self.wants

    def react(self, ctx: Context) -> None:
        """Called for each fact listened to, after the state has taken it in."""

    def on_due(self, ctx: Context, due: Due) -> None:
        """Called when a due row that this control made has come."""

    def problems(self) -> list[str]:
        """What is wrong with this control by itself, beyond its form; in Chinese, with the cure."""
        return []

    @staticmethod
    def fact_kinds(*names: str) -> list[str]:
        """Problems with names of fact kinds."""
        from sanxiang.core.facts import kinds

        known = kinds()
        return [f"没有名为 {n} 的事实；可用：{', '.join(sorted(known))}" for n in names if n not in known]


def body_fields(body: Any) -> dict[str, Any]:
    """A fact body's fields as plain data, for conditions."""
    return {f: getattr(body, f) for f in body.__struct_fields__}

"""What the standard made of the facts. A replay drops these and makes them anew."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sanxiang.core.facts.base import Body, register

Verdict = Literal["kept", "breach", "not_applicable", "unknown", "pending"]


@register
class OfferMade(Body, frozen=True, kw_only=True):
    """The route chose an agent for a waiting call."""

    derived: ClassVar[bool] = True
    title: ClassVar[str] = "派给坐席"
    call: str
    offer: str  # "<call>/<counter>"
    agent: str
    clause: str = ""


@register
class OfferPassed(Body, frozen=True, kw_only=True):
    """The agent let the offer ring past the route's limit; the next one gets it."""

    derived: ClassVar[bool] = True
    title: ClassVar[str] = "坐席未接，转下一位"
    call: str
    offer: str
    agent: str
    state_after: str = ""  # what the pack makes of the agent's state


@register
class OfferWithdrawn(Body, frozen=True, kw_only=True):
    """The offer ended for a reason that is not the agent's: caller gone, or call handed over."""

    derived: ClassVar[bool] = True
    title: ClassVar[str] = "撤回派话"
    call: str
    offer: str
    agent: str
    why: str


@register
class DeadlineNear(Body, frozen=True, kw_only=True):
    derived: ClassVar[bool] = True
    about: ClassVar[str] = "subject"
    title: ClassVar[str] = "时限将到"
    clause: str
    control: str
    subject: str
    call: str = ""
    agent: str = ""
    due_at: int


@register
class DeadlineMissed(Body, frozen=True, kw_only=True):
    derived: ClassVar[bool] = True
    about: ClassVar[str] = "subject"
    title: ClassVar[str] = "时限已过"
    clause: str
    control: str
    subject: str
    call: str = ""
    agent: str = ""
    due_at: int


@register
class GateCounted(Body, frozen=True, kw_only=True):
    """A gate let the action pass although something was missing, and counted it."""

    derived: ClassVar[bool] = True
    about: ClassVar[str] = "subject"
    title: ClassVar[str] = "关口计数"
    clause: str
    control: str
    action: str
    subject: str
    call: str = ""
    agent: str = ""
    unmet: list[str]
    answer: str = ""  # the reason given where the gate asked


@register
class VerdictReached(Body, frozen=True, kw_only=True):
    """What a clause says of a call, an offer, a promise or an action. A later one on the same subject replaces it."""

    derived: ClassVar[bool] = True
    about: ClassVar[str] = "subject"
    title: ClassVar[str] = "判定"
    clause: str
    control: str
    kind: str  # kind of control: deadline, gate, form, finding …
    subject: str
    verdict: Verdict
    evidence: list[int]
    why: str = ""
    call: str = ""
    agent: str = ""
    measure: str = ""  # "answer_in_time": what reports rely on, named by the pack
    figures: dict[str, Any] = {}  # such as {"seconds": 16.2, "ring": 4}

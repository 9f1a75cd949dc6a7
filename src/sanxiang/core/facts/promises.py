"""What happens to a promise: made, answered to, given up."""

from __future__ import annotations

from typing import ClassVar

from sanxiang.core.facts.base import Body, register


@register
class PromiseMade(Body, frozen=True, kw_only=True):
    """A caller was promised a reply. The time limit is the standard's; ``due_at`` only where the caller chose one."""

    about: ClassVar[str] = "promise"
    title: ClassVar[str] = "作出回复承诺"
    private: ClassVar[dict[str, str]] = {"contact": "contact", "question": "question"}
    promise: str
    call: str
    owner: str  # agent number
    pack: str
    contact: str = ""
    question: str = ""
    consent: bool = False
    due_at: int = 0  # us; 0: the standard's limit


@register
class PromiseReplied(Body, frozen=True, kw_only=True):
    """The caller was reached, or an agreed message was delivered."""

    about: ClassVar[str] = "promise"
    title: ClassVar[str] = "已回复来电者"
    private: ClassVar[dict[str, str]] = {"text": "reply"}
    promise: str
    agent: str
    text: str = ""
    reached: bool = True

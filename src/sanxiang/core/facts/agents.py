"""What happens to agents: made, ready or not, phones there or gone."""

from __future__ import annotations

from typing import ClassVar, Literal

from sanxiang.core.facts.base import Body, register

ChosenState = Literal["offline", "ready", "busy", "break", "mobile"]


@register
class AgentAdded(Body, frozen=True, kw_only=True):
    """An agent exists. Name, login and passwords live beside the log."""

    about: ClassVar[str] = "agent"
    title: ClassVar[str] = "新增坐席"
    agent: str  # "01"
    extension: str  # "1001"


@register
class AgentStateChanged(Body, frozen=True, kw_only=True):
    """The agent, or somebody for them, chose a state."""

    about: ClassVar[str] = "agent"
    title: ClassVar[str] = "坐席状态变更"
    agent: str
    state: ChosenState
    by: str = ""  # agent number or login of who did it; "" the agent
    reason: str = ""


@register
class PhoneRegistered(Body, frozen=True, kw_only=True):
    about: ClassVar[str] = "agent"
    title: ClassVar[str] = "话机上线"
    agent: str
    endpoint: str


@register
class PhoneLost(Body, frozen=True, kw_only=True):
    about: ClassVar[str] = "agent"
    title: ClassVar[str] = "话机离线"
    agent: str
    endpoint: str
    reason: str = ""

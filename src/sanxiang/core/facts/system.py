"""What happens to the system itself: started, standards published, somebody looked at personal data."""

from __future__ import annotations

from typing import ClassVar

from sanxiang.core.facts.base import Body, register


@register
class SystemStarted(Body, frozen=True, kw_only=True):
    """The appender came up; calls that it does not find at the switch any more are over."""

    about: ClassVar[str] = "part"
    title: ClassVar[str] = "系统启动"
    part: str = "appender"
    program: str = ""  # our version


@register
class PackPublished(Body, frozen=True, kw_only=True):
    """From now on calls to this hotline begin under this standard."""

    about: ClassVar[str] = "hotline"
    title: ClassVar[str] = "发布规范"
    hotline: str
    number: str
    pack: str  # digest
    name: str
    by: str = ""


@register
class PersonalDataRead(Body, frozen=True, kw_only=True):
    """Somebody opened masked data, or listened to a recording."""

    about: ClassVar[str] = "of"
    title: ClassVar[str] = "查看个人信息"
    of: str  # call or promise
    what: str  # "number", "recording", "words"
    by: str
    reason: str = ""


@register
class ClockAdvanced(Body, frozen=True, kw_only=True):
    """Test clock only: everybody's time moved forward."""

    about: ClassVar[str] = "part"
    title: ClassVar[str] = "测试时钟拨快"
    part: str = "clock"
    by_us: int

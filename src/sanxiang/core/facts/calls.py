"""What happens to a call: queued, rung, answered, held, ended, recorded. All observed by the switch."""

from __future__ import annotations

from typing import ClassVar, Literal

from sanxiang.core.facts.base import Body, register

#: how the caller's number came: usable, withheld, or something that is no number
CallerKind = Literal["number", "anonymous", "invalid", "web"]
HungUpBy = Literal["caller", "agent", "line"]


@register
class CallQueued(Body, frozen=True, kw_only=True):
    """A call entered the queue for people: the caller's ring clock starts."""

    title: ClassVar[str] = "来电进入排队"
    private: ClassVar[dict[str, str]] = {"caller": "number"}
    call: str
    hotline: str
    number: str  # the number dialled, such as 8000
    pack: str  # digest of the standard in force, pinned for the call
    caller: str = ""  # reference to the number, never the number
    caller_kind: CallerKind = "number"
    queue: str = "main"


@register
class CallTurnedAway(Body, frozen=True, kw_only=True):
    """A call met a closed door before any queue."""

    title: ClassVar[str] = "来电未能进入排队"
    private: ClassVar[dict[str, str]] = {"caller": "number"}
    call: str
    hotline: str
    number: str
    pack: str
    reason: Literal["closed", "full", "no_agent"]
    caller: str = ""
    caller_kind: CallerKind = "number"
    queue: str = "main"


@register
class PhoneRang(Body, frozen=True, kw_only=True):
    """The first of the agent's phones rang for this offer: the agent's own clock starts."""

    title: ClassVar[str] = "坐席话机振铃"
    call: str
    offer: str
    agent: str
    endpoint: str = ""  # "1001" desk phone, "1001w" browser


@register
class OfferFailed(Body, frozen=True, kw_only=True):
    """None of the agent's phones could ring, or all refused."""

    title: ClassVar[str] = "派给坐席未成"
    call: str
    offer: str
    agent: str
    cause: Literal["unreachable", "busy", "refused", "error"]


@register
class CallAnswered(Body, frozen=True, kw_only=True):
    """A person picked up and is joined with the caller."""

    title: ClassVar[str] = "坐席接听"
    call: str
    offer: str
    agent: str
    endpoint: str = ""


@register
class CallAbandoned(Body, frozen=True, kw_only=True):
    """The caller gave up before anyone answered."""

    title: ClassVar[str] = "来电者放弃"
    call: str


@register
class CallTimedOut(Body, frozen=True, kw_only=True):
    """Nobody answered within the allowed time and the system ended the wait."""

    title: ClassVar[str] = "等候超时"
    call: str


@register
class CallReleased(Body, frozen=True, kw_only=True):
    """The call was handed to the switch's own emergency queue; what happens there is not ours to count."""

    title: ClassVar[str] = "移交应急队列"
    call: str
    reason: str = ""


@register
class NoticePlayed(Body, frozen=True, kw_only=True):
    """A prompt was heard by the caller, whole or cut off."""

    title: ClassVar[str] = "播放提示音"
    call: str
    prompt: str
    complete: bool = True


@register
class HoldStarted(Body, frozen=True, kw_only=True):
    title: ClassVar[str] = "请来电者等待"
    call: str
    agent: str


@register
class HoldEnded(Body, frozen=True, kw_only=True):
    title: ClassVar[str] = "恢复通话"
    call: str
    agent: str


@register
class EndRequested(Body, frozen=True, kw_only=True):
    """The agent pressed the end key. ``reason`` when the standard wants one."""

    title: ClassVar[str] = "坐席要求结束通话"
    call: str
    agent: str
    reason: str = ""


@register
class CallEnded(Body, frozen=True, kw_only=True):
    """An answered call is over."""

    title: ClassVar[str] = "通话结束"
    call: str
    agent: str
    hung_up_by: HungUpBy


@register
class RecordingStored(Body, frozen=True, kw_only=True):
    """Both recordings are complete on disk, equally long; paths are relative to the data folder."""

    title: ClassVar[str] = "录音已存"
    call: str
    caller: str
    agent: str
    seconds: float
    zero: int  # us, when the first frame was recorded

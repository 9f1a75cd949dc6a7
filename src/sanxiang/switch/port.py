"""What does the rest of the product ask of a telephone switch, and what does it hear from it?

The appender drives a `Switch`; the switch answers with facts through the `Report` it was given. Vendor words stop
behind this port. Two adapters: `sanxiang.switch.asterisk` and `sanxiang.switch.fake`; `tests/contracts/switch` runs
one suite on both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sanxiang.core.facts import Body


@dataclass(frozen=True)
class Reported:
    """A fact as the switch saw it. ``happened``: the switch's own clock, us UTC.

    ``private``: values for the body's private fields, such as {"caller": "13800000001"}; the appender keeps them
    beside the log and puts a reference into the body.
    """

    body: Body
    happened: int
    private: dict[str, str] = field(default_factory=dict)


#: called in the appender's event loop for each fact, in order
Report = Callable[[Reported], None]


@dataclass(frozen=True)
class Line:
    """A hotline as the switch must know it."""

    number: str  # dialled number, "8000"
    hotline: str  # id, "hospital"
    pack: str  # digest in force now, stamped into CallQueued


@dataclass(frozen=True)
class Seat:
    """An agent's two endpoints and their secrets."""

    agent: str  # "01"
    extension: str  # "1001"; the browser's endpoint is "1001w"
    sip_password: str
    web_password: str


@dataclass(frozen=True)
class RunningCall:
    """What the switch still has after our restart."""

    call: str
    answered: bool
    agent: str = ""


class Switch(Protocol):
    """Commands never raise for a call that is gone: they do nothing then. Other faults raise SwitchError."""

    async def start(self, report: Report) -> list[RunningCall]:
        """Connects, tells of calls that are there already, then reports."""

    async def stop(self) -> None:
        """Disconnects; running conversations go on. New calls go to the emergency queue."""

    async def configure(self, lines: list[Line], seats: list[Seat]) -> None:
        """Makes numbers and phones known; may be repeated at any time, also with calls running."""

    async def offer(self, call: str, offer: str, agent: str) -> None:
        """Rings all reachable phones of the agent. Reports PhoneRang once, then CallAnswered or OfferFailed.

        The first phone that answers wins; the others stop with "completed elsewhere". On the answer the switch by
        itself answers the caller (200), joins both and only then reports. Unlimited in time: `withdraw` ends it.
        """

    async def withdraw(self, call: str, offer: str) -> None:
        """Stops ringing for an offer; no fact comes of it."""

    async def play(self, call: str, prompt: str) -> None:
        """Plays a prompt to the caller alone (before the answer as early media). Reports NoticePlayed."""

    async def stop_playing(self, call: str) -> None: ...

    async def hold(self, call: str) -> None:
        """The caller hears music. Reports HoldStarted; the phone's own hold reports the same."""

    async def resume(self, call: str) -> None: ...

    async def hang_up(self, call: str, by: str) -> None:
        """Ends the call for both. ``by``: agent or line; CallEnded carries it. A waiting caller: CallTimedOut."""

    async def release(self, call: str) -> None:
        """Hands a waiting call to the switch's emergency queue. Reports CallReleased."""

    async def mirror(self, ready: list[str]) -> None:
        """The agents (numbers) that the emergency queue may ring if we die."""


class SwitchError(RuntimeError):
    """The switch cannot be reached or refuses; the message says which and what to do."""

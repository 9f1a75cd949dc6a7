"""How do pages stay true without asking? Views built from the log, once per group of readers with the same rights.

A room registers a builder in its own live.py::

    @live_view("desk", roles=("agent",), group=lambda viewer: viewer.agent_number)
    def desk(log: LogReader, agent: str, now_us: int) -> dict: ...

Pages take it by ``window.sanxiang.live("desk", callback)``: the whole view at once, and again after each change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sanxiang.log.reader import LogReader
from sanxiang.web.access import ROLES, Access

Builder = Callable[[LogReader, str, int], Any]


@dataclass(frozen=True)
class Viewer:
    """Somebody who is signed in, as a live view needs to know them."""

    account: int
    login: str
    name: str
    roles: frozenset[str]
    agent_number: str
    #: the session, and a stamp that changes with password, roles and activity
    session: str = ""
    stamp: str = ""


Group = Callable[[Viewer], str]


@dataclass(frozen=True)
class LiveView:
    """``every``: seconds after which it is built again although nothing happened; 0: never."""

    name: str
    access: Access
    group: Group
    build: Builder
    every: float = 0.0


_VIEWS: dict[str, LiveView] = {}
_NUDGES: list[Callable[[], None]] = []


def live_view(
    name: str, roles: tuple[str, ...], group: Group = lambda viewer: "", every: float = 0.0
) -> Callable[[Builder], Builder]:
    """Registers a builder ``(LogReader, group_key, now_us) -> JSON-able``. ``roles`` empty: whoever is signed in."""
    if set(roles) - set(ROLES):
        raise ValueError(f"live_view({name!r}): unknown roles {sorted(set(roles) - set(ROLES))}")
    if not name.isidentifier():
        raise ValueError(f"live_view({name!r}): a name is letters, digits and _")

    def register(build: Builder) -> Builder:
        _VIEWS[name] = LiveView(name, Access(frozenset(roles)), group, build, every)
        return build

    return register


def find(name: str) -> LiveView | None:
    """The view of that name."""
    return _VIEWS.get(name)


def nudge() -> None:
    """Builds all watched views again and looks after the sessions: for changes that are no facts. Any thread may call it."""
    for call in tuple(_NUDGES):
        call()


def on_nudge(call: Callable[[], None]) -> Callable[[], None]:
    """Adds a listener of `nudge`; gives what takes it away again."""
    _NUDGES.append(call)
    return lambda: _NUDGES.remove(call)

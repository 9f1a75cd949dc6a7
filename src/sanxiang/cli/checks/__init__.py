"""What does `sanxiang doctor` look at? One function a check: it gets the surroundings and gives what it found.

A check raises nothing: whatever it cannot find out is a fault of its own, told with the exception's words.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sanxiang.ground.folder import Folder


@dataclass(frozen=True)
class Result:
    """One line of the doctor. ``found``: what is there, for a line that is well; problem and cure: a sentence each."""

    check: str
    title: str
    found: str = ""
    problem: str = ""
    cure: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem

    def document(self) -> dict[str, Any]:
        return {"check": self.check, "ok": self.ok, "problem": self.problem, "cure": self.cure, "title": self.title, "found": self.found}


@dataclass
class Surroundings:
    """What the checks look at. ``web`` and ``sip``: ports that the next start would use."""

    folder: Folder
    host: str = "127.0.0.1"
    web: int = 8000
    sip: int = 5060
    instance: dict[str, Any] = field(default_factory=dict)

    @property
    def pids(self) -> dict[str, int]:
        """Of the last start, by part; 0 where it was ended in good order."""
        pids = self.instance.get("pids")
        return {name: pid for name, pid in pids.items() if isinstance(pid, int)} if isinstance(pids, dict) else {}

    @property
    def running(self) -> bool:
        from sanxiang.site.processes import alive

        return alive(self.pids.get("up", 0))


#: a check: its code, what users call it, the function
Check = tuple[str, str, Callable[[Surroundings], "Found | Iterable[Found] | None"]]


@dataclass(frozen=True)
class Found:
    """What one check says: all is well (``problem`` empty) with what was found, or a problem with its cure."""

    found: str = ""
    problem: str = ""
    cure: str = ""


def fault(problem: str, cure: str) -> Found:
    return Found("", problem, cure)


def look(checks: Iterable[Check], here: Surroundings) -> Iterator[Result]:
    """Each check's results, in order; a check that gives None has nothing to look at."""
    for code, title, function in checks:
        try:
            found = function(here)
        except Exception as error:
            found = fault(f"检查没有做成：{type(error).__name__} {error}", "请把这一行报告给维护者")
        if found is None:
            continue
        for one in [found] if isinstance(found, Found) else found:
            yield Result(code, title, one.found, one.problem, one.cure)


def port_taken(kind: socket.SocketKind, host: str, port: int) -> str:
    """Why a port cannot be used, "" when it is free."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            return getattr(error, "strerror", None) or str(error)
    return ""

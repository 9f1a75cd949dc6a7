"""Is the hotline served? The live view "line" of the top bar: which numbers, and whether facts are being written."""

from __future__ import annotations

from typing import Any

from sanxiang.log.client import AppenderDown, Client
from sanxiang.log.reader import LogReader
from sanxiang.web import wires
from sanxiang.web.context import hotlines
from sanxiang.web.live import live_view


@live_view("line", roles=(), every=3.0)
def line(log: LogReader, group: str, now_us: int) -> dict[str, Any]:
    """{"hotlines": [{"number", "name"}], "appender": whether it answers, "waiting": calls in the queue}."""
    return {
        "hotlines": [{"number": h["number"], "name": h["name"]} for h in hotlines(log)],
        "appender": _answers(),
        "waiting": sum(1 for c in log.live_calls() if c.phase == "waiting"),
    }


def _answers() -> bool:
    try:
        return bool(Client(wires.folder().socket, timeout=1.0).request({"do": "head"}).get("ok"))
    except (AppenderDown, ValueError):
        return False

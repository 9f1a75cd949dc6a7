"""The live view "desk": one agent's desk, for that agent's own pages."""

from __future__ import annotations

from typing import Any

from sanxiang.calls.desk import build
from sanxiang.log.reader import LogReader
from sanxiang.people.queries import names
from sanxiang.web.live import live_view


@live_view("desk", roles=("agent",), group=lambda viewer: viewer.agent_number)
def desk(log: LogReader, agent: str, now_us: int) -> dict[str, Any]:
    return build(log, agent, names().get(agent, ""), now_us)

"""The live views of the people page and of the first steps."""

from __future__ import annotations

from typing import Any

from sanxiang.log.reader import LogReader
from sanxiang.people.first_steps import progress
from sanxiang.people.queries import people_now
from sanxiang.web.live import live_view


@live_view("people", roles=("administrator", "supervisor"))
def people(log: LogReader, group: str, now_us: int) -> dict[str, Any]:
    """{"people": {id: {"state", "since", "desk_phone", "browser"}}, "accounts": which there are, so that a page notices new ones}."""
    rows = people_now(log)
    fields = ("state", "since", "desk_phone", "browser")
    return {
        "people": {str(r["id"]): {f: r[f] for f in fields} for r in rows},
        "accounts": [[r["id"], r["active"], r["name"], r["roles"]] for r in rows],
    }


@live_view("first_steps", roles=("administrator",))
def first_steps(log: LogReader, group: str, now_us: int) -> dict[str, Any]:
    """What the page of the first steps shows, so that it knows when to fetch itself again."""
    return progress(log)

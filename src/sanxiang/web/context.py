"""What does every page need? The navigation of whoever looks, the hotline's name, the time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sanxiang.log.reader import LogReader
from sanxiang.web import nav, wires
from sanxiang.web.access import ROLE_NAMES, ROLES


def hotlines(reader: LogReader | None) -> list[dict[str, str]]:
    """``[{"id", "number", "name", "standard"}]`` of the log: whose hotline, and the title of its standard."""
    found = []
    for line in reader.hotlines() if reader else []:
        title, organisation = wires.pack_titles(reader, line.pack)
        found.append({"id": line.id, "number": line.number, "name": organisation or line.id, "standard": title or line.id})
    return found


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor of `web/base.html`."""
    user = getattr(request, "user", None)
    roles = frozenset(user.roles) if user is not None and user.is_authenticated else frozenset()
    title = next((ROLE_NAMES[r] for r in ROLES if r in roles), "")
    lines = hotlines(wires.reader()) if roles else []
    return {
        "nav": [
            {"entry": e, "current": request.path.startswith(e.url)} for e in nav.entries_for(roles)
        ],
        "role_title": title if title != getattr(user, "name", "") else "",
        "hotlines": lines,
        "hotline_name": lines[0]["name"] if lines else "",
        "now_us": wires.now(),
    }  # fmt: skip

"""What does every page need? The navigation of whoever looks, the hotline's name, the time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sanxiang.web import nav, wires
from sanxiang.web.access import ROLE_NAMES, ROLES


def hotlines() -> list[dict[str, str]]:
    """``[{"id", "name", "number"}]`` of the log; empty before anything was published."""
    reader = wires.reader()
    return [{"id": h.id, "name": h.name or h.id, "number": h.number} for h in reader.hotlines()] if reader else []


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor of `web/base.html`."""
    user = getattr(request, "user", None)
    roles = frozenset(user.roles) if user is not None and user.is_authenticated else frozenset()
    lines = hotlines() if roles else []
    return {
        "nav": [
            {"entry": e, "current": request.path.startswith(e.url)} for e in nav.entries_for(roles)
        ],
        "role_title": next((ROLE_NAMES[r] for r in ROLES if r in roles), ""),
        "hotlines": lines,
        "hotline_name": lines[0]["name"] if lines else "",
        "now_us": wires.now(),
    }  # fmt: skip

"""Which pages does the top bar offer to whom? Rooms register theirs in their own nav.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sanxiang.web.access import ROLES


@dataclass(frozen=True)
class Entry:
    """``url`` is the address; ``order``: lower stands first (desk 10, live 20, calls 30, cases 40, reports 50, people 60)."""

    label: str
    url: str
    roles: frozenset[str]
    order: int
    icon: str


_ENTRIES: dict[str, Entry] = {}


def register(label: str, url: str, roles: tuple[str, ...], order: int = 100, icon: str = "") -> None:
    """Adds an entry to the top bar; the same address again replaces it."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"nav.register({url}): roles {sorted(unknown) or 'missing'}")
    _ENTRIES[url] = Entry(label, url, frozenset(roles), order, icon)


def entries_for(roles: frozenset[str]) -> list[Entry]:
    """What somebody with these roles sees, in order."""
    return sorted((e for e in _ENTRIES.values() if e.roles & roles), key=lambda e: (e.order, e.url))


def home_for(user: Any) -> str:
    """Where somebody starts: the agent at the desk, the administrator at the first steps, others at their first page."""
    roles = frozenset(user.roles)
    offered = [e.url for e in entries_for(roles)]
    if "administrator" in roles and "agent" not in roles:
        return "/welcome/"
    for wanted, role in (("/desk/", "agent"), ("/live/", "supervisor"), ("/calls/", "inspector")):
        if role in roles and wanted in offered:
            return wanted
    return offered[0] if offered else "/me/"

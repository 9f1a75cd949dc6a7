"""Which rooms are there? A room that exists takes part: its models, pages, entries of the navigation, live views."""

from __future__ import annotations

from importlib.util import find_spec

#: lower rooms first; `web` last, so that a room's template of the same name wins
FEATURE_ROOMS = ("people", "calls", "records", "cases", "knowledge", "quality", "reports", "archive")


def rooms() -> list[str]:
    """Names of the feature rooms that exist, lower first."""
    return [name for name in FEATURE_ROOMS if find_spec(f"sanxiang.{name}")]


def rooms_with(module: str) -> list[str]:
    """Rooms that have the file ``module``.py."""
    return [name for name in rooms() if find_spec(f"sanxiang.{name}.{module}")]

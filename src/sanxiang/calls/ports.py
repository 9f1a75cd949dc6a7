"""What may higher rooms add to the desk? A part of its live view, and a template for a place of the page.

This room asks for them here and never imports who provides them; they register when the pages start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sanxiang.core.engine.state import Agent, Call
from sanxiang.log.reader import LogReader

Slot = Literal["main", "foot"]


@dataclass(frozen=True)
class Moment:
    """One agent's desk at one instant. ``mine``: the agent's calls that are not done with, ``current`` among them."""

    reader: LogReader
    agent: Agent
    agent_name: str
    now: int
    mine: list[Call]
    current: Call | None


@dataclass(frozen=True)
class Part:
    """``build`` gives what stands under ``name`` in the live view; ``template`` is drawn in ``slot`` of the page."""

    name: str
    build: Callable[[Moment], Any]
    template: str = ""
    slot: Slot = "main"


_PARTS: dict[str, Part] = {}


def add_part(part: Part) -> None:
    """Adds a part to every desk; the same name again replaces it."""
    _PARTS[part.name] = part


def parts() -> list[Part]:
    return list(_PARTS.values())


def templates(slot: Slot) -> list[str]:
    """Templates for a place of the page, in the order of registering."""
    return [p.template for p in _PARTS.values() if p.slot == slot and p.template]

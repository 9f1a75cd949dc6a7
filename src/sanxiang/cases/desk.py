"""What the promises add to the desk's live view: mine by time left, and those just kept."""

from __future__ import annotations

from typing import Any

from sanxiang.calls.ports import Moment
from sanxiang.cases.queries import card, unanswered

SHOWN = 12


def part(moment: Moment) -> list[dict[str, Any]]:
    """My unanswered promises, the most urgent first. Without words that change by the second: the page counts."""
    found = []
    for promise in unanswered(moment.reader, moment.agent.number)[:SHOWN]:
        one = card(moment.reader, promise, moment.now)
        found.append({k: one[k] for k in ("id", "call", "name", "contact", "question", "due_at", "made_at", "state")})
    return found

"""Judges: what the words of a conversation show. One file a family; JUDGES is the registry.

A judge reads a `Conversation` and its parameters and returns an `Opinion`: kept, breach, not_applicable or unknown,
with the turns and exact words that it rests on. The guideline they follow is docs/judging.md.
Importing this package registers them all; a new family is a new file and a name in the line below.
"""

from __future__ import annotations

from sanxiang.core.judging import closing, hanging_up, opening  # noqa: F401 - each registers its judges
from sanxiang.core.judging.base import JUDGES, Conversation, Event, Evidence, Judge, Opinion, Turn

__all__ = ["JUDGES", "Conversation", "Event", "Evidence", "Judge", "Opinion", "Turn"]

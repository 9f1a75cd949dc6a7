"""What does a judge read, and what does it answer?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Turn:
    """One stretch of speech. Times are seconds from answering."""

    speaker: Literal["agent", "caller"]
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Event:
    """hold, resume, mute, unmute, transfer or situation, at seconds from answering."""

    at: float
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    """What docs/judging.md calls a conversation file, read."""

    id: str
    pack: str
    turns: tuple[Turn, ...]
    events: tuple[Event, ...] = ()
    rings: int | None = None
    hung_up_by: str = ""
    agent: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh-Hans"
    started_at: str = ""

    def by(self, speaker: str) -> list[tuple[int, Turn]]:
        """(index, turn) of one side, in order."""
        return [(i, t) for i, t in enumerate(self.turns) if t.speaker == speaker]


@dataclass(frozen=True)
class Evidence:
    """A turn (index from 0) and the exact words in it."""

    turn: int
    quote: str


@dataclass(frozen=True)
class Opinion:
    verdict: Literal["kept", "breach", "not_applicable", "unknown"]
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    confidence: float = 1.0


@dataclass(frozen=True)
class Judge:
    """A named judge. ``problems`` checks a pack's parameters and answers in Chinese."""

    name: str
    judge: Callable[[Conversation, Mapping[str, Any]], Opinion]
    problems: Callable[[Mapping[str, Any]], list[str]]


JUDGES: dict[str, Judge] = {}


def register(
    name: str, problems: Callable[[Mapping[str, Any]], list[str]] = lambda params: []
) -> Callable[
    [Callable[[Conversation, Mapping[str, Any]], Opinion]],
    Callable[[Conversation, Mapping[str, Any]], Opinion],
]:
    """Decorator: makes a function a judge under ``name``."""

    def add(
        function: Callable[[Conversation, Mapping[str, Any]], Opinion],
    ) -> Callable[[Conversation, Mapping[str, Any]], Opinion]:
        JUDGES[name] = Judge(name, function, problems)
        return function

    return add

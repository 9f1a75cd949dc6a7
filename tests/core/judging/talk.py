"""Conversations in one line each: 「坐 您好」 「客 喂」, two seconds a turn, half a second between."""

from __future__ import annotations

from typing import Any

from sanxiang.core.judging import JUDGES, Conversation, Event, Opinion, Turn

_SPEAKERS = {"坐": "agent", "客": "caller"}


def talk(*lines: str, start: float = 0.5, events: tuple[Event, ...] = (), **fields: Any) -> Conversation:
    """Turns from lines such as 「坐 您好」; 「坐@40 再见」 starts at second 40."""
    turns, now = [], start
    for line in lines:
        who, text = line.split(" ", 1)
        who, _, at = who.partition("@")
        now = float(at) if at else now
        turns.append(Turn(_SPEAKERS[who], now, now + 2, text))  # type: ignore[arg-type]
        now += 2.5
    return Conversation(id="t", pack="hospital", turns=tuple(turns), events=events, **fields)


def hangup(at: float) -> Event:
    return Event(at, "situation", {"code": "hangup"})


def opinion(judge: str, conversation: Conversation, **params: Any) -> Opinion:
    """The judge's opinion; every quote must stand in its turn."""
    found = JUDGES[judge].judge(conversation, params)
    for evidence in found.evidence:
        assert evidence.quote and evidence.quote in conversation.turns[evidence.turn].text
    return found

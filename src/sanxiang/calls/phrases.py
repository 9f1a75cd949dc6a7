"""What should the agent say now, in the standard's words with this hotline's and this agent's names?"""

from __future__ import annotations

from typing import Any

from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.durations import in_words

#: moments that the desk shows
MOMENTS = ("ringing", "opening", "late_opening", "talking", "hold", "unsolved", "closing", "reply", "situation")


def slots(standard: Standard, agent: str, agent_name: str) -> dict[str, str]:
    """Values of the slots in phrases; ``limit`` is the time within which an unsolved matter is replied to."""
    hotline = standard.pack.hotline
    found = {"agent_number": agent, "agent_name": agent_name}
    if hotline:
        found |= {"organisation": hotline.organisation, "greeting_name": hotline.greeting_name}
    if bound := standard.deadline("reply_in_time"):
        found["limit"] = in_words(standard.duration(bound[1].within)).replace(" 分", "分钟").replace(" ", "")
    return found


def phrases(standard: Standard, agent: str, agent_name: str) -> dict[str, list[dict[str, Any]]]:
    """By moment: [{"clause", "title", "words", "never"}] in the standard's order."""
    values = slots(standard, agent, agent_name)
    return {
        moment: [
            {"clause": clause.id, "title": script.title, "words": script.words(values), "never": script.never}
            for clause, script in standard.scripts(moment)
        ]
        for moment in MOMENTS
    }


def notice_of(standard: Standard) -> str:
    """The name of the prompt that is played at the answer, "" for none."""
    return next((s.play for _, s in standard.all() if getattr(s, "on", "") == "CallAnswered"), "")  # type: ignore[attr-defined]

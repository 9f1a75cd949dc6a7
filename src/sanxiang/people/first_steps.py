"""How far is a new installation? What is ready, and what to do first."""

from __future__ import annotations

from typing import Any

from sanxiang.log.client import AppenderDown
from sanxiang.log.reader import LogReader
from sanxiang.people.models import Account
from sanxiang.web import wires
from sanxiang.web.context import hotlines


def progress(log: LogReader | None) -> dict[str, Any]:
    """{"running", "hotlines", "agents", "phones", "ready", "calls", "answered", "signed", "waiting", "promises", "now": the step to do}.

    Steps: 1 the system runs, 2 a standard is published, 3 an agent has a phone, 4 a call was answered, 5 it was signed, 6 done.
    """
    agents = log.agents() if log else []
    calls = log.calls() if log else []
    found: dict[str, Any] = {
        "running": log is not None,
        "hotlines": hotlines(log),
        "agents": Account.objects.filter(agent_number__isnull=False, is_active=True).count(),
        "phones": sorted(a.number for a in agents if a.phones),
        "ready": sorted(a.number for a in agents if a.can_take()),
        "calls": len(calls),
        "answered": sum(1 for c in calls if c.answered_at),
        "signed": sum(1 for c in calls if c.signed_at),
        "waiting": sum(1 for c in calls if c.phase == "waiting"),
        "promises": len(log.unanswered_promises()) if log else 0,
    }
    done = [found["running"], bool(found["hotlines"]), bool(found["phones"]) or found["answered"], found["answered"], found["signed"]]
    found["now"] = next((step for step, it_is in enumerate(done, 1) if not it_is), 6)
    return found


def answers() -> bool:
    """Whether the appender answers."""
    try:
        return bool(wires.client().request({"do": "head"}).get("ok"))
    except AppenderDown:
        return False

"""What do others ask about people? Names by number, seats for the switch, agents with their state."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from sanxiang.log.reader import LogReader
from sanxiang.people.models import Account
from sanxiang.people.rules import STATE_NAMES


def names() -> dict[str, str]:
    """Agent number to name, those who left included."""
    return dict(Account.objects.filter(agent_number__isnull=False).values_list("agent_number", "name"))


def seats() -> list[dict[str, str]]:
    """``[{"agent", "extension", "sip_password", "web_password"}]`` of active agents, for the appender's configure."""
    rows = Account.objects.filter(agent_number__isnull=False, is_active=True).order_by("agent_number")
    fields = ("agent_number", "extension", "sip_password", "web_password")
    return [
        {"agent": number, "extension": extension, "sip_password": sip, "web_password": web}
        for number, extension, sip, web in rows.values_list(*fields)
    ]


def agents(log: LogReader | None) -> list[dict[str, Any]]:
    """Active agents as the command line lists them: number, name, login, roles, state, extension, sip_password.

    An agent that the log does not know is offline.
    """
    states = {a.number: a.state for a in log.agents()} if log else {}
    return [
        {
            "number": a.agent_number, "name": a.name, "login": a.login, "roles": a.roles,
            "state": states.get(a.agent_number, "offline"), "extension": a.extension, "sip_password": a.sip_password,
        }
        for a in Account.objects.filter(agent_number__isnull=False, is_active=True).order_by("agent_number")
    ]  # fmt: skip


def people_now(log: LogReader | None) -> list[dict[str, Any]]:
    """Everybody for the people page: account, state in words, since when (us), which phones are there."""
    live = {a.number: a for a in log.agents()} if log else {}
    found = []
    for account in Account.objects.order_by("-is_active", F("agent_number").asc(nulls_last=True), "login"):
        agent = live.get(account.agent_number or "")
        state = agent.state if agent else "offline"
        phones = agent.phones if agent else []
        found.append(
            {
                "id": account.pk, "number": account.agent_number or "", "name": account.name, "login": account.login,
                "roles": account.roles, "extension": account.extension, "active": account.is_active,
                "state": state, "state_name": STATE_NAMES.get(state, state), "chosen": agent.chosen if agent else "offline",
                "since": agent.since if agent else 0, "known": agent is not None,
                "desk_phone": any(not p.endswith("w") for p in phones), "browser": any(p.endswith("w") for p in phones),
            }
        )  # fmt: skip
    return found

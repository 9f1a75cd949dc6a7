"""What can an agent do at the desk? Each gives the appender's answer and raises AppenderDown when nobody answers."""

from __future__ import annotations

from typing import Any

from sanxiang.log.client import Client

STATES = ("ready", "busy", "break", "offline", "mobile")
#: why an agent may end a call while the caller is still there; the gate's answer and the record of the call
#: where the standards in force name no reasons for ending a call
OTHER_REASON = "其他原因"


def change_state(client: Client, agent: str, state: str, reason: str = "") -> dict[str, Any]:
    """Ready, busy, on a break, at the mobile, offline. Raises ValueError for another word."""
    if state not in STATES:
        raise ValueError(f"没有名为 {state} 的状态")
    return client.propose({"kind": "AgentStateChanged", "data": {"agent": agent, "state": state, "reason": reason}})


def hold(client: Client, agent: str, call: str) -> dict[str, Any]:
    """The caller hears music."""
    return client.request({"do": "switch", "act": "hold", "call": call, "agent": agent})


def resume(client: Client, agent: str, call: str) -> dict[str, Any]:
    return client.request({"do": "switch", "act": "resume", "call": call, "agent": agent})


def end_call(client: Client, agent: str, call: str, reason: str = "") -> dict[str, Any]:
    """Asks for the end of the conversation; the gates of the standard may want a reason."""
    return client.propose({"kind": "EndRequested", "data": {"call": call, "agent": agent, "reason": reason}})


def note_reading(client: Client, of: str, what: str, by: str, reason: str = "") -> dict[str, Any]:
    """Records that somebody opened personal data, before it is shown."""
    return client.propose({"kind": "PersonalDataRead", "data": {"of": of, "what": what, "by": by, "reason": reason}})

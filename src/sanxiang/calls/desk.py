"""What is on one agent's desk right now? The whole of it as plain data, built from the log; nothing is changed here.

Times are us UTC; the page counts on by itself, so nothing here changes merely because time passes.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from sanxiang.calls import gates, ports
from sanxiang.calls.alerts import alerts
from sanxiang.calls.history import earlier
from sanxiang.calls.phrases import notice_of, phrases
from sanxiang.calls.standards import standard_of
from sanxiang.calls.verdicts import verdicts
from sanxiang.core.engine.state import Agent, Call, State
from sanxiang.core.rings import CYCLE, limit_of, ring_at
from sanxiang.core.standard.compiled import Standard
from sanxiang.ground.clock import local
from sanxiang.log import rows
from sanxiang.log.reader import LogReader
from sanxiang.web.masking import caller_shown


def build(reader: LogReader, number: str, name: str, now: int) -> dict[str, Any]:
    """The desk of agent ``number``. An agent that the log does not know yet has {"agent": None}."""
    state = gates.state_now(reader)
    agent = state.agents.get(number)
    if agent is None:
        return {"agent": None}
    standards = gates.standards_for(reader, state)
    current = _current(reader, state, agent)
    standard = (standard_of(reader, current.pack) if current else None) or next(iter(standards.values()), None)
    mine = [c for c in state.calls.values() if c.agent == number and c.registration in ("open", "parked")]
    moment = ports.Moment(reader, agent, name, now, sorted(mine, key=lambda c: c.answered_at), current)
    return {
        "shift": round((now - time.time_ns() // 1000) / 1_000_000),  # seconds that the test clock is ahead
        "agent": _agent(agent, name),
        "organisation": standard.pack.hotline.organisation if standard and standard.pack.hotline else "",
        "ringing": _ringing(reader, standard, current, agent),
        "call": _call(reader, standard, current),
        "waiting": _waiting(state, standard),
        "today": _today(reader, standard, number, now),
        "say": phrases(standard, number, name) if standard else {},
        "gates": gates.of_desk(state, standards, number, current.id if current and current.agent == number else ""),
        "alerts": alerts(reader, number, now),
        **{part.name: part.build(moment) for part in ports.parts()},
    }  # fmt: skip


def _current(reader: LogReader, state: State, agent: Agent) -> Call | None:
    return (state.calls.get(agent.call) or reader.call(agent.call)) if agent.call else None


def _agent(agent: Agent, name: str) -> dict[str, Any]:
    return {
        "number": agent.number, "name": name, "state": agent.state, "chosen": agent.chosen, "since": agent.since,
        "reason": agent.reason, "extension": agent.extension, "phones": agent.phones,
        "browser": any(p.endswith("w") for p in agent.phones), "desk_phone": any(not p.endswith("w") for p in agent.phones),
    }  # fmt: skip


def ring_limit(standard: Standard | None) -> tuple[int, int]:
    """(us within which a call is to be answered, us of one ring)."""
    if standard is None:
        return limit_of(3), CYCLE
    bound = standard.deadline("answer_in_time")
    return (standard.duration(bound[1].within) if bound else limit_of(3, standard.cycle)), standard.cycle


def caller(reader: LogReader, call: Call) -> dict[str, Any]:
    """The caller as everybody may see them."""
    number = reader.private(call.caller) if call.caller else None
    known = call.caller_kind == "number" and bool(number)
    return {"masked": caller_shown(call.caller_kind, str(number or "")), "known": known, "kind": call.caller_kind}


def _ringing(reader: LogReader, standard: Standard | None, call: Call | None, agent: Agent) -> dict[str, Any] | None:
    if call is None or call.phase != "waiting":
        return None
    offer = next((o for o in reversed(call.offers) if o.agent == agent.number and not o.outcome), None)
    if offer is None:
        return None
    limit, cycle = ring_limit(standard)
    return {
        "call": call.id, "offer": offer.id, "line": call.number, "caller": caller(reader, call),
        "queued_at": call.queued_at, "rang_at": offer.rang_at, "made_at": offer.made_at, "overdue": offer.overdue,
        "limit": limit, "cycle": cycle, "offers": len(call.offers), "history": earlier(reader, call),
    }  # fmt: skip


def _call(reader: LogReader, standard: Standard | None, call: Call | None) -> dict[str, Any] | None:
    if call is None or call.phase == "waiting" or call.outcome != "answered":
        return None
    limit, cycle = ring_limit(standard)
    waited = max(0, call.answered_at - call.queued_at)
    return {
        "id": call.id, "phase": call.phase, "line": call.number, "caller": caller(reader, call),
        "queued_at": call.queued_at, "answered_at": call.answered_at, "ended_at": call.ended_at,
        "ring": ring_at(waited, cycle), "rings": max(1, -(-limit // cycle)), "late": waited >= limit,
        "waited": waited, "endpoint": call.endpoint, "held_since": call.held_since, "hold_us": call.hold_us,
        "hung_up_by": call.hung_up_by, "end_reason": call.end_reason, "registration": call.registration,
        "notice": _notice(reader, standard, call), "sign_due": _sign_due(reader, standard, call),
        "history": earlier(reader, call), "verdicts": verdicts(reader, standard, call) if call.ended_at else [],
    }  # fmt: skip


def _notice(reader: LogReader, standard: Standard | None, call: Call) -> str:
    """Whether the notice that the call is recorded was heard: playing, played, cut, or none where there is no such."""
    prompt = notice_of(standard) if standard else ""
    if not prompt:
        return "none"
    row = reader.db.execute(
        "SELECT body FROM fact WHERE call = ? AND kind = 'NoticePlayed' AND json_extract(body, '$.prompt') = ? LIMIT 1",
        (call.id, prompt),
    ).fetchone()
    if row is None:
        return "playing" if call.phase == "talking" else "missing"
    return "cut" if '"complete":false' in row[0] else "played"


def _sign_due(reader: LogReader, standard: Standard | None, call: Call) -> int:
    """When the registration must be signed, us; 0 while no clock runs."""
    for clause, control in standard.all() if standard else ():
        if control.kind == "deadline" and control.to == "RegistrationSigned":  # type: ignore[attr-defined]
            key = f"{clause.id}/{control.name}/{call.id}"
            row = reader.db.execute("SELECT body FROM due WHERE key = ?", (key,)).fetchone()
            if row:
                return rows.due_of(row[0]).limit
    return 0


def _waiting(state: State, standard: Standard | None) -> dict[str, Any]:
    """Calls that nobody's phone rings for: how many, and since when (us) the longest waits."""
    waiting = [c for c in state.waiting() if not c.last_offer_open()]
    limit, cycle = ring_limit(standard)
    return {"count": len(waiting), "longest": waiting[0].queued_at if waiting else 0, "limit": limit, "cycle": cycle}


def _today(reader: LogReader, standard: Standard | None, agent: str, now: int) -> dict[str, int]:
    """The agent's own day so far: answered, of these within the ring limit by the caller's clock, and signed."""
    limit, _ = ring_limit(standard)
    midnight: datetime = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    row = reader.db.execute(
        "SELECT count(*), coalesce(sum(json_extract(body, '$.answered_at') - json_extract(body, '$.queued_at') < ?), 0),"
        " coalesce(sum(json_extract(body, '$.registration') = 'signed'), 0) FROM entity WHERE kind = 'call' AND at >= ?"
        " AND instr(body, ?) AND json_extract(body, '$.agent') = ? AND json_extract(body, '$.outcome') = 'answered'",
        (limit, round(midnight.timestamp() * 1_000_000), f'"agent":"{agent}"', agent),
    ).fetchone()
    return {"answered": row[0], "on_time": row[1], "signed": row[2]}

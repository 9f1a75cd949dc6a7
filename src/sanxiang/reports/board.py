"""What must a supervisor know now? Who waits and at which ring, what agents do, promises running out, today's breaches."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sanxiang.core.engine.state import Agent, Call
from sanxiang.core.rings import CYCLE, MINUTE, SECOND
from sanxiang.core.standard.compiled import Standard
from sanxiang.log.reader import LogReader
from sanxiang.reports.periods import Period
from sanxiang.web.masking import caller_shown

BREACHES = 30
#: clocks whose length is told in rings
RING_MEASURES = frozenset(["answer_in_time", "agent_in_time"])
#: whom to look at first
_URGENCY = ("late", "ringing", "wrap_late", "talking", "wrap_up", "ready_unreachable", "ready", "busy", "break", "mobile", "offline")


def ring_rule(standard: Standard | None) -> tuple[int, int]:
    """(length of a ring, limit to answer) in us, of the standard's clock "answer_in_time"."""
    if standard is None:
        return CYCLE, 3 * CYCLE
    bound = standard.deadline("answer_in_time")
    return standard.cycle, standard.duration(bound[1].within) if bound else 3 * standard.cycle


def caller_of(log: LogReader, call: Call) -> str:
    """The caller's number, masked; in words where there is none."""
    return caller_shown(call.caller_kind, str(log.private(call.caller) or "") if call.caller else "")


def waiting(log: LogReader, live: list[Call], standards: Mapping[str, Standard], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Callers in the queue, longest wait first, each with its clock and who is being rung."""
    found = []
    place = 0
    for call in sorted((c for c in live if c.phase == "waiting"), key=lambda c: (c.queued_at, c.id)):
        cycle, limit = ring_rule(standards.get(call.pack))
        offer = call.last_offer_open()
        place += offer is None
        found.append(
            {
                "call": call.id, "since": call.queued_at, "cycle": cycle, "limit": limit, "caller": caller_of(log, call),
                "web": call.caller_kind == "web", "hotline": call.hotline, "number": call.number,
                "agent": offer.agent if offer else "", "name": names.get(offer.agent, "") if offer else "",
                "rung_since": (offer.rang_at or 0) if offer else 0, "overdue": bool(offer and offer.overdue),
                "place": 0 if offer else place, "offers": len(call.offers),
            }
        )  # fmt: skip
    return found


def agents(
    log: LogReader, live: list[Call], names: Mapping[str, str], today: Mapping[str, Counter[str]], now: int
) -> list[dict[str, Any]]:
    """Agents who are there, the most urgent first; ``today``: answered, late, passed by agent."""
    sign_limits = {d.subject: d.limit for d in log.open_dues() if d.kind == "deadline" and d.stage == "limit"}
    by_call = {c.id: c for c in live}
    found = []
    for agent in log.agents():
        counts = today.get(agent.number, Counter())
        if agent.state == "offline" and not counts:
            continue
        call = by_call.get(agent.call)
        limit = sign_limits.get(agent.call, 0) if agent.activity == "wrap_up" else 0
        unsigned = [c for c in live if c.agent == agent.number and c.registration in ("open", "parked") and c.phase == "over"]
        found.append(
            {
                "agent": agent.number, "name": names.get(agent.number, ""), "state": agent.state, "since": agent.since,
                "chosen": agent.chosen, "reason": agent.reason, "call": agent.call, "sign_by": limit,
                "caller": caller_of(log, call) if call else "", "unsigned": len(unsigned),
                "phone": bool(agent.phones), "urgency": _urgency(agent, call, limit, now), "answered": counts["answered"],
                "late": counts["late"], "passed": counts["passed"],
            }
        )  # fmt: skip
    order = {name: i for i, name in enumerate(_URGENCY)}
    return sorted(found, key=lambda a: (order[a["urgency"]], a["since"], a["agent"]))


def _urgency(agent: Agent, call: Call | None, sign_by: int, now: int) -> str:
    if agent.activity == "ringing":
        offer = call.last_offer_open() if call else None
        return "late" if offer and offer.overdue else "ringing"
    if agent.activity == "wrap_up":
        return "wrap_late" if (sign_by and sign_by < now) or not sign_by else "wrap_up"
    if agent.state == "ready" and not agent.phones:
        return "ready_unreachable"
    return agent.state


def promises(log: LogReader, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Promises that still wait for their reply, the next to come due first."""
    found = sorted(log.unanswered_promises(), key=lambda p: (p.due_at or 2**62, p.id))
    return [
        {
            "promise": p.id, "call": p.call, "owner": p.owner, "name": names.get(p.owner, ""), "due_at": p.due_at,
            "made_at": p.made_at, "state": p.state,
        }
        for p in found
    ]  # fmt: skip


def breaches(db: sqlite3.Connection, today: Period, standards: Mapping[str, Standard], names: Mapping[str, str]) -> dict[str, Any]:
    """Today's breaches, newest first: {"count", "rows"}; those of calls released to the emergency queue are left out."""
    where = (
        "FROM verdict_row v LEFT JOIN call_row c USING (call) WHERE v.verdict = 'breach' AND v.since >= ? AND v.since < ?"
        " AND coalesce(c.outcome, '') <> 'released'"
    )
    span = (today.start, today.end)
    count = db.execute(f"SELECT count(*) {where}", span).fetchone()[0]
    rows = []
    for r in db.execute(f"SELECT v.*, c.caller_kind {where} ORDER BY v.since DESC, v.since_n DESC LIMIT {BREACHES}", span):
        standard = standards.get(r["pack"])
        bound = standard.controls.get((r["clause"], r["kind"], r["control"])) if standard else None
        agent = r["agent"]
        ring = json.loads(r["figures"]).get("ring") if r["measure"] in RING_MEASURES else None
        rows.append(
            {
                "n": r["since_n"], "at": r["since"], "clause": r["clause"], "control": r["control"], "call": r["call"],
                "subject": r["subject"], "title": bound[0].title if bound else r["clause"], "control_title": (bound[1].title if bound else "") or r["control"],
                "why": r["why"] + (f"，第 {ring} 响" if ring else ""), "agent": agent, "name": names.get(agent, ""),
            }
        )  # fmt: skip
    return {"count": count, "rows": rows}


def today_by_agent(calls: list[dict[str, Any]], offers: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """answered, late (on the caller's clock), passed, by agent."""
    found: dict[str, Counter[str]] = {}
    for call in calls:
        if call["outcome"] == "answered":
            counts = found.setdefault(call["agent"], Counter())
            counts["answered"] += 1
            counts["late"] += call["on_time"] is False
    for offer in offers:
        if offer["outcome"] == "passed":
            found.setdefault(offer["agent"], Counter())["passed"] += 1
    return found


def tally(people: list[dict[str, Any]]) -> str:
    """在岗 6 · 通话 2 · 示闲 1."""
    states = Counter(a["state"] for a in people if a["state"] != "offline")
    words = (("talking", "通话"), ("ringing", "振铃"), ("ready", "示闲"), ("wrap_up", "整理"))
    return " · ".join([f"在岗 {states.total()}", *(f"{word} {states[state]}" for state, word in words)])


def advice(waits: list[dict[str, Any]], people: list[dict[str, Any]], due: list[dict[str, Any]], now: int) -> dict[str, Any]:
    """What to do now: {"level", "title", "words"}; level breach, warn, or calm."""
    unrung = [w for w in waits if not w["agent"]]
    late = [w for w in waits if now - w["since"] >= w["limit"]]
    free = [a for a in people if a["state"] == "ready" and a["phone"]]
    soon = [p for p in due if p["due_at"] and p["due_at"] - now < 5 * MINUTE]
    if waits and unrung and not free:
        helpers = [a for a in people if a["state"] in ("break", "busy", "mobile", "wrap_up")]
        taken = sum(1 for a in people if a["state"] in ("ringing", "talking"))
        none = f"在岗的 {taken} 人都在接听，请再叫人上岗" if taken else "没有人在岗，请叫人上岗"
        words = "；".join(_helper(a, now) for a in helpers[:3]) or none
        return {"level": "breach" if late else "warn", "title": f"{len(unrung)} 人在等，没有人示闲", "words": words}
    if late:
        return {"level": "breach", "title": f"{len(late)} 通来电已超过响数", "words": "请看是谁在振铃，必要时请别人接"}
    if soon:
        missed = sum(1 for p in soon if p["due_at"] <= now)
        title = f"{missed} 件承诺已逾期未回复" if missed else f"{len(soon)} 件承诺 5 分内到时"
        who = "、".join(dict.fromkeys(f"{p['owner']} {p['name']}".strip() for p in soon))
        return {"level": "breach" if missed else "warn", "title": title, "words": f"请催 {who}"}
    stale = [a for a in people if a["urgency"] == "wrap_late"]
    if stale:
        who = "、".join(f"{a['agent']} {a['name']}".strip() for a in stale)
        return {"level": "warn", "title": f"{len(stale)} 人的登记过时未签", "words": f"请催 {who} 签名"}
    unreachable = [a for a in people if a["urgency"] == "ready_unreachable"]
    if unreachable:
        who = "、".join(f"{a['agent']} {a['name']}".strip() for a in unreachable)
        return {"level": "warn", "title": f"{who} 示闲却没有话机在线", "words": "来电振不到，请打开工作台或登录话机"}
    if not [a for a in people if a["state"] != "offline"]:
        return {"level": "warn", "title": "没有人在岗", "words": "来电会一直等到有人示闲"}
    return {"level": "calm", "title": "没有需要您处理的事", "words": ""}


def _helper(agent: dict[str, Any], now: int) -> str:
    minutes = max(0, (now - agent["since"]) // (60 * SECOND))
    word = {"break": "小休", "busy": "示忙", "mobile": "在手机状态", "wrap_up": "在话后整理"}[agent["state"]]
    return f"{agent['agent']} {agent['name']}".strip() + f" {word}" + (f" {minutes} 分" if minutes else "")

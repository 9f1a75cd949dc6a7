"""What does a call's page show? Facts in sentences, verdicts with their clauses, sound with marks, registration, promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanxiang.core.engine.state import Call
from sanxiang.core.facts import Fact
from sanxiang.core.rings import CYCLE, SECOND
from sanxiang.core.standard.compiled import Standard
from sanxiang.log.reader import LogReader
from sanxiang.reports.board import caller_of, ring_rule
from sanxiang.reports.call_view import latest_verdicts, registration_of, rings_of
from sanxiang.reports.sentences import HUNG_UP, Teller
from sanxiang.web.masking import masked

#: verdicts in the order in which people want to read them
ORDER = ("breach", "pending", "unknown", "kept", "not_applicable")
_QUIET = frozenset({"VerdictReached"})
_NOW = frozenset({"CallAnswered", "CallEnded"})


def clause_of(standard: Standard | None, clause: str) -> dict[str, str] | None:
    """Title, rule, source and reason of a clause; None when the standard has it no more."""
    found = next((c for c in standard.pack.clauses if c.id == clause), None) if standard else None
    if found is None:
        return None
    return {
        "id": found.id, "title": found.title, "rule": found.rule, "document": found.source.document, "at": found.source.at,
        "reason": found.reason,
    }  # fmt: skip


def timeline(facts: list[Fact], teller: Teller, start: int) -> list[dict[str, Any]]:
    """Facts in order of their own moments, verdicts left to their cards: each with a sentence, and its offset in seconds."""
    found = []
    for fact in sorted(facts, key=lambda f: (f.happened, f.n)):
        if fact.kind in _QUIET:
            continue
        clause = getattr(fact.body, "clause", "")
        found.append(
            {
                "n": fact.n, "at": fact.happened, "kind": fact.kind, "derived": fact.body.derived, "text": teller.tell(fact),
                "breach": fact.kind == "DeadlineMissed", "now": fact.kind in _NOW, "clause": clause,
                "after": (fact.happened - start) / SECOND, "tenth": fact.happened // 100_000 % 10,
            }
        )  # fmt: skip
    return found


def verdicts(facts: list[Fact], standard: Standard | None, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The standing verdicts, breaches first, each with the words of its clause."""
    found = []
    for fact in latest_verdicts(facts):
        b: Any = fact.body
        bound = standard.controls.get((b.clause, b.kind, b.control)) if standard else None
        found.append(
            {
                "n": fact.n, "clause": b.clause, "control": b.control, "verdict": b.verdict, "why": b.why, "pack": fact.pack,
                "evidence": list(b.evidence), "title": (bound[1].title if bound else "") or b.control, "subject": b.subject,
                "agent": f"{b.agent} {names.get(b.agent, '')}".strip(), "text": clause_of(standard, b.clause), "at": fact.happened,
            }
        )  # fmt: skip
    return sorted(found, key=lambda v: (ORDER.index(v["verdict"]), v["clause"], v["n"]))


def marks(line: list[dict[str, Any]], facts: list[Fact], zero: int, seconds: float) -> list[dict[str, Any]]:
    """What happened while the recording ran: [{"n", "seconds", "percent", "text", "look"}]."""
    if not zero or not seconds:
        return []
    short = {"CallAnswered": "接起", "NoticePlayed": "告知", "HoldStarted": "等待", "HoldEnded": "恢复", "EndRequested": "结束键",
             "CallEnded": "挂机", "PromiseMade": "承诺", "RegistrationSigned": "签名", "DeadlineMissed": "到时", "GateCounted": "计一次"}  # fmt: skip
    found = []
    for one in line:
        at = (one["at"] - zero) / SECOND
        if one["kind"] in short and -0.5 <= at <= seconds + 1.0:
            at = min(max(at, 0.0), seconds)
            look = "breach" if one["breach"] else "warn" if one["kind"] == "GateCounted" else "now" if one["now"] else "kept"
            found.append({"n": one["n"], "seconds": round(at, 2), "percent": round(at / seconds * 100, 2), "text": short[one["kind"]], "look": look})
    return found


def registration(log: LogReader, call: Call, facts: list[Fact], standard: Standard | None, words: bool) -> dict[str, Any]:
    """State and fields of the registration. Free words stay hidden unless ``words``."""
    signed = next((f for f in reversed(facts) if f.kind == "RegistrationSigned"), None)
    state: dict[str, Any] = {"state": call.registration if call.outcome == "answered" else "none", "fields": [], "hidden": False, "erased": False}
    if signed is None:
        return state
    body: Any = signed.body
    bound = standard.form() if standard else None
    stored = log.private(body.words) if body.words else None
    text = stored if isinstance(stored, dict) else {}
    choices = {**body.choices, "result": body.result}
    fields = []
    for name in [f.name for f in bound[1].fields] if bound else list(body.filled):
        one = bound[1].field(name) if bound else None
        if name in choices:
            value, hidden = _choice(one, choices[name]), False
        elif name in body.filled:
            value, hidden = (str(text.get(name, "")) if words else "••••••"), not words
        else:
            continue
        fields.append({"label": one.label if one else name, "value": value, "hidden": hidden})
    state |= {"fields": fields, "hidden": not words and any(f["hidden"] for f in fields), "erased": bool(body.words) and stored is None,
              "signed_at": signed.happened, "n": signed.n}  # fmt: skip
    return state


def _choice(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = {c.value: c.label for c in field.choices} if field is not None else {}
    return labels.get(value, {"solved": "当场答复", "unsolved": "未解决，承诺回复"}.get(value, str(value)))


def promises(log: LogReader, facts: list[Fact], names: Mapping[str, str], words: bool) -> list[dict[str, Any]]:
    """The promises of the call."""
    found = []
    for fact in facts:
        if fact.kind != "PromiseMade" or (one := log.promise(fact.subject)) is None:
            continue
        found.append(
            {
                "id": one.id, "owner": f"{one.owner} {names.get(one.owner, '')}".strip(), "made_at": one.made_at, "due_at": one.due_at,
                "state": {"open": "pending"}.get(one.state, one.state), "replied_at": one.replied_at, "n": fact.n,
                "contact": (str(log.private(one.contact) or "") if words else masked(str(log.private(one.contact) or ""))) if one.contact else "",
                "question": str(log.private(one.question) or "已删除") if words and one.question else "",
            }
        )  # fmt: skip
    return found


def page(log: LogReader, call: Call, standard: Standard | None, names: Mapping[str, str], zone: str, now: int, words: bool = False) -> dict[str, Any]:
    """Everything of the page; ``words``: the reader may see personal data, and that is on record."""
    facts = _with_evidence(log, log.facts_of(call.id))
    cycle, limit = ring_rule(standard)
    titles = {c.id: c.title for c in standard.pack.clauses} if standard else {}
    controls = {(c.id, k.name): k.title for c, k in standard.all() if k.kind == "deadline"} if standard else {}  # type: ignore[attr-defined]
    teller = Teller(names, titles, controls, zone, cycle or CYCLE, call.queued_at, standard.pack.prompts if standard else {})
    line = timeline(facts, teller, call.queued_at)
    judged = verdicts(facts, standard, names)
    waited = ((call.answered_at or call.ended_at or now) - call.queued_at) / SECOND
    number = str(log.private(call.caller) or "") if call.caller else ""
    return {
        "call": call, "caller": (number or "未显示号码") if words else caller_of(log, call), "has_number": bool(number), "facts": line,
        "verdicts": judged, "tally": {v: sum(1 for j in judged if j["verdict"] == v) for v in ORDER}, "waited": waited,
        "rings": rings_of(call, cycle, now), "limit_rings": max(1, round(limit / cycle)), "late": waited * SECOND >= limit,
        "on_time": next((j["verdict"] for j in judged if j["clause"] and _measured(facts, j)), ""),
        "talk": (call.ended_at - call.answered_at) / SECOND if call.answered_at and call.ended_at else None,
        "hung_up": HUNG_UP.get(call.hung_up_by, ""), "agent": f"{call.agent} {names.get(call.agent, '')}".strip(),
        "registration": registration(log, call, facts, standard, words), "registration_state": registration_of(call),
        "promises": promises(log, facts, names, words), "marks": marks(line, facts, call.zero, call.seconds), "words": words,
        "pack": standard.pack if standard else None, "digest": call.pack, "holds": holds(facts, call.zero, call.seconds),
    }  # fmt: skip


def _with_evidence(log: LogReader, facts: list[Fact]) -> list[Fact]:
    """The facts of a call, and those that its verdicts rest on although they are about somebody else (an agent's state)."""
    known = {f.n for f in facts}
    missing = sorted({n for f in latest_verdicts(facts) for n in f.body.evidence} - known)  # type: ignore[attr-defined]
    return sorted([*facts, *(f for n in missing for f in log.facts(n - 1, 1))], key=lambda f: f.n)


def _measured(facts: list[Fact], judged: dict[str, Any]) -> bool:
    return any(f.n == judged["n"] and f.body.measure == "answer_in_time" for f in facts)  # type: ignore[attr-defined]


def holds(facts: list[Fact], zero: int, seconds: float) -> list[dict[str, float]]:
    """Stretches of the recording in which the caller waited, in percent: [{"left", "width"}]."""
    if not zero or not seconds:
        return []
    found, begun = [], None
    for fact in facts:
        at = min(max((fact.happened - zero) / SECOND, 0.0), seconds)
        if fact.kind == "HoldStarted" and begun is None:
            begun = at
        elif fact.kind in ("HoldEnded", "CallEnded") and begun is not None:
            found.append({"left": round(begun / seconds * 100, 2), "width": round((at - begun) / seconds * 100, 2)})
            begun = None
    return found

"""What does a standard say of a conversation? One verdict for each clause that can be judged, its points, the score.

Several findings under one clause: the worst wins and shows the evidence of all that agree with it; points once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sanxiang.core.controls import Finding
from sanxiang.core.judging.base import JUDGES, Conversation, Evidence, Opinion
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.model import Clause

FULL = 100
#: from worst to best: what wins among the findings of one clause
_WORST = ("breach", "unknown", "kept", "not_applicable")


@dataclass(frozen=True)
class ClauseVerdict:
    """A clause's verdict on a conversation; ``points`` are zero unless breached."""

    clause: str
    verdict: str
    evidence: tuple[Evidence, ...]
    points: float
    confidence: float
    why: str


def judgeable(standard: Standard) -> list[tuple[Clause, list[Finding]]]:
    """The clauses with findings, in the order of the pack."""
    found = [(c, [k for k in c.controls if isinstance(k, Finding)]) for c in standard.pack.clauses]
    return [(clause, findings) for clause, findings in found if findings]


def judge(conversation: Conversation, standard: Standard) -> list[ClauseVerdict]:
    """One verdict for each judgeable clause."""
    return [_clause(conversation, standard, c, findings) for c, findings in judgeable(standard)]


def _clause(
    conversation: Conversation, standard: Standard, clause: Clause, findings: list[Finding]
) -> ClauseVerdict:
    opinions = [(f, _opinion(conversation, standard, f)) for f in findings]
    worst = next(w for w in _WORST if any(o.verdict == w for _, o in opinions))
    deciding = [(f, o) for f, o in opinions if o.verdict == worst]
    evidence = tuple(dict.fromkeys(e for _, o in deciding for e in o.evidence))
    points = min((f.points for f, _ in deciding), default=0.0) if worst == "breach" else 0.0
    return ClauseVerdict(
        clause.id,
        worst,
        tuple(sorted(evidence, key=lambda e: e.turn)),
        points,
        min(o.confidence for _, o in deciding),
        "；".join(dict.fromkeys(o.why for _, o in deciding if o.why)),
    )


def _opinion(conversation: Conversation, standard: Standard, finding: Finding) -> Opinion:
    if not finding.judge:
        return Opinion("unknown", (), "要看通话事实，对话文件里没有", 1.0)
    params = dict(finding.params)
    hotline = standard.pack.hotline
    if finding.judge == "opening" and hotline is not None:
        params["names"] = [*params.get("names", []), hotline.greeting_name, hotline.organisation]
    return JUDGES[finding.judge].judge(conversation, params)


def score(verdicts: list[ClauseVerdict]) -> float | int:
    """100 plus the points, whole where it is whole."""
    return _whole(FULL + sum(v.points for v in verdicts))


def _whole(number: float) -> float | int:
    return int(number) if float(number).is_integer() else round(number, 3)


def document(conversation: Conversation, standard: Standard) -> dict[str, Any]:
    """A judgement as docs/judging.md writes it."""
    verdicts = judge(conversation, standard)
    return {
        "call": conversation.id,
        "pack": standard.pack.pack,
        "score": score(verdicts),
        "verdicts": [_plain(v, conversation) for v in verdicts],
    }


def _plain(verdict: ClauseVerdict, conversation: Conversation) -> dict[str, Any]:
    return {
        "clause": verdict.clause,
        "verdict": verdict.verdict,
        "evidence": list(_places(verdict.evidence, conversation)),
        "points": _whole(verdict.points),
        "confidence": round(verdict.confidence, 2),
        "why": verdict.why,
    }


def _places(evidence: tuple[Evidence, ...], conversation: Conversation) -> Iterator[dict[str, Any]]:
    for one in evidence:
        turn = conversation.turns[one.turn]
        yield {"turn": one.turn, "start": turn.start, "end": turn.end, "quote": one.quote}

"""What went wrong or is about to, for one agent, in the last minutes? Shown until the agent puts it away."""

from __future__ import annotations

from typing import Any

from sanxiang.calls.standards import standard_of
from sanxiang.core.facts import Fact
from sanxiang.core.rings import MINUTE
from sanxiang.core.standard.durations import in_words
from sanxiang.ground.clock import local
from sanxiang.log import rows
from sanxiang.log.reader import LogReader

RECENT = 15 * MINUTE
LOOK_BACK = 3000  # facts
#: the fact that was awaited -> what to do now that it is late
CURES = {
    "CallAnswered": "接起后先致歉，判定已记下", "RegistrationSigned": "请尽快签名", "PromiseReplied": "请马上回复来电者",
}  # fmt: skip
_KINDS = ("DeadlineMissed", "DeadlineNear", "OfferPassed", "GateCounted")


def alerts(reader: LogReader, agent: str, now: int) -> list[dict[str, Any]]:
    """[{"n", "level", "text", "cure", "clock", "clause", "call", "subject"}], the newest first."""
    marks = ",".join("?" * len(_KINDS))
    query = (
        f"SELECT {rows.FACT_COLUMNS} FROM fact WHERE n > ? AND at > ? AND kind IN ({marks})"
        " AND json_extract(body, '$.agent') = ? ORDER BY n DESC LIMIT 10"
    )
    found = reader.db.execute(query, (reader.head() - LOOK_BACK, now - RECENT, *_KINDS, agent)).fetchall()
    told = [_told(reader, rows.fact_of(r)) for r in found]
    return [t for t in told if t]


def _told(reader: LogReader, fact: Fact) -> dict[str, Any] | None:
    body: Any = fact.body
    shared = {"n": fact.n, "clock": local(fact.at).strftime("%H:%M:%S"), "call": getattr(body, "call", "")}
    if fact.kind == "OfferPassed":
        text = "您让过了一通来电，已转给下一位"
        cure = "状态已改为示忙；可以接听时请示闲" if body.state_after == "busy" else ""
        return shared | {"level": "breach", "text": text, "cure": cure, "clause": "", "subject": body.offer}
    standard = standard_of(reader, fact.pack)
    kind = "gate" if fact.kind == "GateCounted" else "deadline"
    bound = standard.controls.get((body.clause, kind, body.control)) if standard else None
    title = (bound[1].title or bound[0].title) if bound else body.clause
    shared |= {"clause": body.clause, "subject": body.subject}
    if fact.kind == "GateCounted":
        text = f"{title}：{'；'.join(body.unmet)}"
        return None if body.answer else shared | {"level": "warn", "text": text, "cure": "已计一次，不影响通话"}
    awaited = getattr(bound[1], "to", "") if bound else ""
    if _is_done(reader, body, awaited):
        return None
    words = (getattr(bound[1], "alert", "") if bound else "") or title
    if fact.kind == "DeadlineNear":
        return shared | {"level": "warn", "text": f"{words}还有 {in_words(body.due_at - fact.at)}", "cure": ""}
    return shared | {"level": "breach", "text": f"时限已过：{words}", "cure": CURES.get(awaited, "请尽快补办")}


def _is_done(reader: LogReader, body: Any, awaited: str) -> bool:
    """Whether what was awaited has happened since: then there is nothing to do about it any more."""
    if awaited == "PromiseReplied":
        promise = reader.promise(body.subject)
        return promise is not None and bool(promise.replied_at)
    call = reader.call(body.call)
    if call is None:
        return False
    if awaited == "RegistrationSigned":
        return call.registration == "signed"
    return awaited == "CallAnswered" and call.phase in ("wrap_up", "over")  # the talk is the time for the apology

"""What do we know of this caller from before? Earlier calls of the same number, the newest first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import msgspec

from sanxiang.core.engine.state import Call
from sanxiang.ground.clock import local
from sanxiang.log.reader import LogReader

DAYS = 365
SHOWN = 5
_kept: OrderedDict[tuple[str, str], list[str]] = OrderedDict()
OUTCOMES = {
    "abandoned": "未接通，来电者放弃", "timed_out": "等候超时", "rejected": "未能进入", "closed": "非服务时间",
    "released": "由应急队列接听",
}  # fmt: skip


def earlier(reader: LogReader, call: Call) -> list[dict[str, Any]]:
    """Up to five calls of this caller within a year before ``call``; [] when the number is withheld.

    Which calls they were is looked up once a call and process; what became of them is read each time.
    """
    if not call.caller:
        return []
    found = []
    for call_id in _ids(reader, call):
        one = reader.call(call_id)
        if one is not None:
            found.append(_line(reader, one))
    return found


def _ids(reader: LogReader, call: Call) -> list[str]:
    key = (str(reader.path), call.id)
    if key not in _kept:
        rows = reader.db.execute(
            "SELECT body FROM entity WHERE kind = 'call' AND at >= ? AND at < ? AND instr(body, ?) ORDER BY at DESC LIMIT ?",
            (call.queued_at - DAYS * 86_400_000_000, call.queued_at, f'"caller":"{call.caller}"', SHOWN),
        ).fetchall()
        _kept[key] = [msgspec.json.decode(r[0])["id"] for r in rows]
        while len(_kept) > 200:
            _kept.popitem(last=False)
    return _kept[key]


def _line(reader: LogReader, call: Call) -> dict[str, Any]:
    words = _words(reader, call.id)
    at = local(call.queued_at)
    result = {"solved": "已解决", "unsolved": "未解决，已承诺回复"}.get(call.result, "") if call.signed_at else ""
    return {
        "id": call.id, "day": at.strftime("%m-%d"), "clock": at.strftime("%H:%M"), "agent": call.agent,
        "about": str(words.get("content") or ""), "name": str(words.get("name") or ""),
        "result": result or OUTCOMES.get(call.outcome, "登记未签名"), "open": call.result == "unsolved",
    }  # fmt: skip


def _words(reader: LogReader, call: str) -> dict[str, Any]:
    row = reader.db.execute(
        "SELECT json_extract(body, '$.words') FROM fact WHERE call = ? AND kind = 'RegistrationSigned' LIMIT 1", (call,)
    ).fetchone()
    words = reader.private(row[0]) if row and row[0] else None
    return words if isinstance(words, dict) else {}

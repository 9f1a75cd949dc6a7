"""What are the figures of a set of rows, and how is each defined? Pure: rows in, values out.

A rate is null when its denominator is zero. Beside each rate that can have unknowns stands how many.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanxiang.core.rings import SECOND
from sanxiang.reports.periods import Period, day_of, hour_of, pieces
from sanxiang.reports.queries import Row, Rows

DIMENSIONS = ("day", "hour", "agent", "queue", "hotline")
THRESHOLD = 15.0

#: value -> formula in words, in the order of the report
DEFINITIONS: dict[str, str] = {
    "offered": "进入排队或遇到关门的来电 = 接听 + 放弃 + 超时 + 拒绝 + 关门 + 仍在等；移交应急队列的另计",
    "answered": "有人接起的来电",
    "answered_on_time": "接听中，按来电者的钟在规范响数内接起的",
    "abandoned": "等候中来电者放弃的",
    "timed_out": "等到允许的时间仍无人接的",
    "rejected": "队列已满或无坐席而未能进入的",
    "closed": "服务时间以外来电的",
    "still_open": "仍在等候的",
    "released": "移交应急队列的来电，不计入其他各项",
    "on_time_answer_rate": "按时接听 ÷ 响数已知的接听",
    "on_time_unknown": "接听中响数未知的，不进按时接听率",
    "answer_rate": "接听 ÷(来电 − 关门)",
    "abandonment_rate": "放弃 ÷(来电 − 关门)",
    "service_level": "等候短于 {threshold} 秒的接听 ÷(来电 − 关门)",
    "average_wait_seconds": "接听来电的等候秒数之和 ÷ 接听，来电者的钟",
    "p95_wait_seconds": "接听来电的等候秒数由小到大，第 95 百分位，最近秩法",
    "average_queue_seconds": "接听、放弃、超时来电的等候秒数之和 ÷ 其件数",
    "average_talk_seconds": "通话秒数（含等待）之和 ÷ 已结束的接听",
    "average_hold_seconds": "请来电者等待的秒数之和 ÷ 已结束的接听",
    "average_wrap_up_seconds": "话后整理秒数之和 ÷ 已整理完的接听",
    "average_handling_seconds": "(通话 + 话后整理)秒数之和 ÷ 已整理完的接听",
    "login_seconds": "坐席在岗（示闲、示忙、小休、手机、通话、话后整理）的秒数，按行的边界切开",
    "pause_seconds": "坐席示忙与小休的秒数，按行的边界切开",
    "talk_seconds": "坐席通话的秒数，按行的边界切开",
    "wrap_up_seconds": "坐席话后整理的秒数，按行的边界切开",
    "occupancy": "(通话 + 话后整理)÷(在岗 − 示忙与小休)",
    "registered_rate": "登记完整并签名的接听 ÷ 接听",
    "first_contact_resolution_rate": "通话中当场解决的事项 ÷ 提出的事项；目前每份已签名的登记计一件",
    "resolution_rate": "已解决的事项 ÷ 提出的事项；未能当场解决的，答复到来电者后计为解决",
    "replied_on_time_rate": "规范时限内已回复 ÷(已回复 + 已逾期)的承诺，来电者另约时间的不在内；承诺随其来电归期",
    "promises_kept_rate": "守住 ÷(守住 + 违约)的承诺，来电者约了时间的按约定，否则按规范时限",
    "promises_open": "尚未到期也未回复的承诺，不进上两率",
    "csat": "满意 ÷ 参评；满意度调查尚未接入，没有数据",
    "survey_response_rate": "参评 ÷ 邀请；满意度调查尚未接入，没有数据",
}
RATES = frozenset(n for n in DEFINITIONS if n.endswith("_rate") or n in ("service_level", "occupancy", "csat"))


def definitions(threshold: float = THRESHOLD) -> dict[str, str]:
    return {name: text.replace("{threshold}", f"{threshold:g}") for name, text in DEFINITIONS.items()}


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def mean(values: Sequence[float]) -> float | None:
    return round(math.fsum(values) / len(values), 3) if values else None


def nearest_rank(values: Iterable[float], percent: float) -> float | None:
    """The smallest value that at least ``percent`` % of all do not exceed."""
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)], 3) if ordered else None


def values(rows: Rows, threshold: float = THRESHOLD) -> dict[str, Any]:
    """All values of DEFINITIONS, in its order. ``threshold``: seconds of the service level."""
    calls = rows.calls
    count = dict.fromkeys(("answered", "abandoned", "timed_out", "rejected", "closed", None), 0)
    for call in calls:
        count[call["outcome"]] += 1
    answered = [c for c in calls if c["outcome"] == "answered"]
    on_time = sum(1 for c in answered if c["on_time"] is True)
    unknown = sum(1 for c in answered if c["on_time"] is None)
    open_doors = len(calls) - count["closed"]
    waits = [c["wait_seconds"] for c in answered]
    ended = [c for c in answered if c["talk_seconds"] is not None]
    wrapped = [c for c in ended if c["wrap_up_seconds"] is not None]
    return {
        "offered": len(calls), "answered": len(answered), "answered_on_time": on_time,
        "abandoned": count["abandoned"], "timed_out": count["timed_out"], "rejected": count["rejected"],
        "closed": count["closed"], "still_open": count[None], "released": len(rows.released),
        "on_time_answer_rate": ratio(on_time, len(answered) - unknown), "on_time_unknown": unknown,
        "answer_rate": ratio(len(answered), open_doors),
        "abandonment_rate": ratio(count["abandoned"], open_doors),
        "service_level": ratio(sum(1 for w in waits if w < threshold), open_doors),
        "average_wait_seconds": mean(waits), "p95_wait_seconds": nearest_rank(waits, 95),
        "average_queue_seconds": mean([c["wait_seconds"] for c in calls if c["wait_seconds"] is not None]),
        "average_talk_seconds": mean([c["talk_seconds"] for c in ended]),
        "average_hold_seconds": mean([c["hold_seconds"] for c in ended]),
        "average_wrap_up_seconds": mean([c["wrap_up_seconds"] for c in wrapped]),
        "average_handling_seconds": mean([c["talk_seconds"] + c["wrap_up_seconds"] for c in wrapped]),
        **_presence(rows.spans),
        "registered_rate": ratio(sum(1 for c in answered if c["registration"] == "signed"), len(answered)),
        **_matters(rows), "csat": None, "survey_response_rate": None,
    }  # fmt: skip


def _presence(spans: Iterable[Row] | None) -> dict[str, Any]:
    if spans is None:
        return dict.fromkeys(("login_seconds", "pause_seconds", "talk_seconds", "wrap_up_seconds", "occupancy"))
    us = {"talk": 0, "wrap_up": 0, "pause": 0, "login": 0}
    for span in spans:
        length = span["end"] - span["start"]
        us["login"] += length
        state = {"busy": "pause", "break": "pause"}.get(span["state"], span["state"])
        if state in us:
            us[state] += length
    return {
        "login_seconds": us["login"] / SECOND, "pause_seconds": us["pause"] / SECOND,
        "talk_seconds": us["talk"] / SECOND, "wrap_up_seconds": us["wrap_up"] / SECOND,
        "occupancy": ratio(us["talk"] + us["wrap_up"], us["login"] - us["pause"]),
    }  # fmt: skip


def _matters(rows: Rows) -> dict[str, Any]:
    raised = [c for c in rows.calls if c["registration"] == "signed"]
    at_once = {c["call"] for c in raised if c["result"] == "solved"}
    later = {p["call"] for p in rows.promises if p["replied_at"]}
    solved = sum(1 for c in raised if c["call"] in at_once or c["call"] in later)
    judged = [p for p in rows.promises if p["state"] in ("kept", "breach")]
    prescribed = [p for p in judged if not p["chosen"]]
    return {
        "first_contact_resolution_rate": ratio(len(at_once), len(raised)),
        "resolution_rate": ratio(solved, len(raised)),
        "replied_on_time_rate": ratio(sum(1 for p in prescribed if p["state"] == "kept"), len(prescribed)),
        "promises_kept_rate": ratio(sum(1 for p in judged if p["state"] == "kept"), len(judged)),
        "promises_open": len(rows.promises) - len(judged),
    }


@dataclass
class Group(Rows):
    """Rows of one line of the report. ``spans`` None: presence cannot be told for this line."""

    key: tuple[str | None, ...] = ()
    spans: Any = field(default_factory=list)


def groups(rows: Rows, by: Sequence[str], period: Period, spans: bool = True) -> list[Group]:
    """The rows sorted into the lines of ``by``; without ``by`` one line. A call nobody answered has no agent (None)."""
    made: dict[tuple[str | None, ...], Group] = {}
    presence = spans and not {"queue", "hotline"} & set(by)

    def at(key: tuple[str | None, ...]) -> Group:
        if key not in made:
            made[key] = Group(key=key, spans=[] if presence else None)
        return made[key]

    def key_of(call: Mapping[str, Any], agent: str | None) -> tuple[str | None, ...]:
        cut = {"day": day_of, "hour": hour_of}
        return tuple(
            cut[d](call["offered_at"], period.zone) if d in cut else (agent or None) if d == "agent" else call[d]
            for d in by
        )

    if not by:
        at(())
    of_call = {c["call"]: c for c in rows.calls}
    for call in rows.calls:
        at(key_of(call, call["agent"])).calls.append(call)
    for call in rows.released:
        at(key_of(call, None)).released.append(call)
    for name in ("offers", "promises", "verdicts"):
        for row in getattr(rows, name):
            call = of_call[row["call"]]
            agent = row["owner"] if name == "promises" else row["agent"] or call["agent"]
            getattr(at(key_of(call, agent)), name).append(row)
    if presence:
        _cut(rows.spans, by, period, at)
    return [made[k] for k in sorted(made, key=lambda key: tuple((v is None, v or "") for v in key))]


def _cut(spans: Iterable[Row], by: Sequence[str], period: Period, at: Any) -> None:
    unit = "hour" if "hour" in by else "day" if "day" in by else ""
    for span in spans:
        cut = pieces(span["start"], span["end"], unit, period.zone) if unit else [("", span["start"], span["end"])]
        for key, start, end in cut:
            dims = {"hour": key, "day": key[:10], "agent": span["agent"]}
            at(tuple(dims[d] for d in by)).spans.append({**span, "start": start, "end": end})

"""How true are our ring times? What we stored of real SIP calls, against what SIPp wrote down of the same messages.

The caller's side: INVITE sent, 180 and 200 received. The agent's: INVITE received, 180 and 200 sent. Errors are ours minus
SIPp's, in milliseconds. Ring numbers are compared call by call, by the clock of the caller and by that of the agent.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Callable
from typing import Any

from sanxiang.cli.benches import percentile, spread, versions
from sanxiang.cli.benches._instance import instance
from sanxiang.cli.benches._ring_field import Desk, call_in
from sanxiang.cli.sip.kit import Kit, Sipp
from sanxiang.core.engine.state import Call, Offer
from sanxiang.core.rings import CYCLE, ring_at
from sanxiang.ground.folder import Folder
from sanxiang.ground.tools import obtain, version
from sanxiang.log.reader import LogReader

AIM_MS = 50.0
#: error of each stored value, named by what it is compared with
NAMES = {
    "ring_start": "排队时刻 − 来电者收到 180",
    "ring_start_invite": "排队时刻 − 来电者发出 INVITE",
    "phone_rang": "话机振铃时刻 − 话机发出 180",
    "answer": "接听时刻 − 来电者收到 200",
    "answer_phone": "接听时刻 − 话机发出 200",
    "wait": "等候时长 − 来电者的 180 到 200",
    "agent_ring": "坐席振铃时长 − 话机的 180 到 200",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=60, help="通数，至少 50")
    parser.add_argument("--agents", type=int, default=6, help="同时在岗的坐席，至多 10")
    parser.add_argument("--longest", type=float, default=22.0, help="最晚多少秒接起")
    parser.add_argument("--seed", type=int, default=3, help="随机数种子")


def run(args: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    calls, agents = max(50, args.calls), min(10, max(1, args.agents))
    obtain("sipp", say)
    say("启动一套临时热线 …")
    with instance() as folder, Kit(folder.instance()["ports"]["sip"]) as kit:
        desks = [Desk(kit, folder, seat, random.Random(args.seed * 100 + i), args.longest) for i, seat in enumerate(_seats(folder)[:agents])]
        for desk in desks:
            desk.start()
        try:
            callers = call_in(kit, calls, agents + 2, random.Random(args.seed), say, patience=120)
        finally:
            for desk in desks:
                desk.stop.set()
            for desk in desks:
                desk.join(20)
        for fault in (fault for desk in desks for fault in desk.faults):
            say(f"话机出错：{fault}")
        found = _compare(folder, callers, {desk.seat["agent"]: desk.phones for desk in desks})
    settings = {
        "calls": calls, "agents": agents, "answer_after_seconds": [0.2, args.longest], "seed": args.seed, "aim_p99_ms": AIM_MS,
        "anchor": "SIPp's message log", "ring_cycle_seconds": CYCLE / 1e6, "load": [round(v, 1) for v in os.getloadavg()], "cores": os.cpu_count(), **versions(sipp=_first_line(version("sipp")), asterisk=version("asterisk")),
    }  # fmt: skip
    return {"bench": "rings", "unit": "s waited (ours, anchor); ms (errors)", **found, "settings": settings}


def _seats(folder: Folder) -> list[dict[str, str]]:
    from sanxiang.people.services import ensure_django

    ensure_django(folder)
    from sanxiang.people.queries import seats

    return seats()


def _first_line(text: str) -> str:
    return text.splitlines()[0].strip() if text else ""


def _compare(folder: Folder, callers: dict[str, Sipp], phones: dict[str, list[Sipp]]) -> dict[str, Any]:
    log = LogReader(folder.log_db)
    errors: dict[str, list[float]] = {name: [] for name in NAMES}
    waits: list[tuple[float, float]] = []
    differing: list[dict[str, Any]] = []
    worst: list[dict[str, Any]] = []
    stored = {log.private(call.caller): call for call in log.calls() if call.caller}
    verdicts = _verdicts(log)
    lost = [number for number in callers if number not in stored]
    for number, sipp in callers.items():
        rang, up, dialled = sipp.at("180", "R"), sipp.at("200", "R"), sipp.at("INVITE", "S")
        call = stored.get(number)
        if call is None or rang is None or up is None or dialled is None or not call.answered_at:
            if call is not None and bool(call.answered_at) != (up is not None):
                lost.append(number)
            continue
        _caller(errors, call, rang, up, dialled)
        ours, theirs = call.answered_at - call.queued_at, up - rang
        waits.append((ours / 1e6, theirs))
        worst.append({"call": call.id, "ring": ring_at(max(0, ours)), "answer_error_ms": round(_ms(call.answered_at, up), 1), "start_error_ms": round(_ms(call.queued_at, rang), 1)})
        _ring(differing, call.id, "caller", ours, theirs, verdicts.get((call.id, "answer")))
        offer = next(o for o in call.offers if o.outcome == "answered")
        if heard := _phone(phones.get(offer.agent, []), offer):
            errors["phone_rang"].append(_ms(offer.rang_at, heard[0]))
            errors["answer_phone"].append(_ms(call.answered_at, heard[1]))
            errors["agent_ring"].append((call.answered_at - offer.rang_at) / 1000 - (heard[1] - heard[0]) * 1000)
            _ring(differing, call.id, "agent", call.answered_at - offer.rang_at, heard[1] - heard[0], verdicts.get((offer.id, "agent_answer")))
        else:
            lost.append(f"{number}: {offer.agent}")
    log.close()
    if not waits:
        return {"ours": None, "anchor": "not run", "ratio": None, "n": 0, "errors": {}, "rings_differ": [], "unmatched": lost}
    return {
        "ours": spread([w[0] for w in waits]), "anchor": spread([w[1] for w in waits]), "ratio": spread([a / b for a, b in waits if b]),
        "n": len(waits), "errors": {name: _figures(values) for name, values in errors.items() if values},
        "rings_differ": differing, "unmatched": lost,
        "worst": sorted(worst, key=lambda w: -abs(w["answer_error_ms"]))[:3],
    }  # fmt: skip


def _caller(errors: dict[str, list[float]], call: Call, rang: float, up: float, dialled: float) -> None:
    errors["ring_start"].append(_ms(call.queued_at, rang))
    errors["ring_start_invite"].append(_ms(call.queued_at, dialled))
    errors["answer"].append(_ms(call.answered_at, up))
    errors["wait"].append((call.answered_at - call.queued_at) / 1000 - (up - rang) * 1000)


def _phone(phones: list[Sipp], offer: Offer) -> tuple[float, float] | None:
    """(180 sent, 200 sent) of the phone that this offer rang: the one nearest in time."""
    heard = [(rang, up) for p in phones if (rang := p.at("180", "S")) and (up := p.at("200", "S"))]
    nearest = min(heard, key=lambda h: abs(h[0] - offer.rang_at / 1e6), default=None)
    return nearest if nearest and abs(nearest[0] - offer.rang_at / 1e6) < 2 else None


def _verdicts(log: LogReader) -> dict[tuple[str, str], str]:
    """(subject, control) to verdict of the deadlines in which calls are answered."""
    found = {}
    for fact in log.iterate():
        if fact.kind == "VerdictReached" and fact.body.control in ("answer", "agent_answer"):  # type: ignore[attr-defined]
            found[fact.subject, fact.body.control] = fact.body.verdict  # type: ignore[attr-defined]
    return found


def _ring(differing: list[dict[str, Any]], call: str, clock: str, ours: int, theirs: float, verdict: str | None) -> None:
    """Notes a ring number or a verdict that is not the one of SIPp's times."""
    mine, true = ring_at(max(0, ours)), ring_at(max(0, round(theirs * 1e6)))
    right = "kept" if true <= 3 else "breach"
    if mine != true or verdict != right:
        differing.append({"call": call, "clock": clock, "ours": mine, "sipp": true, "ours_seconds": ours / 1e6, "sipp_seconds": round(theirs, 4), "verdict": verdict})


def _ms(ours: int, theirs: float) -> float:
    return ours / 1000 - theirs * 1000


def _figures(values: list[float]) -> dict[str, float]:
    """Signed minimum, median and maximum, and percentiles of the error's size; ms."""
    sizes = [abs(v) for v in values]
    return {
        "n": len(values), **{k: round(v, 2) for k, v in spread(values).items()},
        "p95": round(percentile(sizes, 95), 2), "p99": round(percentile(sizes, 99), 2), "largest": round(max(sizes), 2),
    }  # fmt: skip


def words(document: dict[str, Any]) -> str:
    from sanxiang.cli.output import table

    rows = [
        [NAMES[name], *(f"{f[k]:+.1f}" for k in ("min", "median", "max")), *(f"{f[k]:.1f}" for k in ("p95", "p99", "largest")), "达到" if f["p99"] <= AIM_MS else "没有达到"]
        for name, f in document["errors"].items()
    ]
    text = f"{document['n']} 通接听的来电，误差以毫秒计（正：我们记得晚）\n"
    text += table(["量", "最小", "中位", "最大", "大小 p95", "p99", "最大", f"目标 p99 ≤ {AIM_MS:.0f}"], rows)
    differ = document["rings_differ"]
    text += "\n响数与判定全部一致" if not differ else f"\n响数或判定不同 {len(differ)} 处：" + "；".join(
        f"{d['call']}（{d['clock']}）我们 {d['ours']} 响 {d['ours_seconds']:.3f} 秒，SIPp {d['sipp']} 响 {d['sipp_seconds']:.3f} 秒，判定 {d['verdict']}" for d in differ
    )
    return text + (f"\n对不上号的：{'、'.join(document['unmatched'])}" if document["unmatched"] else "")



"""How is each kind of example tried? One function a kind; each gives what did not come out, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sanxiang.core.controls import Kpi, Script
from sanxiang.core.controls.gate import ACTIONS, decide
from sanxiang.core.facts import Fact, kinds
from sanxiang.core.judging.reading import conversation as read_conversation
from sanxiang.core.judging.verdicts import judge
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.durations import parse_duration
from sanxiang.core.standard.examples.model import Example
from sanxiang.core.standard.examples.scenario import Scenario, ScenarioError


def _differences(what: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    unknown = sorted(set(wanted) - set(found))
    said = [f"{what}没有 {k} 可比；可用：{'、'.join(found)}" for k in unknown]
    return said + [
        f"{what} {k} 应为 {_shown(v)}，实为 {_shown(found[k])}"
        for k, v in wanted.items()
        if k in found and not _same(found[k], v)
    ]


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, float) or isinstance(wanted, float):
        return (
            isinstance(found, (int, float))
            and isinstance(wanted, (int, float))
            and abs(found - wanted) < 1e-6
        )
    if isinstance(found, tuple):
        found = list(found)
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)


# -- facts --------------------------------------------------------------------------------------------------------------
def facts(example: Example, standard: Standard) -> list[str]:
    """Facts happen; verdicts, derived facts and effects are looked for. ``refused`` on a line: a person may not."""
    scenario = Scenario(standard, example.seats())
    for line in example.facts or []:
        wanted = line.get("refused")
        refusals = scenario.happen(line)
        fields = sorted({f for r in refusals for f in r.fields})
        if refusals and not wanted:
            return [f"{line.get('fact')} 被拒绝：{'；'.join(r.problem for r in refusals)}"]
        if wanted and not refusals:
            return [f"{line.get('fact')} 应被拒绝，却办成了"]
        if isinstance(wanted, list) and sorted(wanted) != fields:
            return [f"{line.get('fact')} 被拒绝的字段应为 {_shown(sorted(wanted))}，实为 {_shown(fields)}"]
    assert isinstance(example.expect, list)
    return [text for one in example.expect for text in _expected(scenario, example.clause, dict(one))]


def _expected(scenario: Scenario, clause: str, wanted: dict[str, Any]) -> list[str]:
    if "verdict" in wanted:
        return _verdict(scenario, {"clause": clause, **wanted})
    for key in ("fact", "absent"):
        if key in wanted:
            kind = str(wanted.pop(key))
            if kind not in kinds():
                raise ScenarioError(f"没有名为 {kind} 的事实")
            times = wanted.pop("times", None)
            hits = [f for f in scenario.facts if f.kind == kind and _fits(f, wanted)]
            return _amount(
                f"事实 {kind} {_shown(wanted) if wanted else ''}", len(hits), 0 if key == "absent" else times
            )
    for key in ("effect", "no_effect"):
        if key in wanted:
            kind = wanted.pop(key)
            times = wanted.pop("times", None)
            done = [
                e
                for e in scenario.effects
                if e.kind == kind and all(e.data.get(k) == v for k, v in wanted.items())
            ]
            return _amount(
                f"动作 {kind} {_shown(wanted) if wanted else ''}",
                len(done),
                0 if key == "no_effect" else times,
            )
    if "agent_state" in wanted:
        agent = scenario.state.agents.get(str(wanted.get("agent", "01")))
        state = agent.state if agent else "（没有）"
        return (
            [] if state == wanted["agent_state"] else [f"坐席状态应为 {wanted['agent_state']}，实为 {state}"]
        )
    raise ScenarioError("expect 里要写 verdict、fact、absent、effect、no_effect 或 agent_state")


def _amount(what: str, found: int, wanted: int | None) -> list[str]:
    if wanted is None:
        return [] if found else [f"没有出现{what.rstrip()}"]
    return [] if found == wanted else [f"{what.rstrip()}应出现 {wanted} 次，实为 {found} 次"]


def _fits(fact: Fact, wanted: Mapping[str, Any]) -> bool:
    fields = {name: getattr(fact.body, name) for name in fact.body.__struct_fields__}
    unknown = sorted(set(wanted) - set(fields))
    if unknown:
        raise ScenarioError(f"{fact.kind} 没有字段 {'、'.join(unknown)}；可用：{', '.join(sorted(fields))}")
    return all(_same(fields[k], v) for k, v in wanted.items())


def _verdict(scenario: Scenario, wanted: dict[str, Any]) -> list[str]:
    """The last verdict on the named clause, control and subject."""
    names = [k for k in ("clause", "control", "kind", "subject", "call") if k in wanted]
    hits: list[Any] = [
        f.body
        for f in scenario.facts
        if f.kind == "VerdictReached" and all(getattr(f.body, k) == wanted[k] for k in names)
    ]
    what = f"{wanted['clause']}{'/' + wanted['control'] if 'control' in wanted else ''}"
    if wanted["verdict"] in (None, "none"):
        return [f"{what} 不应有判定，却判了 {hits[-1].verdict}（{hits[-1].why}）"] if hits else []
    if not hits:
        return [f"{what} 没有判定"]
    last = hits[-1]
    found = {
        "verdict": last.verdict,
        "agent": last.agent,
        "why": last.why,
        "measure": last.measure,
        "times": len(hits),
        **last.figures,
    }
    rest = {k: v for k, v in wanted.items() if k not in names}
    return [f"{text}（{last.why}）" for text in _differences(f"{what} 的", found, rest)]


# -- one control at a time ----------------------------------------------------------------------------------------------
def gate(example: Example, standard: Standard) -> list[str]:
    tried = example.gate
    assert tried is not None
    if tried.at not in ACTIONS:
        raise ScenarioError(f"没有名为 {tried.at} 的动作；可用：{', '.join(ACTIONS)}")
    decision = decide(standard, tried.at, tried.data)
    found = {
        "strength": decision.strength,
        "missing": list(decision.missing),
        "fields": list(decision.fields),
        "cure": decision.cure,
    }
    return _differences("关口的", found, _mapping(example))


def form(example: Example, standard: Standard) -> list[str]:
    bound = standard.form()
    if bound is None:
        return ["没有登记表"]
    wrong = bound[1].check(example.form or {})
    found = {
        "missing": sorted(name for name, _ in wrong),
        "complete": not wrong,
        "says": [text for _, text in wrong],
    }
    wanted = _mapping(example)
    if isinstance(wanted.get("missing"), list):
        wanted["missing"] = sorted(wanted["missing"])
    return _differences("登记表的", found, wanted)


def say(example: Example, standard: Standard) -> list[str]:
    """One of the clause's scripts at the moment must say (or play) the words."""
    asked, wanted = example.say, _mapping(example)
    assert asked is not None
    scripts = [
        k for c, k in standard.all()
        if c.id == example.clause and isinstance(k, Script)
        and ((asked.moment and k.moment == asked.moment) or (asked.on and k.on == asked.on))
    ]  # fmt: skip
    if not scripts:
        return [f"{example.clause} 在 {asked.moment or asked.on} 没有话术"]
    prompts = standard.pack.prompts
    found = [
        {
            "says": s.words(asked.slots) or prompts.get(s.play, ""),
            "never": s.never,
            "play": s.play,
            "name": s.name,
        }
        for s in scripts
    ]
    all_wrong = [_differences("话术的", f, wanted) for f in found]
    return [] if any(not wrong for wrong in all_wrong) else min(all_wrong, key=len)


def kpi(example: Example, standard: Standard) -> list[str]:
    counted = example.kpi
    assert counted is not None
    found = next(
        (
            k
            for c, k in standard.all()
            if isinstance(k, Kpi) and k.name == counted.name and c.id == example.clause
        ),
        None,
    )
    if found is None:
        return [f"{example.clause} 没有名为 {counted.name} 的指标"]
    return _differences(f"{counted.name} 的", found.value(counted.rows), _mapping(example))


def conversation(example: Example, standard: Standard) -> list[str]:
    """``turns`` may be short: `{agent: 您好…}`, `{caller: …, at: 40}`; times then follow from the length of the words."""
    raw = dict(example.conversation or {})
    raw["turns"] = _turns(raw.get("turns") or [])
    try:
        read = read_conversation({"id": example.name, **raw})
    except ValueError as error:
        raise ScenarioError(f"对话写法不对：{error}") from None
    verdict = next((v for v in judge(read, standard) if v.clause == example.clause), None)
    if verdict is None:
        return [f"{example.clause} 没有质检判定"]
    found = {
        "verdict": verdict.verdict,
        "turns": [e.turn for e in verdict.evidence],
        "quotes": [e.quote for e in verdict.evidence],
        "points": verdict.points,
    }
    return [
        f"{text}（{verdict.why}）" for text in _differences(f"{example.clause} 的", found, _mapping(example))
    ]


def _turns(turns: list[Any]) -> list[Any]:
    made, now = [], 0.5
    for turn in turns:
        if isinstance(turn, Mapping) and "speaker" not in turn:
            speaker = next((s for s in ("agent", "caller") if s in turn), None)
            if speaker is None:
                raise ScenarioError("每句话要写 agent: … 或 caller: …")
            text, start = str(turn[speaker]), float(turn.get("at", now))
            turn = {
                "speaker": speaker,
                "start": start,
                "end": round(start + max(0.5, len(text) / 4), 2),
                "text": text,
            }
        made.append(turn)
        now = round(float(turn.get("end", now)) + 0.5, 2) if isinstance(turn, Mapping) else now
    return made


def route(example: Example, standard: Standard) -> list[str]:
    """Who gets the offer, one after another, while nobody answers. ``calls``: how many callers; ``until``: how long."""
    raw = dict(example.route or {})
    scenario = Scenario(standard, example.seats())
    for number in range(int(raw.get("calls", 1))):
        scenario.happen({"at": f"{number} s", "fact": "CallQueued", "call": f"c{number + 1}"})
    limit = parse_duration(str(raw.get("until", "1 min")))
    rung: set[str] = set()
    for second in range(int(raw.get("calls", 1)), limit // 1_000_000 + 1):
        scenario.until(f"{second} s")
        for call in scenario.state.waiting():  # each phone rings a second after the offer
            if (offer := call.last_offer_open()) and offer.id not in rung:
                rung.add(offer.id)
                scenario.happen({"at": f"{second} s", "fact": "PhoneRang", "call": call.id})
    made: list[Any] = [f.body for f in scenario.facts if f.kind == "OfferMade"]
    passed: list[Any] = [f.body for f in scenario.facts if f.kind == "OfferPassed"]
    states = {number: a.state for number, a in scenario.state.agents.items()}
    found = {
        "offers": [o.agent for o in made], "calls": [o.call for o in made], "passed": [o.agent for o in passed],
        "states": states,
    }  # fmt: skip
    return _differences("派线的", found, _mapping(example))


def _mapping(example: Example) -> dict[str, Any]:
    assert isinstance(example.expect, dict)
    return dict(example.expect)


RUNNERS: dict[str, Callable[[Example, Standard], list[str]]] = {
    "facts": facts, "gate": gate, "form": form, "say": say, "kpi": kpi, "conversation": conversation, "route": route,
}  # fmt: skip

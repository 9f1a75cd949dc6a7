"""Opening (开头语): greeted, and named the house, in the first agent turn? H14, and its kin in other standards.

Source: docs/judging.md, "Opening, closing, language".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sanxiang.core.judging.base import Conversation, Evidence, Opinion, Turn, register
from sanxiang.core.judging.lexicon import Found, greeting, quoted
from sanxiang.core.judging.names import KINDS, is_house, organisation
from sanxiang.core.language import normalise

_KNOWN = {"greet", "name", "within_seconds", "invite", "rings", "names", "kinds"}
_INVITE = re.compile(
    r"请讲|请说|请问|什么(?:可以|能|需要|事|问题)|帮(?:您|你|助)|为[您你]服务|需要|\bhelp\b|\bhow (?:may|can)\b"
)
#: the agent rings somebody: no opening of the hotline is due
_OUTBOUND = re.compile(
    r"给[您你]回(?:个)?(?:电|话|复)|回复[您你]|回访|[您你](?:之前|刚才|刚刚|上午|下午|早上|昨天|前天|今天|上周|前几天)(?:来|打|给|拨|在|向|咨询|反映|投诉|报修|预约)"
    r"|请问[您你]?是.{1,8}(?:先生|女士|老师|家属|家长|本人)[吗么吧]|打(?:电话)?给[您你]是|致电给?[您你]是"
)
_INTERNAL = re.compile(
    r"^(?:喂)?(?:[您你]好)?我?(?:这里|这边)?是?.{0,8}(?:科|部|处|班|组|室)(?:的)?.{1,4}有(?:件|个|一个)?事"
)


def problems(params: Mapping[str, Any]) -> list[str]:
    """What is wrong with a pack's parameters."""
    found = [
        f"判官 opening 没有参数 {k}；可用：{', '.join(sorted(_KNOWN))}" for k in sorted(set(params) - _KNOWN)
    ]
    flags = ("greet", "name", "invite")
    found += [f"{key} 只能是 true 或 false" for key in flags if not isinstance(params.get(key, True), bool)]
    for key in ("within_seconds", "rings"):
        value = params.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
            found.append(f"{key} 要写大于零的数")
    for key in ("names", "kinds"):
        value = params.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            found.append(f"{key} 要写一列文字")
        elif key == "kinds":
            found += [f"kinds 里没有 {v}；可用：{', '.join(KINDS)}" for v in value if v not in KINDS]
    return found


def direction(conversation: Conversation) -> str:
    """inbound, outbound or internal: what an event says, else what the agent's first words show."""
    for event in conversation.events:
        if event.kind == "situation" and event.data.get("code") in ("outbound", "return_visit", "callback"):
            return "outbound"
        if event.kind == "situation" and event.data.get("code") == "internal":
            return "internal"
    mine = conversation.by("agent")
    if mine:
        said = normalise(mine[0][1].text).text
        if _OUTBOUND.search(said):
            return "outbound"
        if _INTERNAL.search(said):
            return "internal"
    return "inbound"


def first_words(conversation: Conversation, within: float) -> list[tuple[int, Turn]]:
    """The agent's first turn, with those that follow at once before the caller says anything (one speech, cut up)."""
    mine = conversation.by("agent")[:1]
    if not mine:
        return []
    following = mine[0][0] + 1
    while following < len(conversation.turns):
        turn = conversation.turns[following]
        if turn.speaker != "agent" or turn.start > within or turn.start - mine[-1][1].end > 1.5:
            break
        mine.append((following, turn))
        following += 1
    return mine


@register("opening", problems)
def opening(conversation: Conversation, params: Mapping[str, Any]) -> Opinion:
    """``greet``, ``name``, ``invite``: which parts are due; ``within_seconds``: when at the latest the turn starts;
    ``rings``: more than these are a slip too; ``names``, ``kinds``: how the organisation is recognised."""
    way = direction(conversation)
    if way != "inbound":
        return Opinion("not_applicable", (), "呼出或内部通话，不用热线开头语", 0.8)
    if not conversation.turns:
        return Opinion("unknown", (), "没有话语", 1.0)
    within = float(params.get("within_seconds", 5))
    said = first_words(conversation, within)
    if not said:
        first = conversation.turns[0]
        return Opinion("breach", (Evidence(0, first.text),), "坐席始终没有说话，没有开头语", 0.9)
    turn, spoken = said[0]
    missing: list[str] = []
    evidence: list[Evidence] = []
    confidence = 0.97
    if spoken.start > within:
        missing.append(f"{spoken.start:.1f} 秒才开口")
    parts: list[tuple[str, Found | None, int, str]] = []
    if params.get("greet", True):
        parts.append(("问候", *_first(said, greeting)))
    if params.get("name", True):
        kinds = params.get("kinds", ["hospital"])
        names = [*params.get("names", []), *(n for n in _own_names(conversation) if is_house(n, kinds))]
        parts.append(("单位名称", *_first(said, lambda text: organisation(normalise(text), names, kinds))))
    for label, found, index, text in parts:
        if found is None:
            missing.append(f"没有{label}")
        else:
            evidence.append(quoted(index, text, found))
    if params.get("invite") and not _invited(conversation):
        missing.append("没有请来电者讲")
    limit = params.get("rings")
    if limit and conversation.rings is not None and conversation.rings > limit:
        return Opinion(
            "breach", (Evidence(0, conversation.turns[0].text),), f"第 {conversation.rings} 响才接", 0.99
        )
    if missing:
        return Opinion("breach", (Evidence(turn, spoken.text),), "开头语" + "、".join(missing), 0.9)
    return Opinion("kept", tuple(evidence), "开头语齐全", confidence)


def _first(said: list[tuple[int, Turn]], finder: Any) -> tuple[Found | None, int, str]:
    for index, turn in said:
        if found := finder(turn.text):
            return found, index, turn.text
    return None, said[0][0], said[0][1].text


def _own_names(conversation: Conversation) -> list[str]:
    """What the file itself calls the house."""
    return [v for k, v in conversation.agent.items() if k in ("department", "organisation", "company") and v]


def _invited(conversation: Conversation) -> bool:
    return any(_INVITE.search(normalise(t.text).text) for _, t in conversation.by("agent")[:2])

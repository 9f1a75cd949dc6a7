"""Closing (结束语): did the agent say goodbye, thank, or wish well at the end? H14, L07 and their kin.

Not due when the call was cut off, dropped by the caller in the middle, or transferred. Source: docs/judging.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sanxiang.core.judging.base import Conversation, Evidence, Opinion, Turn, register
from sanxiang.core.judging.lexicon import CALLER_DONE, GOODBYE, THANKS, WISHES, Found, quoted, search
from sanxiang.core.language import characters, normalise

#: the agent thinks that the talk is over
_WRAPPING_UP = re.compile(
    r"就这样|先这样|这样吧|挂了|没(?:别的|其他)事|好了$|行了$|^(?:嗯|哦|好|行|对|是|知道了|可以)+的?[啊呢吧了]*$"
)
_QUESTION = re.compile(r"请问|什么|多少|哪[里个位儿天]|几[点号个岁]|[吗呢]$|报一下|说一下|稍等")
_KNOWN = {"goodbye", "thanks"}


def problems(params: Mapping[str, Any]) -> list[str]:
    """What is wrong with a pack's parameters."""
    found = [
        f"判官 closing 没有参数 {k}；可用：{', '.join(sorted(_KNOWN))}" for k in sorted(set(params) - _KNOWN)
    ]
    found += [f"{k} 只能是 true 或 false" for k in _KNOWN if not isinstance(params.get(k, True), bool)]
    return found


def closing_words(conversation: Conversation) -> tuple[int, Turn, Found] | None:
    """The agent's goodbye, thanks or wishes at the end of the talk: (turn, that turn, where in its folded text).

    A goodbye counts in the last three agent turns, thanks and wishes in the last one (or before a last short 嗯/好的):
    earlier ones thank for something else.
    """
    mine = conversation.by("agent")
    for back, (index, turn) in enumerate(reversed(mine[-3:])):
        text = normalise(turn.text)
        if (found := search(GOODBYE, text)) and not _about_later(text.text, found):
            return index, turn, found
        later = mine[len(mine) - back :]
        if back == 0 or all(characters(t.text) <= 6 for _, t in later):
            found = search(WISHES, text) or search(THANKS, text)
            if found and not (back and _asks(turn.text)):
                return index, turn, found
    return None


def _about_later(text: str, found: Found) -> bool:
    """「您找着了再联系」 tells what to do, and is no goodbye by itself."""
    return text[found.start : found.end] == "再联系" and not text.endswith("再联系")


def _asks(text: str) -> bool:
    return _QUESTION.search(normalise(text).text) is not None


def not_due(conversation: Conversation) -> str:
    """Why no closing was due; "" when it was."""
    if conversation.hung_up_by == "line":
        return "线路中断"
    if any(e.kind == "transfer" for e in conversation.events):
        return "已转接"
    if any(
        e.kind == "situation" and e.data.get("code") in ("cut_off", "line_lost", "emergency")
        for e in conversation.events
    ):
        return "通话被打断"
    if conversation.hung_up_by != "caller" or not conversation.turns:
        return ""
    last = conversation.turns[-1]
    if last.speaker == "caller":
        return "" if search(CALLER_DONE, last.text) else "来电者未等说完就挂断"
    if _asks(last.text):
        return "来电者没有回答就挂断"
    before = next((t for t in reversed(conversation.turns) if t.speaker == "caller"), None)
    over = search(_WRAPPING_UP, last.text) or (before is not None and search(CALLER_DONE, before.text))
    return "" if over else "来电者未等说完就挂断"


@register("closing", problems)
def closing(conversation: Conversation, params: Mapping[str, Any]) -> Opinion:
    """``goodbye: true``: only a goodbye will do; ``thanks: false``: thanks alone will not."""
    mine = conversation.by("agent")
    if not mine:
        return Opinion("not_applicable", (), "坐席没有说话，判在开头语", 0.6)
    said = closing_words(conversation)
    if said is not None and _enough(said, params):
        index, turn, found = said
        return Opinion("kept", (quoted(index, turn.text, found),), "有结束语", 0.97)
    if why := not_due(conversation):
        return Opinion("not_applicable", (), f"{why}，不要求结束语", 0.7)
    index, turn = mine[-1]
    sure = 0.9 if conversation.turns[-1].speaker == "agent" else 0.65
    return Opinion("breach", (Evidence(index, turn.text),), "结束时没有再见、致谢或祝福", sure)


def _enough(said: tuple[int, Turn, Found], params: Mapping[str, Any]) -> bool:
    text = normalise(said[1].text)
    if params.get("goodbye"):
        return search(GOODBYE, text) is not None
    if params.get("thanks", True):
        return True
    return search(GOODBYE, text) is not None or search(WISHES, text) is not None

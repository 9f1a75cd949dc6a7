"""Words that several judges look for, as patterns over folded text (`normalise`): greetings, goodbyes, thanks, wishes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sanxiang.core.judging.base import Evidence
from sanxiang.core.language import Normal, normalise
from sanxiang.core.language.sounds import syllables

#: 您好 and its kin; not 「您好几次」「请您好好想想」
GREETING = re.compile(
    r"[您你侬俺](?:们)?好(?![好几多久])|(?:大家|各位|老师|先生|女士|同学)好(?![几多久])"
    r"|(?:早上|上午|中午|下午|傍晚|晚上|新年|春节|过年|元旦|中秋|国庆|节日)(?:好|快乐)|[早午]安|您早|哈[喽啰罗]"
    r"|欢迎(?:致电|来电|拨打|您致电|您来电|您拨打)"
    r"|\b(?:hello|hi|good ?(?:morning|afternoon|evening|day)|welcome)\b"
)
GOODBYE = re.compile(
    r"再(?:见|会|件|建)|拜拜|掰掰|回见|回头见|下次见|慢走|晚安|再联系"
    r"|\b(?:good ?bye|bye(?: bye)?|see you|take care|farewell|good ?night)\b"
)
THANKS = re.compile(
    r"(?<!不用)(?<!不要)(?<!不必)(?:谢谢|谢啦|谢了|多谢|感谢|致谢|有劳|辛苦您|辛苦你)"
    r"|(?<!no )\b(?:thanks|thank you)\b"
)
WISHES = re.compile(
    r"祝(?:您|你|愿|福|好|大家|一切|早日|宝宝|老人|孩子|他|身体|生活|工作|家人|全家|健康|平安|顺利|愉快|病人|患者)"
    r"|早日康复|身体健康|一路平安|一路顺风|生活愉快|工作顺利|万事如意|节日快乐|周末愉快|新年快乐|保重|注意身体|好好休息|早点休息"
    r"|(?:快点|早点|快快|早日|赶快)(?:好|康复|恢复)|希望(?:您|你|他|宝宝|孩子|老人|病人|患者|家人).{0,8}(?:好起来|康复|健康|平安|顺利)"
    r"|欢迎(?:您|你)?(?:再次|随时|下次|以后)(?:再)?(?:来电|拨打|致电|咨询|打电话)"
    r"|\b(?:have a (?:nice|good|great|lovely|pleasant)|all the best|get well|best wishes)"
)
#: said by a caller, means that the talk is over for them
CALLER_DONE = re.compile(
    r"再(?:见|会|件|建)|拜拜|掰掰|谢谢|多谢|感谢|先这样|就这样|就先这样|那行|行吧|好吧|好嘞|知道了|明白了|清楚了|了解了"
    r"|没了|没有了|没别的|没事了|没问题了|不用了|可以了|就这些|(?:^|那)(?:我)?(?:先)?挂(?:了|啦)|\b(?:bye|thanks|thank you|that s all)\b"
)
#: a caller's own goodbye
CALLER_GOODBYE = re.compile(
    r"再(?:见|会|件|建)|拜拜|掰掰|回见|先这样|就这样|(?:我|先|那)挂(?:了|啦|断)|挂了啊|\b(?:good ?bye|bye|see you)\b"
)


@dataclass(frozen=True)
class Found:
    """A stretch of folded text that a pattern found."""

    start: int
    end: int


def search(pattern: re.Pattern[str], text: str | Normal) -> Found | None:
    """The first hit of a pattern in folded text."""
    normal = normalise(text) if isinstance(text, str) else text
    match = pattern.search(normal.text)
    return Found(*match.span()) if match else None


def greeting(text: str | Normal) -> Found | None:
    """A greeting, also one that the recogniser wrote with other characters (宁好, 你号) at the very start."""
    normal = normalise(text) if isinstance(text, str) else text
    found = search(GREETING, normal)
    if found is None:
        for at in range(min(4, max(0, len(normal.text) - 1))):
            pair = normal.text[at : at + 2]
            if normal.text[at + 2 : at + 3] not in ("码", "几", "多", "好") and _sounds_as_greeting(pair):
                return Found(at, at + 2)
    return found


def _sounds_as_greeting(pair: str) -> bool:
    if len(pair) != 2 or pair.isascii():
        return False
    first, second = (syllables(c) for c in pair)
    return second == ("hao",) and first in (("nin",), ("ni",)) and pair[1] in "号浩毫豪耗皓好"


def quoted(turn: int, text: str, found: Found | None) -> Evidence:
    """Evidence with the exact words of a hit, or the whole turn where there is none."""
    if found is None:
        return Evidence(turn, text)
    return Evidence(turn, normalise(text).quote(found.start, found.end))

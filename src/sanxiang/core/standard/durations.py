"""How does a standard write a length of time, and how many microseconds is that?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from sanxiang.core.rings import CYCLE, HOUR, MINUTE, SECOND

_UNITS = {
    "ring": CYCLE, "rings": CYCLE, "s": SECOND, "min": MINUTE, "h": HOUR, "d": 24 * HOUR,
    "响": CYCLE, "秒": SECOND, "分": MINUTE, "分钟": MINUTE, "小时": HOUR, "天": 24 * HOUR,
}  # fmt: skip
_FORM = re.compile(r"^(\d+(?:\.\d+)?)\s*([a-z]+|[响秒分钟小时天]+)$")


@lru_cache(maxsize=1024)
def parse_duration(text: str, cycle: int = CYCLE) -> int:
    """ "3 rings", "15 s", "30 min", "2 h", "1 d" (or 3 响, 15 秒, 30 分钟 …) in microseconds.

    ``cycle``: how long one ring is, us (`Standard.duration` gives the pack's own). Raises ValueError saying which units there are.
    """
    match = _FORM.match(text.strip())
    if not match or match[2] not in _UNITS:
        raise ValueError(
            f"{text!r} 不是时长。写法：数字加单位，单位为 rings、s、min、h、d（或 响、秒、分钟、小时、天）"
        )
    unit = cycle if match[2] in ("ring", "rings", "响") else _UNITS[match[2]]
    return round(float(match[1]) * unit)


def _check(text: str) -> str:
    if parse_duration(text) <= 0:
        raise ValueError("时长必须大于零")
    return text


#: a pydantic field type: the text of a duration, checked
Duration = Annotated[str, AfterValidator(_check)]


def in_words(us: int) -> str:
    """A length of time as people say it: 45 秒, 6 分, 2 小时 10 分."""
    seconds = max(0, round(us / SECOND))
    if seconds < 60:
        return f"{seconds} 秒"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} 分" + (f" {rest} 秒" if minutes < 5 and rest else "")
    hours, minutes = divmod(minutes, 60)
    return f"{hours} 小时" + (f" {minutes} 分" if minutes else "")

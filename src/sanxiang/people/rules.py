"""When does signing in have to wait, which numbers and logins are possible, how are states called?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STATES = ("ready", "busy", "break", "mobile", "offline")
STATE_NAMES = {
    "ready": "示闲", "busy": "示忙", "break": "小休", "mobile": "手机", "offline": "离线",
    "idle": "空闲", "ringing": "振铃", "talking": "通话", "wrap_up": "话后整理",
}  # fmt: skip

TRIES = 5
WINDOW = 15 * 60  # seconds in which wrong passwords are counted
LOCK = 5 * 60  # seconds to wait after the last of them


@dataclass(frozen=True)
class Throttle:
    """``left``: tries left now; ``wait``: seconds until the next try is possible, 0 when it is."""

    left: int
    wait: int


def throttle(failures: Sequence[float], now: float) -> Throttle:
    """What wrong passwords (seconds, any order) mean for the next try."""
    recent = sorted(at for at in failures if now - at < WINDOW)
    if len(recent) < TRIES:
        return Throttle(TRIES - len(recent), 0)
    wait = int(recent[-1] + LOCK - now + 0.999)
    return Throttle(0, wait) if wait > 0 else Throttle(1, 0)


def wait_words(seconds: int) -> str:
    """4 分 30 秒."""
    minutes, rest = divmod(seconds, 60)
    return " ".join([*([f"{minutes} 分"] if minutes else []), *([f"{rest} 秒"] if rest or not minutes else [])])


def number_problem(number: str) -> str:
    """What is wrong with an agent's number; "" when nothing."""
    return "" if re.fullmatch(r"[0-9]{2,6}", number) else "工号是 2 到 6 位数字，例如 11"


def extension_problem(extension: str) -> str:
    return "" if re.fullmatch(r"[0-9]{3,6}", extension) else "分机号是 3 到 6 位数字，例如 1011"


def login_problem(login: str) -> str:
    ok = re.fullmatch(r"[a-z][a-z0-9._-]{1,40}", login)
    return "" if ok else "登录名以小写字母开头，只用小写字母、数字和 . _ -，例如 agent11"


def next_number(taken: Iterable[str]) -> str:
    """The number to propose for a new agent: one after the highest."""
    highest = max((int(n) for n in taken if n.isdigit()), default=0)
    return f"{highest + 1:02d}"


def extension_for(number: str, taken: Iterable[str]) -> str:
    """The extension to propose: 1000 + number, or the next free one above."""
    used = set(taken)
    proposed = 1000 + int(number)
    while str(proposed) in used:
        proposed += 1
    return str(proposed)


def grantable(actor: Iterable[str]) -> list[str]:
    """Roles that somebody with these roles may give: nobody gives more than an agent's but the administrator."""
    return ["agent", "supervisor", "inspector", "administrator"] if "administrator" in set(actor) else ["agent"]


def may_manage(actor: Iterable[str], target: Iterable[str]) -> bool:
    """Whether ``actor`` may act for ``target`` (links, states, phones): a link is as good as the account behind it."""
    return set(target) <= set(grantable(actor))

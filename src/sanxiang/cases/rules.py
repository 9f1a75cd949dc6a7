"""How much time is left, and how near is that? Pure."""

from __future__ import annotations

from sanxiang.core.rings import HOUR, MINUTE
from sanxiang.core.standard.durations import in_words
from sanxiang.ground.clock import local

#: below this a promise is shown as urgent, when its standard sets no warning
NEAR = 5 * MINUTE


def time_left(due_at: int, now: int, zone: str = "Asia/Shanghai") -> str:
    """余 6 分, 超 12 分, or the moment itself when it is hours away: 明天 9:00."""
    if not due_at:
        return "没有时限"
    if due_at <= now:
        return f"超 {in_words(now - due_at)}"
    if due_at - now < 3 * HOUR:
        minutes, seconds = divmod((due_at - now) // 1_000_000, 60)
        return f"余 {minutes} 分" if minutes else f"余 {seconds} 秒"
    at, today = local(due_at, zone), local(now, zone)
    days = (at.date() - today.date()).days
    day = {0: "今天", 1: "明天", 2: "后天"}.get(days, f"{at.month}月{at.day}日")
    return f"{day} {at.hour}:{at.minute:02d}"


def urgency(state: str, due_at: int, now: int, near: int = NEAR) -> str:
    """"breach", "warn" or "calm"."""
    if state == "breach" or (due_at and due_at <= now):
        return "breach"
    return "warn" if due_at and due_at - now <= near else "calm"


def share_used(made_at: int, due_at: int, now: int) -> int:
    """Percent of the time that has gone, 0 to 100."""
    if due_at <= made_at:
        return 100
    return max(0, min(100, round(100 * (now - made_at) / (due_at - made_at))))

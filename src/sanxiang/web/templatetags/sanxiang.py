"""Tags and filters of all pages; loaded for every template by the settings.

``{% icon "phone" %}`` · ``{% asset "css/x.css" %}`` · ``{% rings call.rings %}`` · ``{% state_pill "ready" %}`` ·
``{% verdict_pill "kept" %}`` · ``{% empty "phone" "标题" "说明" %}`` · ``{{ number|masked }}`` · ``{{ us|clock }}`` ``{{ us|day }}`` ``{{ us|moment }}`` ·
``{{ us|left:now_us }}`` · ``{{ seconds|duration }}``. Times are microseconds; nothing is shown for 0 or None.
"""

from __future__ import annotations

import math
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sanxiang.ground.clock import local
from sanxiang.web import assets, icons
from sanxiang.web import masking as _masking

register = template.Library()
WEEKDAYS = "一二三四五六日"

#: state of an agent -> (looks of the pill, icon, word)
STATES = {
    "ready": ("kept", "tick", "示闲"),
    "busy": ("warn", "na", "示忙"),
    "break": ("na", "cup", "小休"),
    "mobile": ("na", "mobile", "手机"),
    "offline": ("unknown", "away", "离线"),
    "ringing": ("now", "bell", "振铃"),
    "talking": ("now", "phone", "通话"),
    "wrap_up": ("pending", "pen", "话后整理"),
}
VERDICTS = {
    "kept": ("kept", "kept", "守住"),
    "breach": ("breach", "breach", "违约"),
    "pending": ("pending", "clock", "计时中"),
    "unknown": ("unknown", "unknown", "未知"),
    "not_applicable": ("na", "na", "不适用"),
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with ``label`` it is read aloud, else it is decoration. Raises TemplateSyntaxError."""
    if name not in icons.names():
        raise template.TemplateSyntaxError(f"no icon is called {name!r}: {', '.join(sorted(icons.names()))}")
    if label:
        return format_html('<svg class="i" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name)
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def asset(path: str) -> str:
    """The address of a file below static/, kept by browsers until the file changes."""
    return assets.address(str.__str__(path))  # templates pass a str of their own kind, which paths refuse


@register.simple_tag
def pill(look: str, icon_name: str, words: Any) -> SafeString:
    """A status pill: icon and words. ``look``: kept, warn, breach, pending, unknown, na, now."""
    return format_html('<span class="pill pill--{}">{}{}</span>', look, icon(icon_name), words)


@register.simple_tag
def state_pill(state: str) -> SafeString:
    """The pill of an agent's state."""
    return pill(*STATES.get(state, ("unknown", "unknown", state)))


@register.simple_tag
def verdict_pill(verdict: str) -> SafeString:
    """The pill of a verdict."""
    return pill(*VERDICTS.get(verdict, ("unknown", "unknown", verdict)))


@register.simple_tag
def rings(n: int | None, limit: int = 3) -> SafeString:
    """Ring lights for tables: ``n`` rings heard, late past ``limit``; None: not measured, which is not zero."""
    if n is None:
        lamps, look, words = "<i></i>" * limit, " rings--unknown", "响数未知"
    else:
        lit = min(max(n, 0), limit)
        lamps = '<i class="on"></i>' * lit + "<i></i>" * (limit - lit)
        look, words = (" rings--late" if n > limit else ""), f"第{n}响"
    return format_html('<span class="rings{}">{}<b>{}</b></span>', look, mark_safe(lamps), words)


@register.filter
def masked(number: str | None) -> str:
    """138****0000."""
    return _masking.masked(number)


@register.filter
def clock(us: int | None) -> str:
    """20:23:40."""
    return local(us).strftime("%H:%M:%S") if us else ""


@register.filter
def hours(us: int | None) -> str:
    """20:23."""
    return local(us).strftime("%H:%M") if us else ""


@register.filter
def day(us: int | None) -> str:
    """11月20日 周五."""
    if not us:
        return ""
    at = local(us)
    return f"{at.month}月{at.day}日 周{WEEKDAYS[at.weekday()]}"


@register.filter
def moment(us: int | None) -> str:
    """2026-11-20 20:23:40."""
    return local(us).strftime("%Y-%m-%d %H:%M:%S") if us else ""


@register.filter
def duration(seconds: float | None) -> str:
    """4:12 or 1:02:05 for seconds; — for none."""
    if seconds is None:
        return "—"
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


@register.filter
def left(due_us: int | None, now_us: int) -> str:
    """余 6 分, 余 40 秒, 超 3 分: from ``now_us`` to ``due_us``, rounded so that it never promises too much."""
    if not due_us:
        return ""
    seconds = (due_us - now_us) / 1_000_000
    word, size = ("余", seconds) if seconds >= 0 else ("超", -seconds)
    if size < 60:
        return f"{word} {math.floor(size) if word == '余' else math.ceil(size)} 秒"
    if size < 3600 * 2:
        return f"{word} {int(size // 60)} 分"
    if size < 86400 * 2:
        return f"{word} {int(size // 3600)} 小时"
    return f"{word} {int(size // 86400)} 天"


@register.inclusion_tag("web/empty.html")
def empty(icon_name: str, title: str, words: str = "") -> dict[str, str]:
    """What stands where nothing is yet: says what will come, and the next step. (Not inside a ``for``: its ``empty`` ends there.)"""
    return {"icon_name": icon_name, "title": title, "words": words}


@register.filter
def slots(text: str) -> list[str]:
    """Words of a text, to loop over."""
    return text.split()

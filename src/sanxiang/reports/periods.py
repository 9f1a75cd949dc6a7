"""Which stretch of time is meant? Half-open, in the hotline's zone; cut into its hours and days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sanxiang.core.rings import HOUR, SECOND
from sanxiang.ground.clock import local

ZONE = "Asia/Shanghai"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class PeriodError(ValueError):
    """A time that cannot be read, or a period that ends before it begins; says so in Chinese, with the cure."""


@dataclass(frozen=True)
class Period:
    """[start, end) in us UTC. ``zone`` cuts it into days and hours."""

    start: int
    end: int
    zone: str = ZONE

    def has(self, us: int) -> bool:
        return self.start <= us < self.end

    def text(self, us: int) -> str:
        """A border as people wrote it: a date at midnight, else date and time."""
        moment = local(us, self.zone)
        midnight = moment.time() == time()
        return moment.date().isoformat() if midnight else moment.replace(tzinfo=None).isoformat(timespec="seconds")


def instant(text: str, zone: str = ZONE) -> int:
    """A date (its midnight), a local date-time, or one with an offset, as us. Raises PeriodError."""
    try:
        if _DATE.fullmatch(text):
            moment = datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone))
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise PeriodError(f"看不懂的时间“{text}”。请写 2026-03-02 或 2026-03-02T09:30") from None
    if not 1970 < moment.year < 9000:
        raise PeriodError(f"“{text}”太早或太晚。请写 1971 年至 8999 年之间的时间")
    return round(moment.replace(microsecond=0).timestamp()) * SECOND + moment.microsecond


def midnight(us: int, zone: str = ZONE, days: int = 0) -> int:
    """The local midnight at or before ``us``, moved by whole days."""
    day = local(us, zone).date() + timedelta(days=days)
    return round(datetime.combine(day, time(), ZoneInfo(zone)).timestamp()) * SECOND


def period(start: str | None, end: str | None, now: int, zone: str = ZONE) -> Period:
    """From two texts; what is missing is made from the other, or from today. Raises PeriodError."""
    if start:
        a = instant(start, zone)
        b = instant(end, zone) if end else max(midnight(now, zone, 1), midnight(a, zone, 1))
    elif end:
        b = instant(end, zone)
        a = midnight(b - 1, zone)
    else:
        a, b = midnight(now, zone), midnight(now, zone, 1)
    if b <= a:
        raise PeriodError("结束时间不晚于开始时间。结束时间本身不计在内，查一天要写到第二天")
    return Period(a, b, zone)


def day_of(us: int, zone: str = ZONE) -> str:
    return local(us, zone).date().isoformat()


def hour_of(us: int, zone: str = ZONE) -> str:
    return local(us, zone).strftime("%Y-%m-%dT%H:00")


def pieces(start: int, end: int, by: str, zone: str = ZONE) -> Iterator[tuple[str, int, int]]:
    """(key, start, end) of [start, end) cut at every border of ``by``: "hour" or "day"."""
    while start < end:
        if by == "day":
            border, key = midnight(start, zone, 1), day_of(start, zone)
        else:
            offset = round((local(start, zone).utcoffset() or timedelta()).total_seconds()) * SECOND
            border, key = start - (start + offset) % HOUR + HOUR, hour_of(start, zone)
        yield key, start, min(end, border)
        start = border

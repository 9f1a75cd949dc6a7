"""What time is it? Real time plus, under `up --test-clock`, what `clock advance` has added."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sanxiang.ground.folder import Folder


class Clock:
    """Microseconds since 1970, UTC. Cheap to ask: the offset's file is looked at again only when it changed."""

    def __init__(self, folder: Folder) -> None:
        self._path: Path = folder.clock_json
        self._seen = -1
        self._offset = 0
        self.enabled = False

    def offset(self) -> int:
        """Microseconds that the test clock is ahead of real time; 0 without a test clock."""
        try:
            stamp = os.stat(self._path).st_mtime_ns
        except OSError:
            return 0
        if stamp != self._seen:
            document = json.loads(self._path.read_text() or "{}")
            self._offset, self.enabled, self._seen = int(document.get("offset_us", 0)), bool(document.get("test")), stamp
        return self._offset

    def now(self) -> int:
        return time.time_ns() // 1000 + self.offset()


def local(us: int, zone: str = "Asia/Shanghai") -> datetime:
    """An instant as an aware local date and time."""
    return datetime.fromtimestamp(us / 1_000_000, UTC).astimezone(ZoneInfo(zone))


def iso(us: int, zone: str = "Asia/Shanghai") -> str | None:
    """An instant as ISO 8601 with milliseconds and offset; None for 0 (never)."""
    return local(us, zone).isoformat(timespec="milliseconds") if us else None

"""Progress lines, so that no wait is silent."""

import sys
import time
from collections.abc import Callable

Progress = Callable[[str], None]
"""Takes one line for the user; must not raise."""

INTERVAL = 3.0
"""Seconds between two lines about one and the same wait."""


def to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class Paced:
    """Passes on at most one line every INTERVAL seconds, each with the seconds since the start."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = self._spoken = time.monotonic()

    @property
    def seconds(self) -> int:
        return round(time.monotonic() - self._started)

    def say(self, line: str) -> None:
        if time.monotonic() - self._spoken >= INTERVAL:
            self.insist(line)

    def insist(self, line: str) -> None:
        """Passes the line on at once."""
        self._spoken = time.monotonic()
        self._progress(f"{line}（{self.seconds} 秒）")

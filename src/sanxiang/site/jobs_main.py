"""The jobs process: keeps read.db up to the log. ``python -m sanxiang.site.jobs_main --data DIR``

Looks at the log's head every `POLL` seconds, folds what is new, and ends on SIGTERM or SIGINT between two batches. A
busy or missing log, or a read.db that somebody deleted, is waited for and said once. Exit status 0.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sqlite3
import sys
import threading
from pathlib import Path

from sanxiang.ground.folder import Folder
from sanxiang.log.projection import Follower
from sanxiang.log.reader import LogReader
from sanxiang.reports.projections import all_projections

POLL = 0.02
AFTER_ERROR = 0.5
log = logging.getLogger("sanxiang.jobs")


class Jobs:
    """Follows one folder's log until told to stop. ``step`` is one look, for tests."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.stopping = threading.Event()
        self._reader: LogReader | None = None
        self._follower: Follower | None = None
        self._inode = 0
        self._said = ""

    def step(self) -> bool:
        """Folds what is new. False: the log or the tables cannot be read now."""
        try:
            if self._reader is None:
                self._reader = LogReader(self.folder.log_db)
            if self._follower is None or self._inode != _inode(self.folder.read_db):
                self._open_follower()
            assert self._follower is not None
            self._follower.catch_up(self._reader)
        except FileNotFoundError:
            return self._wait("还没有事实日志")
        except sqlite3.Error as error:
            self._close()
            return self._wait(f"读表一时不能更新：{error}")
        if self._said:
            log.info("following the log again")
            self._said = ""
        return True

    def run(self) -> None:
        """Until `stopping` is set."""
        while not self.stopping.is_set():
            done = self.step()
            self.stopping.wait(POLL if done else AFTER_ERROR)
        self._close()

    def _open_follower(self) -> None:
        if self._follower is not None:
            self._follower.close()
        self._follower = Follower(self.folder.read_db, all_projections())
        self._inode = _inode(self.folder.read_db)

    def _wait(self, why: str) -> bool:
        if why != self._said:
            log.warning("%s", why)
            self._said = why
        return False

    def _close(self) -> None:
        for one in (self._reader, self._follower):
            if one is not None:
                one.close()
        self._reader = self._follower = None


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    jobs = Jobs(Folder.named(args.data))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: jobs.stopping.set())
    print("ready", flush=True)
    jobs.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

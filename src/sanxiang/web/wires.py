"""How do pages reach the log? One read-only reader per thread, one client of the appender, the clock."""

from __future__ import annotations

import threading
from functools import lru_cache

from sanxiang.core.standard.reader import from_canonical
from sanxiang.ground.clock import Clock
from sanxiang.ground.folder import Folder
from sanxiang.log.client import Client
from sanxiang.log.reader import LogReader

_local = threading.local()


def folder() -> Folder:
    """The data folder of this process."""
    return Folder.named()


@lru_cache(maxsize=8)
def _clock(of: Folder) -> Clock:
    return Clock(of)


def now() -> int:
    """The product's time, us UTC, test clock included."""
    return _clock(folder()).now()


def client() -> Client:
    """Commands to the appender. Its requests raise `sanxiang.log.client.AppenderDown`."""
    return Client(folder().socket)


_titles: dict[str, tuple[str, str]] = {}


def pack_titles(log: LogReader | None, digest: str) -> tuple[str, str]:
    """A published standard's title, and the organisation that it speaks for; "" each when it is not there."""
    if digest not in _titles and log is not None and digest in (texts := log.packs()):
        pack = from_canonical(texts[digest])
        _titles[digest] = (pack.title, pack.hotline.organisation if pack.hotline else "")
    return _titles.get(digest, ("", ""))


def reader() -> LogReader | None:
    """This thread's reader of the log; None while there is no log. Do not close it."""
    path = folder().log_db
    try:
        stamp = (str(path), path.stat().st_ino)
    except OSError:
        return None
    if getattr(_local, "stamp", None) != stamp:
        _local.reader, _local.stamp = LogReader(path), stamp
    return _local.reader

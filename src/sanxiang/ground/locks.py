"""One at a time: a lock between processes that ends with its holder, however that dies."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sanxiang.ground.progress import Progress

_POLL = 0.1
_REMIND = 10.0


@contextmanager
def exclusive(path: Path, what: str, progress: Progress) -> Iterator[None]:
    """Holds the lock file `path` (made if absent); waits for another holder, and says so.

    what: the thing that is guarded, for the message.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        speak_at = time.monotonic()
        while not _try_lock(handle.fileno()):
            if time.monotonic() >= speak_at:
                progress(f"另一个进程正在准备 {what}，等待它完成 …")
                speak_at = time.monotonic() + _REMIND
            time.sleep(_POLL)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

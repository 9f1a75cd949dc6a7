"""How are our own processes started, told apart from strangers, and ended?"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sanxiang.ground.folder import Folder


def alive(pid: int) -> bool:
    """Whether a process runs under this pid (a zombie does not run)."""
    if pid <= 0:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"


def ours(pid: int, folder: Folder) -> bool:
    """Whether a pid is a part of this instance: its command line names our module and the folder."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return False
    return str(folder.root) in command and any(part.startswith("sanxiang.site.") for part in command)


class Part:
    """One child process of `up`: its module, arguments, log file."""

    def __init__(self, name: str, folder: Folder, module: str, *arguments: str) -> None:
        self.name, self.folder = name, folder
        self.log = folder.logs / f"{name}.log"
        self.command = [sys.executable, "-m", module, "--data", str(folder.root), *arguments]
        self.process: subprocess.Popen[bytes] | None = None
        self.told = False  # its end was told to the user

    def start(self) -> None:
        """Starts it in a session of its own, so that Ctrl-C reaches `up` alone."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                env={**os.environ, "SANXIANG_DATA": str(self.folder.root), "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def status(self) -> int | None:
        """Exit status; None while it runs."""
        return self.process.poll() if self.process else 0

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Whether it became ready in time; False at once when it ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.status() is not None:
                return False
            if ready():
                return True
            time.sleep(0.03)
        return False

    def last_words(self) -> str:
        """Why it ended: its own last word where it said one (`fatal …`), else the end of its log."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").strip().splitlines()
            fatal = [line.removeprefix("fatal ") for line in lines[-50:] if line.startswith("fatal ")]
            return fatal[-1] if fatal else "\n".join(lines[-5:])
        return ""

    def stop(self, seconds: float = 5.0) -> None:
        """Asks, then kills."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


def end_leftovers(folder: Folder) -> list[str]:
    """Ends parts of a former run of this folder that still live (its `up` was killed); gives their names."""
    ended = []
    for name in ("appender", "web", "jobs", "watchdog"):
        pid = int(folder.instance().get("pids", {}).get(name, 0))
        if not alive(pid) or not ours(pid, folder):
            continue
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + 5
        while alive(pid) and time.monotonic() < end:
            time.sleep(0.02)
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
        ended.append(name)
    return ended

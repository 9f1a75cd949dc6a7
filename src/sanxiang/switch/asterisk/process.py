"""How is the private Asterisk started, found again after our own restart, and stopped?

It outlives us (own session, own pid file). Only a process that we can recognise as ours is ever signalled.
"""

from __future__ import annotations

import base64
import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from sanxiang.switch.asterisk import config
from sanxiang.switch.asterisk.setup import Layout, Setup
from sanxiang.switch.names import ARI_USER
from sanxiang.switch.port import SwitchError

START_WITHIN = 30.0  # seconds; 1-3 s are usual
STOP_WITHIN = 5.0


class AsteriskProcess:
    """One Asterisk. Blocking; call from a thread or before the event loop runs."""

    def __init__(self, setup: Setup, layout: Layout) -> None:
        self.setup = setup
        self._layout = layout
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the running process; 0 when it is not ours or not there."""
        try:
            pid, born = map(int, self.setup.pid_file.read_text().split())
        except (OSError, ValueError):
            return 0
        return pid if _born(pid) == born and not self._ended(pid) else 0

    def ensure(self) -> int:
        """The pid of a running Asterisk: the one that is there already, else a new one."""
        if (pid := self.pid) and self.answers():
            return pid
        self.stop()
        return self.start()

    def start(self) -> int:
        """Writes the configuration, starts, waits until ARI answers. Raises SwitchError with the cure."""
        self._check_ports()
        config.write_base(self.setup, self._layout)
        log = self.setup.folder("log") / "stdout"
        environment = {
            **os.environ,
            "TMPDIR": str(self.setup.folder("spool") / "tmp"),
            "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "4"),
        }
        with log.open("ab") as out:
            self._child = subprocess.Popen(
                [self._layout.binary, "-f", "-C", self.setup.folder("etc") / "asterisk.conf"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment,
                start_new_session=True, umask=0o077, cwd=self.setup.root,
            )  # fmt: skip
        config.write_private(self.setup.pid_file, f"{self._child.pid} {_born(self._child.pid)}\n")
        until = time.monotonic() + START_WITHIN
        while not self.answers():
            if self._child.poll() is not None or time.monotonic() > until:
                self.stop()
                raise SwitchError(
                    f"Asterisk 没有启动成功：{_last_words(log)}"
                    f"\n解决办法：查看 {log} 和 {self.setup.folder('log') / 'messages'}，排除原因后重新启动。"
                )
            time.sleep(0.04)
        return self._child.pid

    def answers(self) -> bool:
        """Whether ARI answers with our password: it is up, and it is ours."""
        token = base64.b64encode(f"{ARI_USER}:{self.setup.ari_password}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.setup.http}/ari/applications",
            headers={"Authorization": f"Basic {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError, ValueError):
            return False

    def stop(self) -> None:
        """Asks, then kills; only the process in our pid file. Running calls end."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            if not (pid := self.pid):
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
            until = time.monotonic() + STOP_WITHIN
            while self.pid and time.monotonic() < until:
                time.sleep(0.02)
        if self._child is not None:
            self._child.poll()
        self.setup.pid_file.unlink(missing_ok=True)

    def _ended(self, pid: int) -> bool:
        """A child that ended stays a zombie until asked for."""
        return self._child is not None and self._child.pid == pid and self._child.poll() is not None

    def _check_ports(self) -> None:
        host = "127.0.0.1" if self.setup.host == "localhost" else self.setup.host
        _check_free(socket.SOCK_DGRAM, host, self.setup.sip, "SIP", "用 --sip-port 另选一个端口")
        _check_free(socket.SOCK_STREAM, "127.0.0.1", self.setup.http, "ARI", "重新启动，端口会自动另选")


def _check_free(kind: socket.SocketKind, host: str, port: int, what: str, cure: str) -> None:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            transport = "UDP" if kind is socket.SOCK_DGRAM else "TCP"
            raise SwitchError(
                f"{what} 端口 {port}（{transport}，{host}）不能使用：{error.strerror}。"
                f"\n解决办法：{cure}，或停止占用它的程序（ss -lpn | grep :{port}）。"
            ) from None


def _born(pid: int) -> int:
    """When the process started, in ticks since boot: with the pid it names one process for good. 0: not there."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    if fields[0] == "Z" and len(list(Path(f"/proc/{pid}/task").glob("*"))) <= 1:
        return 0  # a zombie with threads still holds its ports
    return int(fields[19])


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or "没有留下任何输出"

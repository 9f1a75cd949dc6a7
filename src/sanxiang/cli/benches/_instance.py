"""How does a bench get a hotline of its own? `sanxiang up` in a temporary folder on free ports, ended with the block."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sanxiang.cli.output import CommandError
from sanxiang.cli.sip.kit import free_port
from sanxiang.ground.folder import Folder


@contextmanager
def instance(*options: str) -> Iterator[Folder]:
    """A running instance; its folder is removed afterwards. Raises CommandError 3 when it does not come up."""
    with tempfile.TemporaryDirectory(prefix="sanxiang-bench-") as temporary:
        root = Path(temporary) / "data"
        errors = Path(temporary) / "up.log"
        with errors.open("wb") as log:
            up = subprocess.Popen(
                [sys.executable, "-m", "sanxiang.cli.main", "up", "--data", str(root), "--port", str(_tcp_port()),
                 "--sip-port", str(free_port()), *options],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip
        assert up.stdout is not None
        try:
            if not any(line.startswith("Sanxiang is ready:") for line in up.stdout):
                raise CommandError(3, "测速用的热线没有启动成功：", errors.read_text(errors="replace").strip()[-1000:])
            yield Folder(root)
        finally:
            up.send_signal(signal.SIGINT)
            try:
                up.wait(30)
            except subprocess.TimeoutExpired:
                up.kill()
                up.wait()
            up.stdout.close()


def _tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

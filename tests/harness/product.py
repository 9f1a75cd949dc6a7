"""Drives the product as an outsider would: its commands, its files, its SIP port. Nothing of its code is imported.

Everything used here stands in the contracts: `sanxiang up` and its ready line, DATA/instance.json, `--format json`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

T = TypeVar("T")
SANXIANG = shutil.which("sanxiang") or str(Path(sys.executable).with_name("sanxiang"))


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Refused(Exception):
    """A command that ended with another status than 0."""

    def __init__(self, status: int, output: str, errors: str) -> None:
        super().__init__(f"exit status {status}: {errors.strip()}\n{output.strip()}")
        self.status, self.output, self.errors = status, output, errors


class Product:
    """One running `sanxiang up` in its own folder."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.data = folder
        self.web_port, self.sip_port = free_port(), free_port(socket.SOCK_DGRAM)
        self.options = options
        self.process: subprocess.Popen[str] | None = None
        self.errors = folder.parent / f"{folder.name}-up.log"

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    # -- running -----------------------------------------------------------------------------------------------------
    def up(self, seconds: float = 120) -> float:
        """Starts and waits for the ready line; gives the seconds that it took."""
        started = time.monotonic()
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                [SANXIANG, "up", "--data", str(self.data), "--port", str(self.web_port), "--sip-port", str(self.sip_port),
                 *self.options],
                stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), True)
        for line in self.process.stdout:
            if line.startswith("Sanxiang is ready:"):
                return time.monotonic() - started
            if time.monotonic() - started > seconds:
                break
        raise AssertionError(f"no ready line: {self.errors.read_text()[-2000:]}")

    def down(self) -> int:
        """Ctrl-C; gives the exit status. No process may be left: `left_over` tells."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None
        return status

    @property
    def instance(self) -> dict[str, Any]:
        return json.loads((self.data / "instance.json").read_text())  # type: ignore[no-any-return]

    def left_over(self) -> list[str]:
        """Command lines of processes that still name our folder."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                except (OSError, IndexError):
                    continue
                if str(self.data) in command and state != "Z" and int(entry.name) != os.getpid():
                    found.append(f"{entry.name} {command}")
        return found

    # -- commands ----------------------------------------------------------------------------------------------------
    def run(self, *command: str, text: str | None = None) -> Any:
        """A command's JSON answer. Raises Refused."""
        done = subprocess.run(
            [SANXIANG, *command, "--data", str(self.data), "--format", "json"],
            capture_output=True, text=True, input=text, timeout=120,
        )  # fmt: skip
        if done.returncode:
            raise Refused(done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def agent(self, number: str) -> dict[str, Any]:
        return next(a for a in self.run("agents", "list") if a["number"] == number)

    def sign_in(self, number: str) -> str:
        """A one-time address that signs a browser in as the agent."""
        answer = self.run("agents", "sign-in", number)
        return str(answer["url"] if isinstance(answer, dict) else answer)

    def state(self, number: str, state: str) -> Any:
        return self.run("agents", "state", number, state)

    def calls(self) -> list[dict[str, Any]]:
        return self.run("calls")  # type: ignore[no-any-return]

    def call(self, name: str) -> dict[str, Any]:
        found = self.run("calls", name)
        return found[0] if isinstance(found, list) else found

    def sign(self, call: str, folder: Path, **changes: Any) -> Any:
        """Signs a registration as the desk would; the fields of the contract, changed as given."""
        document: dict[str, Any] = {"fields": {"name": "王女士", "content": "问专家门诊时间", "result": "solved", "appointment": False}}
        for key, value in changes.items():
            (document if key in ("consent", "contact", "question") else document["fields"])[key] = value
        file = folder / f"{call}.json".replace("/", "-")
        file.write_text(json.dumps(document, ensure_ascii=False))
        return self.run("registration", "sign", call, str(file))

    def kpi(self, *more: str) -> dict[str, Any]:
        return self.run("report", "kpi", *more)["total"]  # type: ignore[no-any-return]


def until(look: Callable[[], T], seconds: float = 20, every: float = 0.2) -> T:
    """Waits for a true answer and gives it."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > end:
            assert found, f"not within {seconds} s: {look}"
            return found
        time.sleep(every)

"""How do pages and commands talk to the appender? One JSON document a line over a local socket.

Requests: {"do": "propose", "facts": [{"kind", "data", "private"?, "words"?}], "key"?}: all or none.
          {"do": "switch", "act": "hold" | "resume", "call"}, {"do": "advance", "us"}, {"do": "seats"}, {"do": "head"}
Answers:  {"ok": true, "n": [numbers], "counted": [{"clause", "missing"}]} or {"ok": false, "problems": [...]}, each
          problem {"code", "problem", "cure", "fields", "clause", "ask"}.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any


class AppenderDown(RuntimeError):
    """Nobody answers at the appender's socket: the hotline's program is not running, or has stopped."""


class Client:
    """A blocking connection, made anew for each request: simple, and right across restarts of the appender."""

    def __init__(self, path: Path, timeout: float = 10.0) -> None:
        self.path, self.timeout = path, timeout

    def request(self, document: dict[str, Any]) -> dict[str, Any]:
        """Sends one document and gives the answer. Raises AppenderDown."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self.timeout)
                connection.connect(str(self.path))
                connection.sendall(json.dumps(document, ensure_ascii=False).encode() + b"\n")
                chunks = []
                while True:
                    chunk = connection.recv(65536)
                    if not chunk:
                        raise AppenderDown("事实登记进程没有回答")
                    chunks.append(chunk)
                    if chunk.endswith(b"\n"):
                        return json.loads(b"".join(chunks))  # type: ignore[no-any-return]
        except OSError as error:
            raise AppenderDown(f"连不上事实登记进程：{error}。请先运行 sanxiang up") from error

    def propose(self, *facts: dict[str, Any], key: str = "") -> dict[str, Any]:
        """Proposes facts, all or none. The same ``key`` twice: the first answer again."""
        return self.request({"do": "propose", "facts": list(facts), "key": key})

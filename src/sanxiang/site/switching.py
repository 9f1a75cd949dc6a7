"""Which switch is behind the port, and on which ports does it live? Kept in DATA/switch.json (mode 0600)."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
from pathlib import Path
from typing import Any

from sanxiang.ground.folder import Folder
from sanxiang.site.no_switch import NoSwitch
from sanxiang.switch.asterisk.adapter import AsteriskSwitch
from sanxiang.switch.asterisk.setup import Setup
from sanxiang.switch.port import Switch

RTP_PORTS = 4000


def write_private(path: Path, document: dict[str, Any]) -> None:
    """A JSON file that only this user may read, written whole or not at all."""
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
    temporary.replace(path)


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that is free now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def plan(folder: Folder, sip: int, host: str, trunk: str) -> Setup:
    """Ports and secrets of this instance's Asterisk. What was chosen before is kept, so that phones need not change."""
    path = folder.root / "switch.json"
    known: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    known |= {"sip": sip, "host": host, "trunk": trunk}
    known.setdefault("ari_password", secrets.token_urlsafe(24))
    if not _free(known.get("http", 0)) and not folder.instance().get("pids", {}).get("asterisk"):
        known.pop("http", None)
    known.setdefault("http", free_port())
    known.setdefault("rtp", _rtp_range())
    write_private(path, known)
    return setup_of(folder)


def setup_of(folder: Folder) -> Setup:
    """The setup that `plan` wrote. Raises FileNotFoundError before the first start."""
    known = json.loads((folder.root / "switch.json").read_text())
    return Setup(
        data=folder.root, sip=known["sip"], http=known["http"], rtp=(known["rtp"][0], known["rtp"][1]),
        ari_password=known["ari_password"], host=known["host"], trunk=known["trunk"],
    )  # fmt: skip


def make_switch(folder: Folder, args: argparse.Namespace) -> Switch:
    """The adapter for this process."""
    return NoSwitch() if args.switch == "none" else AsteriskSwitch(setup_of(folder))


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _rtp_range() -> list[int]:
    """A stretch of UDP ports below the ephemeral ones, so that instances side by side do not collide."""
    first = 10_000 + 2 * secrets.randbelow(9_000)
    return [first, first + RTP_PORTS - 1]

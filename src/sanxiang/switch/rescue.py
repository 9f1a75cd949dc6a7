"""Our controller is dead or hung: how do those who wait still reach somebody?

For the watchdog: plain HTTP, no event socket, nothing of the controller's state. What is joined stays joined.
"""

from __future__ import annotations

import base64
import json
import logging
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from sanxiang.switch.names import APP, ARI_USER

_log = logging.getLogger(__name__)

_WITHIN = 3.0  # seconds per request


@dataclass
class Rescued:
    """``calls``: ids of the calls now in the emergency queue, the longest waiting first; ``dropped``: ringing legs."""

    calls: list[str] = field(default_factory=list)
    dropped: int = 0
    seconds: float = 0.0


def rescue(port: int, password: str) -> Rescued:
    """Moves waiting callers to the emergency queue and ends phones that ring for them.

    Never raises for a single call; OSError when Asterisk itself does not answer.
    """
    began = time.monotonic()
    ask = Asking(port, password)
    joined = {
        c for bridge in ask("GET", "/bridges") if len(bridge["channels"]) > 1 for c in bridge["channels"]
    }
    done = Rescued()
    channels = [c for c in ask("GET", "/channels") if c["id"] not in joined]
    legs = [channel["id"] for channel in channels if channel["id"].startswith("leg-")]
    waiting = [channel for channel in channels if _waits(channel)]
    for channel in sorted(waiting, key=lambda channel: str(channel["creationtime"])):
        number = channel["dialplan"]["exten"]
        if ask.done("POST", f"/channels/{channel['id']}/continue?context=safe&extension={number}&priority=1"):
            done.calls.append("c" + channel["id"].replace(".", "-"))
    for leg in legs:
        done.dropped += ask.done("DELETE", f"/channels/{leg}")
    done.seconds = time.monotonic() - began
    return done


def end_lone_legs(port: int, password: str) -> int:
    """Ends what is left of conversations whose other side is gone: without a controller nobody else does, and the agent
    would stay engaged for ever. Gives how many legs ended. OSError when Asterisk itself does not answer.
    """
    ask = Asking(port, password)
    ended = 0
    for bridge in ask("GET", "/bridges"):
        if len(bridge["channels"]) == 1 and bridge["bridge_type"] == "mixing" and bridge["creator"] == "Stasis":
            ended += ask.done("DELETE", f"/channels/{bridge['channels'][0]}")
            ask.done("DELETE", f"/bridges/{bridge['id']}")
    return ended


def _waits(channel: dict[str, Any]) -> bool:
    dialplan = channel["dialplan"]
    return bool(dialplan["app_name"] == "Stasis" and dialplan["app_data"].startswith(f"{APP},in,"))


class Asking:
    """Single requests to ARI, blocking. Raises OSError when there is no answer, HTTPError when it refuses."""

    def __init__(self, port: int, password: str) -> None:
        self._base = f"http://127.0.0.1:{port}/ari"
        self._token = base64.b64encode(f"{ARI_USER}:{password}".encode()).decode()

    def __call__(self, method: str, path: str) -> Any:
        request = urllib.request.Request(
            self._base + path, method=method, headers={"Authorization": f"Basic {self._token}"}
        )
        with urllib.request.urlopen(request, timeout=_WITHIN) as answer:
            raw = answer.read()
        return json.loads(raw) if raw else None

    def done(self, method: str, path: str) -> bool:
        """Whether it worked; a call may be gone by itself meanwhile."""
        try:
            self(method, path)
        except (OSError, urllib.error.HTTPError, ValueError) as error:
            _log.warning("%s %s: %s", method, path, error)
            return False
        return True

"""Under which names may this instance be called? Whatever else stands in a Host header is refused (DNS rebinding)."""

from __future__ import annotations

import os
import socket

from sanxiang.ground.folder import Folder, hash_of

ANY = ("0.0.0.0", "::", "")  # compared, never listened on by itself


def allowed_hosts(host: str = "", more: str = "") -> list[str]:
    """Host names without port: loopback, ``host``, and ``more`` (comma-separated). Serving all addresses: this machine's."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host in ANY:
        names += [socket.gethostname(), socket.getfqdn()] if host else []
        names += _addresses() if host else []
    else:
        names.append(host)
    names += [n.strip() for n in more.split(",") if n.strip()]
    return list(dict.fromkeys(n.lower() for n in names))


def _addresses() -> list[str]:
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    except OSError:
        return []


def from_environment() -> list[str]:
    """As `web_main` was told: $SANXIANG_HOST and $SANXIANG_ALLOWED_HOSTS."""
    return allowed_hosts(os.environ.get("SANXIANG_HOST", "127.0.0.1"), os.environ.get("SANXIANG_ALLOWED_HOSTS", ""))


def cookie_mark(folder: Folder) -> str:
    """Set apart the cookies of two instances on one machine: browsers do not tell ports apart."""
    return f"{hash_of(str(folder.root)):08x}"

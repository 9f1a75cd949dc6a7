"""How does a caller leave whose SIPp is ended in the middle? With a CANCEL or BYE of our own, so that nobody waits for a ghost."""

from __future__ import annotations

import contextlib
import re
import socket
from pathlib import Path

_MESSAGE = re.compile(r"^-{20,}.*\n^UDP message (sent|received).*\n\n", re.MULTILINE)


def farewell(trace: str) -> bytes:
    """The CANCEL of a call that waits, the BYE of one that talks; b"" when there is nothing to leave.

    ``trace``: what SIPp wrote with -trace_msg.
    """
    parts = _MESSAGE.split(trace)
    sent = [text for way, text in zip(parts[1::2], parts[2::2], strict=True) if way == "sent"]
    heard = [text for way, text in zip(parts[1::2], parts[2::2], strict=True) if way == "received"]
    invite = next((text for text in sent if text.startswith("INVITE ")), "")
    finals = [
        text
        for text in heard
        if re.match(r"SIP/2.0 [2-6]\d\d", text) and _header(text, "CSeq").endswith("INVITE")
    ]
    over = any(text.startswith("BYE ") for text in (*sent, *heard)) or any(
        text.startswith("CANCEL ") for text in sent
    )
    if not invite or over:
        return b""
    if not finals:
        uri = invite.split()[1]
        return _request(
            "CANCEL",
            uri,
            _header(invite, "Via"),
            invite,
            _header(invite, "To"),
            _header(invite, "CSeq").split()[0],
        )
    if not finals[0].startswith("SIP/2.0 200"):
        return b""
    target = re.search(r"<([^>]+)>", _header(finals[0], "Contact"))
    via = re.sub(r"branch=.*", "branch=z9hG4bK-farewell", _header(invite, "Via"))
    return _request(
        "BYE", target[1] if target else invite.split()[1], via, invite, _header(finals[0], "To"), "99"
    )


def leave(trace: Path, host: str, port: int) -> bool:
    """Sends the farewell. False: there was nothing to leave."""
    with contextlib.suppress(OSError):
        if message := farewell(trace.read_text(errors="surrogateescape").replace("\r\n", "\n")):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.sendto(message, (host, port))
            return True
    return False


def _header(message: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*)$", message, re.MULTILINE | re.IGNORECASE)
    return found[1].strip() if found else ""


def _request(method: str, uri: str, via: str, invite: str, to: str, number: str) -> bytes:
    lines = [
        f"{method} {uri} SIP/2.0", f"Via: {via}", f"From: {_header(invite, 'From')}", f"To: {to}",
        f"Call-ID: {_header(invite, 'Call-ID')}", f"CSeq: {number} {method}", "Max-Forwards: 70", "Content-Length: 0", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")

"""Where does one private Asterisk live, on which ports, with which secrets?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

#: seconds after which the dialplan no longer believes that our controller lives
HEARTBEAT_MAX_AGE = 3


class Layout(Protocol):
    """Absolute paths of an installed Asterisk (`sanxiang.ground.asterisk` gives one)."""

    @property
    def binary(self) -> Path: ...
    @property
    def modules(self) -> Path: ...
    @property
    def share(self) -> Path: ...


@dataclass(frozen=True)
class Setup:
    """One instance. ``data`` is the product's data folder; all of Asterisk's files lie in ``data/asterisk``.

    ``host``: address for SIP and sound; ARI and the browser's WebSocket stay on 127.0.0.1 whatever it says.
    ``rtp``: first and last UDP port for sound, four per call. ``trunk``: HOST:PORT of the carrier's gateway, or "".
    ``ari_password``: letters, digits, "-" and "_" only.
    """

    data: Path
    sip: int
    http: int
    rtp: tuple[int, int]
    ari_password: str = field(repr=False)
    host: str = "127.0.0.1"
    trunk: str = ""

    @property
    def root(self) -> Path:
        return self.data.absolute() / "asterisk"

    def folder(self, name: str) -> Path:
        """One of etc, var, spool, run, log, share, music, prompts."""
        return self.root / name

    @property
    def monitor(self) -> Path:
        """Recordings in the making."""
        return self.root / "spool" / "monitor"

    @property
    def prompts(self) -> Path:
        """Prompts by name: NAME.wav, 16-bit 8 kHz mono."""
        return self.root / "prompts"

    @property
    def pid_file(self) -> Path:
        return self.root / "asterisk.pid"

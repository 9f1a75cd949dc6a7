"""Where is what in a data folder? All that changes lives under one folder; this names its files."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Folder:
    """The data folder of one instance. ``root`` is absolute."""

    root: Path

    @classmethod
    def named(cls, given: str | None = None) -> Folder:
        """The folder given, else $SANXIANG_DATA, else ./data."""
        return cls(Path(given or os.environ.get("SANXIANG_DATA") or "data").absolute())

    @property
    def log_db(self) -> Path:
        """Facts, state, clocks, effects, personal data: written by the appender alone."""
        return self.root / "log.db"

    @property
    def app_db(self) -> Path:
        """Accounts, drafts, settings: Django's."""
        return self.root / "app.db"

    @property
    def read_db(self) -> Path:
        """Projections that may be thrown away."""
        return self.root / "read.db"

    @property
    def socket(self) -> Path:
        """Where the appender listens. Short: socket paths are limited to about 100 bytes."""
        path = self.root / "appender.sock"
        if len(str(path).encode()) < 100:
            return path
        return Path(f"/tmp/sanxiang-{os.getuid()}-{abs(hash_of(str(self.root))):x}.sock")

    @property
    def instance_json(self) -> Path:
        return self.root / "instance.json"

    @property
    def lock(self) -> Path:
        """Held by `up` while the instance runs."""
        return self.root / "instance.lock"

    @property
    def clock_json(self) -> Path:
        return self.root / "clock.json"

    @property
    def secrets_json(self) -> Path:
        """Passwords of our own parts to one another; mode 0600."""
        return self.root / "secrets.json"

    @property
    def asterisk(self) -> Path:
        return self.root / "asterisk"

    @property
    def recordings(self) -> Path:
        return self.root / "recordings"

    @property
    def logs(self) -> Path:
        """What our processes print."""
        return self.root / "logs"

    def instance(self) -> dict[str, Any]:
        """What `up` wrote of the running instance; {} when none has run."""
        try:
            return json.loads(self.instance_json.read_text())  # type: ignore[no-any-return]
        except (OSError, ValueError):
            return {}


def hash_of(text: str) -> int:
    """The same number for the same text in every process."""
    import zlib

    return zlib.crc32(text.encode())

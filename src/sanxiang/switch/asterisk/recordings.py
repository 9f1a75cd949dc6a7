"""How do two files of the spool become a call's recording?

MixMonitor writes one file per direction and sets the length in the header when it closes. Zero of the time is the
first frame, which nobody notes: it is the hang-up minus the length.
"""

from __future__ import annotations

import asyncio
import struct
from datetime import UTC, datetime
from pathlib import Path

from sanxiang.core.facts.calls import RecordingStored
from sanxiang.switch.asterisk.setup import Setup

_HEADER = 44
_BYTES_PER_SECOND = 16_000
_SIDES = ("caller", "agent")


class Recordings:
    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    async def store(self, call: str, ended: int, within: float) -> RecordingStored | None:
        """Waits until both files are closed, makes them equally long and moves them. None: there are none.

        ``ended``: us, when the caller's channel ended; ``within``: seconds of patience with the writer.
        Files lie under recordings/YYYY/MM/DD (UTC day of the end). Raises TimeoutError.
        """
        sources = self._spooled(call)
        async with asyncio.timeout(within):
            while not all(map(_closed, sources)):
                if not any(path.exists() for path in sources):
                    return None
                await asyncio.sleep(0.01)
        return await asyncio.to_thread(self._move, call, sources, ended)

    def discard(self, call: str) -> None:
        """Removes what was recorded of a call that nobody answered."""
        for path in self._spooled(call):
            path.unlink(missing_ok=True)

    def _spooled(self, call: str) -> list[Path]:
        return [self._setup.monitor / f"{call}-{side}.wav" for side in _SIDES]

    def _move(self, call: str, sources: list[Path], ended: int) -> RecordingStored:
        day = datetime.fromtimestamp(ended / 1e6, UTC)
        folder = self._setup.data.absolute() / "recordings" / f"{day:%Y/%m/%d}"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        length = max(path.stat().st_size - _HEADER for path in sources)
        for path in sources:
            _lengthen(path, length)
        targets = [folder / f"{call}-{side}.wav" for side in _SIDES]
        for source, target in zip(sources, targets, strict=True):
            source.replace(target)
        seconds = length / _BYTES_PER_SECOND
        caller, agent = (str(target.relative_to(self._setup.data.absolute())) for target in targets)
        return RecordingStored(
            call=call,
            caller=caller,
            agent=agent,
            seconds=round(seconds, 4),
            zero=ended - round(seconds * 1e6),
        )


def _closed(path: Path) -> bool:
    """Whether the header tells the length that the file has."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return False
    return len(header) == _HEADER and struct.unpack("<I", header[40:44])[0] == size - _HEADER


def _lengthen(path: Path, length: int) -> None:
    """Adds silence at the end."""
    missing = length - (path.stat().st_size - _HEADER)
    if missing > 0:
        with path.open("r+b") as file:
            file.seek(0, 2)
            file.write(bytes(missing))
            file.seek(4)
            file.write(struct.pack("<I", length + _HEADER - 8))
            file.seek(40)
            file.write(struct.pack("<I", length))

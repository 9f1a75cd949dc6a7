"""What do calls, offers, phones and the sweep share? The client, the way to report, and small requests."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from sanxiang.core.facts import Body
from sanxiang.switch.asterisk.ari import Ari, Gone
from sanxiang.switch.asterisk.model import Playing, Tasks
from sanxiang.switch.asterisk.setup import Setup
from sanxiang.switch.port import Report, Reported

#: SIP "Call completed elsewhere"
ELSEWHERE = 26


class Wire:
    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.ari = Ari(setup.http, setup.ari_password)
        self.tasks = Tasks()
        self._report: Report | None = None
        self._kept: list[Reported] = []

    def tell(self, body: Body, happened: int, **private: str) -> None:
        """Reports a fact; while `start` runs they are kept until it has answered."""
        reported = Reported(body, happened, private)
        if self._report is None:
            self._kept.append(reported)
        else:
            self._report(reported)

    def report_to(self, report: Report) -> None:
        """Hands over what was kept, and from now on everything, as soon as the running step of the loop is over."""

        def begin() -> None:
            self._report = report
            for reported in self._kept:
                report(reported)
            self._kept.clear()

        asyncio.get_running_loop().call_soon(begin)

    async def drop(self, channel: str, cause: int = 0) -> None:
        """Hangs up one channel, if it is still there."""
        with contextlib.suppress(Gone):
            if cause:
                await self.ari.delete(f"/channels/{channel}", reason_code=cause)
            else:
                await self.ari.delete(f"/channels/{channel}")

    async def stop_playing(self, playing: Playing) -> None:
        playing.cut = True
        await self.delete_quietly(f"/playbacks/{playing.id}")

    async def post_quietly(self, path: str, **query: Any) -> bool:
        """POST that a call's end may overtake. False: it did."""
        try:
            await self.ari.post(path, **query)
        except Gone:
            return False
        return True

    async def delete_quietly(self, path: str) -> None:
        with contextlib.suppress(Gone):
            await self.ari.delete(path)

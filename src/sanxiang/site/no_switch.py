"""The switch of `up --no-telephony`: there is none; nothing rings."""

from __future__ import annotations

from sanxiang.switch.port import Line, Report, RunningCall, Seat


class NoSwitch:
    """Accepts everything and does nothing. No agent ever has a phone, so no call is ever offered."""

    async def start(self, report: Report) -> list[RunningCall]:
        return []

    async def stop(self) -> None:
        return None

    async def configure(self, lines: list[Line], seats: list[Seat]) -> None:
        return None

    async def offer(self, call: str, offer: str, agent: str) -> None:
        return None

    async def withdraw(self, call: str, offer: str) -> None:
        return None

    async def play(self, call: str, prompt: str) -> None:
        return None

    async def stop_playing(self, call: str) -> None:
        return None

    async def hold(self, call: str) -> None:
        return None

    async def resume(self, call: str) -> None:
        return None

    async def hang_up(self, call: str, by: str) -> None:
        return None

    async def release(self, call: str) -> None:
        return None

    async def mirror(self, ready: list[str]) -> None:
        return None

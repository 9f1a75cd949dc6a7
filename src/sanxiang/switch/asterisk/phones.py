"""Which phones can be rung? Asked once at the start, then after each change that Asterisk tells of."""

from __future__ import annotations

from collections.abc import Callable

from sanxiang.core.facts.agents import PhoneLost, PhoneRegistered
from sanxiang.switch.asterisk.ari import AriError, Event
from sanxiang.switch.asterisk.model import now
from sanxiang.switch.asterisk.wire import Wire
from sanxiang.switch.port import Seat


class Phones:
    """``online``: endpoints with a registered contact. ``lost`` is called with each that goes away."""

    def __init__(self, wire: Wire, lost: Callable[[str, int], None]) -> None:
        self._wire = wire
        self._lost = lost
        self._agents: dict[str, str] = {}  # endpoint -> agent
        self._endpoints: dict[str, list[str]] = {}  # agent -> endpoints
        self.online: set[str] = set()

    async def know(self, seats: list[Seat]) -> None:
        """Takes the seats, subscribes to their phones, and tells which are there."""
        self._endpoints = {seat.agent: [seat.extension, f"{seat.extension}w"] for seat in seats}
        self._agents = {name: agent for agent, names in self._endpoints.items() for name in names}
        for name in self.online - set(self._agents):
            self.online.discard(name)
        await self._wire.ari.subscribe(*(f"endpoint:PJSIP/{name}" for name in self._agents))
        await self.ask()

    async def ask(self, happened: int = 0) -> None:
        """Compares with what Asterisk says now, and tells the differences."""
        states = {endpoint.resource: endpoint.state for endpoint in await self._wire.ari.endpoints()}
        for name in self._agents:
            self._see(name, states.get(name) == "online", happened or now())

    def reachable(self, agent: str) -> list[str]:
        """The agent's registered endpoints, the desk phone first."""
        return [name for name in self._endpoints.get(agent, []) if name in self.online]

    def changed(self, event: Event) -> None:
        """A contact came or went: only Asterisk knows whether another one is left."""
        if event.endpoint is not None and event.endpoint.resource in self._agents:
            self._wire.tasks.spawn(self._ask_quietly(event.happened), "phones")

    async def _ask_quietly(self, happened: int) -> None:
        try:
            await self.ask(happened)
        except AriError:
            return  # the socket's return asks again

    def _see(self, name: str, there: bool, happened: int) -> None:
        if there and name not in self.online:
            self.online.add(name)
            self._wire.tell(PhoneRegistered(agent=self._agents[name], endpoint=name), happened)
        elif not there and name in self.online:
            self.online.discard(name)
            self._wire.tell(PhoneLost(agent=self._agents[name], endpoint=name), happened)
            self._lost(name, happened)

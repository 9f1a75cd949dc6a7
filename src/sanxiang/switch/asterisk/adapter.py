"""Asterisk as a `Switch`: the port's commands become requests, Asterisk's events become facts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Callable

from sanxiang.switch.asterisk import config
from sanxiang.switch.asterisk.ari import AriError, Event
from sanxiang.switch.asterisk.calls import Calls
from sanxiang.switch.asterisk.model import Phase, now
from sanxiang.switch.asterisk.phones import Phones
from sanxiang.switch.asterisk.setup import HEARTBEAT_MAX_AGE, Setup
from sanxiang.switch.asterisk.sweep import sweep
from sanxiang.switch.asterisk.wire import Wire
from sanxiang.switch.port import Line, Report, RunningCall, Seat, SwitchError

_log = logging.getLogger(__name__)

_BEAT = 0.5  # seconds
#: Q.850 of a plain hang-up; none is given with a BYE
_NORMAL = {0, 16, 31}
_PROMPT = re.compile(r"[\w-]{1,80}")


class AsteriskSwitch:
    """One Asterisk that already runs. Everything happens in the loop that called `start`."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._wire = Wire(setup)
        self._calls = Calls(self._wire)
        self._phones = Phones(self._wire, self._calls.offers.phone_lost)
        self._lines: list[Line] = []
        self._seats: list[Seat] = []
        self._ready = config.read_ready(setup)  # whom our former self mirrored, until we know better
        self._stale: set[str] = set()  # modules whose files changed since Asterisk read them
        self._heart: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._beaten = -1e9  # monotonic seconds

    @property
    def in_charge(self) -> bool:
        """Whether new calls come to us: connected, and the heartbeat was taken lately."""
        return self._wire.ari.connected.is_set() and time.monotonic() - self._beaten < HEARTBEAT_MAX_AGE

    # ---- the port

    async def start(self, report: Report) -> list[RunningCall]:
        since = now()
        await self._wire.ari.open(self._on_event, self._again)
        running = await sweep(self._wire, self._calls, since)
        if self._seats or self._lines:
            await self.configure(self._lines, self._seats)
        await self._beat()
        self._heart = asyncio.create_task(self._beats(), name="heartbeat")
        self._wire.report_to(report)
        return running

    async def stop(self) -> None:
        await self.stop_heart()
        with contextlib.suppress(AriError):  # Asterisk may be gone already
            await self._set_heartbeat(0)
            for call in list(self._calls.by_id.values()):
                await self._calls.release(call, "系统停止，移交应急队列")
        await self.abandon()

    async def abandon(self) -> None:
        """Disconnects without putting anything in order: what a crash leaves behind."""
        await self.stop_heart()
        await self._wire.tasks.close()
        await self._wire.ari.close()

    async def interrupt(self) -> None:
        """Loses the connection for a moment, as a fault would."""
        await self._wire.ari.interrupt()

    async def stop_heart(self) -> None:
        """No more signs of life: after three seconds new calls go to the emergency queue."""
        if self._heart is not None:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)

    async def configure(self, lines: list[Line], seats: list[Seat]) -> None:
        self._lines, self._seats = list(lines), list(seats)
        self._calls.lines = {line.number: line for line in lines}
        async with self._writing:
            self._stale |= {
                module
                for changed, module in (
                    (config.write_seats(self._setup, seats), "res_pjsip"),
                    (config.write_lines(self._setup, lines), "pbx_config"),
                    (self._write_safe(), "app_queue"),
                )
                if changed
            }
            if "res_pjsip" in self._stale:
                self._stale.add("pbx_config")  # the hints of the seats stand there
            if not self._wire.ari.connected.is_set():
                return  # `start` comes back here, and what is stale by then is read anew
            for module in sorted(self._stale, reverse=True):
                await self._wire.ari.reload(module)
                self._stale.discard(module)
        await self._phones.know(seats)

    async def offer(self, call: str, offer: str, agent: str) -> None:
        if (known := self._calls.by_id.get(call)) is not None:
            await self._calls.offers.ring(known, offer, agent, self._phones.reachable(agent))

    async def withdraw(self, call: str, offer: str) -> None:
        if (known := self._calls.by_id.get(call)) is not None:
            await self._calls.offers.withdraw(known, offer)

    async def play(self, call: str, prompt: str) -> None:
        path = self._setup.prompts / f"{prompt}.wav"
        if not _PROMPT.fullmatch(prompt) or not path.is_file():
            raise SwitchError(f"没有提示音「{prompt}」。解决办法：在规范包中写出它的文字，或放入 {path}。")
        if (known := self._calls.by_id.get(call)) is not None:
            await self._calls.play(known, prompt, f"sound:{path.with_suffix('')}")

    async def stop_playing(self, call: str) -> None:
        if (known := self._calls.by_id.get(call)) is not None:
            await self._calls.stop_playing(known)

    async def hold(self, call: str) -> None:
        if (known := self._calls.by_id.get(call)) is not None:
            await self._calls.hold(known)

    async def resume(self, call: str) -> None:
        if (known := self._calls.by_id.get(call)) is not None:
            await self._calls.resume(known)

    async def hang_up(self, call: str, by: str) -> None:
        if by not in ("agent", "line"):
            raise SwitchError(f"不能以「{by}」的名义挂机，只能是 agent 或 line。")
        if (known := self._calls.by_id.get(call)) is not None:
            await self._calls.hang_up(known, "agent" if by == "agent" else "line")

    async def release(self, call: str) -> None:
        if (known := self._calls.by_id.get(call)) is not None:
            await self._calls.release(known)

    async def mirror(self, ready: list[str]) -> None:
        self._ready = list(ready)
        async with self._writing:
            if self._write_safe() and self._wire.ari.connected.is_set():
                await self._wire.ari.reload("app_queue")

    # ---- events

    def _on_event(self, event: Event) -> None:
        if event.playback is not None:
            if event.type == "PlaybackFinished":
                self._calls.played(event.playback.id, event.playback.state, event.happened)
        elif event.channel is None:
            if event.type in ("ContactStatusChange", "PeerStatusChange"):
                self._phones.changed(event)
        elif (handler := _HANDLERS.get(event.type)) is not None:
            handler(self, event, event.channel.id)

    def _on_start(self, event: Event, channel: str) -> None:
        if event.args[:1] == ["in"]:
            self._calls.entered(event)
        elif (leg := self._calls.offers.legs.get(channel)) is not None:
            self._calls.offers.picked_up(leg, event.happened)
        elif channel.startswith("leg-"):
            self._wire.tasks.spawn(self._wire.drop(channel, 26), "drop unknown leg")

    def _on_state(self, event: Event, channel: str) -> None:
        assert event.channel is not None
        if (leg := self._calls.offers.legs.get(channel)) is not None and event.channel.state == "Ringing":
            self._calls.offers.ringing(leg, event.happened)
        elif (call := self._calls.by_channel.get(channel)) is not None and event.channel.state == "Up":
            call.up = True

    def _on_hangup(self, event: Event, channel: str) -> None:
        if (call := self._calls.by_channel.get(channel)) is not None:
            self._calls.caller_left(call, "caller" if _by_itself(event) else "line", event.happened)
        elif (leg := self._calls.offers.legs.get(channel)) is not None and leg.call.leg is leg:
            self._calls.agent_left(leg, "agent" if _by_itself(event) else "line", event.cause, event.happened)

    def _on_end(self, event: Event, channel: str) -> None:
        if (call := self._calls.by_channel.get(channel)) is not None:
            self._calls.caller_gone(call, event.happened)
        elif (leg := self._calls.offers.legs.get(channel)) is not None:
            self._calls.agent_left(leg, "line", event.cause, event.happened)

    def _on_hold(self, event: Event, channel: str) -> None:
        leg = self._calls.offers.legs.get(channel)
        if leg is not None and leg.call.phase is Phase.TALKING:
            change = self._calls.held if event.type == "ChannelHold" else self._calls.freed
            change(leg.call, "phone", event.happened)

    # ---- staying in touch

    async def _again(self) -> None:
        """The socket came back: Asterisk or the connection was interrupted."""
        _log.warning("connected to Asterisk again")
        await self._beat()
        await sweep(self._wire, self._calls, now())
        await self.configure(self._lines, self._seats)

    async def _beats(self) -> None:
        while True:
            await asyncio.sleep(_BEAT)
            try:
                await self._beat()
            except AriError as error:
                _log.warning("heartbeat: %s", error)

    async def _beat(self) -> None:
        await self._set_heartbeat(int(time.time()))
        self._beaten = time.monotonic()

    async def _set_heartbeat(self, second: int) -> None:
        await self._wire.ari.post("/asterisk/variable", variable="HB", value=second)

    def _write_safe(self) -> bool:
        ready = set(self._ready)
        return config.write_safe(
            self._setup, self._lines, [seat for seat in self._seats if seat.agent in ready]
        )


def _by_itself(event: Event) -> bool:
    """Whether the party hung up. Else the network gave a reason, or Asterisk itself did (no sound came any more)."""
    return not event.soft and event.cause in _NORMAL


_HANDLERS: dict[str, Callable[[AsteriskSwitch, Event, str], None]] = {
    "StasisStart": AsteriskSwitch._on_start,
    "ChannelStateChange": AsteriskSwitch._on_state,
    "ChannelHangupRequest": AsteriskSwitch._on_hangup,
    "StasisEnd": AsteriskSwitch._on_end,
    "ChannelDestroyed": AsteriskSwitch._on_end,
    "ChannelHold": AsteriskSwitch._on_hold,
    "ChannelUnhold": AsteriskSwitch._on_hold,
}

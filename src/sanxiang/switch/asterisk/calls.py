"""What becomes of one call between the door and its end, the ringing of agents apart?"""

from __future__ import annotations

import asyncio
import logging

from sanxiang.core.facts.calls import (
    CallAbandoned,
    CallEnded,
    CallQueued,
    CallReleased,
    CallTimedOut,
    HoldEnded,
    HoldStarted,
    HungUpBy,
    NoticePlayed,
    RecordingStored,
)
from sanxiang.switch.asterisk.ari import AriError, Event
from sanxiang.switch.asterisk.model import Call, Leg, Phase, Playing, call_id, now
from sanxiang.switch.asterisk.offers import Offers
from sanxiang.switch.asterisk.recordings import Recordings
from sanxiang.switch.asterisk.wire import Wire
from sanxiang.switch.callers import kind_of_filtered
from sanxiang.switch.port import Line

_log = logging.getLogger(__name__)

#: seconds in which a recording is usually closed; the end of the call is told with it, so that who sees one sees both
_CLOSED_SOON = 2.0
_CLOSED_AT_LAST = 60.0


class Calls:
    """``by_id`` and ``by_channel`` hold the calls that are not over."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._recordings = Recordings(wire.setup)
        self.offers = Offers(wire, self._agent_left_joining)
        self.lines: dict[str, Line] = {}
        self.by_id: dict[str, Call] = {}
        self.by_channel: dict[str, Call] = {}
        self._playing: dict[str, Call] = {}

    # ---- the door

    def entered(self, event: Event) -> None:
        """A caller reached a line; arguments as the dialplan gives them: in, number, length, shown, word."""
        assert event.channel is not None
        number, length, shown, word = [*event.args[1:], "", "", "", ""][:4]
        call = Call(call_id(event.channel.id), event.channel.id, number)
        if (line := self.lines.get(number)) is None:  # configured in Asterisk, not known to us yet
            self._wire.tasks.spawn(self.continue_safe(call), "unknown line")
            return
        self.remember(call)
        kind, call.caller = kind_of_filtered(length, shown, word)
        private = {"caller": call.caller} if call.caller else {}
        self._wire.tell(
            CallQueued(call=call.id, hotline=line.hotline, number=number, pack=line.pack, caller_kind=kind),
            event.happened,
            **private,
        )

    def remember(self, call: Call) -> None:
        self.by_id[call.id] = self.by_channel[call.channel] = call

    async def release(self, call: Call, reason: str = "") -> None:
        """A waiting caller goes on to the emergency queue."""
        if call.phase is not Phase.WAITING:
            return
        playing = list(call.playing.values())
        self._stop_prompts(call, now())
        self._over(call)
        self._wire.tell(CallReleased(call=call.id, reason=reason), now())
        await asyncio.gather(*(self._wire.stop_playing(one) for one in playing))
        await self.continue_safe(call)

    async def continue_safe(self, call: Call) -> None:
        path = f"/channels/{call.channel}/continue"
        await self._wire.post_quietly(path, context="safe", extension=call.number, priority=1)

    # ---- the end

    def caller_left(self, call: Call, by: HungUpBy, happened: int) -> None:
        """The caller's channel ends or has ended (told several times; the first counts). ``by``: caller or line."""
        call.left_at = call.left_at or happened
        if call.phase is Phase.JOINING and call.up:
            self.offers.joined(call)
        if call.phase is Phase.TALKING:
            self._ended(call, call.ending or by, happened)
        elif call.phase is not Phase.OVER:
            self._stop_prompts(call, happened)
            if call.ending:
                self._wire.tell(CallTimedOut(call=call.id), happened)
            else:
                self._wire.tell(CallAbandoned(call=call.id), happened)
            self._never_answered(call)

    def caller_gone(self, call: Call, happened: int) -> None:
        """The caller's channel is no more ours."""
        self.caller_left(call, "line", happened)
        call.caller_left.set()
        self.by_channel.pop(call.channel, None)

    def agent_left(self, leg: Leg, by: HungUpBy, cause: int, happened: int) -> None:
        """A phone's channel ends: the talk is over, or it rings no longer. ``by``: agent or line."""
        call = leg.call
        if call.leg is not leg:
            self.offers.leg_ended(leg, cause, happened)
        elif call.phase is Phase.TALKING:
            self._ended(call, call.ending or by, happened)
        elif call.phase is Phase.JOINING:
            call.agent_left = call.agent_left or (by, happened)

    async def hang_up(self, call: Call, by: HungUpBy) -> None:
        if call.phase is Phase.OVER:
            return
        call.ending = by
        self.offers.stop_others(call)
        await self._wire.drop(call.channel)

    def _agent_left_joining(self, call: Call) -> None:
        """Picked up and put down in one movement, but the caller was answered."""
        by, happened = call.agent_left or ("line", now())
        self._ended(call, call.ending or by, happened)

    def _ended(self, call: Call, by: HungUpBy, happened: int) -> None:
        leg = call.leg
        assert leg is not None
        self._stop_prompts(call, happened)
        if call.holds:
            call.holds.clear()
            self._wire.tell(HoldEnded(call=call.id, agent=leg.agent), happened)
        self._over(call)
        self._wire.tasks.spawn(self._finish(call, leg, by, happened), "finish")

    async def _finish(self, call: Call, leg: Leg, by: HungUpBy, happened: int) -> None:
        """Ends the other side, keeps the recording, tells both facts together."""
        ended = CallEnded(call=call.id, agent=leg.agent, hung_up_by=by)
        stored: RecordingStored | None = None
        late = False
        try:
            await asyncio.gather(self._wire.drop(call.channel), self._wire.drop(leg.id))
            async with asyncio.timeout(_CLOSED_SOON):
                await call.caller_left.wait()
            stored = await self._recordings.store(call.id, call.left_at, _CLOSED_SOON)
        except TimeoutError:
            late = True
        except (AriError, OSError) as error:
            _log.error("end of %s: %s", call.id, error)
        finally:
            self.offers.legs.pop(leg.id, None)
            self._wire.tell(ended, happened)
        if stored is not None:
            self._wire.tell(stored, call.left_at)
        await self._wire.delete_quietly(f"/bridges/{call.bridge_id}")
        if late:
            left = call.left_at or happened
            if (stored := await self._recordings.store(call.id, left, _CLOSED_AT_LAST)) is not None:
                self._wire.tell(stored, left)

    def _never_answered(self, call: Call) -> None:
        leg, call.leg = call.leg, None
        self._over(call)
        self._wire.tasks.spawn(self._clear(call, leg), "clear")

    async def _clear(self, call: Call, leg: Leg | None) -> None:
        if leg is not None:
            self.offers.legs.pop(leg.id, None)
            await self._wire.drop(leg.id)
        if call.bridge is not None:
            await asyncio.gather(call.bridge, return_exceptions=True)
            await self._wire.delete_quietly(f"/bridges/{call.bridge_id}")
        await asyncio.wait([asyncio.create_task(call.caller_left.wait())], timeout=_CLOSED_SOON)
        await asyncio.sleep(0.2)  # the writer's last words
        self._recordings.discard(call.id)

    def _over(self, call: Call) -> None:
        call.phase = Phase.OVER
        self.by_id.pop(call.id, None)
        self.offers.stop_others(call)

    # ---- holding

    async def hold(self, call: Call) -> None:
        """Music to the caller, who stays joined: what the agent says meanwhile is not heard."""
        if call.phase is Phase.TALKING and "desk" not in call.holds:
            self.held(call, "desk", now())
            await self._wire.post_quietly(f"/channels/{call.channel}/moh")

    async def resume(self, call: Call) -> None:
        if call.phase is Phase.TALKING and "desk" in call.holds:
            await self._wire.delete_quietly(f"/channels/{call.channel}/moh")
            self.freed(call, "desk", now())

    def held(self, call: Call, by: str, happened: int) -> None:
        first = not call.holds
        call.holds.add(by)
        if first and call.leg is not None:
            self._wire.tell(HoldStarted(call=call.id, agent=call.leg.agent), happened)

    def freed(self, call: Call, by: str, happened: int) -> None:
        if by in call.holds:
            call.holds.discard(by)
            if not call.holds and call.leg is not None:
                self._wire.tell(HoldEnded(call=call.id, agent=call.leg.agent), happened)

    # ---- prompts

    async def play(self, call: Call, prompt: str, media: str) -> None:
        """To the caller alone: before the answer as early media, afterwards while the agent is there already."""
        if call.phase is Phase.OVER:
            return
        playing = Playing(f"p-{call.id}-{now()}-{len(call.playing)}", prompt)
        call.playing[playing.id] = playing
        self._playing[playing.id] = call
        if not await self._wire.post_quietly(f"/channels/{call.channel}/play/{playing.id}", media=media):
            self._playing.pop(playing.id, None)
            call.playing.pop(playing.id, None)

    async def stop_playing(self, call: Call) -> None:
        await asyncio.gather(*(self._wire.stop_playing(playing) for playing in call.playing.values()))

    def played(self, playback: str, state: str, happened: int) -> None:
        call = self._playing.pop(playback, None)
        playing = call.playing.pop(playback, None) if call is not None else None
        if call is None or playing is None:
            return
        complete = state == "done" and not playing.cut
        self._wire.tell(NoticePlayed(call=call.id, prompt=playing.prompt, complete=complete), happened)
        if call.phase is Phase.WAITING and not call.playing:
            self._wire.tasks.spawn(self._wire.post_quietly(f"/channels/{call.channel}/ring"), "ring on")

    def _stop_prompts(self, call: Call, happened: int) -> None:
        """The caller is gone: what was playing was heard in part."""
        for playing in call.playing.values():
            self._playing.pop(playing.id, None)
            self._wire.tell(NoticePlayed(call=call.id, prompt=playing.prompt, complete=False), happened)
        call.playing.clear()

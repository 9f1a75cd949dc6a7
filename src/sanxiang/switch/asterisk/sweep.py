"""What did Asterisk keep while we were away? Joined calls are watched again, waiting callers handed on, rests ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sanxiang.core.facts.calls import CallReleased
from sanxiang.switch.asterisk.ari import Bridge, Channel, moment
from sanxiang.switch.asterisk.calls import Calls
from sanxiang.switch.asterisk.model import Call, Leg, Phase, call_id, now
from sanxiang.switch.asterisk.wire import Wire
from sanxiang.switch.names import APP
from sanxiang.switch.port import RunningCall

#: seconds until the events of calls that entered beside us have come
_DRAIN = 0.05


@dataclass
class _Found:
    channels: dict[str, Channel]
    bridges: list[Bridge]


async def sweep(wire: Wire, calls: Calls, since: int) -> list[RunningCall]:
    """Puts everything older than ``since`` (us) in order. The joined calls that go on, as the switch knows them."""
    await asyncio.sleep(_DRAIN)
    bridges, channels = await asyncio.gather(wire.ari.bridges(), wire.ari.channels())
    found = _Found({channel.id: channel for channel in channels}, bridges)
    adopted = [call for bridge in bridges if (call := _joined(bridge, found, calls)) is not None]
    for call in adopted:
        calls.remember(call)
        assert call.leg is not None
        calls.offers.legs[call.leg.id] = call.leg
    # the longest waiting first, one after another: the queue keeps their order
    for channel in sorted(found.channels.values(), key=lambda channel: channel.creationtime):
        if _waits(channel) and channel.id not in calls.by_channel and moment(channel.creationtime) < since:
            call = Call(call_id(channel.id), channel.id, channel.dialplan.exten)
            wire.tell(CallReleased(call=call.id, reason="系统重启，移交应急队列"), now())
            await calls.continue_safe(call)
    await asyncio.gather(*(wire.drop(channel) for channel in _lone_legs(found, calls)))
    known = {call.bridge_id for call in calls.by_id.values()}
    for bridge in bridges:
        if bridge.id.startswith("b-") and bridge.id not in known:
            await asyncio.gather(*(wire.drop(channel) for channel in bridge.channels))
            await wire.delete_quietly(f"/bridges/{bridge.id}")
    joined = [call for call in calls.by_id.values() if call.phase is Phase.TALKING]
    for call in joined:
        assert call.leg is not None
        await wire.ari.subscribe(f"channel:{call.channel}", f"channel:{call.leg.id}")
    await _check_still_there(wire, calls)
    return [RunningCall(call.id, True, call.leg.agent) for call in adopted if call.leg is not None]


async def _check_still_there(wire: Wire, calls: Calls) -> None:
    """Calls that ended while nobody listened, known only after an interruption of the socket."""
    there = {channel.id for channel in await wire.ari.channels()}
    for call in list(calls.by_channel.values()):
        if call.channel not in there:
            calls.caller_gone(call, now())
        elif call.leg is not None and call.leg.id not in there:
            calls.agent_left(call.leg, "line", 0, now())
    for leg in list(calls.offers.legs.values()):
        if leg.id not in there:
            calls.agent_left(leg, "line", 0, now())


def _joined(bridge: Bridge, found: _Found, calls: Calls) -> Call | None:
    """A bridge of ours with both sides in it, not known yet."""
    legs = [channel for channel in bridge.channels if channel.startswith("leg-")]
    callers = [channel for channel in bridge.channels if bridge.id == f"b-{call_id(channel)}"]
    if (
        len(legs) != 1
        or len(callers) != 1
        or callers[0] not in found.channels
        or callers[0] in calls.by_channel
    ):
        return None
    call = Call(call_id(callers[0]), callers[0], found.channels[callers[0]].dialplan.exten)
    call.phase, call.up, call.leg = Phase.TALKING, True, Leg.found(call, legs[0])
    return call


def _waits(channel: Channel) -> bool:
    return channel.dialplan.app_name == "Stasis" and channel.dialplan.app_data.startswith(f"{APP},in,")


def _lone_legs(found: _Found, calls: Calls) -> list[str]:
    return [
        channel
        for channel in found.channels
        if channel.startswith("leg-") and channel not in calls.offers.legs
    ]

"""How is one agent rung? All registered phones together; the first that is picked up wins, the others stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from sanxiang.core.facts.calls import CallAnswered, OfferFailed, PhoneRang
from sanxiang.switch.asterisk.ari import AriError
from sanxiang.switch.asterisk.model import Call, Leg, Offer, Phase, now
from sanxiang.switch.asterisk.wire import ELSEWHERE, Wire
from sanxiang.switch.names import APP

#: seconds in which a living phone says that it rings; SIP asks four times meanwhile
RINGS_WITHIN = 4.0
#: seconds until the events that explain a failed request are here
_EVENTS_COME = 0.2

Cause = Literal["unreachable", "busy", "refused", "error"]
_NO_DESTINATION = 3
_BUSY = {17}
_REFUSED = {21}
_UNREACHABLE = {0, 1, 3, 18, 19, 20, 27, 38, 41, 102}


class Offers:
    """``legs``: every ringing or talking phone, by channel. ``agent_left`` is called when a joined one is gone already."""

    def __init__(self, wire: Wire, agent_left: Callable[[Call], None]) -> None:
        self._wire = wire
        self._agent_left = agent_left
        self.legs: dict[str, Leg] = {}

    async def ring(self, call: Call, name: str, agent: str, endpoints: list[str]) -> None:
        """Rings the phones for an offer. Nothing when the call no longer waits."""
        if call.phase is not Phase.WAITING or name in call.offers:
            return
        offer = call.offers[name] = Offer(name, agent)
        if call.bridge is None:  # made while it rings, so that the answer needs one step only
            call.bridge = self._wire.tasks.spawn(self._make_bridge(call), "bridge")
        for endpoint in endpoints:
            leg = Leg.new(call, name, agent, endpoint)
            offer.legs[leg.id] = self.legs[leg.id] = leg
        if not offer.legs:
            self._failed(call, offer, now())
            return
        offer.quiet = asyncio.get_running_loop().call_later(RINGS_WITHIN, self._nothing_rings, call, offer)
        await asyncio.gather(*(self._originate(leg) for leg in list(offer.legs.values())))

    async def withdraw(self, call: Call, name: str) -> None:
        if call.phase is Phase.WAITING and (offer := call.offers.pop(name, None)) is not None:
            await self._drop_all(offer)

    def ringing(self, leg: Leg, happened: int) -> None:
        """A phone rings; the first one of an offer is told."""
        offer = leg.call.offers.get(leg.offer)
        if offer is None or offer.rang:
            return
        offer.rang = True
        offer.silence()
        self._wire.tell(
            PhoneRang(call=leg.call.id, offer=leg.offer, agent=leg.agent, endpoint=leg.endpoint), happened
        )

    def picked_up(self, leg: Leg, happened: int) -> None:
        """A phone was answered: the first of the call joins the caller, any later one is sent away."""
        call = leg.call
        if call.phase is not Phase.WAITING or leg.offer not in call.offers:
            self._forget(leg)
            self._wire.tasks.spawn(self._wire.drop(leg.id, ELSEWHERE), "drop late leg")
            return
        call.phase, call.leg, call.answered = Phase.JOINING, leg, happened
        self._wire.tasks.spawn(self._join(call, leg), "join")
        self.ringing(leg, happened)  # a phone that answers without ringing
        self.stop_others(call, ELSEWHERE)

    def stop_others(self, call: Call, cause: int = 0) -> None:
        """Ends all ringing phones of a call but the one that won."""
        for offer in call.offers.values():
            offer.silence()
            for leg in offer.legs.values():
                if leg is not call.leg:
                    self._forget(leg)
                    self._wire.tasks.spawn(self._wire.drop(leg.id, cause), "stop ringing")
        call.offers.clear()

    def leg_ended(self, leg: Leg, cause: int, happened: int) -> None:
        """A phone stopped ringing by itself. The offer fails when it was the last."""
        self._forget(leg)
        offer = leg.call.offers.get(leg.offer)
        if offer is None or offer.legs.pop(leg.id, None) is None:
            return
        offer.causes.append(cause)
        if not offer.legs:
            self._failed(leg.call, offer, happened)

    def phone_lost(self, endpoint: str, happened: int) -> None:
        """A phone went away while it rang (a browser was closed): Asterisk would let it ring on into nothing."""
        for leg in [
            leg for leg in self.legs.values() if leg.endpoint == endpoint and leg.call.leg is not leg
        ]:
            self._wire.tasks.spawn(self._wire.drop(leg.id), "drop lost phone")
            self.leg_ended(leg, _NO_DESTINATION, happened)

    async def _originate(self, leg: Leg) -> None:
        call = leg.call
        headers = {
            "PJSIP_HEADER(add,X-Sanxiang-Call)": call.id,
            "PJSIP_HEADER(add,X-Sanxiang-Line)": call.number,
        }
        try:
            await self._wire.ari.post(
                "/channels",
                {"variables": headers},
                endpoint=f"PJSIP/{leg.endpoint}",
                app=APP,
                appArgs="leg",
                channelId=leg.id,
                originator=call.channel,
                callerId=call.caller or "anonymous",
                timeout=-1,
            )
        except AriError:
            self.leg_ended(leg, 0, now())
            return
        if leg.id not in self.legs:  # withdrawn while the request was under way
            await self._wire.drop(leg.id)

    async def _make_bridge(self, call: Call) -> None:
        await self._wire.ari.post("/bridges", type="mixing", bridgeId=call.bridge_id)

    async def _join(self, call: Call, leg: Leg) -> None:
        """The shortest way from the phone's 200 to the caller's 200: all requests at once.

        A prompt under way must stop, for Asterisk answers only when it is over.
        """
        assert call.bridge is not None
        try:
            await asyncio.gather(
                *(self._wire.stop_playing(playing) for playing in call.playing.values()),
                self._wire.ari.post(f"/channels/{call.channel}/answer"),
                self._bridge(call, leg),
            )
        except AriError:
            await self._not_joined(call, leg)
            return
        if call.phase is Phase.JOINING:
            self.joined(call)
            if call.agent_left is not None:
                self._agent_left(call)

    async def _bridge(self, call: Call, leg: Leg) -> None:
        assert call.bridge is not None
        if not call.bridge.done():
            await call.bridge
        await self._wire.ari.post(f"/bridges/{call.bridge_id}/addChannel", channel=f"{call.channel},{leg.id}")

    def joined(self, call: Call) -> None:
        assert call.leg is not None
        call.phase = Phase.TALKING
        leg = call.leg
        self._wire.tell(
            CallAnswered(call=call.id, offer=leg.offer, agent=leg.agent, endpoint=leg.endpoint), call.answered
        )

    async def _not_joined(self, call: Call, leg: Leg) -> None:
        """One side vanished in the very moment; the events tell which. A caller still ringing waits on."""
        await self._wire.drop(leg.id)
        await asyncio.sleep(_EVENTS_COME)
        if call.phase is not Phase.JOINING:
            return
        if call.up:  # answered already: it was a call, if a short one
            self.joined(call)
            self._agent_left(call)
            return
        self._forget(leg)
        call.phase, call.leg, call.agent_left = Phase.WAITING, None, None
        self._wire.tell(OfferFailed(call=call.id, offer=leg.offer, agent=leg.agent, cause="error"), now())

    def _nothing_rings(self, call: Call, offer: Offer) -> None:
        if not offer.rang and call.offers.get(offer.offer) is offer:
            self._wire.tasks.spawn(self._drop_all(offer), "drop silent phones")
            self._failed(call, offer, now())

    def _failed(self, call: Call, offer: Offer, happened: int) -> None:
        offer.silence()
        call.offers.pop(offer.offer, None)
        self._wire.tell(
            OfferFailed(call=call.id, offer=offer.offer, agent=offer.agent, cause=_worst(offer.causes)),
            happened,
        )

    async def _drop_all(self, offer: Offer) -> None:
        offer.silence()
        legs = list(offer.legs.values())
        for leg in legs:
            self._forget(leg)
        await asyncio.gather(*(self._wire.drop(leg.id) for leg in legs))

    def _forget(self, leg: Leg) -> None:
        self.legs.pop(leg.id, None)


def _worst(causes: list[int]) -> Cause:
    """One word for several phones: that somebody refused says more than that a phone is away."""
    if any(cause in _REFUSED for cause in causes):
        return "refused"
    if any(cause in _BUSY for cause in causes):
        return "busy"
    return "unreachable" if all(cause in _UNREACHABLE for cause in causes) else "error"

"""Time that stands still until it is told, and what a number is worth."""

from __future__ import annotations

import asyncio

import pytest

from sanxiang.core.facts.calls import CallAnswered, CallQueued, PhoneRang
from sanxiang.switch.callers import kind_of, kind_of_filtered
from sanxiang.switch.fake import FakePhone, FakeSwitch, VirtualTime
from sanxiang.switch.port import Line, Reported, Seat


def test_a_quarter_of_an_hour_of_ringing_takes_no_time() -> None:
    facts: list[Reported] = []

    async def play() -> None:
        time = VirtualTime(1_000_000)
        fake = FakeSwitch(time)
        await fake.start(facts.append)
        await fake.configure([Line("8000", "hospital", "p")], [Seat("01", "1001", "a", "b")])
        fake.phone_registers("01", FakePhone(answer_after=900))
        call = await fake.caller_calls("8000")
        await fake.offer(call, f"{call}/1", "01")
        await time.advance(899)
        assert not [f for f in facts if isinstance(f.body, CallAnswered)]
        await time.advance(2)
        await fake.stop()

    asyncio.run(asyncio.wait_for(play(), 10))
    at = {type(f.body): f.happened for f in facts}
    assert at[CallQueued] == at[PhoneRang] == 1_000_000
    assert at[CallAnswered] == 901_000_000


@pytest.mark.parametrize(
    ("number", "kind", "usable"),
    [
        ("13800000001", "number", "13800000001"),
        ("+8613800000001", "number", "+8613800000001"),
        ("110", "number", "110"),
        ("", "anonymous", ""),
        ("Anonymous", "anonymous", ""),
        ("12", "invalid", ""),
        ("1" * 21, "invalid", ""),
        ("１３８０００", "invalid", ""),
        ("138-0000", "invalid", ""),
        ("+", "invalid", ""),
    ],
)
def test_a_number_has_3_to_20_digits(number: str, kind: str, usable: str) -> None:
    assert kind_of(number) == (kind, usable)


@pytest.mark.parametrize(
    ("length", "shown", "word", "kind"),
    [
        ("11", "allowednotscreened", "13800000001", "number"),
        ("11", "prohibnotscreened", "13800000001", "anonymous"),
        ("0", "", "", "anonymous"),
        ("9", "", "", "invalid"),  # something was there, and nothing usable in it
        ("14", "", "13800000001", "invalid"),  # something was filtered out
        ("9", "", "anonymous", "anonymous"),
        ("50", "", "1" * 40, "invalid"),
    ],
)
def test_what_the_dialplan_hands_over_is_judged_with_what_it_took_away(
    length: str, shown: str, word: str, kind: str
) -> None:
    assert kind_of_filtered(length, shown, word)[0] == kind

"""What only Asterisk can get wrong: strangers' texts, sound in the right file, our own death, its configuration."""

from __future__ import annotations

import asyncio
import time

import pytest

from sanxiang.cli.sip.sound import AGENT, CALLER, read_wav, strength
from sanxiang.core.facts.agents import PhoneLost, PhoneRegistered
from sanxiang.core.facts.calls import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallQueued,
    CallReleased,
    NoticePlayed,
    OfferFailed,
    PhoneRang,
    RecordingStored,
)
from sanxiang.switch.asterisk import AsteriskSwitch, config
from sanxiang.switch.port import Line, RunningCall
from sanxiang.switch.rescue import rescue
from tests.contracts.switch.stages import LINES, NOTICE, SEATS, AsteriskStage
from tests.contracts.switch.webphone import WebPhone

pytestmark = pytest.mark.slow


async def test_times_are_those_of_the_wire(asterisk: AsteriskStage) -> None:
    phone = await asterisk.phone("01", answer_after=0.6)
    call = await asterisk.dials(talk=1)
    await asterisk.switch.offer(call, f"{call}/1", "01")
    await asterisk.until(CallEnded, call)
    caller = asterisk.callers[call]
    within = 0.05  # seconds; usually 1 to 4 ms
    assert asterisk.when(CallQueued, call) == pytest.approx(caller.until("INVITE"), abs=within)
    assert asterisk.when(PhoneRang, call) == pytest.approx(phone.until("180"), abs=within)
    assert asterisk.when(CallAnswered, call) == pytest.approx(phone.until("200"), abs=within)
    assert asterisk.when(CallEnded, call) == pytest.approx(caller.until("BYE"), abs=within)
    assert caller.until("180") - caller.until("INVITE") < within
    assert caller.until("200") - phone.until("200") < 2 * within


async def test_each_side_is_heard_in_its_own_file(asterisk: AsteriskStage) -> None:
    await asterisk.phone("01", answer_after=0.3)
    call = await asterisk.dials(talk=2.5)
    await asterisk.switch.offer(call, f"{call}/1", "01")
    stored = await asterisk.until(RecordingStored, call)
    said, heard = (read_wav(asterisk.data / path) for path in (stored.caller, stored.agent))
    assert strength(said, CALLER) > 2000 > 200 > strength(said, AGENT)
    assert strength(heard, AGENT) > 2000 > 200 > strength(heard, CALLER)
    answered = asterisk.when(CallAnswered, call)
    assert stored.zero / 1e6 == pytest.approx(answered, abs=0.3)
    assert stored.zero / 1e6 + stored.seconds == pytest.approx(asterisk.when(CallEnded, call), abs=0.1)


async def test_a_held_caller_hears_music_and_nothing_of_the_agent(asterisk: AsteriskStage) -> None:
    await asterisk.phone("01", answer_after=0.2)
    call = await asterisk.dials(talk=4)
    await asterisk.switch.offer(call, f"{call}/1", "01")
    await asterisk.until(CallAnswered, call)
    await asyncio.sleep(0.5)
    await asterisk.switch.hold(call)
    await asyncio.sleep(2)
    await asterisk.switch.resume(call)
    stored = await asterisk.until(RecordingStored, call)
    heard = read_wav(asterisk.data / stored.agent)
    on_hold, afterwards = heard[8000:18000], heard[-8000:]
    assert strength(on_hold, AGENT) < 400
    assert max(map(abs, on_hold)) > 1000
    assert strength(afterwards, AGENT) > 2000


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ('"${SHELL(id)}" <sip:%24%7BSHELL(id)%7D@[local_ip]>', "invalid"),
        ('"a\\"),System(id" <sip:1%22)%2CSystem(id@[local_ip]>', "invalid"),
        ('"\udcff\udcfe" <sip:%FF%FE@[local_ip]>', "invalid"),
        ('"张三 \udce5" <sip:13800000001@[local_ip]>', "number"),
        ('"Anonymous" <sip:anonymous@anonymous.invalid>', "anonymous"),
        ("<sip:[local_ip]>", "anonymous"),
        ("<sip:+8613800000001@[local_ip]>", "number"),
    ],
)
async def test_a_strangers_text_is_a_call_like_others(
    asterisk: AsteriskStage, sender: str, kind: str
) -> None:
    phone = await asterisk.phone("01", answer_after=0.2)
    call = await asterisk.dials(talk=0.6, sender=sender)
    assert asterisk.all(CallQueued, call)[0].caller_kind == kind
    await asterisk.switch.offer(call, f"{call}/1", "01")
    await asterisk.until(CallEnded, call)
    assert phone.at("200", "S")


async def test_a_number_that_nobody_has_is_refused(asterisk: AsteriskStage) -> None:
    for number in ("8009", "1002", "seat-01", "s", "13900000009"):
        caller = await asyncio.to_thread(asterisk.kit.caller, number)
        await asyncio.to_thread(caller.until, "404")


async def test_a_wrong_password_registers_nobody(asterisk: AsteriskStage) -> None:
    with pytest.raises(PermissionError):
        await asyncio.to_thread(asterisk.kit.register, "1001", "wrong")
    assert asterisk.all(PhoneRegistered) == []


async def test_a_phone_that_died_silently_is_unreachable_within_seconds(asterisk: AsteriskStage) -> None:
    (await asterisk.phone("01")).kill()
    call = await asterisk.dials(patience=10)
    began = time.monotonic()
    await asterisk.switch.offer(call, f"{call}/1", "01")
    assert (await asterisk.until(OfferFailed, call)).cause == "unreachable"
    assert time.monotonic() - began < 8


async def test_after_our_death_joined_calls_are_kept_and_their_end_is_told(asterisk: AsteriskStage) -> None:
    await asterisk.phone("01", answer_after=0.2)
    await asterisk.phone("02", answer_after=None)
    joined = await asterisk.dials(talk=5)
    await asterisk.switch.offer(joined, f"{joined}/1", "01")
    await asterisk.until(CallAnswered, joined)
    waiting = await asterisk.dials(patience=8)
    await asterisk.switch.offer(waiting, f"{waiting}/1", "02")
    await asterisk.until(PhoneRang, waiting)
    await asterisk.die()

    running = await asterisk.come_back()
    assert running == [RunningCall(joined, True, "01")]
    await asterisk.until(CallReleased, waiting)
    ended = await asterisk.until(CallEnded, joined)
    assert (ended.agent, ended.hung_up_by) == ("01", "caller")
    await asterisk.until(RecordingStored, joined)


async def test_while_we_are_away_ready_agents_are_rung_and_the_call_is_recorded(
    asterisk: AsteriskStage,
) -> None:
    phone = await asterisk.phone("02", answer_after=0.5)
    await asterisk.switch.mirror(["02"])
    await asterisk.die()
    caller = await asyncio.to_thread(lambda: asterisk.kit.caller("8000", talk=1.5))
    assert await asyncio.to_thread(caller.until, "180") < await asyncio.to_thread(caller.until, "200")
    assert phone.at("200", "S")
    await asyncio.to_thread(caller.wait)
    await asyncio.sleep(0.3)
    sides = sorted(asterisk.house.setup.monitor.glob("*.wav"))
    assert [side.name.rpartition("-")[2] for side in sides] == ["agent.wav", "caller.wav"]
    assert strength(read_wav(sides[0]), AGENT) > 2000
    for side in sides:
        side.unlink()
    await asterisk.come_back()


async def test_the_watchdog_moves_those_who_wait(asterisk: AsteriskStage) -> None:
    ringing = await asterisk.phone("01", answer_after=None)
    reached = await asterisk.phone("02", answer_after=0.3)
    await asterisk.switch.mirror(["02"])
    first = await asterisk.dials(talk=0.5)
    second = await asterisk.dials(talk=0.5)
    await asterisk.switch.offer(first, f"{first}/1", "01")
    await asterisk.until(PhoneRang, first)
    await asterisk.die()
    setup = asterisk.house.setup
    done = await asyncio.to_thread(rescue, setup.http, setup.ari_password)
    assert done.calls == [first, second]
    assert done.dropped == 1
    for call in (first, second):
        await asyncio.to_thread(asterisk.callers[call].until, "200", 15)
    await asyncio.to_thread(ringing.until, "CANCEL")
    assert reached.at("200", "S")
    await asterisk.come_back()


async def test_new_lines_and_passwords_do_no_harm_to_running_calls(asterisk: AsteriskStage) -> None:
    await asterisk.phone("01", answer_after=0.2)
    call = await asterisk.dials(talk=2.5)
    await asterisk.switch.offer(call, f"{call}/1", "01")
    await asterisk.until(CallAnswered, call)
    changed = [
        SEATS[0],
        *(type(seat)(seat.agent, seat.extension, "changed", "changed") for seat in SEATS[1:]),
    ]
    await asterisk.switch.configure([*LINES, Line("8002", "third", "pack-c")], changed)
    third = await asterisk.dials("8002", patience=0.5)
    assert asterisk.all(CallQueued, third)[0].hotline == "third"
    await asyncio.to_thread(asterisk.kit.register, "1002", "changed", 0, 10)
    await asterisk.until(CallAbandoned, third)
    assert (await asterisk.until(CallEnded, call)).hung_up_by == "caller"
    await asterisk.switch.configure(LINES, SEATS)


async def test_a_second_switch_knows_the_phones_that_are_there(asterisk: AsteriskStage) -> None:
    await asterisk.phone("01")
    await asterisk.die()
    asterisk.facts.clear()
    await asterisk.come_back()
    assert (await asterisk.until(PhoneRegistered)).endpoint == "1001"
    assert isinstance(asterisk.switch, AsteriskSwitch)


async def test_a_socket_that_was_interrupted_changes_nothing_for_calls(asterisk: AsteriskStage) -> None:
    await asterisk.phone("01", answer_after=0.2)
    await asterisk.phone("02", answer_after=2.5)
    joined = await asterisk.dials(talk=4)
    await asterisk.switch.offer(joined, f"{joined}/1", "01")
    await asterisk.until(CallAnswered, joined)
    waiting = await asterisk.dials(talk=1)
    await asterisk.switch.offer(waiting, f"{waiting}/1", "02")
    await asterisk.until(PhoneRang, waiting)
    assert isinstance(asterisk.switch, AsteriskSwitch)
    await asterisk.switch.interrupt()
    for call in (joined, waiting):
        assert (await asterisk.until(CallEnded, call)).hung_up_by == "caller"
        await asterisk.until(RecordingStored, call)
    assert asterisk.all(CallReleased) == []


async def test_when_asterisk_itself_dies_its_calls_are_over_and_new_ones_come_through(
    asterisk: AsteriskStage,
) -> None:
    await asterisk.phone("01", answer_after=0.2)
    joined = await asterisk.dials()
    await asterisk.switch.offer(joined, f"{joined}/1", "01")
    await asterisk.until(CallAnswered, joined)
    waiting = await asterisk.dials("8001")
    await asyncio.to_thread(asterisk.house.process.stop)
    await asyncio.sleep(3)
    await asyncio.to_thread(asterisk.house.process.start)
    assert (await asterisk.until(CallEnded, joined)).hung_up_by == "line"
    await asterisk.until(CallAbandoned, waiting)
    assert isinstance(asterisk.switch, AsteriskSwitch)
    while not asterisk.switch.in_charge:  # until then calls go to the emergency queue
        await asyncio.sleep(0.1)
    again = await asterisk.dials(talk=0.5)
    await asterisk.switch.offer(again, f"{again}/1", "01")
    await asterisk.until(CallEnded, again)


async def test_both_phones_of_an_agent_ring_and_the_loser_hears_that_it_was_taken(
    asterisk: AsteriskStage,
) -> None:
    await asterisk.phone("01", answer_after=0.6)
    async with WebPhone(asterisk.house.setup.http, "1001w", SEATS[0].web_password) as browser:
        await asterisk.until(PhoneRegistered, agent="01", endpoint="1001w")
        call = await asterisk.dials(talk=0.5)
        await asterisk.switch.offer(call, f"{call}/1", "01")
        invite = await browser.until("INVITE")
        assert f"X-Sanxiang-Call: {call}" in invite
        assert (await asterisk.until(CallAnswered, call)).endpoint == "1001"
        assert "cause=26" in await browser.until("CANCEL")
        await asterisk.until(CallEnded, call)
        assert len(asterisk.all(PhoneRang, call)) == 1
    assert (await asterisk.until(PhoneLost)).endpoint == "1001w"


async def test_a_browser_that_closes_while_it_rings_fails_the_offer(asterisk: AsteriskStage) -> None:
    async with WebPhone(asterisk.house.setup.http, "1003w", SEATS[2].web_password):
        await asterisk.until(PhoneRegistered, agent="03", endpoint="1003w")
        call = await asterisk.dials(patience=8)
        await asterisk.switch.offer(call, f"{call}/1", "03")
        assert (await asterisk.until(PhoneRang, call)).endpoint == "1003w"
    assert (await asterisk.until(OfferFailed, call)).cause == "unreachable"
    await asterisk.until(PhoneLost, agent="03")


async def test_a_hung_controller_is_passed_by_the_dialplan(asterisk: AsteriskStage) -> None:
    """The socket is still open, but nobody has said for three seconds that our side lives."""
    phone = await asterisk.phone("02", answer_after=0.2)
    await asterisk.switch.mirror(["02"])
    assert isinstance(asterisk.switch, AsteriskSwitch)
    await asterisk.switch.stop_heart()
    await asyncio.sleep(4.5)
    caller = await asyncio.to_thread(lambda: asterisk.kit.caller("8000", talk=0.5))
    await asyncio.to_thread(caller.until, "200")
    assert phone.at("200", "S")
    assert asterisk.all(CallQueued) == []


async def test_a_phone_put_down_as_soon_as_it_is_picked_up_leaves_no_call_behind(
    asterisk: AsteriskStage,
) -> None:
    await asterisk.phone("01", answer_after=0.3, hang_up_after=0.001)
    call = await asterisk.dials()
    await asterisk.switch.offer(call, f"{call}/1", "01")
    assert (await asterisk.until(CallEnded, call)).hung_up_by == "agent"
    await asyncio.to_thread(asterisk.callers[call].wait, 10)


async def test_our_return_keeps_whom_the_emergency_queue_rings_until_we_know_better(
    asterisk: AsteriskStage,
) -> None:
    await asterisk.switch.mirror(["02", "03"])
    await asterisk.die()
    await asterisk.come_back()
    assert config.read_ready(asterisk.house.setup) == ["02", "03"]
    await asterisk.switch.mirror([])
    assert config.read_ready(asterisk.house.setup) == []


async def test_what_is_spoken_before_the_answer_is_early_media_and_it_rings_on(
    asterisk: AsteriskStage,
) -> None:
    await asterisk.phone("01", answer_after=0.2)
    call = await asterisk.dials(talk=0.5)
    await asterisk.switch.play(call, NOTICE)
    assert (await asterisk.until(NoticePlayed, call)).complete
    await asyncio.sleep(0.5)
    caller = asterisk.callers[call]
    assert caller.until("180") < caller.until("183")
    assert caller.at("200", "R") is None
    await asterisk.switch.offer(call, f"{call}/1", "01")
    await asterisk.until(CallEnded, call)
    assert caller.at("200", "R")

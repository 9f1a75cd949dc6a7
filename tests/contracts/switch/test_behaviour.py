"""What every switch does: the same plays on the fake one and on Asterisk with real SIP."""

from __future__ import annotations

import asyncio

import pytest

from sanxiang.cli.sip.sound import read_wav
from sanxiang.core.facts.agents import PhoneLost, PhoneRegistered
from sanxiang.core.facts.calls import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallQueued,
    CallReleased,
    CallTimedOut,
    HoldEnded,
    HoldStarted,
    NoticePlayed,
    OfferFailed,
    PhoneRang,
    RecordingStored,
)
from sanxiang.switch.port import SwitchError
from tests.contracts.switch.stages import LONG, NOTICE, Stage


async def test_an_answered_call_is_told_from_the_queue_to_its_recording(stage: Stage) -> None:
    await stage.phone("01", answer_after=0.5)
    call = await stage.dials(talk=1.5)
    await stage.switch.offer(call, f"{call}/1", "01")
    stored = await stage.until(RecordingStored, call)

    assert stage.kinds(call) == ["CallQueued", "PhoneRang", "CallAnswered", "CallEnded", "RecordingStored"]
    queued = stage.all(CallQueued, call)[0]
    assert (queued.hotline, queued.number, queued.pack) == ("hospital", "8000", "pack-a")
    answered = stage.all(CallAnswered, call)[0]
    assert (answered.offer, answered.agent, answered.endpoint) == (f"{call}/1", "01", "1001")
    assert stage.all(CallEnded, call)[0].hung_up_by == "caller"
    assert 0.4 < stage.when(CallAnswered, call) - stage.when(PhoneRang, call) < 2
    assert 1.3 < stage.when(CallEnded, call) - stage.when(CallAnswered, call) < 3
    sides = [read_wav(stage.data / path) for path in (stored.caller, stored.agent)]
    assert len(sides[0]) == len(sides[1]) == pytest.approx(stored.seconds * 8000, abs=1)
    assert stored.seconds > 1.2


async def test_the_number_is_reported_beside_the_fact_and_the_line_by_what_was_dialled(stage: Stage) -> None:
    call = await stage.dials("8001", caller="02788886666", patience=1)
    reported = next(r for r in stage.facts if isinstance(r.body, CallQueued))
    assert isinstance(reported.body, CallQueued)
    assert reported.body.hotline == "water"
    assert reported.body.caller == ""
    assert reported.private == {"caller": "02788886666"}
    assert call.startswith("c")


@pytest.mark.parametrize(
    ("caller", "kind"),
    [
        ("anonymous", "anonymous"),
        ("110", "number"),
        ("1" * 40, "invalid"),
        ("张三", "invalid"),
        ("12", "invalid"),
    ],
)
async def test_odd_numbers_are_calls_like_others(stage: Stage, caller: str, kind: str) -> None:
    call = await stage.dials(caller=caller, patience=1)
    queued = next(r for r in stage.facts if isinstance(r.body, CallQueued))
    assert isinstance(queued.body, CallQueued)
    assert queued.body.caller_kind == kind
    assert queued.private == ({"caller": caller} if kind == "number" else {})
    await stage.until(CallAbandoned, call)


async def test_who_lets_it_pass_is_withdrawn_and_the_next_one_answers(stage: Stage) -> None:
    await stage.phone("01", answer_after=None)
    await stage.phone("02", answer_after=0.3)
    call = await stage.dials(talk=0.5)
    await stage.switch.offer(call, f"{call}/1", "01")
    await stage.until(PhoneRang, call, agent="01")
    await stage.switch.withdraw(call, f"{call}/1")
    await stage.switch.offer(call, f"{call}/2", "02")
    assert (await stage.until(CallAnswered, call)).offer == f"{call}/2"
    await stage.until(CallEnded, call)
    assert stage.all(OfferFailed, call) == []


async def test_a_caller_who_gives_up_in_the_first_ring(stage: Stage) -> None:
    await stage.phone("01", answer_after=20)
    call = await stage.dials(patience=0.8)
    await stage.switch.offer(call, f"{call}/1", "01")
    await stage.until(CallAbandoned, call)
    await asyncio.sleep(0.6)
    assert stage.kinds(call) == ["CallQueued", "PhoneRang", "CallAbandoned"]
    assert not list(stage.data.rglob(f"{call}*.wav"))


async def test_of_two_agents_who_answer_together_one_wins(stage: Stage) -> None:
    await stage.phone("01", answer_after=0.7)
    await stage.phone("02", answer_after=0.7)
    call = await stage.dials(talk=1)
    await asyncio.gather(
        stage.switch.offer(call, f"{call}/1", "01"), stage.switch.offer(call, f"{call}/2", "02")
    )
    await stage.until(CallEnded, call)
    assert len(stage.all(CallAnswered, call)) == 1
    assert stage.all(OfferFailed, call) == []


@pytest.mark.parametrize("refusal", ["busy", "refused"])
async def test_a_refusal_fails_the_offer_and_the_caller_waits_on(stage: Stage, refusal: str) -> None:
    await stage.phone("01", refuse=refusal)
    await stage.phone("02", answer_after=0.2)
    call = await stage.dials(talk=0.5)
    await stage.switch.offer(call, f"{call}/1", "01")
    failed = await stage.until(OfferFailed, call)
    assert (failed.agent, failed.offer, failed.cause) == ("01", f"{call}/1", refusal)
    await stage.switch.offer(call, f"{call}/2", "02")
    assert (await stage.until(CallAnswered, call)).agent == "02"
    await stage.until(CallEnded, call)


async def test_an_agent_without_a_phone_is_unreachable(stage: Stage) -> None:
    call = await stage.dials(patience=1)
    await stage.switch.offer(call, f"{call}/1", "03")
    assert (await stage.until(OfferFailed, call)).cause == "unreachable"
    await stage.until(CallAbandoned, call)


async def test_the_agent_hangs_up_at_the_phone(stage: Stage) -> None:
    await stage.phone("01", answer_after=0.2, hang_up_after=0.8)
    call = await stage.dials()
    await stage.switch.offer(call, f"{call}/1", "01")
    assert (await stage.until(CallEnded, call)).hung_up_by == "agent"


@pytest.mark.parametrize("by", ["agent", "line"])
async def test_ending_by_command_is_laid_to_who_asked(stage: Stage, by: str) -> None:
    await stage.phone("01", answer_after=0.2)
    call = await stage.dials()
    await stage.switch.offer(call, f"{call}/1", "01")
    await stage.until(CallAnswered, call)
    await stage.switch.hang_up(call, by)
    assert (await stage.until(CallEnded, call)).hung_up_by == by


async def test_a_wait_ended_by_the_system_has_timed_out(stage: Stage) -> None:
    call = await stage.dials()
    await stage.switch.hang_up(call, "line")
    await stage.until(CallTimedOut, call)
    assert stage.kinds(call) == ["CallQueued", "CallTimedOut"]


async def test_hold_by_the_desk_is_told_once(stage: Stage) -> None:
    await stage.phone("01", answer_after=0.2)
    call = await stage.dials(talk=4)
    await stage.switch.offer(call, f"{call}/1", "01")
    await stage.until(CallAnswered, call)
    await stage.switch.hold(call)
    await stage.switch.hold(call)
    await asyncio.sleep(0.5)
    await stage.switch.resume(call)
    await stage.switch.resume(call)
    await stage.until(CallEnded, call)
    assert len(stage.all(HoldStarted, call)) == len(stage.all(HoldEnded, call)) == 1
    assert stage.when(HoldEnded, call) - stage.when(HoldStarted, call) == pytest.approx(0.5, abs=0.4)


async def test_hold_by_the_phone_is_told_the_same(stage: Stage) -> None:
    await stage.phone("01", answer_after=0.2, hold=(0.5, 0.6))
    call = await stage.dials(talk=2.5)
    await stage.switch.offer(call, f"{call}/1", "01")
    await stage.until(CallEnded, call)
    assert [k for k in stage.kinds(call) if k.startswith("Hold")] == ["HoldStarted", "HoldEnded"]
    assert stage.when(HoldEnded, call) - stage.when(HoldStarted, call) == pytest.approx(0.6, abs=0.4)


async def test_a_call_that_ends_on_hold_closes_the_hold(stage: Stage) -> None:
    await stage.phone("01", answer_after=0.2)
    call = await stage.dials(talk=1)
    await stage.switch.offer(call, f"{call}/1", "01")
    await stage.until(CallAnswered, call)
    await stage.switch.hold(call)
    await stage.until(CallEnded, call)
    assert stage.kinds(call)[-4:] == ["HoldStarted", "HoldEnded", "CallEnded", "RecordingStored"]


async def test_a_notice_is_heard_whole_after_the_answer(stage: Stage) -> None:
    await stage.phone("01", answer_after=0.2)
    call = await stage.dials(talk=3)
    await stage.switch.offer(call, f"{call}/1", "01")
    await stage.until(CallAnswered, call)
    await stage.switch.play(call, NOTICE)
    played = await stage.until(NoticePlayed, call)
    assert (played.prompt, played.complete) == (NOTICE, True)
    assert 0.4 < stage.when(NoticePlayed, call) - stage.when(CallAnswered, call) < 2.5
    await stage.until(CallEnded, call)


async def test_the_answer_cuts_off_what_was_said_before(stage: Stage) -> None:
    await stage.phone("01", answer_after=1)
    call = await stage.dials(talk=1)
    await stage.switch.play(call, LONG)
    await stage.switch.offer(call, f"{call}/1", "01")
    played = await stage.until(NoticePlayed, call)
    assert (played.prompt, played.complete) == (LONG, False)
    await stage.until(CallEnded, call)
    assert len(stage.all(NoticePlayed, call)) == 1


async def test_a_prompt_can_be_stopped_and_the_caller_waits_on(stage: Stage) -> None:
    await stage.phone("01", answer_after=0.2)
    call = await stage.dials(talk=0.5)
    await stage.switch.play(call, LONG)
    await asyncio.sleep(0.5)
    await stage.switch.stop_playing(call)
    assert not (await stage.until(NoticePlayed, call)).complete
    await stage.switch.offer(call, f"{call}/1", "01")
    await stage.until(CallEnded, call)


async def test_a_prompt_that_nobody_made_is_an_error_with_its_cure(stage: Stage) -> None:
    call = await stage.dials(patience=1)
    with pytest.raises(SwitchError, match="解决办法"):
        await stage.switch.play(call, "no-such-prompt")


async def test_a_released_call_is_no_longer_ours(stage: Stage) -> None:
    call = await stage.dials(patience=2)
    await stage.switch.release(call)
    await stage.until(CallReleased, call)
    await asyncio.sleep(0.3)
    await stage.switch.offer(call, f"{call}/1", "01")
    assert stage.kinds(call) == ["CallQueued", "CallReleased"]


async def test_commands_for_calls_that_are_gone_do_nothing(stage: Stage) -> None:
    call = await stage.dials(patience=0.3)
    await stage.until(CallAbandoned, call)
    switch = stage.switch
    await switch.offer(call, f"{call}/1", "01")
    await switch.withdraw(call, f"{call}/1")
    await switch.play(call, NOTICE)
    await switch.stop_playing(call)
    await switch.hold(call)
    await switch.resume(call)
    await switch.hang_up(call, "agent")
    await switch.release(call)
    assert stage.kinds(call) == ["CallQueued", "CallAbandoned"]


async def test_phones_come_and_go(stage: Stage) -> None:
    await stage.phone("01")
    assert stage.all(PhoneRegistered)[-1] == PhoneRegistered(agent="01", endpoint="1001")
    assert stage.all(PhoneLost) == []

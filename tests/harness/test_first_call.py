"""The first call, from the third ring to the signed registration, by the contracts alone."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sanxiang.cli.sip.kit import Kit, Sipp
from tests.harness.product import Product, Refused, until


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with Product(tmp_path_factory.mktemp("hotline") / "data", "--test-clock") as running:
        yield running
    assert running.left_over() == []


@pytest.fixture(scope="module")
def kit(product: Product) -> Iterator[Kit]:
    with Kit(product.sip_port) as kit:
        yield kit


def phone(product: Product, kit: Kit, number: str, answer_after: float | None, **more: Any) -> Sipp:
    seat = product.agent(number)
    made = kit.phone(seat["extension"], seat["sip_password"], answer_after=answer_after, **more)
    until(lambda: product.state(number, "ready") and product.agent(number)["state"] == "ready")
    return made


def ended(product: Product, before: int) -> dict[str, Any]:
    """The newest call, over and recorded."""
    call = until(lambda: (product.calls() or [None])[before] if len(product.calls()) > before else None)
    until(lambda: product.call(call["call"])["ended_at"])
    return product.call(call["call"])


def verdict(call: dict[str, Any], clause: str) -> dict[str, Any]:
    return next(v for v in call["verdicts"] if v["clause"] == clause)


def hotline_verdict(call: dict[str, Any]) -> dict[str, Any]:
    """H01 of the caller's clock."""
    queued = next(f["n"] for f in call["facts"] if f["kind"] == "CallQueued")
    return next(v for v in call["verdicts"] if v["clause"] == "H01" and queued in v["evidence"])


def test_ring_two_is_on_time(product: Product, kit: Kit, tmp_path: Path) -> None:
    desk = phone(product, kit, "01", 7)
    caller = kit.caller("8000", talk=4)
    assert caller.wait(60) == 0
    call = ended(product, 0)
    assert (call["outcome"], call["rings"], call["hung_up_by"], call["agent"]) == ("answered", 2, "caller", "01")
    assert hotline_verdict(call)["verdict"] == "kept"
    rung = caller.at("200", "R") - caller.at("180", "R")  # type: ignore[operator]
    assert 6.5 < rung < 9
    total = product.kpi()
    assert (total["offered"], total["answered"], total["answered_on_time"]) == (1, 1, 1)
    assert total["on_time_answer_rate"] == 1.0
    shapes = []
    for side in ("caller", "agent"):
        with wave.open(call["recordings"][side]) as sound:
            shapes.append((sound.getframerate(), sound.getsampwidth(), sound.getnchannels(), sound.getnframes()))
    assert shapes[0] == shapes[1]
    assert shapes[0][:3] == (8000, 2, 1)
    assert shapes[0][3] > 8000 * 3
    product.sign(call["call"], tmp_path)
    assert product.call(call["call"])["registration"] == "signed"
    until(lambda: product.agent("01")["state"] == "ready")
    desk.kill()


@pytest.mark.shows("H01", "C37")
def test_ring_four_is_a_breach_with_its_evidence(product: Product, kit: Kit, tmp_path: Path) -> None:
    before = len(product.calls())
    desk = phone(product, kit, "01", 16.5)
    caller = kit.caller("8000", talk=2)
    assert caller.wait(60) == 0
    call = ended(product, before)
    assert (call["outcome"], call["rings"]) == ("answered", 4)
    late = hotline_verdict(call)
    assert late["verdict"] == "breach"
    kinds = {f["n"]: f["kind"] for f in call["facts"]}
    assert kinds[late["evidence"][0]] == "CallQueued"
    assert set(late["evidence"]) <= set(kinds)
    assert late["pack"]
    total = product.kpi()
    assert (total["answered"], total["answered_on_time"]) == (2, 1)
    product.sign(call["call"], tmp_path)
    desk.kill()


def test_the_unsigned_call_counts_or_blocks_and_signing_releases(product: Product, kit: Kit, tmp_path: Path) -> None:
    before = len(product.calls())
    desk = phone(product, kit, "01", 1)
    assert kit.caller("8000", talk=2).wait(60) == 0
    call = ended(product, before)
    until(lambda: product.agent("01")["state"] == "wrap_up")
    try:
        product.state("01", "ready")
        blocked = False
    except Refused as refused:
        assert refused.status == 1
        blocked = True
    with pytest.raises(Refused) as incomplete:
        product.sign(call["call"], tmp_path, name="")
    assert incomplete.value.status == 1
    assert "name" in incomplete.value.output
    product.sign(call["call"], tmp_path)
    until(lambda: product.agent("01")["state"] == "ready")
    if not blocked:
        assert any(v["verdict"] == "breach" for v in product.call(call["call"])["verdicts"] if v["clause"] == "H12")
    desk.kill()


def unsolved(product: Product, kit: Kit, tmp_path: Path) -> dict[str, Any]:
    before = len(product.calls())
    desk = phone(product, kit, "01", 1)
    assert kit.caller("8000", talk=2).wait(60) == 0
    call = ended(product, before)
    answer = product.sign(
        call["call"], tmp_path, result="unsolved", consent=True, contact="13800000001", question="专家哪天来"
    )
    desk.kill()
    return answer["promise"]  # type: ignore[no-any-return]


def test_unsolved_without_consent_is_refused(product: Product, kit: Kit, tmp_path: Path) -> None:
    before = len(product.calls())
    desk = phone(product, kit, "01", 1)
    assert kit.caller("8000", talk=2).wait(60) == 0
    call = ended(product, before)
    with pytest.raises(Refused) as refused:
        product.sign(call["call"], tmp_path, result="unsolved", consent=False, contact="13800000001", question="几点")
    assert refused.value.status == 1
    product.sign(call["call"], tmp_path)
    desk.kill()


def test_a_promise_is_kept(product: Product, kit: Kit, tmp_path: Path) -> None:
    promise = unsolved(product, kit, tmp_path)
    assert [p["id"] for p in product.run("promises", "--open")] == [promise["id"]]
    product.run("promise", "reply", promise["id"], "--text", "秦主任周二上午出诊")
    assert next(p for p in product.run("promises") if p["id"] == promise["id"])["state"] == "kept"


@pytest.mark.shows("H06")
def test_a_promise_is_broken_by_the_clock(product: Product, kit: Kit, tmp_path: Path) -> None:
    promise = unsolved(product, kit, tmp_path)
    product.run("clock", "advance", "31m")
    state = until(lambda: [p for p in product.run("promises") if p["id"] == promise["id"] and p["state"] != "open"])
    assert state[0]["state"] == "breach"
    assert product.kpi()["promises_kept_rate"] == 0.5


def test_a_caller_who_gives_up_is_counted(product: Product, kit: Kit) -> None:
    before = len(product.calls())
    product.state("01", "busy")
    kit.caller("8000", patience=1.5).wait(30)
    call = until(lambda: [c for c in product.calls()[before:] if c["outcome"] == "abandoned"])[0]
    assert call["rings"] == 1
    assert product.kpi()["abandoned"] == 1


def test_replay_equals_what_was_lived(product: Product) -> None:
    assert product.run("replay", "--verify")["equal"] is True


def test_without_the_appender_the_next_call_is_still_answered(product: Product, kit: Kit) -> None:
    import os
    import signal

    desk = phone(product, kit, "01", 1)
    offered = product.kpi()["offered"]
    os.kill(product.instance["pids"]["appender"], signal.SIGKILL)
    until(lambda: not Path(f"/proc/{product.instance['pids']['appender']}/exe").exists() or True, 1)
    caller = kit.caller("8000", talk=2)
    assert caller.wait(60) == 0
    assert caller.at("200", "R")
    assert product.kpi()["offered"] == offered  # outside the figures until it is imported
    desk.kill()

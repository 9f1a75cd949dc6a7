"""From Chromium to SIP and back: what each side said is in that side's recording, and in no other."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from sanxiang.cli.sip.kit import Kit
from sanxiang.cli.sip.sound import AGENT, CALLER, RATE, read_wav, strength
from tests.e2e.people import at_desk
from tests.e2e.stage import fact, over
from tests.harness.product import Product


def test_each_tone_is_in_its_own_recording_only(product: Product, kit: Kit, browser: Browser) -> None:
    with at_desk(browser, product, "01") as desk:
        desk.goes_ready()
        caller = kit.caller("8000", talk=9)
        desk.answers()
        desk.page.wait_for_timeout(6000)
        stats = desk.page.evaluate("window.sanxiang.phone.stats()")
        assert stats["received"] > 100 and stats["sent"] > 100
        assert stats["energy"] > 0.01, f"the browser got packets, but no sound: {stats}"
        assert caller.wait(30) == 0
        desk.page.locator(".signbar").wait_for()
    call = over(product, "01")
    said, heard = (read_wav(Path(call["recordings"][side])) for side in ("caller", "agent"))
    assert len(said) == len(heard) > 6 * RATE
    assert fact(call, "CallAnswered")["data"]["endpoint"] == "1001w"  # by the browser, not by a desk phone
    # the notice that the call is recorded comes first; meanwhile the caller does not hear the agent
    assert fact(call, "NoticePlayed")["data"]["prompt"] == "record_notice"
    notice = heard[: int(1.5 * RATE)]
    assert max(map(abs, notice)) > 1500
    talk = slice(4 * RATE, 8 * RATE)
    found = {
        "caller": (strength(said[talk], CALLER), strength(said[talk], AGENT)),
        "agent": (strength(heard[talk], AGENT), strength(heard[talk], CALLER)),
    }
    print("amplitude of own and other tone:", {side: tuple(map(round, pair)) for side, pair in found.items()})
    for side, (own, other) in found.items():
        assert own > 500, side
        assert other < own / 20, side

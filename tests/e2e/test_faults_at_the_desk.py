"""What goes wrong around a desk, and what the agent, the caller and the record make of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sanxiang.cli.sip.kit import Kit
from tests.e2e.people import Desk, at_desk
from tests.e2e.stage import desk_phone, fact, over, ready
from tests.harness.product import Product, until


@pytest.fixture
def quiet(product: Product) -> Iterator[None]:
    """Nobody of an earlier story is still ready."""
    for agent in product.run("agents", "list"):
        if agent["state"] not in ("offline", "busy"):
            product.state(agent["number"], "busy")
    yield


@pytest.fixture
def kit(product: Product) -> Iterator[Kit]:
    """Callers of one story only: who still waits hangs up at its end."""
    with Kit(product.sip_port) as running:
        yield running


pytestmark = pytest.mark.usefixtures("quiet")


def signs(desk: Desk) -> None:
    desk.page.locator(".signbar").wait_for()
    desk.fills(name="王女士", content="问专家门诊时间", result="当场答复", appointment="否")
    desk.page.keyboard.press("Control+Enter")
    expect(desk.page.locator(".signbar")).to_be_hidden()


def test_a_browser_closed_while_ringing_leaves_the_caller_to_the_next_and_never_drops_them(
    product: Product, kit: Kit, browser: Browser
) -> None:
    with at_desk(browser, product, "01") as first, at_desk(browser, product, "02") as second:
        ready(first)
        caller = kit.caller("8000", talk=2)
        first.rings()
        first.close()
        page = second.page
        expect(page.get_by_text("1 人在等").locator("visible=true").first).to_be_visible()
        ready(second, idle=False)
        second.answers()
        assert caller.wait(30) == 0
        signs(second)
    call = over(product)
    assert (call["outcome"], call["agent"], call["hung_up_by"]) == ("answered", "02", "caller")
    assert [f["data"]["agent"] for f in call["facts"] if f["kind"] == "OfferMade"] == ["01", "02"]
    assert fact(call, "OfferFailed")["data"]["agent"] == "01"


def test_a_caller_gone_in_ring_one_is_gone_from_the_desk_and_counted(
    product: Product, kit: Kit, browser: Browser
) -> None:
    with at_desk(browser, product, "01") as desk:
        ready(desk)
        kit.caller("8000", caller="13700001111", patience=1.5)
        desk.rings()
        desk.page.get_by_role("heading", name="示闲，等来电").wait_for()
        expect(desk.page.locator(".ringing")).to_have_count(0)
        expect(desk.page).not_to_have_title("● 来电 第1响 · 三响")
        call = until(lambda: [c for c in product.calls() if c["outcome"] == "abandoned"])[-1]
        assert call["rings"] == 1
        caller = kit.caller("8000", talk=2)  # and the seat takes the next call
        desk.answers()
        assert caller.wait(30) == 0
        signs(desk)


def test_desk_phone_and_browser_of_one_agent_answer_at_once_and_one_of_them_has_the_call(
    product: Product, kit: Kit, browser: Browser
) -> None:
    with at_desk(browser, product, "01") as desk, desk_phone(product, kit, "01", answer_after=2.0) as phone:
        ready(desk)
        caller = kit.caller("8000", talk=4)
        phone.until("INVITE", 15)
        desk.rings()
        desk.page.wait_for_timeout(max(0, int((phone.until("180", 5) + 1.95 - kit_now()) * 1000)))
        desk.page.keyboard.press("Space")
        desk.page.locator(".callbar").wait_for()
        assert caller.wait(30) == 0
        signs(desk)
        call = over(product)
        assert fact(call, "CallAnswered")["data"]["endpoint"] in ("1001", "1001w")
        assert len([m for m in caller.messages() if m.line.startswith("200") and m.method == "INVITE"]) == 1
        until(lambda: desk.page.evaluate("window.sanxiang.phone.call === null"))  # the losing leg is let go
    assert call["outcome"] == "answered"


def test_two_callers_two_agents_each_gets_one_and_sees_only_their_own(
    product: Product, kit: Kit, browser: Browser
) -> None:
    with at_desk(browser, product, "01") as one, at_desk(browser, product, "02") as two:
        ready(one)
        ready(two)
        kit.caller("8000", caller="13811110001", talk=6)
        kit.caller("8000", caller="13811110002", talk=6)
        one.rings()
        two.rings()
        one.page.keyboard.press("Space")
        two.page.keyboard.press("Space")
        numbers = set()
        for desk in (one, two):
            desk.page.locator(".callbar").wait_for()
            numbers.add(desk.page.locator(".callbar__who .strong").inner_text().split()[-1])
        assert numbers == {"138****0001", "138****0002"}
        signs(one)
        signs(two)


def test_an_answer_that_comes_after_the_call_moved_on_tells_the_agent_why(
    product: Product, kit: Kit, browser: Browser
) -> None:
    """Agent 01 lets it ring until it goes to 02; both answer then. Only 02 has the caller."""
    with at_desk(browser, product, "01") as slow, at_desk(browser, product, "02") as other:
        ready(slow)
        caller = kit.caller("8000", talk=3)
        slow.rings()
        ready(other)
        other.page.locator(".ringing").wait_for(timeout=25_000)  # after three rings of 01's phone
        other.rings()
        slow.page.keyboard.press("Space")
        other.page.keyboard.press("Space")
        other.page.locator(".callbar").wait_for()
        assert slow.page.locator(".callbar").count() == 0
        expect(slow.page.locator(".alert, .toast").filter(has_text="来电").first).to_be_visible()
        assert caller.wait(30) == 0
        signs(other)
    call = over(product)
    assert (call["agent"], call["rings"]) == ("02", 4)
    assert len([f for f in call["facts"] if f["kind"] == "CallAnswered"]) == 1


#: the From header as sent, and what the agent reads
ODD = {
    "empty": ("<sip:[local_ip]>", "未显示号码"),
    "anonymous": ('"Anonymous" <sip:anonymous@anonymous.invalid>', "未显示号码"),
    "forty digits": (f"<sip:{'1234567890' * 4}@[local_ip]:[local_port]>", "号码无法识别"),
    "letters": ('"<script>alert(1)</script>" <sip:lao-wang@[local_ip]:[local_port]>', "号码无法识别"),
    "short": ("<sip:120@[local_ip]:[local_port]>", "*20"),
}


def test_odd_callers_numbers_are_shown_in_words_and_break_nothing(product: Product, kit: Kit, browser: Browser) -> None:
    with at_desk(browser, product, "01") as desk:
        for name, (sender, words) in ODD.items():
            ready(desk)
            caller = kit.caller("8000", sender=sender, talk=1.5)
            desk.rings()
            expect(desk.page.locator(".who h1"), name).to_have_text(words)
            desk.page.keyboard.press("Space")
            expect(desk.page.locator(".callbar__who .strong"), name).to_contain_text(words)
            assert caller.wait(30) == 0, name
            signs(desk)


def test_a_refresh_and_a_second_tab_lose_nothing_that_was_typed(product: Product, kit: Kit, browser: Browser) -> None:
    with at_desk(browser, product, "01") as desk:
        page = desk.page
        page.on("dialog", lambda dialog: dialog.accept())
        ready(desk)
        caller = kit.caller("8000", talk=None)
        desk.answers()
        page.locator("#f-name").fill("王女士")
        page.locator("#f-content").press_sequentially("父亲的号停诊了，想改到下周")
        page.reload()  # before the pause after which it is saved
        expect(page.locator("#f-content")).to_have_value("父亲的号停诊了，想改到下周")
        expect(page.locator("#f-name")).to_have_value("王女士")
        second = desk.open()
        expect(second.locator(".banner", has_text="电话在另一个窗口")).to_be_visible()
        expect(second.locator("#f-content")).to_have_value("父亲的号停诊了，想改到下周")
        second.close()
        caller.leave()
        page.locator(".signbar").wait_for()
        expect(page.locator("#f-content")).to_have_value("父亲的号停诊了，想改到下周")
        desk.fills(result="当场答复", appointment="否")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".signbar")).to_be_hidden()


def test_pages_killed_in_mid_typing_the_desk_says_so_and_keeps_the_words(
    product: Product, kit: Kit, browser: Browser, tmp_path: Path
) -> None:
    """The last of this file: nobody starts the pages again."""
    with at_desk(browser, product, "01") as desk:
        page = desk.page
        page.on("dialog", lambda dialog: dialog.accept())
        ready(desk)
        caller = kit.caller("8000", talk=None)
        desk.answers()
        page.locator("#f-name").fill("王女士")
        os.kill(product.instance["pids"]["web"], signal.SIGKILL)
        page.locator("#f-content").press_sequentially("这一句是停机以后打的")
        expect(page.locator("[data-stream-lost]")).to_be_visible()
        expect(page.locator("[data-saved]")).to_contain_text("已留在本机")
        expect(page.locator("#f-content")).to_have_value("这一句是停机以后打的")
        kept = page.evaluate("JSON.stringify(sessionStorage)")
        assert "这一句是停机以后打的" in kept and "王女士" in kept
        caller.leave()
    call = over(product)
    assert call["outcome"] == "answered"


def kit_now() -> float:
    """SIPp's clock is the machine's."""
    import time

    return time.time()

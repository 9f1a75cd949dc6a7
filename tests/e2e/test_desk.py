"""One night shift at the desk: what the agent sees, types and hears, with a real browser and real callers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from sanxiang.cli.sip.kit import Kit
from tests.e2e.people import ALLOWED, FAKE_MICROPHONE, at_desk, launch
from tests.harness.product import Product, until


@pytest.fixture
def kit(product: Product) -> Iterator[Kit]:
    """Callers and phones of one test; afterwards all have hung up, and nobody is ready."""
    with Kit(product.sip_port) as running:
        yield running
    until(lambda: all(c["ended_at"] for c in product.calls() if c["outcome"] == "answered"))
    for agent in product.run("agents", "list"):
        if agent["state"] != "offline":
            product.state(agent["number"], "offline")


def newest(product: Product) -> dict[str, Any]:
    return product.call(product.calls()[-1]["call"])


def over(product: Product) -> dict[str, Any]:
    """The newest call, ended and recorded."""
    until(lambda: newest(product)["ended_at"])
    return newest(product)


def test_from_the_first_ring_to_the_kept_promise(product: Product, kit: Kit, browser: Browser) -> None:
    with at_desk(browser, product, "03") as desk:
        page = desk.page
        desk.goes_ready()
        caller = kit.caller("8000", caller="13800001234", talk=None)
        desk.rings()
        expect(page.locator(".who h1")).to_contain_text("138****1234")
        expect(page.locator(".stage .say__words")).to_contain_text("03号林晓")
        expect(page).to_have_title("● 来电 第1响 · 三响")
        desk.answers()

        desk.fills(name="王女士", content="父亲原挂周六秦主任专家号，已停诊，问能否改到下周。")
        desk.saved()
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()  # nothing is lost; the caller hears that the line is gone, or the switch rings again
        expect(page.locator('[data-field="name"] input')).to_have_value("王女士")
        expect(page.locator('[data-field="content"] textarea')).to_have_value("父亲原挂周六秦主任专家号，已停诊，问能否改到下周。")

        caller.leave()
        page.locator(".signbar").wait_for()
        desk.fills(result="未解决，承诺回复", appointment="否")
        page.keyboard.press("Control+Enter")
        expect(page.locator('[data-field="consent"] .hint').first).to_be_visible()  # refused, and says why
        assert newest(product)["registration"] == "open"
        desk.fills(consent="对方同意", question="下周哪天可改约秦主任号")
        page.keyboard.press("Control+Enter")
        page.get_by_role("heading", name="示闲，等来电").wait_for()
        promise = page.locator("a.promise").first
        expect(promise).to_contain_text("王女士")
        expect(promise).to_contain_text("余")
        call = newest(product)
        assert call["registration"] == "signed"
        owed = [p for p in product.run("promises", "--open") if p["call"] == call["call"]]
        assert [p["owner"] for p in owed] == ["03"]

        page.keyboard.press("KeyG")
        page.wait_for_url("**/promises/")
        expect(page.locator(".owed__question")).to_have_text("下周哪天可改约秦主任号")
        page.locator(".owed textarea").fill("已告知：周三上午有号")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("没有等回复的来电者")).to_be_visible()
        assert [p["state"] for p in product.run("promises") if p["id"] == owed[0]["id"]] == ["kept"]


def test_the_end_key_waits_for_the_caller_unless_it_is_held_and_a_reason_given(
    product: Product, kit: Kit, browser: Browser
) -> None:
    with at_desk(browser, product, "03") as desk:
        page = desk.page
        desk.goes_ready()
        kit.caller("8000", talk=None)
        desk.answers()
        expect(page.locator("[data-end]")).to_contain_text("等对方先挂机")
        page.locator("[data-end]").click(force=True)  # it says that it is not available
        expect(page.locator("[data-toasts]")).to_contain_text("请等对方先挂")
        assert not newest(product)["ended_at"]
        page.keyboard.down("Alt")
        page.keyboard.down("KeyE")
        page.locator("#dialog-end").wait_for()
        page.keyboard.up("KeyE")
        page.keyboard.up("Alt")
        page.keyboard.press("2")
        page.locator(".signbar").wait_for()
        call = over(product)
    assert call["hung_up_by"] == "agent"
    assert [f["data"]["reason"] for f in call["facts"] if f["kind"] == "EndRequested"] == ["对方长时间无声"]


def test_hold_is_agreed_first_and_seen(product: Product, kit: Kit, browser: Browser) -> None:
    with at_desk(browser, product, "03") as desk:
        page = desk.page
        desk.goes_ready()
        kit.caller("8000", talk=10)
        desk.answers()
        page.keyboard.press("Alt+KeyH")
        page.locator("#dialog-hold").wait_for()
        page.keyboard.press("Alt+KeyH")
        expect(page.locator(".callbar__held")).to_be_visible()
        page.keyboard.press("Alt+KeyH")
        expect(page.locator(".callbar__held")).to_be_hidden()
        page.locator(".signbar").wait_for()
        kinds = [f["kind"] for f in over(product)["facts"]]
    assert kinds.count("HoldStarted") == 1 and kinds.count("HoldEnded") == 1


def test_a_browser_closed_while_ringing_passes_the_call_on(product: Product, kit: Kit, browser: Browser) -> None:
    seat = product.agent("02")
    phone = kit.phone(seat["extension"], seat["sip_password"], answer_after=0.5)
    with at_desk(browser, product, "03") as desk:
        desk.goes_ready()
        kit.caller("8000", talk=2)
        desk.rings()
        product.state("02", "ready")
        desk.close()
        call = over(product)
    phone.leave()
    assert call["agent"] == "02" and call["outcome"] == "answered"


def test_only_one_tab_holds_the_phone(product: Product, browser: Browser) -> None:
    with at_desk(browser, product, "03") as desk:
        desk.phone_is("ready")
        second = desk.open()
        desk.phone_is("other_tab", second)
        expect(second.locator(".banner", has_text="电话在另一个窗口")).to_be_visible()
        second.get_by_role("button", name="改在这里接听").click()
        desk.phone_is("ready", second)
        desk.phone_is("other_tab")
        second.close()
        desk.phone_is("ready")  # free again: the first tab takes it back by itself


def test_without_a_microphone_the_agent_is_told_before_the_first_call(
    product: Product, kit: Kit, playwright: Playwright
) -> None:
    for flags, words, cure in ((ALLOWED, "没有找到麦克风", "插好耳麦"), (FAKE_MICROPHONE, "麦克风被拒绝了", "改为允许")):
        browser = launch(playwright, *flags)
        with at_desk(browser, product, "04") as desk:
            desk.phone_is("no_microphone")
            banner = desk.page.locator(".banner", has_text=words)
            expect(banner).to_contain_text(cure)
            seat = product.agent("04")
            phone = kit.phone(seat["extension"], seat["sip_password"], answer_after=1)
            expect(banner).to_contain_text("桌面话机照常会响")
            desk.page.keyboard.press("Alt+KeyR")
            desk.page.get_by_role("heading", name="示闲，等来电").wait_for()
            kit.caller("8000", talk=2)
            desk.page.locator(".signbar").wait_for()  # answered on the desk phone, followed by the page
            phone.leave()
            desk.fills(name="王女士", content="问路", result="当场答复", appointment="否")
            desk.page.keyboard.press("Control+Enter")
            desk.page.locator(".idle").wait_for()
            product.state("04", "offline")
        browser.close()


def test_parked_while_others_wait_and_finished_later(product: Product, kit: Kit, browser: Browser) -> None:
    with at_desk(browser, product, "03") as desk:
        page = desk.page
        desk.goes_ready()
        kit.caller("8000", caller="13800000001", talk=2)
        desk.answers()
        page.locator(".signbar").wait_for()
        desk.fills(name="陈女士")
        second = kit.caller("8000", caller="13800000002", talk=None)
        page.locator(".signbar__wait").wait_for()
        page.keyboard.press("Alt+KeyP")
        desk.answers()
        desk.fills(name="刘女士", content="问路", result="当场答复", appointment="否")
        second.leave()
        page.locator(".signbar").wait_for()
        page.keyboard.press("Control+Enter")
        page.locator(".idle").wait_for()
        left = page.locator(".idle .unsigned li", has_text="陈女士")
        expect(left).to_contain_text("暂存")
        left.get_by_role("button", name="接着填").click()
        expect(page.locator('[data-field="name"] input')).to_have_value("陈女士")
        desk.fills(content="问病案复印进度", result="当场答复", appointment="否")
        page.keyboard.press("Control+Enter")
        page.locator(".idle").wait_for()
        expect(left).to_have_count(0)


def test_one_night_at_three_widths_nothing_is_cut_off(product: Product, browser: Browser) -> None:
    with at_desk(browser, product, "03") as desk:
        desk.phone_is("ready")
        for width, height in ((1440, 900), (1024, 768), (390, 844)):
            desk.page.set_viewport_size({"width": width, "height": height})
            assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width



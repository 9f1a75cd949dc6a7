"""In a real browser: the stream comes back, the theme stays, signing out reaches the other tab, nothing breaks the policy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sanxiang.ground.tools import obtain
from sanxiang.people import services
from tests.web.kit import House

pytestmark = pytest.mark.slow


class Desk:
    """Pages of one browser window, signed in by links that were made before."""

    def __init__(self, house: House, chromium: Any) -> None:
        self.house, self.chromium = house, chromium
        self.address = house.serve()
        self.complaints: list[str] = []
        self._aside = ThreadPoolExecutor(1)  # the database must not be asked in the browser driver's thread

    def aside(self, call: Callable[[], Any]) -> Any:
        return self._aside.submit(call).result(20)

    def window(self, login: str = "", path: str = "", **options: Any) -> Any:
        """A window of its own (cookies, storage) with one page."""
        context = self.chromium.new_context(locale="zh-CN", **options)
        page = context.new_page()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        if login:
            page.goto(self.address + self.aside(lambda: services.one_time_link(self.house.account(login))))
        if path:
            page.goto(self.address + path)
        return page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(obtain("chromium")), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk(house: House, chromium: Any) -> Iterator[Desk]:
    desk = Desk(house, chromium)
    yield desk
    for context in chromium.contexts:
        context.close()
    desk._aside.shutdown()


@pytest.fixture
def house(tmp_path: Any) -> Iterator[House]:
    """Made and closed beside the browser driver's thread."""
    with ThreadPoolExecutor(1) as aside:
        house = aside.submit(House, tmp_path / "data").result(60)
        aside.submit(house.open_hotline).result(60)
        yield house
        aside.submit(house.close).result(60)


def shows(page: Any, selector: str, text: str) -> None:
    page.locator(selector, has_text=text).first.wait_for(state="visible", timeout=15_000)


def test_what_happens_is_seen_at_once(desk: Desk) -> None:
    page = desk.window("admin", "/people/")
    row = f"tr[data-person='{desk.aside(lambda: desk.house.account('agent02').pk)}']"
    shows(page, row, "离线")
    desk.house.say("PhoneRegistered", agent="02", endpoint="1002w")
    desk.house.say("AgentStateChanged", agent="02", state="ready")
    shows(page, f"{row} [data-state]", "示闲")
    shows(page, f"{row} [data-phones]", "浏览器")
    assert page.locator("[data-ready]").inner_text() == "1"
    assert desk.complaints == []


def test_a_lost_stream_says_so_and_comes_back(desk: Desk) -> None:
    page = desk.window("admin", "/people/")
    shows(page, "[data-line]", "线路正常 8000")
    assert page.locator("[data-stream-lost]").is_hidden()
    desk.house.stop_serving()
    page.locator("[data-stream-lost]").wait_for(state="visible", timeout=15_000)
    desk.house.serve(port=int(desk.address.rsplit(":", 1)[1]))
    page.locator("[data-stream-lost]").wait_for(state="hidden", timeout=30_000)
    row = f"tr[data-person='{desk.aside(lambda: desk.house.account('agent03').pk)}']"
    desk.house.say("AgentStateChanged", agent="03", state="break")
    shows(page, f"{row} [data-state]", "小休")


def test_the_top_bar_says_when_nobody_writes_facts(desk: Desk) -> None:
    page = desk.window("admin", "/people/")
    shows(page, "[data-line]", "线路正常 8000")
    desk.house.stop_hotline()
    shows(page, "[data-line]", "来电转应急队列")


def test_signing_out_in_one_tab_reaches_the_other(desk: Desk) -> None:
    page = desk.window("agent01", "/me/")
    shows(page, "[data-line]", "线路正常")
    other = page.context.new_page()
    other.goto(f"{desk.address}/me/")
    other.locator("[data-menu] > summary").click()
    other.get_by_role("button", name="退出登录").click()
    other.wait_for_url(re.compile(r"/sign-in/"))  # with or without the way back: its own stream may end first
    page.wait_for_url("**/sign-in/?next=%2Fme%2F", timeout=15_000)


def test_the_theme_is_the_system_s_until_it_is_chosen_and_then_stays(desk: Desk) -> None:
    page = desk.window("agent01", "/me/", color_scheme="dark")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.locator(".bar [data-theme-toggle]:visible").first.click()
    assert page.evaluate(theme) == "light"
    page.goto(f"{desk.address}/me/")
    assert page.evaluate(theme) == "light"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".bar [data-theme-toggle]:visible").first.click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_an_agent_is_added_and_signs_in_elsewhere(desk: Desk) -> None:
    page = desk.window("admin", "/people/")
    page.get_by_role("button", name="添坐席").click()
    page.get_by_role("button", name="添加并给出登录链接").click()
    shows(page, ".sheet .hint", "请填写姓名")
    page.get_by_label("姓名").fill("苏晴")
    page.get_by_role("button", name="添加并给出登录链接").click()
    shows(page, ".sheet h2", "已添加 11 苏晴")
    link = page.locator(".sheet [data-select]").input_value()
    theirs = desk.window()
    theirs.goto(link)
    shows(theirs, "h1", "苏晴，设一个密码")
    page.get_by_role("button", name="好了").click()
    shows(page, ".people", "苏晴")


def test_the_first_steps_move_on_by_themselves(desk: Desk) -> None:
    page = desk.window("admin", "/welcome/")
    shows(page, ".is-now h2", "打开一位坐席的工作台")
    page.get_by_role("button", name="以 01 号坐席打开工作台").click()
    shows(page, ".sheet", "只能用一次")
    desk.house.say("PhoneRegistered", agent="01", endpoint="1001w")
    shows(page, ".is-now h2", "试一个电话")
    desk.house.answered_call("c-1")
    shows(page, ".is-now h2", "登记、签名")
    assert page.locator(".sheet").is_visible()  # the link stays in view


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("path", ["/welcome/", "/people/", "/me/", "/set-password/", "/sign-in/", "/nothing/"])
def test_no_page_is_wider_than_the_screen(desk: Desk, path: str, width: int) -> None:
    page = desk.window("" if path == "/sign-in/" else "admin", path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [c for c in desk.complaints if "404" not in c] == []

"""A real browser in the hands of an agent, in front of the whole product."""

from __future__ import annotations

import wave
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from math import pi, sin
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from sanxiang.ground import tools
from tests.harness.product import Product

#: quiet, on loopback only, sound without a first touch
FLAGS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
FAKE_MICROPHONE = ["--use-fake-device-for-media-stream"]
ALLOWED = ["--use-fake-ui-for-media-stream"]


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Chromium: the machine's or ours."""
    path = tools.find("chromium")
    assert path is not None, "没有 Chromium。解决办法：python -m sanxiang.ground obtain chromium"
    return playwright.chromium.launch(executable_path=str(path), args=[*FLAGS, *flags])


class Desk:
    """One agent's desk in its own browser profile. ``trouble``: what the page's console complained of."""

    def __init__(self, browser: Browser, product: Product, agent: str) -> None:
        self.product, self.agent = product, agent
        self.home = product.instance["urls"]["home"].rstrip("/")
        self.context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
        self.context.set_default_timeout(15_000)
        self.trouble: list[str] = []
        self.page = self.open(signing_in=True)

    def open(self, signing_in: bool = False) -> Page:
        """A tab with the desk."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        if signing_in:
            page.goto(self.product.sign_in(self.agent))
        page.goto(self.home + "/desk/")
        return page

    def phone_is(self, state: str, page: Page | None = None) -> None:
        (page or self.page).wait_for_function(f"window.sanxiang.phone.state === '{state}'")

    def goes_ready(self) -> None:
        self.phone_is("ready")
        self.page.locator(".idle").wait_for()
        self.page.keyboard.press("Alt+KeyR")
        self.page.get_by_role("heading", name="示闲，等来电").wait_for()

    def rings(self) -> None:
        """Waits until the browser's phone rings and the page shows it."""
        self.page.wait_for_function("window.sanxiang.phone.call?.state === 'ringing'")
        self.page.locator("[data-answer]").wait_for()

    def answers(self) -> None:
        self.rings()
        self.page.keyboard.press("Space")
        self.page.locator("[data-end]").wait_for()
        self.page.wait_for_function("window.sanxiang.phone.call?.state === 'talking'")

    def fills(self, **values: Any) -> None:
        """Fields by name: texts are typed, others pressed."""
        for name, value in values.items():
            box = self.page.locator(f'[data-field="{name}"]')
            box.wait_for()
            if box.locator("input, textarea").count():
                box.locator("input, textarea").fill(value)
            else:
                box.get_by_role("radio", name=value, exact=True).click()

    def saved(self) -> None:
        """Waits until the server has what was typed."""
        self.page.wait_for_function("!window.Alpine.$data(document.body).reg.unsaved")

    def close(self) -> None:
        self.context.close()


@contextmanager
def at_desk(browser: Browser, product: Product, agent: str) -> Iterator[Desk]:
    desk = Desk(browser, product, agent)
    try:
        yield desk
        assert desk.trouble == []
    finally:
        desk.close()


def write_beeps(path: Path, hertz: float, seconds: int = 60) -> Path:
    """A 48 kHz WAV of short beeps, for a fake microphone: a steady tone would count as noise."""
    rate = 48_000
    loud = array("h", (int(16000 * sin(2 * pi * hertz * i / rate)) if i % 24_000 < 9_600 else 0 for i in range(rate * 2)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        for _ in range(seconds // 2):
            file.writeframes(loud.tobytes())
    return path

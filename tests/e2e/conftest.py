"""One running product, one SIPp kit, one driver and one browser for each file of tests.

A driver that is left running holds the thread's event loop: later tests with asyncio.run or Django would fail.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from sanxiang.cli.sip.kit import Kit
from sanxiang.cli.sip.sound import AGENT
from tests.e2e.people import ALLOWED, FAKE_MICROPHONE, launch, write_beeps
from tests.harness.product import Product


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium whose microphone beeps with the agent's tone."""
    voice = write_beeps(tmp_path_factory.mktemp("voice") / "agent.wav", AGENT)
    running = launch(playwright, *FAKE_MICROPHONE, *ALLOWED, f"--use-file-for-fake-audio-capture={voice}")
    yield running
    running.close()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with Product(tmp_path_factory.mktemp("hotline") / "data", "--test-clock") as running:
        yield running
    assert running.left_over() == []


@pytest.fixture(scope="module")
def kit(product: Product) -> Iterator[Kit]:
    with Kit(product.sip_port) as running:
        yield running

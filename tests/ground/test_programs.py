"""The programs that the tests need really work where they were obtained without root."""

import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from sanxiang import ground
from sanxiang.ground.assets import OUTPUT, build

pytestmark = pytest.mark.slow


def test_espeak_speaks_chinese(tmp_path: Path) -> None:
    file = tmp_path / "hello.wav"
    subprocess.run([ground.obtain("espeak-ng"), "-v", "cmn", "-w", file, "你好"], check=True)
    with wave.open(str(file)) as sound:
        frames = sound.readframes(sound.getnframes())
        assert sound.getnframes() / sound.getframerate() > 0.3
    samples = memoryview(frames).cast("h")
    assert max(samples) > 3000


def test_sipp_answers_and_brings_its_recordings() -> None:
    said = subprocess.run([ground.obtain("sipp"), "-v"], capture_output=True, text=True, check=False)
    assert "SIPp v3" in said.stdout + said.stderr
    media = ground.shipped_data("sipp")
    assert media is not None
    assert (media / "g711a.pcap").is_file()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = ground.obtain("chromium")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program) as browser:
        yield browser


def test_chromium_draws_chinese(browser: Browser) -> None:
    """Two characters differ from each other and from the box that stands for a missing glyph."""
    page = browser.new_page()
    pictures = set()
    for text in ("响", "鸣", "\ue000"):
        page.set_content(f"<p style='font-size:60px'>{text}</p>")
        pictures.add(page.locator("p").screenshot())
    page.close()
    assert len(pictures) == 3


def test_the_bundles_give_the_pages_what_they_promise(browser: Browser, tmp_path: Path) -> None:
    build()
    file = tmp_path / "page.html"
    file.write_text(f"""<!doctype html><meta charset="utf-8">
<script src="{(OUTPUT / "app.js").as_uri()}" defer></script>
<script src="{(OUTPUT / "phone.js").as_uri()}" defer></script>
<script>document.addEventListener("alpine:init", () => Alpine.data("bell", () => ({{rings: 3}})))</script>
<p x-data="bell" x-text="rings"></p>""")
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    assert page.locator("p").inner_text() == "3"
    assert page.evaluate("htmx.version").startswith("2.")
    assert page.evaluate("typeof sanxiang.phone.stats") == "function"
    assert page.evaluate("typeof window.echarts") == "undefined"
    assert page.evaluate("loadCharts().then(echarts => echarts.version)").startswith("6.")
    assert errors == []
    page.close()

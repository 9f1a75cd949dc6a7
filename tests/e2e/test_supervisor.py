"""What does the supervisor see, how soon, and where does each figure lead?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sanxiang.cli.sip.kit import Kit
from sanxiang.ground.folder import Folder
from sanxiang.log.reader import LogReader
from tests.e2e.stage import Cable, desk_phone, fact, over, supervisor
from tests.harness.product import Product, until

#: notes, by the browser's own clock, when each breach could first be seen
WATCH = """() => {
  window.seen = {};
  const look = () => {
    for (const row of document.querySelectorAll("[data-breach]")) {
      if (row.getClientRects().length) window.seen[row.dataset.key] ??= Date.now();
    }
  };
  look();
  new MutationObserver(look).observe(document.querySelector('[data-part="breaches"]'), { childList: true, subtree: true });
}"""
PARTS = ("waiting", "promises", "breaches", "tiles")


@pytest.fixture(scope="module")
def live(product: Product, browser: Browser) -> Iterator[Page]:
    page = supervisor(browser, product)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def late(product: Product, kit: Kit, live: Page) -> dict[str, Any]:
    """A call that was answered on ring 4, watched by the supervisor meanwhile; with ``seen``: when its breach could be
    seen (ms, the browser's clock), and what the page showed on the way."""
    live.evaluate(WATCH)
    shown: dict[str, Any] = {}
    with desk_phone(product, kit, "01", answer_after=16.5):
        product.state("01", "ready")
        caller = kit.caller("8000", caller="13900001234", talk=3)
        row = live.locator('[data-part="waiting"] tbody tr')
        expect(row).to_have_count(1)
        expect(row).to_contain_text("139****1234")
        expect(row).to_contain_text("01 周宁")
        expect(row.locator(".rings b")).to_have_text("第2响", timeout=10_000)
        shown["lit on ring 2"] = row.locator(".rings i.on").count()
        expect(row.locator(".rings b")).to_have_text("第4响", timeout=15_000)
        expect(row.locator(".rings--late")).to_be_visible()
        expect(live.locator(".act--breach")).to_contain_text("已超过响数")
        shown["announced"] = live.locator("[data-announce]").text_content()
        shown["title"] = live.title()
        assert caller.wait(40) == 0
        call = over(product, "01")
    return {**call, "shown": shown, "seen": live.evaluate("window.seen")}


def test_the_breach_of_ring_four_stands_there_within_a_second_of_its_moment(late: dict[str, Any]) -> None:
    missed = next(f for f in late["facts"] if f["kind"] == "DeadlineMissed" and f["data"]["control"] == "answer")
    queued = fact(late, "CallQueued")
    moment = at(missed) if "at" not in missed["data"] else missed["data"]["at"] / 1e6
    assert 15.0 <= moment - at(queued) < 15.1
    (seen,) = (ms for key, ms in late["seen"].items() if key.startswith("H01/answer/") and late["call"] in key)
    after = seen / 1000 - moment
    print(f"breach on the supervisor's page {after * 1000:.0f} ms after its moment")
    assert after < 1.0
    assert late["shown"] == {
        "lit on ring 2": 2, "announced": late["shown"]["announced"], "title": "1 人在等 · 现场 · 三响",
    }  # fmt: skip
    assert "违约" in late["shown"]["announced"]


def at(fact: dict[str, Any]) -> float:
    """Epoch seconds."""
    return datetime.fromisoformat(fact["at"]).timestamp()


def words(page: Page, part: str) -> list[str]:
    """A part of the page as read, whatever its white space."""
    return page.locator(f'[data-part="{part}"]').inner_text().split()


def test_a_stream_that_was_cut_loses_nothing(product: Product, kit: Kit, live: Page, late: dict[str, Any]) -> None:
    """The cable is out while a caller comes and gives up after ring 3; back in, the page shows what a fresh one shows."""
    product.state("01", "busy")
    cable = Cable(product.web_port)
    page = live.context.new_page()
    page.goto(cable.home + "live/")
    expect(page.locator("[data-breach]")).to_have_count(2)  # the late call, by both clocks
    cable.pull()
    kit.caller("8000", caller="13900005678", patience=16).wait(40)
    expect(live.locator("[data-breach]")).to_have_count(3)
    expect(page.locator("[data-stream-lost]")).to_be_visible()
    expect(page.locator("[data-breach]")).to_have_count(2)
    until(lambda: product.calls()[-1]["outcome"] == "abandoned")
    cable.put_back()
    expect(page.locator("[data-breach]")).to_have_count(3, timeout=15_000)
    expect(page.locator("[data-stream-lost]")).to_be_hidden()
    live.reload()
    expect(live.locator("[data-breach]")).to_have_count(3)
    for part in PARTS:
        assert words(page, part) == words(live, part)
    page.close()
    cable.close()


def test_a_number_leads_to_its_calls_to_the_fact_and_to_the_clause(product: Product, live: Page, late: dict[str, Any]) -> None:
    page = live.context.new_page()
    page.goto(product.instance["urls"]["home"] + "reports/kpi/")
    rate = page.locator(".kpi", has_text="按时接听率").first
    expect(rate.locator(".kpi__value")).to_have_text("0%")
    rate.get_by_role("link", name=re.compile("差 1")).click()
    page.wait_for_url("**/calls/?**")
    rows = page.locator(f'a[href*="/calls/{late["call"]}/"]')
    expect(rows.first).to_be_visible()
    assert page.locator("tbody tr").count() == 1
    rows.first.click()
    page.wait_for_url(f"**/calls/{late['call']}/**")
    told = [page.locator(f"#f-{f['n']}").count() for f in late["facts"] if f["kind"] != "VerdictReached"]
    assert told and set(told) == {1}  # each fact stands on the time line, verdicts beside it
    verdict = page.locator("#v-H01-answer")
    expect(verdict).to_contain_text("违约")
    verdict.locator("summary").click()
    expect(verdict.locator(".v__rule")).to_have_text("电话铃响三声内接起。")
    evidence = verdict.locator('a[href^="#f-"]').first
    number = (evidence.get_attribute("href") or "")[1:]
    evidence.click()
    expect(page.locator(f"#{number}")).to_be_in_viewport()
    page.close()


def test_the_recording_plays_in_the_page(product: Product, live: Page, late: dict[str, Any]) -> None:
    page = live.context.new_page()
    page.goto(f"{product.instance['urls']['home']}calls/{late['call']}/")
    drawn = """() => { const c = document.querySelector("[data-wave] canvas");
      const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
      let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n / (c.width * c.height); }"""
    page.wait_for_function(f"({drawn})() > 0.02")  # peaks, not only the middle line
    page.locator("[data-play]").click()
    page.wait_for_function("Number(document.querySelector('[data-wave]').getAttribute('aria-valuenow')) > 1")
    expect(page.locator("[data-trouble]")).to_be_hidden()
    log = LogReader(Folder(product.data).log_db)
    read = until(lambda: [f.body for f in log.facts() if f.kind == "PersonalDataRead"])  # and leaves its trace
    log.close()
    assert {(r.of, r.by) for r in read} >= {(late["call"], read[0].by)}
    page.close()

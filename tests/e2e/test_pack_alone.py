"""Changing the pack alone changes desk, verdict and report: nothing here but YAML differs from the shipped hotline."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from sanxiang.cli.sip.kit import Kit
from sanxiang.core.standard import library
from tests.e2e.people import at_desk
from tests.e2e.stage import desk_phone, over, ready, supervisor
from tests.harness.product import Product, Refused

#: a clause that no shipped pack has: a field of the form, a gate before signing, two figures
OWN = """\
  - id: X01
    title: 复述核对
    rule: 记完之后复述一遍，对方认可才签名。
    source: {document: 本单位补充规定, at: 第一条}
    controls:
      - kind: form
        name: restatement
        title: 复述
        adds_to: consultation
        after: content
        fields:
          - {name: restated, label: 已复述并认可, type: yesno, purpose: 核对, keep: 3 年}
      - kind: gate
        name: restate_before_signing
        title: 先复述后签名
        at: registration.sign
        strength: block
        require:
          - {check: {restated: true}, missing: 还没有向来电者复述，请复述后再签名, field: restated}
        cure: 请念一遍登记的内容，对方认可后选“是”
      - kind: kpi
        name: restated_rate
        title: 复述率
        over: verdicts
        of: {clause: X01, control: restate_before_signing, verdict: [kept, breach]}
        kept: {verdict: kept}
        target: 1
        definition: 已复述的签名 ÷ 全部签名
      - kind: kpi
        name: slowest_signing
        title: 最慢签名
        over: calls
        measure: max
        of: {registration: signed}
        field: sign_seconds
        unit: s
        better: lower
        definition: 从挂机到签名最长的秒数
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """8000 with the hospital's standard at two rings, 8001 with a clause of one's own."""
    folder = tmp_path_factory.mktemp("packs")
    shipped = library.folder() / "hospital"
    two = shutil.copytree(shipped, folder / "two-rings")
    edit(two / "pack.yaml", "pack: hospital", "pack: two-rings")
    edit(two / "clauses.yaml", "within: 3 rings", "within: 2 rings", 2)
    own = shutil.copytree(shipped, folder / "restating")
    edit(own / "pack.yaml", "pack: hospital", "pack: restating")
    (own / "own.yaml").write_text("clauses:\n" + OWN)
    for pack in (two, own):
        shutil.rmtree(pack / "examples")
    data = tmp_path_factory.mktemp("hotline") / "data"
    with Product(data, "--pack", str(two), "--pack", str(own)) as running:
        yield running
    assert running.left_over() == []


def edit(file: Path, old: str, new: str, times: int = 1) -> None:
    text = file.read_text()
    assert text.count(old) == times
    file.write_text(text.replace(old, new))


def test_two_rings_instead_of_three(product: Product, kit: Kit, browser: Browser) -> None:
    with at_desk(browser, product, "01") as desk, desk_phone(product, kit, "01", answer_after=11.5):
        ready(desk)
        caller = kit.caller("8000", talk=2)
        desk.page.locator(".ringing").wait_for()
        assert desk.page.locator(".lights:not(.lights--late) .light").count() == 2
        expect(desk.page.locator(".clockline").first).to_contain_text("二响内还有")
        expect(desk.page.locator(".lights__late")).to_contain_text("已过二响", timeout=15_000)
        assert caller.wait(40) == 0
        desk.page.locator(".signbar").wait_for()
        expect(desk.page.locator(".verd li", has_text="来电者的钟")).to_contain_text("违约")
        call = over(product)
        product.state("01", "busy")
    assert call["rings"] == 3  # on time by three rings
    late = next(v for v in call["verdicts"] if v["clause"] == "H01" and v["control"] == "answer")
    assert late["verdict"] == "breach"
    total = product.kpi()
    assert (total["answered"], total["answered_on_time"], total["on_time_answer_rate"]) == (1, 0, 0.0)


def test_an_unseen_clause_with_its_own_field_gate_and_figures(
    product: Product, kit: Kit, browser: Browser, tmp_path: Path
) -> None:
    with at_desk(browser, product, "02") as desk:
        page = desk.page
        ready(desk)
        caller = kit.caller("8001", talk=2)
        desk.answers()
        assert page.locator(".callbar").count() == 1
        assert caller.wait(30) == 0
        page.locator(".signbar").wait_for()
        field = page.locator('[data-field="restated"]')
        expect(field).to_contain_text("已复述并认可")
        desk.fills(name="王女士", content="问专家门诊时间", result="当场答复", appointment="否", restated="否")
        page.keyboard.press("Control+Enter")
        expect(field.locator(".hint").first).to_have_text("还没有向来电者复述，请复述后再签名")
        call = over(product)
        assert call["registration"] == "open"
        with pytest.raises(Refused) as refused:  # nor does a script get past it
            product.sign(call["call"], tmp_path, restated=False)
        assert refused.value.status == 1 and "还没有向来电者复述" in refused.value.output
        desk.fills(restated="是")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".signbar")).to_be_hidden()
    call = product.call(call["call"])
    assert call["registration"] == "signed"
    assert {v["control"]: v["verdict"] for v in call["verdicts"] if v["clause"] == "X01"} == {
        "restatement": "kept", "restate_before_signing": "kept",
    }  # fmt: skip
    figures = product.kpi()["pack_kpis"]
    assert figures["restated_rate"]["value"] == 1.0 and figures["restated_rate"]["counted"] == 1
    assert figures["slowest_signing"]["value"] > 0
    page = supervisor(browser, product)
    page.goto(product.instance["urls"]["home"] + "reports/kpi/")
    tile = page.locator(".kpi", has_text="复述率")
    expect(tile.locator(".kpi__value")).to_have_text("100%")
    expect(tile).to_contain_text("X01")
    expect(page.locator(".kpi", has_text="最慢签名")).to_be_visible()
    page.context.close()

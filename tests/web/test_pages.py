"""What every page has: safe headers, errors that say what to do, lasting assets, shared widgets."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError

from sanxiang.site.hosts import allowed_hosts
from sanxiang.web import assets, nav
from sanxiang.web.masking import masked
from tests.web.kit import House


def fetch(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def test_pages_carry_safe_headers_and_cookies(house: House) -> None:
    answer = house.browser().get("/sign-in/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src-attr")[0]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    signed_in = house.browser("agent01")
    for cookie in signed_in.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax", cookie


def test_no_page_of_ours_has_an_inline_script() -> None:
    package = Path(assets.PACKAGE)
    for template in package.glob("*/templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        for script in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script, (template, script)
        assert not re.search(r"\son[a-z]+=", re.sub(r"\{[%{].*?[%}]\}", "", text)), f"{template}: an inline handler"


def test_no_raw_colour_outside_the_tokens() -> None:
    for style in Path(assets.PACKAGE).glob("*/static/**/*.css"):
        if style.name != "tokens.css":
            text = re.sub(r"@media print \{.*?\n\}", "", style.read_text(encoding="utf-8"), flags=re.S)
            assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|\brgba?\(", text), style


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "sanxiang"])
def test_other_host_names_are_refused_by_all_parts(house: House, host: str) -> None:
    address = house.serve()
    for path in ("/sign-in/", "/healthz", "/static/css/tokens.css", "/stream/line"):
        assert fetch(address + path, Host=host)[0] == 400, path


def test_hosts_are_loopback_and_what_is_served() -> None:
    assert allowed_hosts("127.0.0.1") == ["localhost", "127.0.0.1", "[::1]"]
    assert "hotline.lan" in allowed_hosts("hotline.lan")
    assert "*" not in allowed_hosts("0.0.0.0")
    assert allowed_hosts("127.0.0.1", "a.example, b.example")[-2:] == ["a.example", "b.example"]


def test_assets_are_kept_under_the_mark_of_their_content(house: House) -> None:
    address = house.serve()
    path = assets.address("css/tokens.css")
    status, headers, body = fetch(address + path)
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/css")
    assert "immutable" in headers["cache-control"]
    assert b"--accent" in body
    status, headers, _ = fetch(address + "/static/css/tokens.css")
    assert headers["cache-control"] == "no-cache"
    assert fetch(address + "/static/css/tokens.css", **{"If-None-Match": headers["etag"]})[0] == 304


@pytest.mark.parametrize("path", ["../settings.py", "%2e%2e/apps.py", "css/../../apps.py", "nothing.css", "css", "dist/.built-from"])
def test_nothing_outside_static_is_served(house: House, path: str) -> None:
    assert fetch(f"{house.serve()}/static/{path}")[0] in (400, 404)


@pytest.mark.parametrize(("path", "status", "words"), [("/no-such-page/", 404, "没有这一页"), ("/people/", 403, "需要管理员或班长的权限")])
def test_error_pages_say_what_happened_and_what_to_do(house: House, path: str, status: int, words: str) -> None:
    answer = house.browser("agent01").get(path, headers={"accept": "text/html"})
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page and "回到首页" in page
    document = house.browser("agent01").get(path, headers={"accept": "application/json"}).json()
    assert document["ok"] is False and document["problems"][0]["cure"]


def test_a_fault_of_ours_says_so_without_details(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("sanxiang.web.views.home_for", broken)
    browser = house.browser("agent01")
    browser.raise_request_exception = False
    answer = browser.get("/", headers={"accept": "text/html"})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "系统出错了" in page and "sanxiang doctor" in page and "secret detail" not in page


def test_nobody_starts_at_a_page_that_refuses_them(house: House) -> None:
    house.open_hotline()
    for login in ("admin", "agent01", "agent10"):
        answer = house.browser(login).get("/", follow=True, headers={"accept": "text/html"})
        assert answer.status_code == 200, (login, answer.redirect_chain)


def test_the_top_bar_offers_what_the_role_may_see(house: House) -> None:
    offered = {e.url for e in nav.entries_for(frozenset({"agent"}))}
    assert "/desk/" in offered and "/people/" not in offered
    page = house.browser("agent01").get("/me/").content.decode()
    bar = page[page.index("<nav") : page.index("</nav>")]
    assert "/desk/" in bar and "/people/" not in bar
    with pytest.raises(ValueError, match="chief"):
        nav.register("x", "/x/", ("chief",))


def shown(template: str, **context: Any) -> str:
    return Template(template).render(Context(context))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13812340000", "138****0000"), ("+8613812340000", "138****0000"), ("01087654321", "010****4321"),
        ("8765432", "87****32"), ("1001", "**01"), ("123", "*23"), ("12", "未显示号码"), ("", ""), (None, ""),
        ("anonymous", "未显示号码"), ("7" * 40, "777****7777"),
    ],
)  # fmt: skip
def test_numbers_are_masked(number: str | None, expected: str) -> None:
    assert masked(number) == expected
    assert shown("{{ n|masked }}", n=number) == expected


def test_rings_are_lights_with_a_word() -> None:
    assert shown("{% rings 2 %}").count('class="on"') == 2
    assert "第2响" in shown("{% rings 2 %}")
    late = shown("{% rings 4 %}")
    assert "rings--late" in late and "第4响" in late and late.count('class="on"') == 3
    assert "rings--late" not in shown("{% rings 3 %}")
    assert "rings--late" in shown("{% rings 3 2 %}")
    unknown = shown("{% rings n %}", n=None)
    assert "响数未知" in unknown and "第0响" not in unknown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(40.9, "余 40 秒"), (60, "余 1 分"), (6 * 60 + 59, "余 6 分"), (0, "余 0 秒"), (-0.1, "超 1 秒"), (-180, "超 3 分"),
     (3 * 3600, "余 3 小时"), (-3 * 86400, "超 3 天")],
)  # fmt: skip
def test_time_left_never_promises_too_much(seconds: float, words: str) -> None:
    now = 1_770_000_000_000_000
    assert shown("{{ due|left:now }}", due=now + round(seconds * 1e6), now=now) == words


def test_times_are_the_hotline_s() -> None:
    us = 1_795_535_367_479_478  # 2026-11-24 15:49:27 UTC
    assert shown("{{ t|clock }} {{ t|hours }} {{ t|day }} {{ t|moment }}", t=us) == "23:49:27 23:49 11月24日 周二 2026-11-24 23:49:27"
    assert shown("{{ t|clock }}{{ t|moment }}", t=0) == ""
    assert [shown("{{ s|duration }}", s=s) for s in (None, 0, 252.9, 3725)] == ["—", "0:00", "4:12", "1:02:05"]


def test_an_icon_that_does_not_exist_is_an_error() -> None:
    assert "#i-phone" in shown('{% icon "phone" %}')
    with pytest.raises(TemplateSyntaxError, match="phne"):
        shown('{% icon "phne" %}')

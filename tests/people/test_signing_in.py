"""Signing in: one-time links work once, wrong passwords slow down, sessions end, nobody is sent elsewhere."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.people import services
from sanxiang.people.rules import LOCK, TRIES, WINDOW, Throttle, throttle, wait_words
from tests.web.kit import House

HTML = {"accept": "text/html"}


def sign_in(browser: Any, login: str, password: str, **more: str) -> Any:
    return browser.post("/sign-in/", {"login": login, "password": password, **more}, headers=HTML)


@pytest.fixture
def password(house: House) -> str:
    """Agent 01's."""
    account = house.account("agent01")
    account.set_password("ming-hu-0101")
    account.save()
    return "ming-hu-0101"


# -- one-time links ----------------------------------------------------------------------------------------------------
def test_a_link_signs_in_once_and_never_again(house: House) -> None:
    path = services.one_time_link(house.account("agent01"))
    first, second = house.browser(), house.browser()
    assert first.get(path).headers["Location"] == "/desk/"
    assert "周宁" in first.get("/me/").content.decode()
    answer = second.get(path, headers=HTML)
    assert answer.status_code == 410
    assert "已经用过了" in answer.content.decode()
    assert second.get("/me/", headers=HTML).status_code == 302


def test_of_two_browsers_at_once_one_wins(house: House) -> None:
    path = services.one_time_link(house.account("agent01"))
    token = path.split("/")[2]
    outcomes: list[str] = []
    gate = threading.Barrier(4)

    def use() -> None:
        from django.db import connection

        gate.wait()
        try:
            services.use_link(token)
            outcomes.append("in")
        except services.Refused as refused:
            outcomes.append(refused.problems[0]["code"])
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "link_used", "link_used", "link_used"]


def test_only_a_digest_of_the_token_is_kept(house: House) -> None:
    token = services.one_time_link(house.account("agent01")).split("/")[2]
    assert token.encode() not in house.folder.app_db.read_bytes()
    wal = house.folder.app_db.with_name("app.db-wal")
    assert not wal.exists() or token.encode() not in wal.read_bytes()


def test_an_agent_s_link_expires_the_administrator_s_first_does_not(house: House) -> None:
    from sanxiang.people.models import OneTimeLink

    link = services.one_time_link(house.account("agent01"))
    OneTimeLink.objects.exclude(expires_at=None).update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = house.browser().get(link, headers=HTML)
    assert answer.status_code == 410 and "已过期" in answer.content.decode()
    OneTimeLink.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert house.browser().get(house.first_link).headers["Location"] == "/set-password/"


def test_a_link_of_somebody_who_left_is_refused(house: House) -> None:
    account = house.account("agent01")
    link = services.one_time_link(account)
    account.is_active = False
    account.save()
    assert "已停用" in house.browser().get(link, headers=HTML).content.decode()


def test_a_wrong_link_says_what_to_do(house: House) -> None:
    answer = house.browser().get("/once/not-a-token/", headers=HTML)
    assert answer.status_code == 410
    assert "登录链接" in answer.content.decode()


def test_a_new_start_makes_the_administrator_s_old_link_void(house: House) -> None:
    fresh = services.bootstrap(house.folder)["url_path"]
    assert house.browser().get(house.first_link).status_code == 410
    assert house.browser().get(fresh).status_code == 302


def test_a_link_gives_a_fresh_session(house: House) -> None:
    from django.conf import settings

    browser = house.browser()
    browser.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"
    browser.get(services.one_time_link(house.account("agent01")))
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != "planted0planted0planted0planted0"


# -- passwords ---------------------------------------------------------------------------------------------------------
def test_number_or_login_and_password(house: House, password: str) -> None:
    for name in ("01", "agent01", " AGENT01 "):
        browser = house.browser()
        assert sign_in(browser, name, password).status_code == 302
        assert browser.get("/me/").status_code == 200


def test_after_five_wrong_passwords_the_right_one_has_to_wait(house: House, password: str) -> None:
    browser = house.browser()
    for left in (4, 3, 2, 1):
        answer = sign_in(browser, "01", "wrong")
        assert answer.status_code == 400
        assert f"还可试 {left} 次" in answer.content.decode()
    assert "已连错多次" in sign_in(browser, "01", "wrong").content.decode()
    answer = sign_in(browser, "01", password)
    assert answer.status_code == 429
    assert re.search(r"请 (5 分|4 分 \d+ 秒)后再试", answer.content.decode())
    assert house.browser().get("/me/", headers=HTML).status_code == 302
    # another name from the same address is not held up
    other = house.account("agent02")
    other.set_password("jing-he-0202")
    other.save()
    assert sign_in(browser, "02", "jing-he-0202").status_code == 302


def test_the_right_password_forgives(house: House, password: str) -> None:
    browser = house.browser()
    for _ in range(TRIES - 1):
        sign_in(browser, "01", "wrong")
    assert sign_in(browser, "01", password).status_code == 302
    assert "还可试 4 次" in sign_in(house.browser(), "01", "wrong").content.decode()


def test_number_and_login_are_counted_together(house: House, password: str) -> None:
    for name in ("01", "agent01", "AGENT01", "01", "agent01"):
        sign_in(house.browser(), name, "wrong")
    assert sign_in(house.browser(), "01", password).status_code == 429


def test_unknown_names_are_answered_as_wrong_passwords_are(house: House, password: str) -> None:
    known = sign_in(house.browser(), "01", "wrong").content.decode()
    unknown = sign_in(house.browser(), "77", "wrong").content.decode()
    shown = re.findall(r'id="problem".*?</p>', known, re.S), re.findall(r'id="problem".*?</p>', unknown, re.S)
    assert shown[0] == shown[1] and shown[0]


@pytest.mark.parametrize(
    ("failures", "now", "expected"),
    [
        ([], 1000.0, Throttle(5, 0)),
        ([999.0] * 4, 1000.0, Throttle(1, 0)),
        ([1000.0] * 5, 1000.0, Throttle(0, LOCK)),
        ([1000.0] * 5, 1000.0 + LOCK - 0.5, Throttle(0, 1)),
        ([1000.0] * 5, 1000.0 + LOCK, Throttle(1, 0)),
        ([1000.0] * 5 + [1000.0 + LOCK], 1000.0 + LOCK + 1, Throttle(0, LOCK - 1)),
        ([1000.0] * 5, 1000.0 + WINDOW, Throttle(5, 0)),
    ],
)
def test_the_rule_of_waiting(failures: list[float], now: float, expected: Throttle) -> None:
    assert throttle(failures, now) == expected


def test_waiting_in_words() -> None:
    assert [wait_words(s) for s in (0, 30, 60, 270)] == ["0 秒", "30 秒", "1 分", "4 分 30 秒"]


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:evil.example"])
def test_signing_in_never_leads_elsewhere(house: House, password: str, wanted: str) -> None:
    assert sign_in(house.browser(), "01", password, next=wanted).headers["Location"] == "/"
    assert sign_in(house.browser(), "01", password, next="/people/?x=1").headers["Location"] == "/people/?x=1"


def test_signing_in_needs_the_token(house: House, password: str) -> None:
    browser = house.browser(enforce_csrf_checks=True)
    assert sign_in(browser, "01", password).status_code == 403


def test_signing_out_ends_the_session_everywhere_it_was_copied(house: House) -> None:
    from django.conf import settings

    browser, copy = house.browser("agent01"), house.browser()
    copy.cookies[settings.SESSION_COOKIE_NAME] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert copy.get("/me/", headers=HTML).status_code == 200
    assert browser.get("/sign-out/").status_code == 405
    browser.post("/sign-out/")
    assert copy.get("/me/", headers=HTML).status_code == 302


def test_setting_a_password(house: House) -> None:
    browser, other = house.browser("agent01"), house.browser("agent01")
    weak = browser.post("/set-password/", {"new": "12345678", "again": "12345678"})
    assert weak.status_code == 400
    assert "两次输入不一样" in browser.post("/set-password/", {"new": "qing-yuan-9", "again": "qing-yuan-8"}).content.decode()
    assert browser.post("/set-password/", {"new": "qing-yuan-9", "again": "qing-yuan-9"}).status_code == 302
    assert browser.get("/me/").status_code == 200  # stays signed in
    assert other.get("/me/", headers=HTML).status_code == 302  # the others do not
    assert sign_in(house.browser(), "01", "qing-yuan-9").status_code == 302
    refused = browser.post("/set-password/", {"old": "guess", "new": "jiang-bin-77", "again": "jiang-bin-77"})
    assert "现在的密码不对" in refused.content.decode()


def test_passwords_are_argon2(house: House, password: str) -> None:
    assert house.account("agent01").password.startswith("argon2$argon2id$")
    assert not house.account("agent02").has_usable_password()


def test_secrets_are_for_this_user_alone(house: House) -> None:
    assert (house.folder.app_db.stat().st_mode & 0o077) == 0
    secrets = {a.sip_password for a in map(house.account, [f"agent{n:02d}" for n in range(1, 11)])}
    assert len(secrets) == 10 and all(len(s) >= 16 for s in secrets)

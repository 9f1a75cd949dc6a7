"""Nobody sees a page that does not name them: every address, every role, the stranger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from sanxiang.people.models import Account
from sanxiang.web.access import ROLES, Access, DenyByDefault, who
from tests.web.kit import House


def addresses() -> Iterator[tuple[str, Any]]:
    """Every address with something plausible in its places, and its view."""
    from django.urls import URLPattern, get_resolver

    def walk(resolver: Any, before: str) -> Iterator[tuple[str, Any]]:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                filled = re.sub(r"<int:\w+>", "1", re.sub(r"<(?:(?:str|slug|path):)?\w+>", "x", route))
                yield "/" + filled, pattern.callback
            else:
                yield from walk(pattern, route)

    yield from walk(get_resolver(), "")


def test_every_view_says_who_may_see_it(house: House) -> None:
    found = list(addresses())
    assert {"/", "/sign-in/", "/people/", "/welcome/", "/desk/", "/live/", "/calls/"} <= {a for a, _ in found}
    missing = [address for address, view in found if not isinstance(getattr(view, "access", None), Access)]
    assert missing == []


def test_a_stranger_is_sent_to_sign_in_everywhere(house: House) -> None:
    stranger = house.browser()
    for address, view in addresses():
        for method in (stranger.get, stranger.post):
            answer = method(address, headers={"accept": "text/html"})
            if view.access.roles is None:
                assert answer.status_code != 401, address
            else:
                refused = answer.status_code in (401, 405) or answer.headers.get("Location", "").startswith("/sign-in/")
                assert refused, (address, answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_meets_what_it_may_and_is_refused_the_rest(house: House, role: str) -> None:
    house.open_hotline()
    more = {"agent_number": "42", "extension": "1042"} if role == "agent" else {}
    Account.objects.create(login=f"only-{role}", name="某人", roles=[role], **more)
    browser = house.browser(f"only-{role}")
    browser.raise_request_exception = False
    for address, view in addresses():
        if view.access.roles is None or address == "/sign-out/":
            continue
        answer = browser.get(address, headers={"accept": "text/html"})
        if view.access.admits(frozenset({role})):
            assert answer.status_code not in (401, 500), (address, answer.status_code)
        else:
            assert answer.status_code in (403, 405), (address, answer.status_code)


def test_a_view_without_a_rule_is_refused() -> None:
    def forgotten(request: Any) -> HttpResponse:
        return HttpResponse("secret")

    with pytest.raises(PermissionDenied):
        DenyByDefault(lambda r: HttpResponse()).process_view(None, forgotten, (), {})  # type: ignore[arg-type]
    DenyByDefault(lambda r: HttpResponse()).process_view(None, who.anyone(forgotten), (), {})  # type: ignore[arg-type]


def test_a_rule_names_known_roles() -> None:
    with pytest.raises(ValueError, match="manager"):
        who("manager")
    with pytest.raises(ValueError, match="needs a role"):
        who()


def test_a_script_hears_401_in_json(house: House) -> None:
    answer = house.browser().get("/people/", headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["problems"][0]["code"] == "signed_out"


def test_posts_need_the_token(house: House) -> None:
    browser = house.browser("admin", enforce_csrf_checks=True)
    answer = browser.post("/people/2/link/", headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "安全核对" in answer.content.decode()
    page = browser.get("/people/").content.decode()
    token = re.search(r'name="csrf-token" content="(\w+)"', page)
    assert token
    assert browser.post("/people/2/link/", headers={"X-CSRFToken": token[1]}).status_code == 200


def test_every_post_of_ours_needs_the_token(house: House) -> None:
    browser = house.browser("admin", enforce_csrf_checks=True)
    for address, view in addresses():
        assert not getattr(view, "csrf_exempt", False), address
    assert browser.post("/sign-out/").status_code == 403

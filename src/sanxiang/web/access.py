"""Who may see what? Nobody, unless the view says so: `@who("agent", "supervisor")`, `@who.signed_in`, `@who.anyone`."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

log = logging.getLogger("sanxiang.web.access")
View = Callable[..., HttpResponse]
Role = Literal["administrator", "supervisor", "inspector", "agent"]
ROLES: tuple[Role, ...] = ("administrator", "supervisor", "inspector", "agent")
ROLE_NAMES = {"administrator": "管理员", "supervisor": "班长", "inspector": "质检员", "agent": "坐席"}


@dataclass(frozen=True)
class Access:
    """``roles`` None: anyone, signed in or not; empty: whoever is signed in; else any of these."""

    roles: frozenset[str] | None

    def admits(self, roles: frozenset[str]) -> bool:
        """Whether somebody signed in with these roles may pass."""
        return not self.roles or bool(self.roles & roles)


class _Who:
    """The decorator of views. It keeps the view's rule in the attribute `access`, where the middleware looks for it."""

    def __call__(self, *roles: str) -> Callable[[View], View]:
        unknown = set(roles) - set(ROLES)
        if unknown or not roles:
            raise ValueError(f"who(): unknown roles {sorted(unknown)}" if unknown else "who() needs a role")
        return lambda view: _guard(view, Access(frozenset(roles)))

    def signed_in(self, view: View) -> View:
        """Whoever is signed in."""
        return _guard(view, Access(frozenset()))

    def anyone(self, view: View) -> View:
        """Signed in or not."""
        return _guard(view, Access(None))


who = _Who()


def _guard(view: View, access: Access) -> View:
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if access.roles is None:
            return view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if not access.admits(frozenset(request.user.roles)):
            raise PermissionDenied(needs(access))
        return view(request, *args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded


def needs(access: Access) -> str:
    """The roles of a rule in words."""
    return "需要" + "或".join(ROLE_NAMES[r] for r in ROLES if r in (access.roles or ())) + "的权限"


def wants_page(request: HttpRequest) -> bool:
    """Whether a person's browser asks for a page, not a script for data."""
    accepts = request.headers.get("Accept", "text/html")
    return "HX-Request" not in request.headers and ("text/html" in accepts or "application/json" not in accepts)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; scripts hear 401."""
    back = request.get_full_path() if request.method == "GET" else "/"
    address = f"{settings.LOGIN_URL}?next={quote(back)}"
    if "HX-Request" in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": settings.LOGIN_URL})
    if not wants_page(request):
        problem = {"code": "signed_out", "problem": "还没有登录，或登录已过期", "cure": "请重新登录"}
        return JsonResponse({"ok": False, "problems": [problem]}, status=401)
    return HttpResponseRedirect(address)


class DenyByDefault:
    """Refuses every view that does not say who may see it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if not isinstance(getattr(view, "access", None), Access):
            log.error("%s has no @who: refused", getattr(view, "__qualname__", view))
            raise PermissionDenied("这个页面没有写明谁可以看，因此谁也不能看")
        return None

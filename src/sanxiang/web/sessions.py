"""Who is behind a cookie, and is that still so? For streams and sockets, which outlive Django's requests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.http import HttpRequest
from django.utils import timezone

from sanxiang.web.live import Viewer


def viewer_of(cookies: Mapping[str, str]) -> Viewer | None:
    """The signed-in person of a request's cookies, None when there is none. Asks the database: not for an event loop."""
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    account: Any = get_user(request)
    if not account.is_authenticated:
        return None
    roles = frozenset(account.roles)
    return Viewer(
        account.pk, account.login, account.name, roles, account.agent_number or "", key,
        _stamp(account.password, account.roles, account.is_active),
    )  # fmt: skip


def still_there(viewers: Iterable[Viewer]) -> set[Viewer]:
    """Those whose session and account still are as they were; two queries for all of them."""
    from django.contrib.sessions.models import Session

    known = set(viewers)
    sessions = Session.objects.filter(pk__in={v.session for v in known}, expire_date__gt=timezone.now())
    alive = set(sessions.values_list("pk", flat=True))
    rows = get_user_model().objects.filter(pk__in={v.account for v in known})
    stamps = {pk: _stamp(*rest) for pk, *rest in rows.values_list("pk", "password", "roles", "is_active")}
    return {v for v in known if v.session in alive and stamps.get(v.account) == v.stamp}


def _stamp(password: str, roles: list[str], active: bool) -> str:
    return hashlib.sha256(f"{password}\0{sorted(roles)}\0{active}".encode()).hexdigest()[:16]

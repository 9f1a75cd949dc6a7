"""Signing in and out, one's own password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanxiang.people import services, throttling
from sanxiang.people.rules import wait_words
from sanxiang.web import live
from sanxiang.web.access import who
from sanxiang.web.nav import home_for


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: only to ourselves."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"


@who.anyone
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Login or agent number, and password."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(_next(request))
        return render(request, "people/sign_in.html", {"next": _next(request)})
    name, password = request.POST.get("login", "").strip(), request.POST.get("password", "")
    context: dict[str, Any] = {"next": _next(request), "login": name}
    if not name or not password:
        context["problem"] = "请填写工号和密码"
        return render(request, "people/sign_in.html", context, status=400)
    account_login = services.login_of(name)
    key = throttling.key_of(account_login, request.META.get("REMOTE_ADDR", ""))
    state = throttling.state(key)
    if state.wait:
        context["problem"] = f"连续输错次数太多，请 {wait_words(state.wait)}后再试；忘记密码可请班长给一次性登录链接"
        return render(request, "people/sign_in.html", context, status=429)
    account = authenticate(request, username=account_login, password=password)
    if account is None:
        left = throttling.failed(key).left
        context["problem"] = f"工号或密码不对，还可试 {left} 次" if left else "工号或密码不对，已连错多次，请 5 分后再试"
        return render(request, "people/sign_in.html", context, status=400)
    throttling.forgive(key)
    login(request, account)
    return HttpResponseRedirect(_next(request))


@who.anyone
@require_GET
def once(request: HttpRequest, token: str) -> HttpResponse:
    """Signs in by a one-time link, as whoever the link names."""
    try:
        account, ask = services.use_link(token)
    except services.Refused as refused:
        return render(request, "people/link_refused.html", {"problem": refused.problems[0]}, status=410)
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect("/set-password/" if ask and not account.has_usable_password() else home_for(account))


@who.anyone
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    live.nudge()  # ends this session's streams now
    return HttpResponseRedirect("/sign-in/")


@who.signed_in
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    return render(request, "people/me.html")


@who.signed_in
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own. Who has one already must know it."""
    account: Any = request.user
    has_one = account.has_usable_password()
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        new = request.POST.get("new", "")
        if has_one and not account.check_password(request.POST.get("old", "")):
            errors["old"] = ["现在的密码不对"]
        if new != request.POST.get("again", ""):
            errors["again"] = ["两次输入不一样"]
        try:
            validate_password(new, account)
        except ValidationError as error:
            errors["new"] = list(error.messages)
        if not errors:
            account.set_password(new)
            account.save(update_fields=["password"])
            update_session_auth_hash(request, account)
            messages.success(request, "密码已设好，下次可以用工号和密码登录")
            return HttpResponseRedirect(home_for(account))
    context = {"errors": errors, "has_one": has_one, "home": home_for(account)}
    return render(request, "people/set_password.html", context, status=400 if errors else 200)

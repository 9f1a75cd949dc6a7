"""The people page: who there is, how they are, and what a supervisor or administrator does for them.

Dialogs are fragments that HTMX puts into the page's one dialog; 422 shows the form again with what is wrong.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanxiang.log.client import AppenderDown
from sanxiang.people import services
from sanxiang.people.models import Account
from sanxiang.people.queries import people_now
from sanxiang.people.rules import STATE_NAMES, STATES, extension_for, grantable, may_manage, next_number
from sanxiang.web import live, wires
from sanxiang.web.access import ROLE_NAMES, who

MANAGERS = ("administrator", "supervisor")


@who(*MANAGERS)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    rows = people_now(wires.reader())
    for row in rows:
        row["role_names"] = [ROLE_NAMES[r] for r in row["roles"]]
        row["mine"] = may_manage(request.user.roles, row["roles"])
    context = {
        "active": [r for r in rows if r["active"]], "gone": [r for r in rows if not r["active"]],
        "ready": sum(r["state"] == "ready" for r in rows), "online": sum(r["chosen"] != "offline" for r in rows),
    }  # fmt: skip
    return render(request, "people/people.html", context)


@who(*MANAGERS)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new agent, number and extension proposed; then their sign-in link."""
    allowed = [r for r in grantable(request.user.roles) if r != "agent"]
    form: dict[str, Any] = {"roles": []}
    context: dict[str, Any] = {"form": form, "allowed": [(r, ROLE_NAMES[r]) for r in allowed]}
    if request.method == "GET":
        taken = list(Account.objects.filter(agent_number__isnull=False).values_list("agent_number", "extension"))
        form["number"] = next_number(n for n, _ in taken)
        form["extension"] = extension_for(form["number"], (e for _, e in taken))
        return render(request, "people/dialog_add.html", context)
    form.update({k: request.POST.get(k, "").strip() for k in ("number", "name", "extension")}, roles=request.POST.getlist("roles"))
    if set(form["roles"]) - set(allowed):
        raise PermissionDenied("您不能给出这个角色")
    try:
        account = services.add_agent(wires.client(), form["number"], form["name"], form["extension"], form["roles"])
    except (services.Refused, AppenderDown) as error:
        return _again(request, "people/dialog_add.html", context, error)
    live.nudge()
    return _show_link(request, account, ask_password=True, fresh=True)


@who(*MANAGERS)
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts somebody into a state for them, with the reason."""
    account = _managed(request, pk, agent=True)
    form = {"state": request.POST.get("state", ""), "reason": request.POST.get("reason", "").strip()}
    context: dict[str, Any] = {"account": account, "states": [(s, STATE_NAMES[s]) for s in STATES], "form": form}
    if request.method == "GET":
        return render(request, "people/dialog_state.html", context)
    try:
        if form["state"] not in STATES:
            raise services.Refused(services.problem("no_state", "请选一个状态", "", "state"))
        if not form["reason"]:
            raise services.Refused(services.problem("no_reason", "请写明原因，坐席会看到", "", "reason"))
        by = request.user.agent_number or request.user.login
        number, log = str(account.agent_number), wires.reader()
        counted = services.set_state(wires.client(), number, form["state"], by, form["reason"], log)
    except (services.Refused, AppenderDown) as error:
        return _again(request, "people/dialog_state.html", context, error)
    text = f"{account} 已{STATE_NAMES[form['state']]}"
    return _done(request, text + "".join(f"；计入 {g['clause']}：{'、'.join(g['missing'])}" for g in counted))


@who(*MANAGERS)
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh one-time link, shown once."""
    account = _managed(request, pk)
    return _show_link(request, account, ask_password="direct" not in request.POST)


@who(*MANAGERS)
@require_POST
@sensitive_variables()
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """What is typed into a desk phone."""
    account = _managed(request, pk, agent=True)
    host = request.get_host().rsplit(":", 1)[0]
    sip = wires.folder().instance().get("ports", {}).get("sip", 5060)
    return render(request, "people/dialog_phone.html", {"account": account, "host": host, "sip": sip})


@who(*MANAGERS)
@require_http_methods(["GET", "POST"])
def active(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends somebody's work here, or takes them back; asks first."""
    account = _managed(request, pk)
    context: dict[str, Any] = {"account": account}
    if request.method == "GET":
        return render(request, "people/dialog_active.html", context)
    if account.pk == request.user.pk:
        raise PermissionDenied("不能停用自己的账号")
    try:
        if account.is_active:
            services.let_go(wires.client(), account, request.user.login)
        else:
            services.bring_back(wires.client(), account)
    except (services.Refused, AppenderDown) as error:
        return _again(request, "people/dialog_active.html", context, error)
    return _done(request, f"{account} 已{'恢复' if account.is_active else '停用'}")


def _managed(request: HttpRequest, pk: int, agent: bool = False) -> Account:
    """The account, if whoever asks may act for it. Raises PermissionDenied, Http404."""
    account = get_object_or_404(Account, pk=pk, **({"agent_number__isnull": False} if agent else {}))
    if not may_manage(request.user.roles, account.roles):
        raise PermissionDenied("只有管理员可以办理班长和管理员的账号")
    return account


def _show_link(request: HttpRequest, account: Account, ask_password: bool, fresh: bool = False) -> HttpResponse:
    path = services.one_time_link(account, by=request.user.login, ask_password=ask_password)
    context = {
        "account": account, "url": request.build_absolute_uri(path), "fresh": fresh,
        "minutes": int(services.LINK_LIFE.total_seconds() // 60), "self": account.pk == request.user.pk,
    }  # fmt: skip
    return render(request, "people/dialog_link.html", context)


def _again(request: HttpRequest, template: str, context: dict[str, Any], error: Exception) -> HttpResponse:
    """The dialog again, saying what is wrong and where."""
    down = services.problem("down", "登记程序没有在运行，这一步没有办成", "请管理员在终端里运行 sanxiang up")
    problems = error.problems if isinstance(error, services.Refused) else [down]
    context["errors"] = {f: p["problem"] for p in problems for f in p.get("fields", ())}
    context["problems"] = [p for p in problems if not p.get("fields")]
    return render(request, template, context, status=422)


def _done(request: HttpRequest, text: str) -> HttpResponse:
    """Closes the dialog by loading the page again, with a notice."""
    live.nudge()
    messages.success(request, text)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})

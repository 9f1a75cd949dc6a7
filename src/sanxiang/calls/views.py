"""The desk page and what its keys do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sanxiang.calls import ports, services
from sanxiang.calls.gates import end_reasons
from sanxiang.web import wires
from sanxiang.web.access import who
from sanxiang.web.asking import answered, log, posts, problem


@who("agent")
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The one page of an agent's shift; the live view "desk" drives it."""
    account: Any = request.user
    return render(request, "calls/desk.html", {
        "agent_number": account.agent_number, "agent_name": account.name, "reasons": end_reasons(wires.reader()),
        "main_parts": ports.templates("main"), "foot_parts": ports.templates("foot"),
    })  # fmt: skip


@who("agent")
@require_GET
def phone(request: HttpRequest) -> HttpResponse:
    """What this agent's browser needs to register as a phone; nobody else's."""
    account: Any = request.user
    if not account.agent_number:
        return JsonResponse(problem("no_number", "您的账号没有工号，不能接电话", "请管理员在“人员”页给您工号"), status=409)
    user = f"{account.extension}w"
    return JsonResponse({
        "ok": True, "user": user, "password": account.web_password, "uri": f"sip:{user}@127.0.0.1", "path": "/phone",
        "agent": account.agent_number,
    })  # fmt: skip


@who("agent")
@posts
def state(request: HttpRequest, document: dict[str, Any]) -> HttpResponse:
    number = _number(request)
    try:
        return answered(services.change_state(wires.client(), number, str(document.get("state")), str(document.get("reason", ""))))
    except ValueError as error:
        return JsonResponse(problem("bad_state", str(error)), status=400)


@who("agent")
@posts
def hold(request: HttpRequest, document: dict[str, Any]) -> HttpResponse:
    act = services.resume if document.get("act") == "resume" else services.hold
    return answered(act(wires.client(), _number(request), str(document.get("call"))))


@who("agent")
@posts
def end(request: HttpRequest, document: dict[str, Any]) -> HttpResponse:
    reason = str(document.get("reason", ""))[:100]
    return answered(services.end_call(wires.client(), _number(request), str(document.get("call")), reason))


@who("agent")
@posts
def number(request: HttpRequest, document: dict[str, Any]) -> HttpResponse:
    """The caller's whole number, for the agent who has the call; the reading is recorded first."""
    call = log().call(str(document.get("call")))
    mine = _number(request)
    if call is None or mine not in (call.agent, *(o.agent for o in call.offers if not o.outcome)):
        return JsonResponse(problem("not_yours", "这通来电不在您手上"), status=403)
    value = log().private(call.caller) if call.caller else None
    if not value:
        return answered(problem("no_number", "来电没有显示号码", "请向来电者询问"))
    answer = services.note_reading(wires.client(), call.id, "number", mine, "工作台查看")
    return answered(answer | {"number": str(value)} if answer["ok"] else answer)


def _number(request: HttpRequest) -> str:
    account: Any = request.user
    return str(account.agent_number or "")

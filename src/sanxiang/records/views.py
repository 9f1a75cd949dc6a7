"""What the desk asks of a registration: the form with what stands in it, saving, signing, parking."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from sanxiang.core.engine.state import Call
from sanxiang.log.client import AppenderDown
from sanxiang.records import services, signing
from sanxiang.records.forms import NoForm, described, form_for
from sanxiang.web import wires
from sanxiang.web.access import who
from sanxiang.web.asking import answered, down, log, posts, problem


class NotYours(Exception):
    """The call is not this agent's, or is not there; ``answer`` says which."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(answer["problems"][0]["problem"])
        self.status, self.answer = status, answer


def _mine(request: HttpRequest, call_id: str) -> Call:
    account: Any = request.user
    call = log().call(call_id)
    if call is None:
        raise NotYours(404, problem("no_call", f"没有来电 {call_id}"))
    if not account.agent_number or call.agent != account.agent_number:
        raise NotYours(403, problem("not_yours", "这通来电的登记不归您办理", "请由接听人办理"))
    return call


@who("agent")
@require_GET
def form(request: HttpRequest, call_id: str) -> HttpResponse:
    """{"call", "form", "values", "saved_at", "registration"}: the masked number stands for the caller's."""
    account: Any = request.user
    try:
        call = _mine(request, call_id)
        values, saved_at = services.draft_values(log(), call, account.name)
        asked = form_for(log(), call)
    except NotYours as error:
        return JsonResponse(error.answer, status=error.status)
    except NoForm as error:
        return answered(problem("no_form", str(error)))
    except AppenderDown:
        return down()
    return JsonResponse({
        "ok": True, "call": call.id, "form": described(asked), "values": values, "saved_at": saved_at,
        "registration": call.registration, "ended_at": call.ended_at,
    })  # fmt: skip


@who("agent")
@posts
def draft(request: HttpRequest, document: dict[str, Any], call_id: str) -> HttpResponse:
    """Keeps what was typed; works while the appender is away."""
    try:
        call = _mine(request, call_id)
        if call.registration == "signed":
            return answered(problem("signed_already", "这通来电已经签名"))
        fields = document.get("fields")
        if not isinstance(fields, dict):
            return JsonResponse(problem("bad_request", "请求写法不对"), status=400)
        return JsonResponse({"ok": True, "saved_at": services.save_draft(log(), call, fields, wires.now())})
    except NotYours as error:
        return JsonResponse(error.answer, status=error.status)
    except NoForm as error:
        return answered(problem("no_form", str(error)))


@who("agent")
@posts
def sign(request: HttpRequest, document: dict[str, Any], call_id: str) -> HttpResponse:
    """Signs; the draft is kept first, so a refusal loses nothing."""
    try:
        call = _mine(request, call_id)
        fields = document.get("fields")
        if not isinstance(fields, dict):
            return JsonResponse(problem("bad_request", "请求写法不对"), status=400)
        if call.registration != "signed":
            services.save_draft(log(), call, fields, wires.now())
        answer = services.sign(
            log(), wires.client(), call, call.agent, fields, now=wires.now(), due_at=document.get("due_at")
        )
        return answered(answer)
    except NotYours as error:
        return JsonResponse(error.answer, status=error.status)
    except NoForm as error:
        return answered(problem("no_form", str(error)))


@who("agent")
@posts
def park(request: HttpRequest, document: dict[str, Any], call_id: str) -> HttpResponse:
    try:
        call = _mine(request, call_id)
    except NotYours as error:
        return JsonResponse(error.answer, status=error.status)
    if isinstance(document.get("fields"), dict):
        services.save_draft(log(), call, document["fields"], wires.now())
    return answered(signing.park(wires.client(), call.id, call.agent))

"""The page of promises, and the reply that keeps one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from sanxiang.calls.services import note_reading
from sanxiang.cases import queries, services
from sanxiang.core.engine.state import Promise
from sanxiang.core.rings import HOUR
from sanxiang.log.client import AppenderDown
from sanxiang.people.queries import names
from sanxiang.web import wires
from sanxiang.web.access import wants_page, who
from sanxiang.web.asking import answered, log, posts, problem


def _may(request: HttpRequest, promise: Promise) -> bool:
    """The owner, or whoever supervises."""
    account: Any = request.user
    return (bool(account.agent_number) and promise.owner == account.agent_number) or account.has("supervisor", "administrator")


def _me(request: HttpRequest) -> str:
    account: Any = request.user
    return str(account.agent_number or account.login)


@who("agent", "supervisor", "administrator")
@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """Mine by time left; supervisors see everybody's with ``?whose=all`` (their default)."""
    account: Any = request.user
    supervises = account.has("supervisor", "administrator")
    everybody = supervises and request.GET.get("whose", "" if account.agent_number else "all") == "all"
    owner, reader, now = "" if everybody else str(account.agent_number or "-"), wires.reader(), wires.now()
    people = names()
    waiting = queries.unanswered(reader, owner) if reader else []
    done = queries.recently_answered(reader, owner, now - 12 * HOUR)[:20] if reader else []
    cards = [queries.card(reader, p, now) | {"owner_name": people.get(p.owner, "")} for p in waiting] if reader else []
    answered_ = [queries.card(reader, p, now) | {"by_name": people.get(p.replied_by, "")} for p in done] if reader else []
    return render(request, "cases/promises.html", {
        "cards": cards, "answered": answered_, "everybody": everybody, "supervises": supervises,
        "chosen": request.GET.get("promise", ""), "late": sum(c["urgency"] == "breach" for c in cards),
    })  # fmt: skip


@who("agent", "supervisor", "administrator")
@require_POST
def reply(request: HttpRequest, promise_id: str) -> HttpResponse:
    """The form of the page; a script gets the appender's answer as JSON."""
    try:
        promise = log().promise(promise_id)
        if promise is None:
            answer = problem("no_promise", f"没有承诺 {promise_id}")
        elif not _may(request, promise):
            answer = problem("not_yours", "这个承诺不归您回复", "请告诉班长")
        else:
            reached = request.POST.get("reached") != "no"
            answer = services.reply(log(), wires.client(), promise_id, _me(request), request.POST.get("text", ""), reached)
    except AppenderDown:
        answer = problem("appender_down", "登记程序没有回答，这次回复还没有记下", "请把答复写在纸上，恢复后补记")
    if not wants_page(request):
        return answered(answer)
    if answer["ok"]:
        told = "已记下：没有接通，时限照走" if request.POST.get("reached") == "no" else "已记下回复"
        messages.success(request, told)
        return HttpResponseRedirect(request.path.rsplit(f"{promise_id}/", 1)[0])
    for one in answer["problems"]:
        messages.error(request, one["problem"] + (f"。{one['cure']}" if one["cure"] else ""))
    return HttpResponseRedirect(request.path.rsplit(f"{promise_id}/", 1)[0] + f"?promise={promise_id}")


@who("agent", "supervisor", "administrator")
@posts
def contact(request: HttpRequest, document: dict[str, Any], promise_id: str) -> HttpResponse:
    """The whole contact, to call back; the reading is recorded first."""
    promise = log().promise(promise_id)
    if promise is None or not _may(request, promise):
        return JsonResponse(problem("not_yours", "这个承诺不归您回复"), status=403)
    value = log().private(promise.contact) if promise.contact else None
    if not value:
        return answered(problem("no_contact", "没有留下联系方式"))
    answer = note_reading(wires.client(), promise.id, "number", _me(request), "回复来电者")
    return answered(answer | {"number": str(value)} if answer["ok"] else answer)

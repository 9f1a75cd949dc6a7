"""The administrator's first visit: what is ready, what to do first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sanxiang.people import first_steps
from sanxiang.people.models import Account
from sanxiang.web import wires
from sanxiang.web.access import who


def _context(request: HttpRequest) -> dict[str, Any]:
    steps = first_steps.progress(wires.reader()) | {"running": first_steps.answers()}
    if not steps["running"]:
        steps["now"] = 1
    first = Account.objects.filter(agent_number__isnull=False, is_active=True).order_by("agent_number").first()
    return {"steps": steps, "first": first, "line": steps["hotlines"][0] if steps["hotlines"] else None}


@who("administrator")
@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    return render(request, "people/welcome.html", _context(request))


@who("administrator")
@require_GET
def steps(request: HttpRequest) -> HttpResponse:
    """The list alone, fetched again when something happened."""
    return render(request, "people/welcome_steps.html", _context(request))

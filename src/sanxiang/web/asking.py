"""How do small requests of the pages come in and go out? JSON in, the appender's answer out; faults in the same form."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from sanxiang.log.client import AppenderDown
from sanxiang.log.reader import LogReader
from sanxiang.web import wires


def problem(code: str, text: str, cure: str = "", *fields: str) -> dict[str, Any]:
    """A refusal in the form of the appender's answers."""
    one = {"code": code, "problem": text, "cure": cure, "fields": list(fields), "clause": "", "ask": False}
    return {"ok": False, "problems": [one]}


def answered(answer: dict[str, Any]) -> JsonResponse:
    """200 for ok, 409 for a refusal by the standard."""
    return JsonResponse(answer, status=200 if answer.get("ok") else 409, json_dumps_params={"ensure_ascii": False})


def down() -> JsonResponse:
    """Nobody writes facts: what to do meanwhile."""
    cure = "来电由应急队列照常接听；登记请先写在纸上，恢复后补签。请告诉班长重新启动系统"
    return JsonResponse(problem("appender_down", "登记程序没有回答", cure), status=503)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def posts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that is posted JSON: it gets the object as second argument. Put it below `@who`."""

    @require_POST
    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            document = json.loads(request.body or b"{}", parse_constant=_no_number)
            json.dumps(document, ensure_ascii=False, allow_nan=False).encode()  # half a surrogate is no text, 1e999 no number
        except (ValueError, RecursionError):
            return JsonResponse(problem("bad_request", "请求写法不对"), status=400)
        if not isinstance(document, dict):
            return JsonResponse(problem("bad_request", "请求写法不对"), status=400)
        try:
            return view(request, document, *args, **kwargs)
        except AppenderDown:
            return down()

    return wrapped


def log() -> LogReader:
    """This thread's reader. Raises AppenderDown before the first start: there is no log yet."""
    reader = wires.reader()
    if reader is None:
        raise AppenderDown("还没有事实日志")
    return reader

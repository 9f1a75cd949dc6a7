"""One call's page, its sound, and the words of its registration."""

from __future__ import annotations

import secrets
import sqlite3
import wave
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST, require_safe

from sanxiang.core.engine.state import Call
from sanxiang.log.client import AppenderDown
from sanxiang.log.reader import LogReader
from sanxiang.people.queries import names as people_names
from sanxiang.reports import call_page, queries
from sanxiang.reports import sound as sounds
from sanxiang.reports.call_view import fact_document
from sanxiang.reports.sentences import LOOKED_AT
from sanxiang.reports.services import fresh, standards, zone_of
from sanxiang.reports.views import only_agent
from sanxiang.web import wires
from sanxiang.web.access import who

READERS = ("supervisor", "inspector", "administrator", "agent")
REASONS = ("质检", "处理投诉", "回复来电者", "核对登记")


def _call(request: HttpRequest, name: str) -> tuple[LogReader, Call]:
    """The call, if this reader may see it: an agent without another role only their own. Raises Http404, PermissionDenied."""
    log = wires.reader()
    call = log.call(name) if log else None
    if log is None or call is None:
        raise Http404(f"没有编号为 {name} 的来电")
    if (mine := only_agent(request)) and call.agent != mine:
        raise PermissionDenied("这通来电不是您接的，只有班长、质检员和管理员可以看")
    return log, call


def _reader_name(request: HttpRequest) -> str:
    user: Any = request.user
    return str(user.agent_number or user.login)


def _note(request: HttpRequest, call: str, what: str, reason: str, key: str = "") -> dict[str, Any]:
    """Puts the reading on record before anything is shown. Raises AppenderDown."""
    data = {"of": call, "what": what, "by": _reader_name(request), "reason": reason}
    return wires.client().propose({"kind": "PersonalDataRead", "data": data}, key=key)


@who(*READERS)
@require_GET
def one_call(request: HttpRequest, name: str) -> HttpResponse:
    """Facts, verdicts, sound, registration and promises of a call."""
    log, call = _call(request, name)
    return render(request, "reports/call.html", _context(request, log, call))


def _context(request: HttpRequest, log: LogReader, call: Call, words: bool = False) -> dict[str, Any]:
    standard = standards(log).get(call.pack)
    context = call_page.page(log, call, standard, people_names(), zone_of(log), wires.now(), words)
    return context | _neighbours(request, call) | {
        "reasons": REASONS, "listening": secrets.token_hex(6), "sound": _sound_data(call) if call.recordings else None,
    }  # fmt: skip


def _sound_data(call: Call) -> dict[str, Any]:
    return {"seconds": call.seconds, "caller": f"/calls/{call.id}/sound/caller.wav", "agent": f"/calls/{call.id}/sound/agent.wav",
            "peaks": f"/calls/{call.id}/peaks.json"}  # fmt: skip


_READINGS = "SELECT * FROM reading_row WHERE of = ? ORDER BY n DESC LIMIT 20"


def _read_by(row: sqlite3.Row) -> dict[str, Any]:
    """Who looked: {"at", "words"}."""
    names = people_names()
    who_read = f"{row['by']} {names.get(row['by'], '')}".strip()
    return {"at": row["at"], "words": f"{who_read} {LOOKED_AT.get(row['what'], row['what'])}" + (f"：{row['reason']}" if row["reason"] else "")}


def _neighbours(request: HttpRequest, call: Call) -> dict[str, Any]:
    """Addresses of the call before, the call after, and the next one with a breach; and who looked at personal data."""
    mine = only_agent(request)
    try:
        fresh(wires.folder(), 0.5)
        db = queries.connect(wires.folder().read_db)
    except FileNotFoundError:
        return {}
    try:
        own = " AND agent = :agent" if mine else ""
        at = {"at": call.queued_at, "call": call.id, "agent": mine}
        broken = " AND EXISTS (SELECT 1 FROM verdict_row v WHERE v.call = call_row.call AND v.verdict = 'breach')"
        asked = {
            "newer": ("(offered_at, call) > (:at, :call)", "ASC", ""), "older": ("(offered_at, call) < (:at, :call)", "DESC", ""),
            "next_breach": ("(offered_at, call) < (:at, :call)", "DESC", broken),
        }  # fmt: skip
        found: dict[str, Any] = {}
        for key, (where, order, more) in asked.items():
            query = f"SELECT call FROM call_row WHERE {where}{own}{more} ORDER BY offered_at {order}, call {order} LIMIT 1"
            row = db.execute(query, at).fetchone()
            found[key] = f"/calls/{row[0]}/" if row else ""
        return found | {"readings": [_read_by(r) for r in db.execute(_READINGS, (call.id,))]}
    finally:
        db.close()


@who(*READERS)
@require_POST
def reveal(request: HttpRequest, name: str) -> HttpResponse:
    """The page with number and words of the registration, after the reason is on record."""
    log, call = _call(request, name)
    reason = (request.POST.get("other") or request.POST.get("reason") or "").strip()[:100]
    context: dict[str, Any] = {}
    if not reason:
        context = {"refusal": "请说明为什么要看，再点“显示”"}
    else:
        try:
            answer = _note(request, call.id, "words", reason)
            if not answer.get("ok"):
                context = {"refusal": "；".join(p["problem"] for p in answer.get("problems", [])) or "没有记录成"}
        except AppenderDown:
            context = {"refusal": "登记程序没有回答，查看无法留痕，因此不能显示。请班长重新启动系统"}
    shown = not context
    status = 200 if shown else 400 if not reason else 503
    return render(request, "reports/call.html", _context(request, log, call, shown) | context, status=status)


@who(*READERS)
@require_safe
def sound_file(request: HttpRequest, name: str, side: str) -> HttpResponseBase:
    """One side of the recording, in ranges. The first request of a page's listening is a fact; without it no sound."""
    _, call = _call(request, name)
    file = _recording(call, side)
    if request.method != "HEAD":
        listening = request.GET.get("listening", "")[:32] or secrets.token_hex(6)
        try:
            answer = _note(request, call.id, "recording", "", f"listen/{_reader_name(request)}/{call.id}/{listening}")
        except AppenderDown:
            return HttpResponse("登记程序没有回答，听录音无法留痕，因此不能播放", status=503, content_type="text/plain; charset=utf-8")
        if not answer.get("ok"):
            return HttpResponse("没有记录成，不能播放", status=409, content_type="text/plain; charset=utf-8")
    return sounds.sound(file, request.headers.get("Range"))


def _recording(call: Call, side: str) -> Any:
    relative = dict(zip(("caller", "agent"), call.recordings, strict=False)).get(side, "")
    file = sounds.inside(wires.folder().root, relative) if relative else None
    if file is None:
        raise Http404("没有这通来电的录音")
    return file


@who(*READERS)
@require_GET
def peaks(request: HttpRequest, name: str) -> HttpResponse:
    """Loudness of both sides for drawing: {"caller": [0..1], "agent": [0..1]}. Nothing can be understood from it."""
    _, call = _call(request, name)
    try:
        return JsonResponse({side: sounds.peaks(_recording(call, side)) for side in ("caller", "agent")})
    except (wave.Error, EOFError):
        return JsonResponse({"problem": "录音文件损坏"}, status=422)


@who(*READERS)
@require_GET
def facts_json(request: HttpRequest, name: str) -> HttpResponse:
    """The call's facts as they stand in the log; references instead of personal data."""
    log, call = _call(request, name)
    zone = zone_of(log)
    document = {"call": call.id, "facts": [fact_document(f, zone) for f in log.facts_of(call.id)]}
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})

"""The supervisor's page, the list of calls, and the figures."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sanxiang.ground.clock import iso
from sanxiang.people.queries import names as people_names
from sanxiang.reports import kpi, live, queries, sheets
from sanxiang.reports.board import ring_rule
from sanxiang.reports.kpi_page import present, presets
from sanxiang.reports.periods import Period, PeriodError, midnight, period
from sanxiang.reports.selection import (
    FIGURE_KEYS,
    FILTERS,
    ON_TIME,
    OUTCOMES,
    REGISTRATIONS,
    VERDICTS,
    chips,
    select,
)
from sanxiang.reports.services import Book, kpi_report
from sanxiang.web import wires
from sanxiang.web.access import who
from sanxiang.web.masking import caller_shown, masked

ALL = frozenset({"supervisor", "inspector", "administrator"})
PER_PAGE = 50
PATIENCE = 1.0


def open_book() -> Book | None:
    """The figures as of now; None before the first start, when there is no log."""
    try:
        return Book.open(wires.folder(), PATIENCE)
    except FileNotFoundError:
        return None


def only_agent(request: HttpRequest) -> str:
    """The agent to whose calls this reader is limited; "" for those who may see all."""
    user: Any = request.user
    return "" if ALL & set(user.roles) else str(user.agent_number or "-")


@who("supervisor", "administrator")
@require_GET
def live_page(request: HttpRequest) -> HttpResponse:
    """What goes on now. The live view "supervisor" keeps it true."""
    log = wires.reader()
    if log is None:
        return render(request, "reports/no_log.html", {"heading": "现场"})
    now = wires.now()
    return render(request, "reports/live.html", {"html": live.drawn(live.build(log, now))})


@who("supervisor", "inspector", "administrator", "agent")
@require_GET
def calls_page(request: HttpRequest) -> HttpResponse:
    """Calls by period, filters, or the figure that they stand for; an agent without another role sees their own."""
    book = open_book()
    if book is None:
        return render(request, "reports/no_log.html", {"heading": "来电"})
    with book:
        chosen = select(book, request.GET, only_agent(request))
        if request.GET.get("format") == "csv":
            return _csv(book, chosen)
        pages = Paginator(chosen.calls, PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        who_is = people_names()
        rows = [_listed(book, call, who_is, breaches) for call, breaches in _with_breaches(book, page.object_list)]
        today = midnight(book.now, book.zone)
        context = {
            "rows": rows, "page": page, "count": len(chosen.calls), "chosen": chosen, "chips": chips(chosen, who_is),
            "given": chosen.given, "names": sorted(who_is.items()), "outcomes": OUTCOMES, "on_time": ON_TIME,
            "registrations": REGISTRATIONS, "verdicts": VERDICTS, "clauses": _clauses(book), "mine": bool(only_agent(request)),
            "start": chosen.period.text(chosen.period.start) if chosen.period and "q" not in chosen.given else "",
            "end": chosen.period.text(chosen.period.end) if chosen.period and "q" not in chosen.given else "",
            "csv_url": chosen.address(format="csv"), "next_url": chosen.address(page=str(page.number + 1)),
            "previous_url": chosen.address(page=str(page.number - 1)), "empty_log": not book.log.head() or not _any_call(book),
            "is_today": chosen.period is not None and chosen.period.start == today,
            "presets": presets(book.now, book.zone, chosen.period or Period(0, 1, book.zone)),
            "kept_keys": [(k, v) for k, v in chosen.given.items() if k in (*FIGURE_KEYS, "queue", "hotline")],
            "filtered": bool(set(chosen.given) & set(FILTERS)), "narrowed": bool(set(chosen.given) - {"from", "to"}),
        }  # fmt: skip
        return render(request, "reports/calls.html", context, status=400 if chosen.problem else 200)


def _any_call(book: Book) -> bool:
    return book.db.execute("SELECT 1 FROM call_row LIMIT 1").fetchone() is not None


def _clauses(book: Book) -> list[tuple[str, str]]:
    """Clauses of the standards in force."""
    found: dict[str, str] = {}
    for hotline in book.log.hotlines():
        if standard := book.standards.get(hotline.pack):
            found.update({c.id: c.title for c in standard.pack.clauses})
    return sorted(found.items())


def _with_breaches(book: Book, calls: Any) -> list[tuple[dict[str, Any], list[str]]]:
    ids = [c["call"] for c in calls]
    holes = ",".join("?" * len(ids))
    query = f"SELECT DISTINCT call, clause FROM verdict_row WHERE verdict = 'breach' AND call IN ({holes}) ORDER BY clause"
    broken: dict[str, list[str]] = {}
    for r in book.db.execute(query, ids):
        broken.setdefault(r["call"], []).append(r["clause"])
    return [(c, broken.get(c["call"], [])) for c in calls]


def _listed(book: Book, call: dict[str, Any], names: dict[str, str], breaches: list[str]) -> dict[str, Any]:
    number = str(book.log.private(call["caller"]) or "") if call["caller"] else ""
    caller = caller_shown(call["caller_kind"], number)
    outcome = OUTCOMES.get(call["outcome"] or "none", call["outcome"])
    cycle, limit = ring_rule(book.standards.get(call["pack"]))
    return {**call, "limit": max(1, round(limit / cycle)), "masked": caller, "name": names.get(call["agent"] or "", ""), "breaches": breaches, "outcome_word": outcome}


def _csv(book: Book, chosen: Any) -> HttpResponse:
    """The list as csv; numbers masked, for a file goes where nobody sees who reads it."""
    out = io.StringIO()
    fields = ("call", "hotline", "queue", "agent", "outcome", "rings", "on_time", "wait_seconds", "talk_seconds", "hold_seconds",
              "wrap_up_seconds", "hung_up_by", "registration", "result", "promised")  # fmt: skip
    writer = csv.writer(out)
    writer.writerow(["offered_at", "answered_at", "ended_at", "caller", *fields])
    for c in chosen.calls:
        number = masked(str(book.log.private(c["caller"]) or "")) if c["caller"] else ""
        moments = [iso(c[k] or 0, book.zone) or "" for k in ("offered_at", "answered_at", "ended_at")]
        values = ["" if c[f] is None else str(c[f]).lower() if isinstance(c[f], bool) else c[f] for f in fields]
        writer.writerow([sheets.safe(v) for v in (*moments, number, *values)])
    return _file(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", "calls.csv")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@who("supervisor", "inspector", "administrator")
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/reports/kpi/")


def _asked(request: HttpRequest) -> tuple[list[str], dict[str, list[str]], float]:
    """(by, where, threshold) of the address; what is not understood is left out."""
    by = [d for one in request.GET.getlist("by") for d in one.split(",") if d in kpi.DIMENSIONS]
    where = {k: request.GET.getlist(k) for k in queries.WHERE if any(request.GET.getlist(k))}
    try:
        threshold = float(request.GET.get("threshold", kpi.THRESHOLD))
    except ValueError:
        threshold = kpi.THRESHOLD
    return list(dict.fromkeys(by)), where, threshold if 0 < threshold < 86_400 else kpi.THRESHOLD


@who("supervisor", "inspector", "administrator")
@require_GET
def kpi_page(request: HttpRequest) -> HttpResponse:
    """The figures of a period, each opening its calls; as json, csv or xlsx with ?format=."""
    book = open_book()
    if book is None:
        return render(request, "reports/no_log.html", {"heading": "报表"})
    with book:
        by, where, threshold = _asked(request)
        problem = ""
        try:
            when = period(request.GET.get("from"), request.GET.get("to"), book.now, book.zone)
        except PeriodError as error:
            problem, when = str(error), period(None, None, book.now, book.zone)
        document = kpi_report(book, when, by, where, threshold)
        form = request.GET.get("format", "")
        if form in ("json", "csv", "xlsx") and not problem:
            return _download(document, form)
        query = {"from": request.GET.get("from", ""), "to": request.GET.get("to", ""), "by": ",".join(by), "threshold": f"{threshold:g}"}
        query |= {k: v[0] for k, v in where.items()}
        address = urlencode({k: v for k, v in query.items() if v})
        context = present(document, when, where, threshold, people_names(), book.now)
        context |= {"problem": problem, "query": address, "names": sorted(people_names().items()), "where": {k: v[0] for k, v in where.items()}}
        return render(request, "reports/kpi.html", context, status=400 if problem else 200)


def _download(document: dict[str, Any], form: str) -> HttpResponse:
    name = f"kpi-{document['from']}".replace(":", "")
    if form == "json":
        response = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return response
    if form == "csv":
        return _file(sheets.as_csv(document).encode("utf-8-sig"), "text/csv; charset=utf-8", f"{name}.csv")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(sheets.as_xlsx(document), kind, f"{name}.xlsx")

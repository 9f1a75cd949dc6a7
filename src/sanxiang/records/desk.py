"""What the registration adds to the desk's live view: which calls wait for a signature, and what they lack."""

from __future__ import annotations

from typing import Any

from sanxiang.calls.desk import caller
from sanxiang.calls.ports import Moment
from sanxiang.core.engine.admit import PARK_LIMIT
from sanxiang.core.engine.state import Call
from sanxiang.ground.clock import local
from sanxiang.records.forms import NoForm, form_for, prefilled, relevant
from sanxiang.records.models import Draft


def part(moment: Moment) -> dict[str, Any]:
    """{"call": the call whose form is open now, "" for none, "unsigned": […], "parked", "park_limit"}."""
    current = moment.current
    open_now = current if current and current.agent == moment.agent.number and current.registration == "open" else None
    left = [c for c in moment.mine if c is not open_now and c.phase in ("wrap_up", "over") and c.id != _id(open_now)]
    return {
        "call": _id(open_now), "unsigned": [_line(moment, c) for c in left], "parked": len(moment.agent.parked),
        "park_limit": PARK_LIMIT,
    }  # fmt: skip


def _id(call: Call | None) -> str:
    return call.id if call else ""


def _line(moment: Moment, call: Call) -> dict[str, Any]:
    draft = Draft.objects.filter(call=call.id).first()
    values = dict(draft.fields) if draft else {}
    return {
        "call": call.id, "parked": call.registration == "parked", "ended_at": call.ended_at,
        "ended_clock": local(call.ended_at).strftime("%H:%M") if call.ended_at else "",
        "caller": caller(moment.reader, call)["masked"], "name": str(values.get("name") or ""),
        "about": str(values.get("content") or ""), "missing": missing(moment, call, values),
    }  # fmt: skip


def missing(moment: Moment, call: Call, values: dict[str, Any]) -> list[str]:
    """Labels of what the draft still lacks."""
    try:
        asked = form_for(moment.reader, call)
    except NoForm:
        return []
    filled_in = relevant(asked.form, prefilled(asked, moment.agent_name) | values)
    wrong = dict.fromkeys(name for name, _ in asked.form.check(filled_in))
    return [field.label for name in wrong if (field := asked.form.field(name))]

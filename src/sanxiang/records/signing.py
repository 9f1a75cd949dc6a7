"""What happens when an agent signs: one command that carries the signature and, where one is due, the promise."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sanxiang.core.engine.state import Call
from sanxiang.ground.clock import iso
from sanxiang.log.client import Client
from sanxiang.log.reader import LogReader
from sanxiang.records.forms import CallForm, NoForm, form_for, prefilled, relevant, unmasked

#: what the signing document may also say at its top level
BESIDE = ("consent", "contact", "question")


def problem(code: str, text: str, cure: str = "", *fields: str) -> dict[str, Any]:
    """One problem in the form of the appender's answers."""
    return {"code": code, "problem": text, "cure": cure, "fields": list(fields), "clause": "", "ask": False}


def refusal(*problems: dict[str, Any]) -> dict[str, Any]:
    missing = [name for p in problems for name in p["fields"]]
    return {"ok": False, "missing": list(dict.fromkeys(missing)), "problems": list(problems)}


def fields_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a signing document: its ``fields``, with consent, contact and question from beside them.

    Raises ValueError when the document has another shape.
    """
    fields = document.get("fields", {})
    if not isinstance(fields, Mapping):
        raise ValueError("fields 要写成 {字段: 值}")
    unknown = set(document) - {"fields", "due_at", *BESIDE}
    if unknown:
        raise ValueError(f"不认识的项：{'、'.join(sorted(unknown))}")
    return {**{k: document[k] for k in BESIDE if k in document}, **fields}


LATEST = 366 * 86_400_000_000  # us after now: the farthest time that a reply may be promised for


def due_of(text: Any, zone: str, now: int) -> int:
    """The time that the caller chose, us; 0 for none. Raises ValueError for what is no time or already past."""
    if text in (None, "", 0):
        return 0
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise ValueError("约定的回复时间请写成 2026-03-02T09:30") from None
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    us = round(at.timestamp() * 1_000_000)
    if us > now + LATEST:
        raise ValueError("约定的回复时间太远，请定在一年以内")
    if us <= now:
        raise ValueError("约定的回复时间已经过去")
    return us


def sign(
    reader: LogReader, client: Client, call_id: str, agent: str, values: Mapping[str, Any], *, now: int,
    due_at: Any = None, conditional_prefill: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Signs a call's registration. ``values``: by field, the rest is prefilled; ``agent`` "": who answered the call.

    Gives {"ok": True, "n", "counted", "promise"?: {"id", "call", "owner", "due_at", "state"}} or
    {"ok": False, "missing": [field…], "problems": […]}. The same call twice gives the first answer. Raises AppenderDown.
    """
    call = reader.call(call_id)
    if call is None:
        return refusal(problem("no_call", f"没有来电 {call_id}", "用 sanxiang calls 查看"))
    try:
        asked = form_for(reader, call)
    except NoForm as error:
        return refusal(problem("no_form", str(error), "无须登记"))
    filled_in = relevant(
        asked.form, {**prefilled(asked, conditional=conditional_prefill), **unmasked(asked, values)}
    )
    try:
        chosen = due_of(due_at, asked.zone, now)
    except ValueError as error:
        return refusal(problem("due_at", str(error), "", "due_at"))
    facts = [_signature(asked, agent or call.agent, filled_in)]
    if filled_in.get("result") == "unsolved" and filled_in.get("consent") is True:
        facts.append(_promise(call, filled_in, chosen))
    answer = client.propose(*facts, key=f"sign/{call_id}")
    if not answer["ok"]:
        return refusal(*_without_echo(answer["problems"]))
    made = promise_of(reader, call_id)
    return answer | ({"promise": made} if made else {})


def _signature(asked: CallForm, agent: str, values: dict[str, Any]) -> dict[str, Any]:
    data = {
        "call": asked.call.id, "agent": agent, "form": asked.form.name, "filled": sorted(values),
        "choices": asked.form.choices_of(values),
    }  # fmt: skip
    if values.get("result") in ("solved", "unsolved"):
        data["result"] = values["result"]
    return {"kind": "RegistrationSigned", "data": data, "words": values, "private": {"words": values}}


def _promise(call: Call, values: dict[str, Any], due_at: int) -> dict[str, Any]:
    data = {
        "promise": "p" + secrets.token_hex(6), "call": call.id, "owner": call.agent, "pack": call.pack, "consent": True,
        "due_at": due_at,
    }  # fmt: skip
    private = {k: str(values[k]) for k in ("contact", "question") if values.get(k)}
    return {"kind": "PromiseMade", "data": data, "private": private}


def _without_echo(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One problem a field: the form and a gate may both miss the same one."""
    seen: set[str] = set()
    kept = []
    for one in problems:
        names = set(one["fields"])
        if names and names <= seen:
            continue
        seen |= names
        kept.append(one)
    return kept


def promise_of(reader: LogReader, call_id: str) -> dict[str, Any] | None:
    """The promise made with a call's signature, None for none."""
    row = reader.db.execute(
        "SELECT subject FROM fact WHERE call = ? AND kind = 'PromiseMade' ORDER BY n DESC LIMIT 1", (call_id,)
    ).fetchone()
    promise = reader.promise(row[0]) if row else None
    if promise is None:
        return None
    return {
        "id": promise.id, "call": promise.call, "owner": promise.owner, "due_at": iso(promise.due_at),
        "state": promise.state,
    }  # fmt: skip


def park(client: Client, call_id: str, agent: str) -> dict[str, Any]:
    """Sets the draft aside because others wait; the gates of the standard say whether that may be. Raises AppenderDown."""
    return client.propose({"kind": "RegistrationParked", "data": {"call": call_id, "agent": agent}})

"""Keeping drafts: what is typed survives a refresh, a crash of the browser, and parking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from sanxiang.core.engine.state import Call
from sanxiang.log.client import Client
from sanxiang.log.reader import LogReader
from sanxiang.records import signing
from sanxiang.records.forms import form_for, prefilled, shown, unmasked
from sanxiang.records.models import Draft

MAX_TEXT = 4000


def draft_values(reader: LogReader, call: Call, agent_name: str) -> tuple[dict[str, Any], int]:
    """(values by field as the desk shows them, when they were saved in us; 0: only prefilled). Raises NoForm."""
    asked = form_for(reader, call)
    draft = Draft.objects.filter(call=call.id).first()
    values = prefilled(asked, agent_name) | (draft.fields if draft else {})
    return shown(asked, values), draft.updated_at if draft else 0


def save_draft(reader: LogReader, call: Call, values: Mapping[str, Any], now: int) -> int:
    """Keeps what was typed; gives the time of saving. Fields that the form does not have are dropped. Raises NoForm.

    Fields that are not sent stay as they were: two tabs of one desk each send what was typed there.
    """
    asked = form_for(reader, call)
    kept = {
        name: value[:MAX_TEXT] if isinstance(value, str) else value
        for name, value in unmasked(asked, values).items()
        if asked.form.field(name) and isinstance(value, (str, bool, int, float, type(None)))
    }
    with transaction.atomic():
        draft = Draft.objects.filter(call=call.id).first() or Draft(call=call.id)
        draft.agent, draft.fields, draft.updated_at = call.agent, (draft.fields or {}) | kept, now
        draft.save()
    return now


def sign(
    reader: LogReader, client: Client, call: Call, agent: str, values: Mapping[str, Any], *, now: int, due_at: Any = None
) -> dict[str, Any]:
    """Signs what the agent sees on the desk and lets go of the draft. Answers as `signing.sign`. Raises AppenderDown."""
    answer = signing.sign(
        reader, client, call.id, agent, values, now=now, due_at=due_at, conditional_prefill=False
    )
    if answer["ok"]:
        Draft.objects.filter(call=call.id).delete()
    return answer

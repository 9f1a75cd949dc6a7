"""Which form belongs to a call, and what stands in it before anybody has typed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sanxiang.calls.standards import standard_of
from sanxiang.core.controls import Form
from sanxiang.core.engine.state import Call
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.condition import filled, holds
from sanxiang.ground.clock import local
from sanxiang.log.reader import LogReader
from sanxiang.web.masking import masked


class NoForm(LookupError):
    """The call's standard asks for no registration, or is not known here."""


@dataclass(frozen=True)
class CallForm:
    """A form and its call. ``clause``: the sentence of the standard that asks for it."""

    call: Call
    standard: Standard
    clause: str
    form: Form
    number: str  # the caller's, "" when withheld

    @property
    def zone(self) -> str:
        hotline = self.standard.pack.hotline
        return hotline.time_zone if hotline else "Asia/Shanghai"


def form_for(reader: LogReader, call: Call) -> CallForm:
    """The form of the standard that the call began under. Raises NoForm."""
    standard = standard_of(reader, call.pack)
    bound = standard.form() if standard else None
    if standard is None or bound is None:
        raise NoForm(f"来电 {call.id} 的规范没有登记表")
    number = (reader.private(call.caller) if call.caller else None) or ""
    return CallForm(call, standard, bound[0].id, bound[1], str(number))


def prefilled(asked: CallForm, agent_name: str = "", conditional: bool = True) -> dict[str, Any]:
    """First values by field. ``conditional`` False: only fields that stand in every registration.

    A script signs without anybody looking, so what depends on an answer is not guessed for it.
    """
    call = asked.call
    at = local(call.answered_at or call.queued_at, asked.zone)
    sources = {
        "call.date": at.strftime("%Y-%m-%d"), "call.time": at.strftime("%H:%M"), "caller.number": asked.number,
        "agent.number": call.agent, "agent.name": agent_name,
    }  # fmt: skip
    return {
        f.name: sources[f.prefill]
        for f in asked.form.fields
        if sources.get(f.prefill) and (conditional or not f.when)
    }


def shown(asked: CallForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the desk shows them: the caller's number masked wherever it stands alone in a field."""
    hidden = masked(asked.number)
    return {k: hidden if asked.number and v == asked.number else v for k, v in values.items()}


def unmasked(asked: CallForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of `shown`: a field that holds the masked number means the caller's number."""
    hidden = masked(asked.number)
    return {k: asked.number if asked.number and v == hidden else v for k, v in values.items()}


def relevant(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that count: filled, and of fields whose condition holds. Unknown names stay, to be told of."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        field = form.field(name)
        if filled(value) and (field is None or holds(field.when, values)):
            kept[name] = value.strip() if isinstance(value, str) else value
    return kept


def described(asked: CallForm) -> dict[str, Any]:
    """The form as plain data for a page: fields in order, with labels, types, conditions and refused words; what the
    gates before signing require; ``reply_limit``: us within which an unsolved matter is to be replied to.
    """
    reply = asked.standard.deadline("reply_in_time")
    return {
        "name": asked.form.name, "title": asked.form.title, "clause": asked.clause, "gates": _gates(asked.standard),
        "reply_limit": asked.standard.duration(reply[1].within) if reply else 0,
        "promise_clauses": [c.id for c, _ in asked.standard.gates.get("registration.sign", [])] + ([reply[0].id] if reply else []),
        "fields": [
            {
                "name": f.name, "label": f.label, "type": f.type, "help": f.help, "refuse": f.refuse,
                "choices": [{"value": c.value, "label": c.label} for c in f.choices],
                "required": f.required, "when": f.when, "prefilled": bool(f.prefill), "max": f.max_length,
                "purpose": f.purpose, "keep": f.keep,
            }
            for f in asked.form.fields
        ],
    }  # fmt: skip


def _gates(standard: Standard) -> list[dict[str, Any]]:
    """The gates that can refuse a signature."""
    return [
        {"when": gate.when, "require": [{"check": r.check, "missing": r.missing, "field": r.field} for r in gate.require]}
        for _, gate in standard.gates.get("registration.sign", [])
        if gate.strength == "block"
    ]

"""Form (登记表): fields that must be recorded, and what counts as filled.

A pack has one form; other clauses add their fields to it by ``adds_to``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sanxiang.core.controls.base import ControlBase, Name
from sanxiang.core.standard.condition import Condition, filled, holds

if TYPE_CHECKING:
    from sanxiang.core.engine.context import Context

FieldType = Literal["text", "long", "choice", "yesno", "date", "time", "datetime", "phone", "number"]
_DATE = {
    "date": r"\d{4}-\d\d-\d\d",
    "time": r"\d\d:\d\d(:\d\d)?",
    "datetime": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?.*",
}


class Choice(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    value: str
    label: str


class FormField(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    name: Name
    label: Annotated[str, StringConstraints(min_length=1)]
    type: FieldType = "text"
    choices: list[Choice] = []
    #: true, false, or the condition under which it must be filled
    required: bool | Condition = True
    #: shown and asked for only while this holds
    when: Condition = {}
    #: where a first value comes from: call.date, call.time, caller.number, caller.name, agent.number, agent.name
    prefill: str = ""
    help: str = ""
    #: words that fill the field without saying anything
    refuse: list[str] = []
    max_length: int = 2000
    purpose: str = ""
    keep: str = ""


class Form(ControlBase):
    kind: Literal["form"]
    fields: list[FormField] = Field(min_length=1)
    #: name of the form to which these fields are added, after its field ``after`` (else at its end)
    adds_to: str = ""
    after: str = ""

    def listens(self) -> frozenset[str]:
        return frozenset({"RegistrationSigned"})

    def problems(self) -> list[str]:
        names = [f.name for f in self.fields]
        found = [f"字段 {n} 写了两次" for n in sorted({n for n in names if names.count(n) > 1})]
        found += [
            f"字段 {f.name} 是选择项，却没有 choices"
            for f in self.fields
            if f.type == "choice" and not f.choices
        ]
        return found

    def field(self, name: str) -> FormField | None:
        return next((f for f in self.fields if f.name == name), None)

    def check(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(field, what is wrong in words) for each field that is missing or does not fit. Empty: complete."""
        found: list[tuple[str, str]] = []
        known = {f.name for f in self.fields}
        found += [(name, f"登记表没有“{name}”这一项") for name in values if name not in known]
        for field in self.fields:
            if not holds(field.when, values):
                continue
            value = values.get(field.name)
            must = field.required if isinstance(field.required, bool) else holds(field.required, values)
            if not filled(value):
                if must:
                    found.append((field.name, f"请填写{field.label}"))
                continue
            wrong = _wrong(field, value)
            if wrong:
                found.append((field.name, wrong))
        return found

    def choices_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values of choices and yes/no fields: facts of the standard that may stand in the log."""
        kinds = {f.name: f.type for f in self.fields}
        return {k: v for k, v in values.items() if kinds.get(k) in ("choice", "yesno") and filled(v)}

    def react(self, ctx: Context) -> None:
        body = ctx.fact.body
        filled = set(body.filled)  # type: ignore[attr-defined]
        values = dict.fromkeys(filled, True) | body.choices | {"result": body.result}  # type: ignore[attr-defined]
        if self.adds_to and not any(holds(f.when, values) for f in self.fields):
            return  # the clause had nothing to ask
        missing = [f for f in self.fields if f.name not in filled and self._must(f, values)]
        labels = "、".join(f.label for f in missing)
        ctx.verdict(
            self, "breach" if missing else "kept", subject=body.call, call=body.call,  # type: ignore[attr-defined]
            agent=body.agent, evidence=[ctx.fact.n], why=f"缺{labels}" if missing else "登记完整",  # type: ignore[attr-defined]
        )  # fmt: skip

    def with_parts(self, parts: list[Form]) -> Form:
        """This form with the fields that other clauses add to it."""
        fields = list(self.fields)
        for part in parts:
            names = [f.name for f in fields]
            at = names.index(part.after) + 1 if part.after in names else len(fields)
            fields[at:at] = part.fields
        return self.model_copy(update={"fields": fields}) if parts else self

    @staticmethod
    def _must(field: FormField, values: Mapping[str, Any]) -> bool:
        if not holds(field.when, values):
            return False
        return field.required if isinstance(field.required, bool) else holds(field.required, values)


def _wrong(field: FormField, value: Any) -> str:
    """What is wrong with a filled value, in words; "" when nothing is."""
    if field.type == "yesno":
        return "" if isinstance(value, bool) else f"{field.label}只能是“是”或“否”"
    if field.type == "number":
        ok = isinstance(value, (int, float)) or (
            isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value)
        )
        return "" if ok else f"{field.label}要填数字"
    if not isinstance(value, str):
        return f"{field.label}要填文字"
    text = value.strip()
    if len(text) > field.max_length:
        return f"{field.label}太长（{len(text)} 字），请控制在 {field.max_length} 字以内"
    if text in field.refuse:
        return f"{field.label}不能只填“{text}”"
    if field.type == "choice" and text not in [c.value for c in field.choices]:
        return f"{field.label}请从 {'、'.join(c.label for c in field.choices)} 中选"
    if field.type == "phone" and not 3 <= len(re.sub(r"[\s+()-]", "", text)) <= 20:
        return f"{field.label}不像电话号码"
    if field.type in _DATE and not re.fullmatch(_DATE[field.type], text):
        example = {"date": "2026-03-02", "time": "09:30", "datetime": "2026-03-02T09:30"}[field.type]
        return f"{field.label}请写成 {example}"
    return ""

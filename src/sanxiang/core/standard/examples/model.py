"""What may an example say? Read from plain data, every mistake told with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sanxiang.core.standard import messages
from sanxiang.core.standard.problems import Problem

KINDS = ("facts", "gate", "form", "say", "kpi", "conversation", "route")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Seat(_Strict):
    """An agent of the example. ``idle``: for how long they have been free when it begins."""

    agent: str
    state: str = "ready"
    idle: str = "10 min"
    phone: bool = True


class GateTried(_Strict):
    """An action, and what the gates may look at."""

    at: str
    data: dict[str, Any] = {}


class Said(_Strict):
    """The moment whose phrases are shown, or the fact after which a prompt is played."""

    moment: str = ""
    on: str = ""
    slots: dict[str, str] = {}


class Counted(_Strict):
    """A KPI by name, and the rows it is taken over."""

    name: str
    rows: list[dict[str, Any]]


class Example(_Strict):
    """One example: a situation of exactly one of KINDS, and what must come of it."""

    name: str = Field(min_length=1)
    clause: str = Field(min_length=1)
    file: str = ""
    line: int = 1
    #: who is there: numbers of ready agents, or more of each
    agents: list[str | Seat] = ["01"]
    #: facts: `{at, fact, …fields}`; without ``fact`` the clock runs on to that time
    facts: list[dict[str, Any]] | None = None
    gate: GateTried | None = None
    form: dict[str, Any] | None = None
    say: Said | None = None
    kpi: Counted | None = None
    conversation: dict[str, Any] | None = None
    #: route: `offers`, the agents who get the offer one after another
    route: dict[str, Any] | None = None
    #: a mapping, or for facts a list of them
    expect: dict[str, Any] | list[dict[str, Any]]

    @property
    def kind(self) -> str:
        return next(k for k in KINDS if getattr(self, k) is not None)

    def seats(self) -> list[Seat]:
        return [Seat(agent=s) if isinstance(s, str) else s for s in self.agents]


def read_examples(
    raw: list[dict[str, Any]], clauses: Mapping[str, str]
) -> tuple[list[Example], list[Problem]]:
    """The examples of a pack and what is wrong with the others. ``clauses``: those that the pack has."""
    good: list[Example] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for one in raw:
        file, line = str(one.get("file", "")), int(one.get("line", 1))
        bad = _problems_of(one, clauses)
        if not bad:
            example = Example.model_validate(one)
            if (file, example.name) in seen:
                bad.append(("duplicate_example", f"有两个试例叫“{example.name}”", "改一个名称"))
            else:
                seen.add((file, example.name))
                good.append(example)
        problems += [Problem(file, line, 1, *b) for b in bad]
    return good, problems


def _problems_of(one: dict[str, Any], clauses: Mapping[str, str]) -> list[tuple[str, str, str]]:
    try:
        example = Example.model_validate(one)
    except ValidationError as error:
        return [messages.explain(e, messages.path_in(one, e["loc"])) for e in error.errors(include_url=False)]
    given = [k for k in KINDS if getattr(example, k) is not None]
    found = []
    if len(given) != 1:
        found.append(
            (
                "example_kind",
                f"试例“{example.name}”要写 {'、'.join(KINDS)} 中的恰好一种",
                "一个试例只试一件事",
            )
        )
    if example.clause not in clauses:
        found.append(("no_clause", f"试例“{example.name}”所说的条款 {example.clause} 不存在", "改正条款编号"))
    if given == ["facts"] and isinstance(example.expect, dict):
        found.append(("example_expect", f"试例“{example.name}”的 expect 应是一列", "每一条前加“- ”"))
    if given != ["facts"] and isinstance(example.expect, list):
        found.append(("example_expect", f"试例“{example.name}”的 expect 应是“键: 值”", "去掉“- ”"))
    return found

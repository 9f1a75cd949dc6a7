"""What does a pack (规范包) consist of? The shape that its YAML must have; `schema` of it is the JSON Schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sanxiang.core.controls import Control
from sanxiang.core.standard.durations import Duration

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Strict(BaseModel):
    """Unknown keys are errors; numbers are no strings."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Source(Strict):
    """Where a clause comes from."""

    document: Text
    at: Text


class Clause(Strict):
    """One sentence of a standard and what carries it out."""

    id: Id
    title: Text
    rule: Text
    source: Source
    reason: Text = "原文条款"
    severity: Literal["minor", "normal", "major", "fatal"] = "normal"
    weight: float = 0.0
    controls: list[Control] = Field(min_length=1)


class Rings(Strict):
    """The ringing tone: one ring is ``on`` + ``off``."""

    on: Duration = "1 s"
    off: Duration = "4 s"


class Hotline(Strict):
    """How the organisation presents itself; slots in phrases."""

    organisation: Text
    greeting_name: Text
    time_zone: Text = "Asia/Shanghai"


class Pack(Strict):
    """A whole standard."""

    pack: Id
    title: Text
    version: Text
    language: Literal["zh-Hans", "zh-Hant", "en"] = "zh-Hans"
    extends: list[Id] = []
    abstract: bool = False
    hotline: Hotline | None = None
    rings: Rings = Rings()
    variables: dict[str, str] = {}
    prompts: dict[str, Text] = {}
    clauses: list[Clause] = []

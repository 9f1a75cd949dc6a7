"""What else is wrong with a pack some of whose parts do not even have the right form?

An author wants all mistakes in one run: what can be read is checked for meaning, though other parts cannot.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from sanxiang.core.controls import Control, ControlBase
from sanxiang.core.standard.checker import Found, check_pack
from sanxiang.core.standard.model import Clause, Hotline, Pack
from sanxiang.core.standard.problems import Path_

_CONTROL: TypeAdapter[ControlBase] = TypeAdapter(Control)
#: not to be said of a pack of which a file or a parent could not be read
_UNSURE = {"no_clauses", "no_hotline", "no_prompt"}


def semantic_problems(data: dict[str, Any], pack: Pack | None, broken: bool) -> list[Found]:
    """Mistakes of meaning, with paths into ``data``. ``pack``: the whole pack, None where its form is wrong."""
    if pack is not None:
        found = check_pack(pack)
    else:
        part, clauses, controls = _readable(data)
        found = [(_original(p, clauses, controls), *rest) for p, *rest in check_pack(part)]  # type: ignore[misc]
        if not isinstance(data.get("clauses", []), list):
            found = [f for f in found if f[1] not in _UNSURE]
    return [f for f in found if not (broken and f[1] in _UNSURE)]


def _readable(data: dict[str, Any]) -> tuple[Pack, list[int], list[list[int]]]:
    """A pack of the parts that can be read, with the original indexes of its clauses and of their controls."""
    clauses: list[Clause] = []
    clause_at: list[int] = []
    control_at: list[list[int]] = []
    listed = data.get("clauses")
    for index, clause in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(clause, dict) or "id" not in clause:
            continue
        controls, places = _controls(clause.get("controls"))
        clauses.append(
            Clause.model_construct(id=str(clause["id"]), title=str(clause.get("title")), controls=controls)
        )
        clause_at.append(index)
        control_at.append(places)
    prompts = data.get("prompts")
    part = Pack.model_construct(
        pack=str(data.get("pack", "")),
        clauses=clauses,
        prompts=prompts if isinstance(prompts, dict) else {},
        abstract=data.get("abstract") is True,
        hotline=Hotline.model_construct() if "hotline" in data else None,
    )
    return part, clause_at, control_at


def _controls(listed: Any) -> tuple[list[Any], list[int]]:
    made, places = [], []
    for index, control in enumerate(listed if isinstance(listed, list) else []):
        try:
            made.append(_CONTROL.validate_python(control))
        except ValidationError:
            continue
        places.append(index)
    return made, places


def _original(path: Path_, clauses: list[int], controls: list[list[int]]) -> Path_:
    if len(path) < 2 or path[0] != "clauses" or not isinstance(path[1], int):
        return path
    rest = path[2:]
    if len(rest) >= 2 and rest[0] == "controls" and isinstance(rest[1], int):
        rest = ("controls", controls[path[1]][rest[1]], *rest[2:])
    return ("clauses", clauses[path[1]], *rest)

"""In what do two packs differ? Clauses and controls added, removed, changed, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sanxiang.core.standard.model import Clause, Pack

#: of a pack, beside its clauses
_SETTINGS = ("title", "version", "language", "hotline", "rings", "variables", "prompts")


def diff(old: Pack, new: Pack) -> list[dict[str, Any]]:
    """[{"clause", "kind", "control", "change": added|removed|changed, "field", "from", "to"}] in the order of the new pack.

    ``clause`` is "" for settings of the pack itself; ``field`` is "" where a clause or control came or went as a whole.
    """
    return [*_settings(old, new), *_clauses(old, new)]


def _entry(
    clause: str, kind: str, control: str, change: str, field: str = "", before: Any = None, after: Any = None
) -> dict[str, Any]:
    return {
        "clause": clause,
        "kind": kind,
        "control": control,
        "change": change,
        "field": field,
        "from": before,
        "to": after,
    }


def _settings(old: Pack, new: Pack) -> Iterator[dict[str, Any]]:
    one, two = old.model_dump(mode="json", by_alias=True), new.model_dump(mode="json", by_alias=True)
    for key in _SETTINGS:
        for field, before, after in _changes(one[key], two[key], key):
            yield _entry("", "", "", "changed", field, before, after)


def _clauses(old: Pack, new: Pack) -> Iterator[dict[str, Any]]:
    before, after = {c.id: c for c in old.clauses}, {c.id: c for c in new.clauses}
    for name, clause in after.items():
        if name not in before:
            yield _entry(name, "", "", "added", after=clause.title)
        else:
            yield from _clause(before[name], clause)
    for name, clause in before.items():
        if name not in after:
            yield _entry(name, "", "", "removed", before=clause.title)


def _clause(old: Clause, new: Clause) -> Iterator[dict[str, Any]]:
    one = old.model_dump(mode="json", by_alias=True, exclude={"controls"})
    two = new.model_dump(mode="json", by_alias=True, exclude={"controls"})
    for field, before, after in _changes(one, two):
        yield _entry(new.id, "", "", "changed", field, before, after)
    was = {(k.kind, k.name): k.model_dump(mode="json", by_alias=True) for k in old.controls}
    now = {(k.kind, k.name): k.model_dump(mode="json", by_alias=True) for k in new.controls}
    for (kind, name), fields in now.items():
        if (kind, name) not in was:
            yield _entry(new.id, kind, name, "added", after=fields["title"] or name)
            continue
        for field, before, after in _changes(was[kind, name], fields):
            yield _entry(new.id, kind, name, "changed", field, before, after)
    for (kind, name), fields in was.items():
        if (kind, name) not in now:
            yield _entry(new.id, kind, name, "removed", before=fields["title"] or name)


def _changes(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(path, before, after) of each value that differs; lists are compared as wholes, except item by item when as long."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _changes(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _changes(a, b, f"{path}[{index}]")
    elif old != new:
        yield path, old, new

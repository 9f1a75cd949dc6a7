"""Adds rows for kinds or versions that the golden file lacks: `python -m tests.core.golden.add`. Old rows stay as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec import inspect

from sanxiang.core.facts import encode_body, kinds
from sanxiang.core.facts.base import make_body

FILE = Path(__file__).with_name("facts-v1.jsonl")
WORDS = {
    "agent": "01", "owner": "01", "extension": "1001", "endpoint": "1001w", "call": "c1", "offer": "c1/1", "promise": "p1",
    "pack": "740663beac1ec5f8", "clause": "H01", "control": "answer", "kind": "deadline", "measure": "answer_in_time",
    "subject": "c1",
}  # fmt: skip


def value(kind: inspect.Type, name: str, which: int) -> Any:
    """A value of a field's type; ``which`` picks among choices."""
    if isinstance(kind, inspect.LiteralType):
        return kind.values[which % len(kind.values)]
    if isinstance(kind, inspect.ListType):
        return [1, 12] if isinstance(kind.item_type, inspect.IntType) else ["content", "name"]
    if isinstance(kind, inspect.DictType):
        return {"seconds": 16.25, "consent": True}
    plain = {inspect.IntType: 1770000000000000, inspect.FloatType: 16.25, inspect.BoolType: which == 1}
    return plain.get(type(kind), WORDS.get(name, f"{name}-词"))


def rows() -> list[dict[str, Any]]:
    """For each kind: only what must be there, and everything."""
    made = []
    for kind, cls in sorted(kinds().items()):
        fields: Any = inspect.type_info(cls).fields  # type: ignore[attr-defined]
        least = {f.name: value(f.type, f.name, 1) for f in fields if f.required}
        full = {f.name: value(f.type, f.name, 0) for f in fields}
        for n, data in enumerate((least, full), 1):
            made.append(
                {"kind": kind, "v": cls.version, "n": n, "body": encode_body(make_body(kind, data)).decode()}
            )
    return made


if __name__ == "__main__":
    there = (
        {(r["kind"], r["v"]) for r in map(json.loads, FILE.read_text(encoding="utf-8").splitlines())}
        if FILE.exists()
        else set()
    )
    with FILE.open("a", encoding="utf-8") as file:
        for row in rows():
            if (row["kind"], row["v"]) not in there:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

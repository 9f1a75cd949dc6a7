"""How is a mistake in a pack told? File, line, column, code, one sentence, the cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

#: where a value stands in a document: keys and indexes from the top
Path_ = tuple[str | int, ...]
#: file, line, column
Place = tuple[str, int, int]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    code: str
    problem: str
    cure: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.code}: {self.problem}" + (
            f"。{self.cure}" if self.cure else ""
        )


class PackError(ValueError):
    """A pack that cannot be used; ``problems`` has every mistake found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(p) for p in self.problems))

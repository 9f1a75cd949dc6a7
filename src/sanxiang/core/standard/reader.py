"""How is a pack read from YAML, so that each mistake is told with file, line, cause and cure, all in one run?"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sanxiang.core.standard import messages
from sanxiang.core.standard.gather import Gathered, gather
from sanxiang.core.standard.model import Pack
from sanxiang.core.standard.problems import PackError, Problem
from sanxiang.core.standard.salvage import semantic_problems

__all__ = ["Loaded", "PackError", "Problem", "from_canonical", "read"]


@dataclass
class Loaded:
    """A checked pack, its digest, and its own examples (plain data with ``file`` and ``line``) where asked for."""

    pack: Pack
    digest: str
    examples: list[dict[str, Any]]
    text: str  # canonical JSON, which the digest is of
    name: str = ""  # of its folder or file
    #: clause -> the pack in which it is written: this one, or one that it extends
    origin: dict[str, str] = field(default_factory=dict)

    def own_clauses(self) -> list[str]:
        """Ids of the clauses that are written in this pack itself."""
        return [c.id for c in self.pack.clauses if self.origin.get(c.id) == self.name]


def read(path: Path, parents: Path | None = None, examples: bool = False) -> Loaded:
    """Reads and checks a pack (a folder, or one file) with everything it extends; its ``examples`` when asked.

    Parents are looked for beside the pack, then in the folder ``parents``. Raises PackError with every mistake.
    """
    problems: list[Problem] = []
    beside = path.parent if path.is_dir() else path.parent.parent
    gathered = gather(path, [beside, *([parents] if parents else [])], problems, examples)
    if gathered is None:
        raise PackError(problems)
    pack = _validate(gathered, problems)
    if problems or pack is None:
        raise PackError(problems)
    canonical = json.dumps(
        pack.model_dump(mode="json", by_alias=True, exclude_defaults=True), ensure_ascii=False, sort_keys=True
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()[:16]
    return Loaded(pack, digest, gathered.examples, canonical, gathered.name, gathered.origin)


def from_canonical(text: str) -> Pack:
    """A pack read back from the canonical JSON that was kept when it was published."""
    return Pack.model_validate_json(text)


def _validate(gathered: Gathered, problems: list[Problem]) -> Pack | None:
    pack = None
    try:
        pack = Pack.model_validate(gathered.data)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            path = messages.path_in(gathered.data, one["loc"])
            code, text, cure = messages.explain(one, path)
            if gathered.broken and code == "missing_key" and len(path) == 0:
                continue  # it may stand in the file that could not be read
            problems.append(Problem(*gathered.place(path), code, text, cure))
    for where, code, text, cure in semantic_problems(gathered.data, pack, gathered.broken):
        problems.append(Problem(*gathered.place(where), code, text, cure))
    return pack

"""Where are packs found, and which are there? The folder `packs` of the checkout, or any path that a user names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from sanxiang.core.standard.problems import PackError, Problem
from sanxiang.core.standard.reader import Loaded, read


def folder() -> Path:
    """The folder of shipped packs: `$SANXIANG_PACKS`, else `packs` of the checkout, else beside the package."""
    if chosen := os.environ.get("SANXIANG_PACKS"):
        return Path(chosen).expanduser().absolute()
    package = Path(__file__).resolve().parents[2]
    checkout = package.parents[1] / "packs"
    return checkout if checkout.is_dir() else package / "packs"


def names() -> list[str]:
    """Names of the shipped packs, in order."""
    return [path.name for path in _all()]


def _all() -> Iterator[Path]:
    library = folder()
    if library.is_dir():
        yield from sorted(p.parent for p in library.glob("*/pack.yaml"))


def find(name_or_path: str | Path) -> Path:
    """The folder (or single file) of a pack. A shipped name wins over a path of the same name.

    Raises PackError, with the nearest names, when there is none.
    """
    given = str(name_or_path)
    shipped = folder() / given
    if os.sep not in given and given not in ("", ".", "..") and (shipped / "pack.yaml").is_file():
        return shipped
    path = Path(given).expanduser()
    if given and path.exists():
        path = path.absolute()
        return path.parent if path.name == "pack.yaml" else path
    near = get_close_matches(given, names(), 1)
    cure = f"是不是 {near[0]}？" if near else "sanxiang pack list 列出已有的；路径要写到规范包的文件夹"
    raise PackError([Problem(given or ".", 1, 1, "not_found", f"没有规范包 {given}", cure)])


def load(name_or_path: str | Path, examples: bool = False) -> Loaded:
    """Reads and checks a pack and all it extends; its ``examples`` when asked. Raises PackError with every mistake."""
    return read(find(name_or_path), folder(), examples)

"""One bench a file: `arguments(parser)`, `run(args, say) -> document`, `words(document) -> text`.

A document has {"ours", "anchor", "ratio": {"min", "median", "max"}, "n", "settings"}; an anchor that is absent is
"not run", never passed.
"""

from __future__ import annotations

import platform
import sqlite3
import statistics
import sys
from typing import Any


def spread(values: list[float]) -> dict[str, float]:
    """Minimum, median and maximum."""
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def percentile(values: list[float], percent: float) -> float:
    """By nearest rank. Raises ValueError for no values."""
    import math

    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def versions(**more: str) -> dict[str, Any]:
    return {"python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version, "machine": platform.machine(), **more}

"""At which ring is a call? Ring n begins (n - 1) × (on + off) after ringing starts.

Source: the Chinese ringing tone, 1 s on and 4 s off (GB/T 3380); a pack may name another.
"""

from __future__ import annotations

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
CYCLE = 5 * SECOND


def ring_at(elapsed: int, cycle: int = CYCLE) -> int:
    """The ring that is heard ``elapsed`` microseconds after ringing started; 1 from the start on.

    Raises ValueError for negative time.
    """
    if elapsed < 0:
        raise ValueError("a ring cannot be before ringing started")
    return elapsed // cycle + 1


def limit_of(rings: int, cycle: int = CYCLE) -> int:
    """Microseconds within which (strictly less) a call is answered "by the n-th ring"."""
    return rings * cycle

"""One rehearsal a test: nothing of one story reaches another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls.rehearsal import Rehearsal


@pytest.fixture
def hotline(tmp_path: Path) -> Iterator[Rehearsal]:
    with Rehearsal(tmp_path) as running:
        yield running

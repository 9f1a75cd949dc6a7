"""Every adapter of the log's store; PostgreSQL, when there is one, joins here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sanxiang.log.appender import Store
from sanxiang.log.store import SqliteStore


@pytest.fixture(params=["sqlite"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Opens the same store again and again, as a restarted process would."""
    return lambda: SqliteStore(tmp_path / "log.db")

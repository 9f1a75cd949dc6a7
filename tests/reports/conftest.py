"""Histories on paper, and a house with accounts, appender and pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reports.story import Story
from tests.web.kit import House, house_in


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A hotline on paper in `tmp_path`, at eight in the morning, three agents, nobody ready."""
    made = Story(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Its browsers also give the context that a page was made of."""
    from django.template import Template
    from django.test.utils import instrumented_test_render

    monkeypatch.setattr(Template, "_render", instrumented_test_render)
    with house_in(tmp_path / "data") as made:
        yield made

"""The assets are built again exactly when something that goes in has changed."""

from pathlib import Path

import pytest

from sanxiang.ground import assets


@pytest.fixture
def frontend(tmp_path: Path) -> Path:
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "package-lock.json").write_text("{}")
    (folder / "src" / "app.js").write_text("1")
    return folder


@pytest.mark.parametrize(
    "change",
    [
        lambda f: (f / "src" / "app.js").write_text("2"),
        lambda f: (f / "src" / "app.js").rename(f / "src" / "desk.js"),
        lambda f: (f / "src" / "new.css").write_text(""),
        lambda f: (f / "package-lock.json").write_text("{ }"),
        lambda f: (f / "build.mjs").write_text("x"),
    ],
    ids=["content", "name", "new file", "lock", "build script"],
)
def test_every_input_counts(frontend: Path, change: object) -> None:
    before = assets.digest(frontend)
    assert callable(change)
    change(frontend)
    assert assets.digest(frontend) != before


def test_what_was_installed_does_not_count(frontend: Path) -> None:
    before = assets.digest(frontend)
    (frontend / "node_modules").mkdir()
    (frontend / "node_modules" / "x.js").write_text("")
    assert assets.digest(frontend) == before


def test_current(frontend: Path, tmp_path: Path) -> None:
    output = tmp_path / "dist"
    assert not assets.is_current(frontend, output)
    output.mkdir()
    (output / ".built-from").write_text(assets.digest(frontend))
    assert assets.is_current(frontend, output)
    (frontend / "src" / "app.js").write_text("2")
    assert not assets.is_current(frontend, output)


@pytest.mark.slow
def test_the_second_build_does_nothing() -> None:
    assets.build()
    said: list[str] = []
    before = (assets.OUTPUT / "app.js").stat().st_mtime_ns
    assets.build(said.append)
    assert said == []
    assert (assets.OUTPUT / "app.js").stat().st_mtime_ns == before


@pytest.mark.slow
def test_the_licences_of_what_is_bundled_are_shipped() -> None:
    assets.build()
    notes = (assets.OUTPUT / "LICENSES.txt").read_text()
    for name in ("alpinejs", "echarts", "htmx.org", "jssip", "zrender"):
        assert f"\n{name} " in notes

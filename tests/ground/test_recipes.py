"""Where Asterisk comes from on machines that are not Debian."""

from pathlib import Path

import pytest

from sanxiang.ground import debian, recipes
from sanxiang.ground.errors import GroundError
from sanxiang.ground.recipes import TOOLS, Making
from sanxiang.ground.sources import Source

UBUNTU = [Source("http://archive.example/ubuntu", ("noble",), ("main", "universe"))]


@pytest.fixture
def ubuntu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(debian.MIRROR_VARIABLE, raising=False)
    monkeypatch.setattr(recipes, "os_release", lambda: {"ID": "ubuntu", "VERSION_CODENAME": "noble"})
    monkeypatch.setattr(debian, "machine_sources", lambda: UBUNTU)


def making(tmp_path: Path) -> Making:
    (tmp_path / "root").mkdir()
    return Making(tmp_path, tmp_path / "state", lambda _: None)


@pytest.mark.usefixtures("ubuntu")
def test_the_distributions_own_is_taken_when_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "own_candidate", lambda *_: "1:20.6.0~dfsg+~cs6.13.40431414-2build5")
    monkeypatch.setattr(debian, "fetch_missing", lambda names, *_: names)
    assert recipes.TOOLS["asterisk"].make(TOOLS["asterisk"], making(tmp_path)) == list(TOOLS["asterisk"].packages)
    wrapper = (tmp_path / "asterisk").read_text()
    assert 'exec "$R/usr/sbin/asterisk" "$@"' in wrapper
    assert "MALLOC_ARENA_MAX:-4" in wrapper


@pytest.mark.usefixtures("ubuntu")
@pytest.mark.parametrize("candidate", ["1:18.10.0~dfsg-1", None])
def test_an_old_one_is_not_and_the_cure_is_named(
    candidate: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debian, "own_candidate", lambda *_: candidate)
    with pytest.raises(GroundError, match="Debian") as caught:
        TOOLS["asterisk"].make(TOOLS["asterisk"], making(tmp_path))
    assert caught.value.code == "no-mirror"
    assert debian.MIRROR_VARIABLE in caught.value.cure

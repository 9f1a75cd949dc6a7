"""A tool is whole or absent: made once, made again after an interruption, and proved before it is given out."""

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sanxiang.ground import recipes, tools, wrappers
from sanxiang.ground.errors import GroundError
from sanxiang.ground.recipes import TOOLS, Making, Tool


def silent(_: str) -> None:
    return None


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANXIANG_TOOLS", str(tmp_path / "tools"))
    monkeypatch.setenv("SANXIANG_IGNORE_SYSTEM", "1")
    return tmp_path / "tools"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Replaces the recipe of sipp by one that needs no network; lists how often it was followed."""
    times: list[str] = []

    def make(tool: Tool, making: Making) -> list[str]:
        times.append(tool.name)
        program = making.root / tool.program
        program.parent.mkdir(parents=True)
        wrappers.write_executable(program, '#!/bin/sh\necho "SIPp v3.6 $$ $*"\n')
        text = wrappers.beside_machine(tool.name, tool.program, ["usr/lib/x"], [])
        wrappers.write_executable(making.folder / tool.name, text)
        return ["sip-tester_3.6.deb"]

    monkeypatch.setitem(TOOLS, "sipp", replace(TOOLS["sipp"], make=make))
    yield times


def test_made_once_then_found(home: Path, made: list[str]) -> None:
    assert tools.find("sipp") is None
    program = tools.obtain("sipp", silent)
    assert program == home / "sipp" / "sipp" == tools.find("sipp") == tools.obtain("sipp", silent)
    assert made == ["sipp"]
    assert tools.version("sipp").startswith("SIPp v3.6")


def test_the_started_process_is_the_program_itself(home: Path, made: list[str]) -> None:
    argv = [tools.obtain("sipp", silent), "a b", "c"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.communicate()[0] == f"SIPp v3.6 {process.pid} a b c\n"


def test_may_be_moved(home: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    tools.obtain("sipp", silent)
    moved = home.rename(home.with_name("moved here"))
    monkeypatch.setenv("SANXIANG_TOOLS", str(moved))
    assert tools.version("sipp").startswith("SIPp v3.6")


def test_many_at_once_make_one(home: Path, made: list[str]) -> None:
    given: list[Path] = []
    threads = [threading.Thread(target=lambda: given.append(tools.obtain("sipp", silent))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["sipp"]
    assert given == [home / "sipp" / "sipp"] * 4


def test_an_interrupted_making_leaves_nothing_to_be_found(
    home: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = TOOLS["sipp"]

    def broken_off(tool: Tool, making: Making) -> list[str]:
        whole.make(tool, making)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setitem(TOOLS, "sipp", replace(whole, make=broken_off))
        with pytest.raises(KeyboardInterrupt):
            tools.obtain("sipp", silent)
    assert tools.find("sipp") is None
    (home / ".making-sipp-1").mkdir()  # left by one that was killed
    tools.obtain("sipp", silent)
    assert sorted(p.name for p in home.iterdir()) == [".lock", "sipp"]


def test_a_changed_recipe_is_followed_anew(home: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    tools.obtain("sipp", silent)
    monkeypatch.setitem(TOOLS, "sipp", replace(TOOLS["sipp"], edition=99))
    assert tools.find("sipp") is None
    tools.obtain("sipp", silent)
    assert made == ["sipp", "sipp"]


def test_a_program_that_does_not_start_is_not_given_out(
    home: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(tool: Tool, making: Making) -> list[str]:
        wrappers.write_executable(making.folder / tool.name, "#!/bin/sh\necho libpcap.so.1: cannot open >&2; exit 127\n")
        return []

    monkeypatch.setitem(TOOLS, "sipp", replace(TOOLS["sipp"], make=make))
    with pytest.raises(GroundError) as caught:
        tools.obtain("sipp", silent)
    assert caught.value.code == "does-not-start"
    assert "libpcap.so.1" in str(caught.value)
    assert "apt-get install sip-tester" in caught.value.cure
    assert tools.find("sipp") is None


def test_a_folder_that_cannot_be_written(tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SANXIANG_TOOLS", str(tmp_path / "file" / "tools"))
    monkeypatch.setenv("SANXIANG_IGNORE_SYSTEM", "1")
    with pytest.raises(GroundError) as caught:
        tools.obtain("sipp", silent)
    assert caught.value.code == "cannot-write"
    assert "SANXIANG_TOOLS" in caught.value.cure


def test_an_unknown_name() -> None:
    with pytest.raises(GroundError, match="freeswitch"):
        tools.find("freeswitch")


@pytest.mark.parametrize(("answer", "taken"), [("Asterisk 18.10.0", False), ("Asterisk 20.6.0~dfsg", True), ("", False)])
def test_the_machines_asterisk_must_be_new_enough(
    answer: str, taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "asterisk"
    wrappers.write_executable(program, f"#!/bin/sh\necho '{answer}'\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("SANXIANG_IGNORE_SYSTEM", raising=False)
    assert recipes.on_machine(TOOLS["asterisk"]) == (program if taken else None)


def test_the_machines_programs_can_be_ignored(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrappers.write_executable(tmp_path / "sipp", "#!/bin/sh\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert tools.find("sipp") is None
    monkeypatch.setenv("SANXIANG_IGNORE_SYSTEM", "0")
    assert tools.find("sipp") == tmp_path / "sipp"

"""When the surroundings fail: status 3, what is wrong, what to do, and nothing half-made left behind."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sanxiang.ground import debian
from sanxiang.ground.errors import GroundError
from sanxiang.ground.recipes import TOOLS

GROUND = [sys.executable, "-m", "sanxiang.ground"]


def run(*argv: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*GROUND, *argv], env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def empty(tmp_path: Path) -> dict[str, str]:
    """A machine that has no programs, with an empty tools folder."""
    return {"SANXIANG_TOOLS": str(tmp_path / "tools"), "SANXIANG_IGNORE_SYSTEM": "1"}


def test_no_package_manager(empty: dict[str, str]) -> None:
    done = run("obtain", "sipp", PATH="/nonexistent", **empty)
    assert done.returncode == 3
    assert "[no-apt]" in done.stderr
    assert "解决办法" in done.stderr


@pytest.mark.slow
def test_an_unreachable_mirror(empty: dict[str, str]) -> None:
    done = run("obtain", "asterisk", SANXIANG_DEBIAN_MIRROR="http://127.0.0.1:9/debian", **empty)
    assert done.returncode == 3, done.stderr
    assert "[no-package-lists]" in done.stderr
    assert "解决办法：检查网络" in done.stderr
    assert run("where", "asterisk", **empty).returncode == 1


@pytest.mark.slow
def test_packages_that_nobody_signed_are_refused(empty: dict[str, str], tmp_path: Path) -> None:
    mirror = unsigned_mirror(tmp_path / "debian")
    done = run("obtain", "asterisk", SANXIANG_DEBIAN_MIRROR=f"file:{mirror}", **empty)
    assert done.returncode == 3, done.stderr
    assert "[no-package-lists]" in done.stderr
    assert "is not signed" in done.stderr


def unsigned_mirror(folder: Path) -> Path:
    """A whole archive with all that Asterisk's recipe asks for, correct in all but that nobody signed it."""
    index = folder / "dists" / "sid" / "main" / f"binary-{architecture()}"
    index.mkdir(parents=True)
    listed = "\n".join(forged_package(folder, name) for name in TOOLS["asterisk"].packages)
    (index / "Packages").write_text(listed)
    entry = f" {sha256(index / 'Packages')} {len(listed)} main/{index.name}/Packages\n"
    (folder / "dists/sid/Release").write_text(
        f"Suite: sid\nCodename: sid\nArchitectures: {architecture()}\nComponents: main\nSHA256:\n{entry}"
    )
    return folder


def forged_package(folder: Path, name: str) -> str:
    """Builds a package that holds the file `forged`; gives its entry in the index."""
    content = folder.parent / name
    (content / "DEBIAN").mkdir(parents=True)
    (content / "forged").write_text("")
    control = f"Package: {name}\nVersion: 22.0\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n"
    (content / "DEBIAN" / "control").write_text(control)
    package = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--build", content, package], check=True, capture_output=True)
    return f"{control}Filename: {name}.deb\nSize: {package.stat().st_size}\nSHA256: {sha256(package)}\n"


def architecture() -> str:
    return subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    ).stdout.strip()


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_damaged_package_is_named_and_thrown_away(tmp_path: Path) -> None:
    file = tmp_path / "broken_1.deb"
    file.write_text("not a package")
    with pytest.raises(GroundError) as caught:
        debian.unpack([file], tmp_path / "root", lambda _: None)
    assert caught.value.code == "unpack-failed"
    assert "broken_1.deb" in caught.value.problem
    assert not file.exists()


def test_wrong_usage() -> None:
    assert run("obtain", "freeswitch").returncode == 2
    assert run().returncode == 2


def test_the_ground_needs_nothing_but_python() -> None:
    """It helps to make the environment, so it must run before anything is installed."""
    source = Path(debian.__file__).parents[2]
    code = f"import sys; sys.path.insert(0, {str(source)!r}); import sanxiang.ground.__main__"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)

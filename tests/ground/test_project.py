"""The files that pin what is installed: complete, by hash, and naming no server or machine."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from sanxiang.ground.places import repo_root

ROOT = repo_root() or Path.cwd()
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]


def pinned(name: str) -> dict[str, int]:
    """Package names of a lock file with the number of their hashes."""
    found: dict[str, int] = {}
    current = ""
    for line in (ROOT / name).read_text().splitlines():
        if match := re.match(r"([a-z0-9-]+)==\S+", line):
            current = match[1]
            found[current] = 0
        elif "--hash=sha256:" in line:
            found[current] += 1
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_locks_pin_by_hash_and_name_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    assert all(pinned(name).values())


def test_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=!~\[; ]", r)[0].lower().replace(".", "-").replace("_", "-") for r in requirements}

    runtime = names(project["project"]["dependencies"]) | names(project["dependency-groups"]["build"])
    assert runtime <= set(pinned("requirements.lock"))
    assert names(project["dependency-groups"]["dev"]) <= set(pinned("requirements-dev.lock"))
    assert set(pinned("requirements.lock")) <= set(pinned("requirements-dev.lock"))


def test_the_pages_lock_names_no_address() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name


def test_an_environment_that_is_current_is_left_alone() -> None:
    done = subprocess.run([ROOT / "scripts" / "venv.sh", "dev"], capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("script", "said"),
    [("exit 9", "太旧"), (None, "找不到 Python")],
    ids=["too old", "absent"],
)
def test_without_a_fitting_python_the_cure_is_named(script: str | None, said: str, tmp_path: Path) -> None:
    for name in ("scripts/venv.sh", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "scripts/venv.sh").chmod(0o755)
    python = tmp_path / "python"
    if script is not None:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    done = subprocess.run(
        [tmp_path / "scripts/venv.sh", "run"], env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert said in done.stderr
    assert "make run PYTHON=" in done.stderr

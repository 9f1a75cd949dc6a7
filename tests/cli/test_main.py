"""The frame of all commands: exit statuses, one JSON document, and readers that go away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sanxiang.cli import main as cli
from sanxiang.cli.output import CommandError


def sanxiang(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """In a process of its own, buffered as for any user."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [sys.executable, "-m", "sanxiang.cli.main", *arguments],
        stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment, timeout=60,
    )  # fmt: skip


def test_an_unknown_command_is_wrong_usage() -> None:
    done = sanxiang("fly")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "fly" in done.stderr


def test_no_command_shows_what_there_is() -> None:
    done = sanxiang()
    assert done.returncode == 2
    assert all(name in done.stdout for name in cli.COMMANDS)


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    done = sanxiang(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "--data" in done.stdout


def test_an_error_is_one_json_document_on_stdout_and_words_on_stderr(tmp_path: Path) -> None:
    file = tmp_path / "signed.json"
    file.write_text("{")
    done = sanxiang("registration", "sign", "c1", str(file), "--data", str(tmp_path), "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
    assert f"{file}:1:2" in done.stderr


def test_without_a_hotline_the_surroundings_fail_with_a_cure(tmp_path: Path) -> None:
    done = sanxiang("clock", "advance", "31m", "--data", str(tmp_path), "--format", "json")
    assert done.returncode == 3
    assert "sanxiang up" in done.stderr


def test_a_reader_that_went_away_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = sanxiang("pack", "schema", stdout=writing)
        short = sanxiang("doctor", "--data", str(tmp_path), stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert "BrokenPipe" not in short.stderr
    assert "Traceback" not in short.stderr


def test_data_and_format_may_stand_before_or_after_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []

    class Module:
        @staticmethod
        def arguments(parser: object, shared: object) -> None: ...

        @staticmethod
        def run(args: object) -> int:
            seen.append((args.data, args.format))  # type: ignore[attr-defined]
            raise CommandError(1, "不行", document={"ok": False})

    monkeypatch.setitem(sys.modules, "sanxiang.cli.doctor", Module)  # type: ignore[arg-type]
    assert cli.main(["--data", "x", "--format", "json", "doctor"]) == 1
    assert json.loads(capsys.readouterr().out) == {"ok": False}
    assert cli.main(["doctor", "--format", "json", "--data", "x"]) == 1
    assert seen == [("x", "json")] * 2

"""The doctor names each fault with its cure, beside what is well."""

import json
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sanxiang.cli import checks
from sanxiang.cli.checks import Surroundings, look, machine, running, stores
from sanxiang.cli.main import main
from sanxiang.core.facts.base import make_body
from sanxiang.ground.folder import Folder
from sanxiang.log.appender import Appender, Proposal
from sanxiang.log.store import SqliteStore

NOW = 1_790_000_000_000_000


def doctor(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> tuple[int, dict[str, dict[str, Any]]]:
    status = main(["doctor", "--data", str(folder), "--format", "json", *more])
    found: dict[str, dict[str, Any]] = {}
    for entry in json.loads(capsys.readouterr().out):
        if entry["check"] not in found or not entry["ok"]:
            found[entry["check"]] = entry
    return status, found


def faults(found: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name, entry in found.items() if not entry["ok"]}


@pytest.fixture(autouse=True)
def fit_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine lacks is not the subject here, except where a test says so."""
    monkeypatch.setattr(machine, "CHECKS", machine.CHECKS[:1])
    monkeypatch.setattr("sanxiang.cli.doctor.machine.CHECKS", machine.CHECKS)


@pytest.fixture
def ports() -> tuple[str, ...]:
    with socket.socket() as web, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip:
        web.bind(("127.0.0.1", 0))
        sip.bind(("127.0.0.1", 0))
        return ("--port", str(web.getsockname()[1]), "--sip-port", str(sip.getsockname()[1]))


@pytest.fixture
def data(tmp_path: Path) -> Folder:
    """A folder in which a hotline ran and ended in good order."""
    folder = Folder(tmp_path / "data")
    folder.recordings.mkdir(parents=True)
    store = SqliteStore(folder.log_db)
    appender = Appender(store, {}, lambda: NOW)
    appender.begin()
    for number in ("01", "02", "03"):
        appender.add([Proposal(make_body("AgentAdded", {"agent": number, "extension": "10" + number}), NOW)])
    appender.commit()
    store.close()
    folder.instance_json.write_text(json.dumps({"ports": {}, "pids": {"up": 0, "appender": 0}}))
    return folder


def test_an_empty_place_is_well(capsys: pytest.CaptureFixture[str], tmp_path: Path, ports: tuple[str, ...]) -> None:
    status, found = doctor(capsys, tmp_path / "new", *ports)
    assert (status, faults(found)) == (0, set())
    assert not (tmp_path / "new").exists()


def test_a_stopped_hotline_is_well(capsys: pytest.CaptureFixture[str], data: Folder, ports: tuple[str, ...]) -> None:
    status, found = doctor(capsys, data.root, *ports)
    assert (status, faults(found)) == (0, set())
    assert found["log"]["found"].startswith("3 条事实")


def test_taken_ports(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.socket() as web, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip:
        web.bind(("127.0.0.1", 0))
        web.listen()
        sip.bind(("127.0.0.1", 0))
        web_port, sip_port = web.getsockname()[1], sip.getsockname()[1]
        status = main(["doctor", "--data", str(tmp_path), "--port", str(web_port), "--sip-port", str(sip_port)])
    text = capsys.readouterr().out
    assert status == 3
    for port, option in ((web_port, "--port"), (sip_port, "--sip-port")):
        line = text.index(f"{port} 不能使用")
        assert "办法：" in text[line:]
        assert option in text[line:]
    assert "✗ 端口" in text
    assert "✓ Python" in text


def test_a_place_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, ports: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("")
    status, found = doctor(capsys, tmp_path / "file" / "data", *ports)
    assert (status, faults(found)) == (3, {"data-folder"})
    assert "--data" in found["data-folder"]["cure"]


def test_a_full_disk(
    capsys: pytest.CaptureFixture[str], data: Folder, ports: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "FREE_AT_LEAST", 2**62)
    status, found = doctor(capsys, data.root, *ports)
    assert (status, faults(found)) == (3, {"disk-space"})


def test_a_log_that_is_gone(capsys: pytest.CaptureFixture[str], data: Folder, ports: tuple[str, ...]) -> None:
    data.log_db.unlink()
    status, found = doctor(capsys, data.root, *ports)
    assert (status, faults(found)) == (3, {"log"})
    assert "备份" in found["log"]["cure"]


@pytest.mark.parametrize("where", [0, 5000])
def test_a_broken_log(capsys: pytest.CaptureFixture[str], data: Folder, ports: tuple[str, ...], where: int) -> None:
    with sqlite3.connect(data.log_db) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray(data.log_db.read_bytes())
    raw[where : where + 4096] = b"\xa5" * 4096
    data.log_db.write_bytes(raw)
    status, found = doctor(capsys, data.root, *ports)
    assert status == 3
    assert "log" in faults(found)
    assert all(found[name]["cure"] for name in faults(found))


def test_an_altered_fact(capsys: pytest.CaptureFixture[str], data: Folder, ports: tuple[str, ...]) -> None:
    with sqlite3.connect(data.log_db) as db:
        db.execute("UPDATE fact SET body = replace(body, '1002', '1009') WHERE n = 2")
    _, found = doctor(capsys, data.root, *ports)
    assert faults(found) == {"log"}
    assert "第 2 号" in found["log"]["problem"]


def test_a_clock_that_was_put_back(
    capsys: pytest.CaptureFixture[str], data: Folder, ports: tuple[str, ...]
) -> None:
    with sqlite3.connect(data.log_db) as db:
        db.execute("UPDATE fact SET at = at + 9000000000000000 WHERE n = 3")
    _, found = doctor(capsys, data.root, *ports)
    assert "clock" in faults(found)


def test_projections_of_another_log(capsys: pytest.CaptureFixture[str], data: Folder, ports: tuple[str, ...]) -> None:
    with sqlite3.connect(data.read_db) as db:
        db.execute("CREATE TABLE checkpoint (name TEXT PRIMARY KEY, version TEXT, n INTEGER)")
        db.execute("INSERT INTO checkpoint VALUES ('x', '1', 99)")
    _, found = doctor(capsys, data.root, *ports)
    assert faults(found) == {"projections"}
    assert "read.db" in found["projections"]["cure"]


def test_parts_that_outlived_their_up(capsys: pytest.CaptureFixture[str], data: Folder, ports: tuple[str, ...]) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as left:
        data.instance_json.write_text(json.dumps({"pids": {"up": 2**22 + 1, "asterisk": left.pid}}))
        _, found = doctor(capsys, data.root, *ports)
        left.communicate(b"\n")
    assert faults(found) == {"instance"}
    assert "sanxiang up" in found["instance"]["cure"]


def test_dead_parts_of_a_running_hotline(data: Folder) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as up:
        pids = {"up": up.pid, "appender": 2**22 + 1, "web": 2**22 + 2}
        here = Surroundings(data, instance={"pids": pids, "ports": {"web": 1}})
        found = list(look(running.CHECKS, here))
        up.communicate(b"\n")
    wrong = {(result.check, result.problem.split("（")[0]) for result in found if not result.ok}
    assert ("processes", "事实登记") in wrong
    assert ("processes", "网页") in wrong
    assert {check for check, _ in wrong} == {"processes", "appender", "web"}


def test_packages_that_differ_from_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements.lock").write_text("django==0.1 \\\n    --hash=sha256:00\nno-such-thing==1.0 \\\n    --hash=sha256:00\n")
    monkeypatch.setattr("sanxiang.cli.checks.machine.places.repo_root", lambda: tmp_path)
    found = machine.packages(Surroundings(Folder(tmp_path)))
    assert "django" in found.problem
    assert "no-such-thing 没有安装" in found.problem
    assert "make venv" in found.cure


def test_programs_that_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANXIANG_TOOLS", str(tmp_path))
    monkeypatch.setenv("SANXIANG_IGNORE_SYSTEM", "1")
    here = Surroundings(Folder(tmp_path))
    for check in (machine.asterisk, machine.espeak):
        found = check(here)
        assert found.problem
        assert "obtain" in found.cure


def test_a_check_that_fails_is_told_and_the_others_go_on() -> None:
    def broken(_: Surroundings) -> checks.Found:
        raise RuntimeError("odd")

    here = Surroundings(Folder(Path("/nowhere")))
    found = list(look([("a", "甲", broken), ("b", "乙", lambda _: checks.Found("好"))], here))
    assert [result.ok for result in found] == [False, True]
    assert "odd" in found[0].problem

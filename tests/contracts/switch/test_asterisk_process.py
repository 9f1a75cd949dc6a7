"""Asterisk is started quickly, found again, stopped alone, and says what stands in its way."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import stat
import time
from pathlib import Path

import pytest

from sanxiang.ground.asterisk import asterisk_layout
from sanxiang.switch.asterisk import AsteriskProcess, config
from sanxiang.switch.port import Line, Seat, SwitchError
from tests.contracts.switch.stages import LINES, SEATS, AsteriskHouse

pytestmark = pytest.mark.slow


def test_it_is_ready_soon_is_adopted_by_the_next_and_ends_alone(house: AsteriskHouse, tmp_path: Path) -> None:
    other = AsteriskHouse(tmp_path)
    began = time.monotonic()
    pid = other.process.start()
    assert time.monotonic() - began < 10  # usually below one second
    assert AsteriskProcess(other.setup, asterisk_layout()).ensure() == pid
    other.close()
    assert other.process.pid == 0
    assert not Path(f"/proc/{pid}").exists()
    assert house.process.answers()


def test_one_that_was_killed_is_started_anew(tmp_path: Path) -> None:
    house = AsteriskHouse(tmp_path)
    try:
        first = house.process.start()
        os.kill(first, signal.SIGKILL)
        while house.process.pid:
            time.sleep(0.02)
        assert house.process.ensure() not in (0, first)
    finally:
        house.close()


def test_a_foreign_process_in_the_pid_file_is_left_alone(tmp_path: Path) -> None:
    house = AsteriskHouse(tmp_path)
    house.setup.root.mkdir(parents=True)
    house.setup.pid_file.write_text(f"{os.getpid()} 1\n")
    assert house.process.pid == 0
    house.process.stop()


@pytest.mark.parametrize("taken", ["sip", "http"])
def test_a_taken_port_is_named_with_its_cure(tmp_path: Path, taken: str) -> None:
    house = AsteriskHouse(tmp_path)
    port = getattr(house.setup, taken)
    kind = socket.SOCK_DGRAM if taken == "sip" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", port))
        if taken == "http":
            holder.listen()
        with pytest.raises(SwitchError, match=rf"{port}(.|\n)*解决办法"):
            house.process.start()
    assert house.process.pid == 0


def test_secrets_are_the_owners_alone(house: AsteriskHouse) -> None:
    config.write_seats(house.setup, SEATS)
    for path in house.setup.folder("etc").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(house.setup.root.stat().st_mode) == 0o700


def test_nothing_that_breaks_out_of_a_line_is_written(tmp_path: Path) -> None:
    setup = dataclasses.replace(AsteriskHouse(tmp_path).setup, data=tmp_path)
    (setup.folder("etc")).mkdir(parents=True)
    for bad in ("8000\nexten => x", "80 00", "${X}", ""):
        with pytest.raises(SwitchError):
            config.write_lines(setup, [Line(bad, "h", "p")])
    for seat in (
        Seat("01", "1001", "a\n[x]", "b"),
        Seat("0;1", "1001", "a", "b"),
        Seat("01", "10x1", "a", "b"),
    ):
        with pytest.raises(SwitchError):
            config.write_seats(setup, [seat])


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    setup = AsteriskHouse(tmp_path).setup
    (setup.folder("etc")).mkdir(parents=True)
    assert config.write_lines(setup, LINES)
    assert not config.write_lines(setup, LINES)
    assert config.write_safe(setup, LINES, SEATS[:1])
    assert not config.write_safe(setup, LINES, SEATS[:1])
    assert config.write_safe(setup, LINES, SEATS[:2])

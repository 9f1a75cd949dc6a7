"""What happens when the surroundings fail: a second instance, a taken port, a full disk, a killed part, Ctrl-C too early."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sanxiang.cli.sip.kit import Kit
from tests.harness.product import SANXIANG, Product, Refused, until


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with Product(tmp_path_factory.mktemp("faults") / "data") as running:
        yield running
    assert running.left_over() == []


def try_up(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SANXIANG, "up", *options], capture_output=True, text=True, timeout=60)


def test_a_second_instance_on_the_folder_is_refused(product: Product) -> None:
    done = try_up("--data", str(product.data), "--port", "0", "--sip-port", "0")
    assert done.returncode == 3
    assert str(product.instance["pids"]["up"]) in done.stderr
    assert "--data" in done.stderr  # the cure
    assert product.agent("01")["number"] == "01"  # the first one goes on


def test_a_taken_web_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = try_up("--data", str(tmp_path / "d"), "--port", str(port), "--no-telephony")
    assert done.returncode == 3
    assert str(port) in done.stderr
    assert "--port" in done.stderr


def test_a_taken_sip_port_is_named(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        folder = tmp_path / "d"
        done = try_up("--data", str(folder), "--port", str(_free()), "--sip-port", str(port))
    assert done.returncode == 3
    assert str(port) in done.stderr
    assert "--sip-port" in done.stderr


def test_a_wrong_pack_starts_nothing(tmp_path: Path) -> None:
    pack = tmp_path / "own"
    pack.mkdir()
    (pack / "pack.yaml").write_text("pack: own\ntitle: 试\nversion: 1.0\nclausez: []\n", encoding="utf-8")
    done = try_up("--data", str(tmp_path / "d"), "--port", str(_free()), "--no-telephony", "--pack", str(pack))
    assert done.returncode == 1
    assert "own/pack.yaml:3" in done.stderr
    assert "clausez" in done.stderr


def test_ctrl_c_while_starting_leaves_no_process(tmp_path: Path) -> None:
    for wait in (0.3, 1.5, 2.5):
        folder = tmp_path / f"d{wait}"
        product = Product(folder)
        process = subprocess.Popen(
            [SANXIANG, "up", "--data", str(folder), "--port", str(product.web_port), "--sip-port", str(product.sip_port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        process.wait(30)
        assert product.left_over() == []


def test_nothing_listens_beyond_loopback(product: Product) -> None:
    """Every socket of ours, by the kernel's own tables.

    But for the name resolver inside Asterisk's SIP library: one UDP client socket for IPv4 and one for IPv6, on ports
    that the kernel chose, which take nothing but answers to its own questions. It cannot be configured away.
    """
    low, high = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    resolvers: list[str] = []
    pids = [p for p in product.instance["pids"].values() if p]
    inodes = set()
    for pid in pids:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = str(entry.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    open_to_all = []
    for table, listening in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            address = fields[1].split(":")[0]
            port = int(fields[1].split(":")[1], 16)
            if fields[9] in inodes and fields[3] == listening and address not in ("0100007F",):
                resolver = table.startswith("udp") and low <= port <= high and table not in resolvers
                (resolvers if resolver else open_to_all).append(table if resolver else f"{table} {fields[1]}")
    assert open_to_all == []


def test_secrets_are_for_this_user_alone(product: Product) -> None:
    for name in ("instance.json", "switch.json", "secrets.json"):
        assert (product.data / name).stat().st_mode & 0o077 == 0
    assert product.data.stat().st_mode & 0o077 == 0


def test_the_switch_stays_after_kill_and_the_next_up_takes_over(tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    product.up()
    asterisk = product.instance["pids"]["asterisk"]
    assert product.process is not None
    os.kill(product.process.pid, signal.SIGKILL)
    product.process.wait()
    assert Path(f"/proc/{asterisk}").exists()
    product.up()
    try:
        assert product.instance["pids"]["asterisk"] == asterisk
        assert product.agent("01")["number"] == "01"
    finally:
        product.down()
    assert product.left_over() == []


def test_a_full_disk_during_a_call_loses_no_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log may not grow past a quota, as on a full disk: the conversation goes on, the next caller is answered."""
    folder = tmp_path / "data"
    with Product(folder) as product, Kit(product.sip_port) as kit:
        seat = product.agent("01")
        kit.phone(seat["extension"], seat["sip_password"], answer_after=0.5)
        until(lambda: product.state("01", "ready") and product.agent("01")["state"] == "ready")
        talking = kit.caller("8000", talk=8)
        talking.until("200", 20, "R")
        (folder / "log.quota").write_text("1")  # pages: nothing fits any more
        with pytest.raises(Refused) as refused:
            for i in range(300):  # what is left of the last pages
                product.state("02", "break" if i % 2 else "busy")
        assert refused.value.status in (1, 3)
        until(lambda: "磁盘已满" in product.errors.read_text(), 10)
        assert talking.wait(30) == 0  # not cut off by us
        second = kit.caller("8000", talk=1)
        assert second.wait(40) == 0
        assert second.at("200", "R")
        assert json.loads((folder / "instance.json").read_text())["pids"]["asterisk"]
        (folder / "log.quota").unlink()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nobody_is_blamed_for_the_time_in_which_we_were_dead(tmp_path: Path) -> None:
    """The agent's phone rings when the appender dies; the next start must not find the agent late."""
    product = Product(tmp_path / "data")
    product.up()
    with Kit(product.sip_port) as kit:
        seat = product.agent("01")
        kit.phone(seat["extension"], seat["sip_password"], answer_after=None)
        until(lambda: product.state("01", "ready") and product.agent("01")["state"] == "ready")
        caller = kit.caller("8000", talk=1, patience=4)
        caller.until("180", 10, "R")
        until(lambda: product.agent("01")["state"] == "ringing")
        os.kill(product.instance["pids"]["appender"], signal.SIGKILL)
        caller.wait(30)
        time.sleep(14)  # past the third ring
    product.down()
    product.up()
    try:
        call = product.call(product.calls()[0]["call"])
        assert [v["clause"] for v in call["verdicts"] if v["verdict"] == "breach"] == []
        assert product.run("replay", "--verify")["equal"] is True
    finally:
        product.down()
    assert product.left_over() == []

"""The process of the pages: refuses a taken port, ends at once although streams are open."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sanxiang.people import services
from tests.web.conftest import house  # noqa: F401  (the fixture)
from tests.web.kit import House, Stream


@contextmanager
def process(house: House, port: int) -> Iterator[subprocess.Popen[bytes]]:  # noqa: F811
    argv = [sys.executable, "-m", "sanxiang.site.web_main", "--data", str(house.folder.root), "--port", str(port)]
    running = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert running.poll() is None, running.stderr.read().decode() if running.stderr else ""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("not served")


def sign_in(port: int, link: str) -> str:
    """The session's cookie; the process has keys of its own, so a session of ours would be none of its."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    connection.request("GET", link)
    answer = connection.getresponse()
    assert answer.status == 302
    return "; ".join(c.split(";")[0] for c in answer.msg.get_all("Set-Cookie", []))


@pytest.mark.slow
def test_a_taken_port_ends_with_status_3_and_the_cure(house: House) -> None:  # noqa: F811
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with process(house, port) as running:
            out, errors = running.communicate(timeout=60)
    assert running.returncode == 3
    assert out == b""
    assert f"端口 {port} 已被占用" in errors.decode() and "--port" in errors.decode()


@pytest.mark.slow
def test_a_wrong_address_ends_with_status_3(house: House) -> None:  # noqa: F811
    argv = [sys.executable, "-m", "sanxiang.site.web_main", "--data", str(house.folder.root), "--host", "192.0.2.1"]
    done = subprocess.run(argv, capture_output=True, timeout=60, check=False)
    assert done.returncode == 3 and "--host" in done.stderr.decode()


@pytest.mark.slow
def test_it_ends_by_itself_with_streams_open(house: House) -> None:  # noqa: F811
    port = free_port()
    link = services.one_time_link(house.account("agent01"))
    with process(house, port) as running:
        wait_until_served(port, running)
        cookie = sign_in(port, link)
        streams = [Stream(f"http://127.0.0.1:{port}", "/stream/line", cookie) for _ in range(5)]
        events = [s.events() for s in streams]
        assert all(next(e)[0] == "clock" for e in events)
        running.send_signal(signal.SIGTERM)
        assert all(list(e)[-1][0] == "over" for e in events)
        out, errors = running.communicate(timeout=20)
    assert running.returncode in (0, -signal.SIGTERM), errors.decode()
    assert out == b""
    assert "Traceback" not in errors.decode()

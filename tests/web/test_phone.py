"""The phone's socket carries SIP for signed-in agents of our own pages, and refuses everyone else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import websockets

from tests.web.kit import House, Loop


class FakeSwitch:
    """A SIP server over WebSocket that answers each message with "re: " and itself, binary ones in binary."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.opened = 0
        self.closed = 0
        self.server = self.loop.run(self._start())
        self.port: int = next(iter(self.server.sockets)).getsockname()[1]

    async def _start(self) -> Any:
        async def answer(connection: websockets.ServerConnection) -> None:
            self.opened += 1
            assert connection.subprotocol == "sip"
            assert connection.request is not None and connection.request.path == "/ws"
            assert "Cookie" not in connection.request.headers
            try:
                async for message in connection:
                    if message == "hang up":
                        await connection.close()
                        return
                    await connection.send(f"re: {message}" if isinstance(message, str) else b"re: " + message)
            finally:
                self.closed += 1

        return await websockets.serve(answer, "127.0.0.1", 0, subprotocols=[websockets.Subprotocol("sip")])

    def close(self) -> None:
        self.server.close()
        self.loop.run(self.server.wait_closed())
        self.loop.close()


@pytest.fixture
def switch() -> Iterator[FakeSwitch]:
    fake = FakeSwitch()
    yield fake
    fake.close()


def on(address: str, cookie: str, talk: Callable[[Any], Awaitable[Any]], **change: Any) -> Any:
    """Opens the phone's socket as a page of ours would (``change``: headers, subprotocols) and talks."""

    async def go() -> Any:
        headers = {"Cookie": cookie, "Origin": address, **change.pop("headers", {})}
        options: dict[str, Any] = {"subprotocols": ["sip"], "proxy": None, **change}
        headers = {k: v for k, v in headers.items() if v}
        async with websockets.connect(address.replace("http", "ws") + "/phone", additional_headers=headers, **options) as socket:
            return await asyncio.wait_for(talk(socket), 10)

    return asyncio.run(go())


async def echo(socket: Any) -> tuple[Any, ...]:
    await socket.send("REGISTER sip:8000")
    text = await socket.recv()
    await socket.send(b"\x00\x01")
    return socket.subprotocol, text, await socket.recv()


def test_an_agent_s_page_talks_sip_both_ways(house: House, switch: FakeSwitch) -> None:
    address = house.serve(switch.port)
    assert on(address, house.cookie("agent01"), echo) == ("sip", "re: REGISTER sip:8000", b"re: \x00\x01")


@pytest.mark.parametrize(
    ("login", "change"),
    [
        ("", {}),
        ("admin", {}),  # no agent
        ("agent01", {"headers": {"Origin": "http://evil.example"}}),
        ("agent01", {"headers": {"Origin": "http://127.0.0.1:1"}}),
        ("agent01", {"headers": {"Origin": "null"}}),
        ("agent01", {"headers": {"Origin": ""}}),
        ("agent01", {"subprotocols": None}),
        ("agent01", {"subprotocols": ["mqtt"]}),
    ],
)
def test_strangers_are_refused_before_the_switch_hears_of_them(
    house: House, switch: FakeSwitch, login: str, change: dict[str, Any]
) -> None:
    address = house.serve(switch.port)
    cookie = house.cookie(login) if login else "nothing=1"
    with pytest.raises(websockets.InvalidStatus) as refused:
        on(address, cookie, echo, **change)
    assert refused.value.response.status_code == 403
    assert switch.opened == 0


def test_another_name_in_the_host_header_is_refused(house: House, switch: FakeSwitch) -> None:
    address = house.serve(switch.port)
    with pytest.raises(websockets.InvalidStatus) as refused:
        on(address, house.cookie("agent01"), echo, headers={"Host": "evil.example", "Origin": "http://evil.example"})
    assert refused.value.response.status_code in (400, 403)
    assert switch.opened == 0


def test_the_socket_closes_with_the_session(house: House, switch: FakeSwitch) -> None:
    from django.conf import settings

    address, browser = house.serve(switch.port), house.browser("agent01")
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"

    async def sign_out(socket: Any) -> int | None:
        await echo(socket)
        await asyncio.to_thread(browser.post, "/sign-out/")
        await socket.wait_closed()
        code: int | None = socket.close_code
        return code

    assert on(address, cookie, sign_out) == 4401
    assert switch.closed == 1


def test_the_socket_closes_when_the_switch_goes(house: House, switch: FakeSwitch) -> None:
    async def hang_up(socket: Any) -> int | None:
        await socket.send("hang up")
        await socket.wait_closed()
        code: int | None = socket.close_code
        return code

    assert on(house.serve(switch.port), house.cookie("agent01"), hang_up) == 1001


def test_without_a_switch_the_page_is_told(house: House) -> None:
    async def wait(socket: Any) -> int | None:
        await socket.wait_closed()
        code: int | None = socket.close_code
        return code

    assert on(house.serve(9), house.cookie("agent01"), wait) == 4503

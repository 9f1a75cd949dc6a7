"""What stories around the desk need besides the desk itself: the supervisor's screen, desk phones, calls that are over."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, Page, expect

from sanxiang.cli.sip.kit import Kit, Sipp
from tests.e2e.people import Desk
from tests.harness.product import Product, until


def supervisor(browser: Browser, product: Product, width: int = 1440, height: int = 900) -> Page:
    """The supervisor's page, by the administrator's sign-in; the link signs in once in an instance's life."""
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(product.instance["administrator_sign_in"])
    page.goto(product.instance["urls"]["home"] + "live/")
    return page


def over(product: Product, caller_or_agent: str = "") -> dict[str, Any]:
    """The newest call (of an agent), ended and recorded, with its facts."""

    def look() -> dict[str, Any] | None:
        found = [c for c in product.calls() if not caller_or_agent or c["agent"] == caller_or_agent]
        return found[-1] if found and found[-1]["ended_at"] else None

    call = until(look, 30, every=0.4)
    assert call
    return product.call(call["call"])


def fact(call: dict[str, Any], kind: str) -> dict[str, Any]:
    """The only fact of that kind."""
    (found,) = (f for f in call["facts"] if f["kind"] == kind)
    return found  # type: ignore[no-any-return]


def ready(desk: Desk, idle: bool = True) -> None:
    """The agent presses 示闲 (or was it already); ``idle``: nobody is waiting, so nothing rings at once."""
    desk.phone_is("ready")
    key = desk.page.get_by_role("radio", name="示闲")
    key.click()
    expect(key).to_have_attribute("aria-checked", "true")
    if idle:
        desk.page.get_by_role("heading", name="示闲，等来电").wait_for()


@contextmanager
def desk_phone(
    product: Product, kit: Kit, number: str, answer_after: float | None = 0.5, **more: Any
) -> Iterator[Sipp]:
    """The agent's registered desk phone, unregistered at the end."""
    seat = product.agent(number)
    phone = kit.phone(seat["extension"], seat["sip_password"], answer_after=answer_after, **more)
    try:
        yield phone
    finally:
        phone.kill()
        kit.register(seat["extension"], seat["sip_password"], expires=0)


class Cable:
    """The wire between a browser and the product, which can be pulled and put back. Loopback, a port of its own."""

    def __init__(self, port: int) -> None:
        self._port, self._whole, self._open = port, True, set[socket.socket]()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.home = f"http://127.0.0.1:{self._server.getsockname()[1]}/"
        threading.Thread(target=self._listen, daemon=True).start()

    def pull(self) -> None:
        self._whole = False
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def put_back(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.pull()
        self._server.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._server.accept()
                if not self._whole:
                    browser.close()
                    continue
                with suppress(OSError):
                    product = socket.create_connection(("127.0.0.1", self._port))
                    for source, sink in ((browser, product), (product, browser)):
                        threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        self._open.add(source)
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.discard(source)
        source.close()

"""A hotline without telephony in a folder of its own: accounts, a real appender, and on demand the real server of pages."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import socket
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sanxiang.core.facts.base import make_body
from sanxiang.core.standard import library
from sanxiang.ground.folder import Folder
from sanxiang.log.appender import Proposal
from sanxiang.log.client import Client
from sanxiang.log.reader import LogReader
from sanxiang.people import services

T = TypeVar("T")

# Models can be imported only after Django is set up; each house then puts its own database in this one's place.
_scratch = tempfile.mkdtemp(prefix="sanxiang-tests-")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
services.ensure_django(Folder(Path(_scratch)))
HOSPITAL = library.load("hospital")


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine: Awaitable[T]) -> T:
        async def wrapped() -> T:
            return await coroutine

        return asyncio.run_coroutine_threadsafe(wrapped(), self.loop).result(20)

    def call(self, function: Callable[..., Any], *args: Any) -> None:
        self.loop.call_soon_threadsafe(function, *args)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)


class House:
    """``folder`` with app.db (administrator and the ten agents); `open_hotline` and `serve` start what a test needs."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(root)
        self.first_link = services.bootstrap(self.folder)["url_path"]
        self._loops: list[Loop] = []
        self._closers: list[Callable[[], None]] = []

    # -- people ------------------------------------------------------------------------------------------------------
    def account(self, login: str) -> Any:
        from sanxiang.people.models import Account

        return Account.objects.get(login=login)

    def browser(self, login: str = "", **more: Any) -> Any:
        """A test client, signed in by a one-time link when a login is given."""
        from django.test import Client as Browser

        browser = Browser(SERVER_NAME="127.0.0.1", **more)
        if login:
            answer = browser.get(services.one_time_link(self.account(login)))
            assert answer.status_code == 302, answer.content
        return browser

    def cookie(self, login: str) -> str:
        """The Cookie header of a session of that account."""
        from django.conf import settings

        return f"{settings.SESSION_COOKIE_NAME}={self.browser(login).cookies[settings.SESSION_COOKIE_NAME].value}"

    # -- the hotline -------------------------------------------------------------------------------------------------
    def open_hotline(self) -> Client:
        """Starts the appender (no switch), publishes the hospital's standard, adds the agents."""
        from sanxiang.people.queries import seats
        from sanxiang.site.hotline import Hotline
        from sanxiang.site.no_switch import NoSwitch

        engine = Loop()

        async def start() -> Hotline:
            hotline = Hotline(self.folder, NoSwitch())
            await hotline.start("test")
            return hotline

        self.hotline = engine.run(start())
        self.engine = engine
        self._stop_hotline = lambda: engine.run(self.hotline.stop())
        self._closers.append(self._stop_hotline)
        self._loops.append(engine)
        client = Client(self.folder.socket)
        document = {"do": "publish", "hotline": "hospital", "number": "8000", "digest": HOSPITAL.digest, "text": HOSPITAL.text}
        assert client.request(document)["ok"]
        for seat in seats():
            self.say("AgentAdded", agent=seat["agent"], extension=seat["extension"])
        return client

    def say(self, kind: str, private: dict[str, Any] | None = None, **data: Any) -> list[int]:
        """A fact as the switch would report it; returns when it is written."""
        answer = self.engine.run(self.hotline.server.propose([Proposal(make_body(kind, data), 0, private or {})]))
        assert answer["ok"], answer
        return answer["n"]

    def answered_call(self, call: str, agent: str = "01") -> None:
        """A call that was answered and is over; its registration is open."""
        if not any(p == "1001w" for a in self.reader().agents() if a.number == agent for p in a.phones):
            self.say("PhoneRegistered", agent=agent, endpoint=f"10{agent}w")
        self.say("AgentStateChanged", agent=agent, state="ready")
        numbers = {"hotline": "hospital", "number": "8000", "pack": HOSPITAL.digest}
        self.say("CallQueued", {"caller": "13800000001"}, call=call, caller="13800000001", **numbers)
        offer = self.reader().call(call).offers[-1].id  # type: ignore[union-attr]
        self.say("PhoneRang", call=call, offer=offer, agent=agent)
        self.say("CallAnswered", call=call, offer=offer, agent=agent)
        self.say("CallEnded", call=call, agent=agent, hung_up_by="caller")

    def stop_hotline(self) -> None:
        """The appender goes away."""
        self._closers.remove(self._stop_hotline)
        self._stop_hotline()

    def reader(self) -> LogReader:
        return LogReader(self.folder.log_db)

    # -- the server --------------------------------------------------------------------------------------------------
    def serve(self, phone_port: int = 0, port: int = 0) -> str:
        """Starts the real server of pages (port 0: a free one); gives its address without a slash at the end."""
        import uvicorn
        from django.conf import settings

        from sanxiang.site import server, web_main

        listening = web_main.bind("127.0.0.1", port)
        app, self.hub = server.build(self.folder, settings.ALLOWED_HOSTS, phone_port)
        config = uvicorn.Config(
            app, http="httptools", ws="websockets-sansio", lifespan="on", log_config=None, timeout_graceful_shutdown=1
        )
        running = web_main.Server(config, self.hub)
        running.install_signal_handlers = lambda: None  # type: ignore[attr-defined,method-assign]
        web = Loop()
        ended = asyncio.run_coroutine_threadsafe(running.serve([listening]), web.loop)

        def close() -> None:
            running.should_exit = True
            ended.result(10)

        self.stop_serving = close
        self._closers.append(close)
        self._loops.append(web)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    def close(self) -> None:
        for closer in reversed(self._closers):
            closer()
        for loop in self._loops:
            loop.close()
        from django.db import connections

        connections["default"].close()


class Stream:
    """A reader of server-sent events, blocking. Events: ("message" or name, id, data text)."""

    def __init__(self, address: str, path: str, cookie: str = "") -> None:
        host, port = address.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=15)
        cookies = f"Cookie: {cookie}\r\n" if cookie else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: */*\r\n{cookies}\r\n".encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers: dict[str, str] = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()

    def _lines(self) -> Iterator[str]:
        pending = b""
        while size := int(self.file.readline().strip() or b"0", 16):
            pending += self.file.read(size)
            self.file.readline()
            *whole, pending = pending.split(b"\n")
            for line in whole:
                yield line.decode()

    def events(self) -> Iterator[tuple[str, str, str]]:
        """Until the server ends the stream."""
        event, number, data = "message", "", ""
        for line in self._lines():
            name, _, value = line.partition(": ")
            if not line and data:
                yield event, number, data
                event, number, data = "message", "", ""
            elif name == "event":
                event = value
            elif name == "id":
                number = value
            elif name == "data":
                data = value

    def close(self) -> None:
        self.socket.close()


@contextmanager
def house_in(root: Path) -> Iterator[House]:
    house = House(root)
    try:
        yield house
    finally:
        house.close()

"""How does the browser's phone reach the switch? Its WebSocket passes through our one port, for signed-in agents only."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

import websockets
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from sanxiang.ground.folder import Folder
from sanxiang.web.hub import Hub, Reader
from sanxiang.web.sessions import viewer_of

log = logging.getLogger("sanxiang.phone")
#: close codes of our own: the page says what to do
SIGNED_OUT, NO_SWITCH = 4401, 4503


class PhoneSocket:
    """The ASGI application behind /phone. ``port``: of the switch's HTTP server on loopback; 0: look into instance.json."""

    def __init__(self, hub: Hub, folder: Folder, port: int = 0) -> None:
        self.hub, self.folder, self.port = hub, folder, port

    def switch_port(self) -> int:
        """Where the switch listens, 0 when it is not known."""
        if self.port:
            return self.port
        ports = self.folder.instance().get("ports", {})
        return next((int(ports[k]) for k in ("phone", "switch_http", "asterisk_http", "ari", "http") if ports.get(k)), 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        browser = WebSocket(scope, receive, send)
        viewer = await self.hub.aside(viewer_of, browser.cookies) if same_origin(browser.headers) else None
        if viewer is None or "agent" not in viewer.roles or "sip" not in scope.get("subprotocols", ()):
            await browser.close(4403)  # before accepting: the browser hears 403
            return
        await browser.accept("sip")
        reader = await self.hub.join(viewer, [])
        try:
            await self._carry(browser, reader)
        finally:
            self.hub.leave(reader)

    async def _carry(self, browser: WebSocket, reader: Reader) -> None:
        address = f"ws://127.0.0.1:{self.switch_port()}/ws"
        try:
            switch = await websockets.connect(
                address, subprotocols=[websockets.Subprotocol("sip")], proxy=None, open_timeout=5, compression=None
            )
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            log.warning("the switch does not answer at %s: %s", address, error)
            await browser.close(NO_SWITCH, "话务程序没有回答")
            return
        tasks = [
            asyncio.create_task(_to_switch(browser, switch)),
            asyncio.create_task(_to_browser(browser, switch)),
            asyncio.create_task(_until_over(reader)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await switch.close()
            if browser.client_state.name == "CONNECTED" and browser.application_state.name == "CONNECTED":
                await browser.close(SIGNED_OUT if reader.over == "signed_out" else 1001)


def same_origin(headers: Any) -> bool:
    """Whether the page that opens the socket is ours: Origin names the same host and port as Host."""
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


async def _to_switch(browser: WebSocket, switch: websockets.ClientConnection) -> None:
    try:
        while True:
            message = await browser.receive()
            if message["type"] != "websocket.receive":
                return
            data = message.get("text")
            await switch.send(data if data is not None else message["bytes"])
    except (WebSocketDisconnect, websockets.ConnectionClosed, RuntimeError):
        return


async def _to_browser(browser: WebSocket, switch: websockets.ClientConnection) -> None:
    try:
        async for data in switch:
            await (browser.send_text(data) if isinstance(data, str) else browser.send_bytes(data))
    except (WebSocketDisconnect, websockets.ConnectionClosed, RuntimeError):
        return


async def _until_over(reader: Reader) -> None:
    while not reader.over:
        await reader.wake.wait()
        reader.wake.clear()

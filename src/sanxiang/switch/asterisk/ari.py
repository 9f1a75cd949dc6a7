"""How do we speak with Asterisk's REST interface? Requests, typed errors, and the socket of events.

Only what the switch needs of a message is decoded; unknown fields are skipped.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import aiohttp
import msgspec

from sanxiang.switch.names import APP, ARI_USER
from sanxiang.switch.port import SwitchError

_log = logging.getLogger(__name__)

_RETRY = 0.2  # seconds between attempts to reach the socket
_CONNECT_WITHIN = 10.0
_REQUEST_WITHIN = 5.0


class AriError(SwitchError):
    """Asterisk refused or did not answer. ``status``: of HTTP, 0 when there was no answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Gone(AriError):
    """What was asked for is not there any more, or not in a state for it: a call that just ended."""


class Dialplan(msgspec.Struct):
    exten: str = ""
    app_name: str = ""
    app_data: str = ""


class Channel(msgspec.Struct):
    id: str
    name: str = ""
    state: str = ""
    creationtime: str = ""
    dialplan: Dialplan = msgspec.field(default_factory=Dialplan)


class Bridge(msgspec.Struct):
    id: str
    channels: list[str] = []


class Playback(msgspec.Struct):
    id: str
    state: str = ""


class Endpoint(msgspec.Struct):
    resource: str
    state: str = ""


class Event(msgspec.Struct):
    """One message of the socket. ``cause``: Q.850, 0 when none came with it; ``soft``: Asterisk itself hangs up."""

    type: str
    timestamp: str = ""
    channel: Channel | None = None
    args: list[str] = []
    cause: int = 0
    soft: bool = False
    playback: Playback | None = None
    endpoint: Endpoint | None = None

    @property
    def happened(self) -> int:
        """us UTC; Asterisk gives milliseconds."""
        return moment(self.timestamp)


_EVENT = msgspec.json.Decoder(Event)


def moment(timestamp: str) -> int:
    """Asterisk's "2026-03-02T09:14:05.123+0800" as us UTC."""
    return round(datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp() * 1000) * 1000


class Ari:
    """One application's client. Events come in order, in the event loop; nobody may block there."""

    def __init__(self, port: int, password: str) -> None:
        self._base = f"http://127.0.0.1:{port}/ari"
        self._password = password
        self._session: aiohttp.ClientSession | None = None
        self._reader: asyncio.Task[None] | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.connected = asyncio.Event()

    async def open(
        self, on_event: Callable[[Event], None], on_up: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Connects and keeps connected. ``on_up`` runs after each connection but the first.

        Raises AriError when the first connection does not come about within ten seconds.
        """
        token = base64.b64encode(f"{ARI_USER}:{self._password}".encode()).decode()
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Basic {token}"},
            connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(total=_REQUEST_WITHIN),
        )
        self._reader = asyncio.create_task(self._read(on_event, on_up), name="ari-events")
        try:
            await asyncio.wait_for(self.connected.wait(), _CONNECT_WITHIN)
        except TimeoutError:
            await self.close()
            raise AriError(
                0, f"连接不上 Asterisk（{self._base}）。解决办法：运行 sanxiang doctor 查明原因。"
            ) from None

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None
        self.connected.clear()

    async def interrupt(self) -> None:
        """Drops the socket as a fault would; it is opened again by itself."""
        if self._socket is not None:
            await self._socket.close()

    async def request(
        self, method: str, path: str, body: dict[str, Any] | None = None, **query: Any
    ) -> bytes:
        """The answer's body. Raises Gone for 404, 409 and 412, AriError otherwise."""
        if self._session is None:
            raise AriError(0, "还没有连接 Asterisk。")
        try:
            async with self._session.request(
                method, self._base + path, params={key: str(value) for key, value in query.items()}, json=body
            ) as answer:
                raw = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise AriError(
                0,
                f"Asterisk 没有应答（{method} {path}：{error!r}）。解决办法：运行 sanxiang doctor 查明原因。",
            ) from error
        if answer.status >= 400:
            kind = Gone if answer.status in (404, 409, 412) else AriError
            raise kind(
                answer.status,
                f"Asterisk 拒绝了 {method} {path}：{answer.status} {raw[:200].decode(errors='replace')}",
            )
        return raw

    async def post(self, path: str, body: dict[str, Any] | None = None, **query: Any) -> bytes:
        return await self.request("POST", path, body, **query)

    async def delete(self, path: str, **query: Any) -> bytes:
        return await self.request("DELETE", path, **query)

    async def channels(self) -> list[Channel]:
        return msgspec.json.decode(await self.request("GET", "/channels"), type=list[Channel])

    async def bridges(self) -> list[Bridge]:
        return msgspec.json.decode(await self.request("GET", "/bridges"), type=list[Bridge])

    async def endpoints(self) -> list[Endpoint]:
        return msgspec.json.decode(await self.request("GET", "/endpoints/PJSIP"), type=list[Endpoint])

    async def reload(self, module: str) -> None:
        """Lets one module read its configuration again."""
        await self.request("PUT", f"/asterisk/modules/{module}.so")

    async def subscribe(self, *sources: str) -> None:
        """``sources`` such as "channel:ID", "endpoint:PJSIP/1001"."""
        if sources:
            await self.post(f"/applications/{APP}/subscription", eventSource=",".join(sources))

    async def _read(
        self, on_event: Callable[[Event], None], on_up: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        assert self._session is not None
        first, told, again = True, False, None
        while True:
            try:
                async with self._session.ws_connect(
                    f"{self._base}/events", params={"app": APP}, heartbeat=15, max_msg_size=0
                ) as socket:
                    self._socket = socket
                    self.connected.set()
                    if not first:
                        again = asyncio.create_task(on_up(), name="ari-again")
                    first = told = False
                    async for message in socket:
                        if message.type is aiohttp.WSMsgType.TEXT:
                            self._tell(message.data, on_event)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                if not told:
                    _log.warning("no connection to Asterisk's events: %r", error)
                told = True
            self.connected.clear()
            if again is not None:
                again.cancel()
            await asyncio.sleep(_RETRY)

    @staticmethod
    def _tell(data: str, on_event: Callable[[Event], None]) -> None:
        try:
            event = _EVENT.decode(data)
        except msgspec.MsgspecError:
            _log.exception("an event that cannot be read: %.300s", data)
            return
        try:
            on_event(event)
        except Exception:  # one bad event must not end the stream of all calls
            _log.exception("event %s", event.type)

"""What travels over /stream/NAME? Server-sent events: the clock, then each view as it is now and as it changes.

Events: ``clock`` {"now": us}; for each view its whole JSON, with the log's number as id (one view: an ordinary message;
several, named ``a,b``: an event of the view's name); ``over`` {"why"} before the server ends the stream.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from sanxiang.web import live, wires
from sanxiang.web.hub import Hub, Reader
from sanxiang.web.sessions import viewer_of

BEAT = 15.0  # seconds; proxies and browsers see that the line is alive
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


def _problem(status: int, code: str, problem: str, cure: str) -> JSONResponse:
    return JSONResponse({"ok": False, "problems": [{"code": code, "problem": problem, "cure": cure}]}, status)


class Streams:
    """The ASGI application behind /stream/{names}."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        views = [live.find(name) for name in request.path_params["names"].split(",")]
        viewer = await self.hub.aside(viewer_of, request.cookies)
        if viewer is None:
            answer = _problem(401, "signed_out", "还没有登录，或登录已过期", "请重新登录")
        elif not all(views):
            answer = _problem(404, "no_view", "没有这个实时画面", "请刷新页面")
        elif not all(v.access.admits(viewer.roles) for v in views if v):
            answer = _problem(403, "forbidden", "您不能看这个实时画面", "请管理员加上相应的角色")
        else:
            reader = await self.hub.join(viewer, [v for v in views if v])
            try:
                await self._serve(reader, receive, send)
            finally:
                self.hub.leave(reader)
            return
        await answer(scope, receive, send)

    async def _serve(self, reader: Reader, receive: Receive, send: Send) -> None:
        plain = len(reader.groups) == 1
        gone = asyncio.create_task(_until_gone(reader, receive))

        async def say(data: bytes) -> None:
            await send({"type": "http.response.body", "body": data, "more_body": True})

        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await say(b"retry: 1000\n" + _clock())
            while not reader.over:
                reader.wake.clear()
                for event in reader.news():
                    await say(_unnamed(event) if plain else event)
                try:
                    await asyncio.wait_for(reader.wake.wait(), BEAT)
                except TimeoutError:
                    await say(_clock())
            if reader.over != "gone":
                await say(b'event: over\ndata: {"why":"%s"}\n\n' % reader.over.encode())
                await send({"type": "http.response.body", "body": b""})
        except OSError:
            pass
        finally:
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone


def _unnamed(event: bytes) -> bytes:
    """An event of one view, without its name: what EventSource calls a message."""
    head, _, rest = event.partition(b"\nevent: ")
    return head + b"\n" + rest.partition(b"\n")[2]


def _clock() -> bytes:
    return b'event: clock\ndata: {"now":%d}\n\n' % wires.now()


async def _until_gone(reader: Reader, receive: Receive) -> None:
    message: Any = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()
    reader.end("gone")

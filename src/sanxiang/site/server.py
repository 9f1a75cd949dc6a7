"""What answers at the one port? Streams, the phone's socket and static files here; all pages are Django's, in one thread."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute

from sanxiang import __version__
from sanxiang.ground.folder import Folder
from sanxiang.site import static_files
from sanxiang.site.phone_socket import PhoneSocket
from sanxiang.web import wires
from sanxiang.web.hub import Hub
from sanxiang.web.stream import Streams


async def healthz(request: Request) -> Response:
    """Whether pages are served; ``log``: whether there is one."""
    return JSONResponse({"ok": True, "version": __version__, "log": wires.folder().log_db.exists()})


def build(folder: Folder, hosts: list[str], phone_port: int = 0) -> tuple[Starlette, Hub]:
    """The whole application. Django must be set up. ``hosts``: names in Host headers that are answered."""
    hub = Hub()

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        hub.start()
        yield
        await hub.stop()

    pages: Any = WSGIMiddleware(get_wsgi_application(), workers=1)
    routes = [
        Route("/healthz", healthz),
        Route("/stream/{names}", Streams(hub)),
        WebSocketRoute("/phone", PhoneSocket(hub, folder, phone_port)),
        Route("/static/{path:path}", static_files.serve),
        Mount("/", pages),
    ]
    plain = [h.strip("[]") if h.startswith("[") else h for h in hosts]
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=[*plain, *hosts], www_redirect=False)]
    return Starlette(routes=routes, middleware=middleware, lifespan=life), hub

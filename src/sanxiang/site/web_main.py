"""The process of the pages: ``python -m sanxiang.site.web_main --host H --port P [--phone-port N] [--data DIR]``

Exit status 0 asked to stop, 2 usage, 3 the port is taken. It logs to stderr.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import socket
import sys

import uvicorn
import uvloop

from sanxiang.ground.folder import Folder
from sanxiang.web.hub import Hub


class Server(uvicorn.Server):
    """Ends the streams before it waits for running requests: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self.hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.hub.end_streams()
        await asyncio.sleep(0)
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(256)
    listening.set_inheritable(False)
    return listening


def complaint(host: str, port: int, error: OSError) -> str:
    """What is wrong with an address, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用。\n解决办法：先结束占用它的程序（ss -ltnp 'sport = :{port}' 可查），或换一个端口：sanxiang up --port {port + 1}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"没有权限使用端口 {port}。\n解决办法：换一个 1024 以上的端口：sanxiang up --port 8000"
    return f"不能在 {host}:{port} 上提供网页：{error.strerror}\n解决办法：用本机的地址，例如 --host 127.0.0.1"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="sanxiang.site.web_main")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--phone-port", type=int, default=0, help="端口：话务程序的 WebSocket（默认见 instance.json）")
    parser.add_argument("--data", metavar="DIR")
    args = parser.parse_args(argv)
    folder = Folder.named(args.data)
    os.environ["SANXIANG_DATA"] = str(folder.root)
    os.environ["SANXIANG_HOST"] = args.host
    try:
        listening = bind(args.host, args.port)
    except OSError as error:
        print(f"错误：{complaint(args.host, args.port, error)}", file=sys.stderr)
        return 3
    return _serve(folder, listening, args)


def _serve(folder: Folder, listening: socket.socket, args: argparse.Namespace) -> int:
    from sanxiang.people.services import ensure_django

    ensure_django(folder)
    from django.conf import settings

    from sanxiang.site import server

    app, hub = server.build(folder, settings.ALLOWED_HOSTS, args.phone_port)
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", ws="websockets-sansio", lifespan="on", log_config=None,
        access_log=False, server_header=False, timeout_graceful_shutdown=1, ws_max_size=1 << 20,
    )  # fmt: skip
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(Server(config, hub).serve([listening]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

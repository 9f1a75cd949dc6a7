"""`sanxiang doctor`: is everything as it must be? Names each fault and its cure. Exit status 3 with faults."""

from __future__ import annotations

import argparse

from sanxiang.cli.checks import Result, Surroundings, look, machine, running, stores
from sanxiang.cli.output import CommandError, emit, width
from sanxiang.ground.folder import Folder

_WIDTH = 14  # columns of the names


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="将要监听的地址")
    parser.add_argument("--port", type=int, help="将要使用的网页端口（默认上次的，或 8000）")
    parser.add_argument("--sip-port", type=int, help="将要使用的 SIP 端口（默认上次的，或 5060）")


def run(args: argparse.Namespace) -> int:
    folder = Folder.named(args.data)
    instance = folder.instance()
    last = instance.get("ports", {})
    here = Surroundings(
        folder, args.host, args.port or last.get("web") or 8000, args.sip_port or last.get("sip") or 5060, instance
    )
    results = list(look((*machine.CHECKS, *stores.CHECKS, *running.CHECKS), here))
    document = [result.document() for result in results]
    emit(args, document, "\n".join(map(_line, results)))
    faults = [result for result in results if not result.ok]
    if faults:
        raise CommandError(3, f"{len(faults)} 处毛病，办法见上" if args.format != "json" else f"{len(faults)} 处毛病")
    return 0


def _line(result: Result) -> str:
    head = f"{'✓' if result.ok else '✗'} {result.title}{' ' * max(1, _WIDTH - width(result.title))}"
    if result.ok:
        return head + result.found
    return f"{head}{result.problem}\n{' ' * (_WIDTH + 2)}办法：{result.cure}"

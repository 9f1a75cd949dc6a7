"""`sanxiang clock advance 31m`: moves the time of every process of ours, under `up --test-clock` only."""

from __future__ import annotations

import argparse
import re

from sanxiang.cli.output import CommandError, emit, refused
from sanxiang.ground.folder import Folder
from sanxiang.log.client import AppenderDown, Client

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    advance = actions.add_parser("advance", help="往前拨", parents=[shared])
    advance.add_argument("by", help="如 90s、31m、2h、1d")


def run(args: argparse.Namespace) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", args.by)
    if not match:
        raise CommandError(2, f"{args.by!r} 不是时长。写法如 90s、31m、2h、1d")
    seconds = float(match[1]) * _UNITS[match[2]]
    try:
        answer = Client(Folder.named(args.data).socket).request({"do": "advance", "us": round(seconds * 1_000_000)})
    except AppenderDown as error:
        raise CommandError(3, str(error)) from error
    if not answer["ok"]:
        raise refused(answer)
    emit(args, {"ok": True, "advanced_seconds": seconds}, f"时钟已拨快 {args.by}")
    return 0

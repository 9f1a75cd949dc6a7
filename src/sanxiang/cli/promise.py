"""``sanxiang promise reply ID --text T``: the reply that keeps a promise."""

from __future__ import annotations

import argparse

from sanxiang.cases.services import reply
from sanxiang.cli.output import CommandError, emit, refused
from sanxiang.ground.folder import Folder
from sanxiang.log.client import AppenderDown, Client
from sanxiang.log.reader import LogReader


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="做什么")
    one = actions.add_parser("reply", parents=[shared], help="已回复来电者")
    one.add_argument("promise", help="承诺编号")
    one.add_argument("--text", required=True, help="答复了什么")
    one.add_argument("--agent", default="", metavar="NUMBER", help="回复人工号（默认负责人）")


def run(args: argparse.Namespace) -> int:
    folder = Folder.named(args.data)
    try:
        answer = reply(LogReader(folder.log_db), Client(folder.socket), args.promise, args.agent, args.text)
    except (AppenderDown, FileNotFoundError) as error:
        raise CommandError(3, f"热线没有在运行：{error}", "请先运行 sanxiang up（并用 --data 指明文件夹）") from None
    if not answer["ok"]:
        raise refused(answer)
    emit(args, answer, "已记下回复")
    return 0

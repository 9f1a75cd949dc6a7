"""``sanxiang registration sign CALL FILE.json``: what the desk does when an agent signs, for scripts."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from sanxiang.cli.output import CommandError, emit
from sanxiang.ground.clock import Clock
from sanxiang.ground.folder import Folder
from sanxiang.log.client import AppenderDown, Client
from sanxiang.log.reader import LogReader
from sanxiang.records import signing


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="做什么")
    sign = actions.add_parser("sign", parents=[shared], help="签名一通来电的登记")
    sign.add_argument("call", help="来电编号")
    sign.add_argument("file", help='登记内容，如 {"fields":{"name":…,"content":…,"result":"solved"}}；- 为标准输入')
    sign.add_argument("--agent", default="", metavar="NUMBER", help="签名人工号（默认接听人）")


def run(args: argparse.Namespace) -> int:
    folder = Folder.named(args.data)
    document = _read(args.file)
    try:
        values = signing.fields_of(document)
        reader = LogReader(folder.log_db)
        answer = signing.sign(
            reader, Client(folder.socket), args.call, args.agent, values, now=Clock(folder).now(),
            due_at=document.get("due_at"),
        )  # fmt: skip
    except ValueError as error:
        raise CommandError(1, f"{args.file}: {error}", document=_bad(str(error))) from None
    except (AppenderDown, FileNotFoundError) as error:
        raise CommandError(3, f"热线没有在运行：{error}", "请先运行 sanxiang up（并用 --data 指明文件夹）") from None
    if not answer["ok"]:
        lines = [p["problem"] + (f"。{p['cure']}" if p.get("cure") else "") for p in answer["problems"]]
        raise CommandError(1, *lines, document=answer)
    promise = answer.get("promise")
    emit(args, answer, "已签名" + (f"；承诺 {promise['id']}，{promise['due_at']} 前回复" if promise else ""))
    return 0


def _read(file: str) -> dict[str, Any]:
    """The signing document. Raises CommandError 1 with the place of the fault."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        document = json.loads(text)
    except RecursionError:
        raise CommandError(1, f"{file}: 嵌套太深", document=_bad("嵌套太深")) from None
    except OSError as error:
        raise CommandError(1, f"{file}: 读不了：{error.strerror}", document=_bad(str(error))) from None
    except UnicodeDecodeError:
        raise CommandError(1, f"{file}: 不是 UTF-8 编码", document=_bad("文件不是 UTF-8 编码")) from None
    except json.JSONDecodeError as error:
        place = f"{file}:{error.lineno}:{error.colno}"
        raise CommandError(1, f"{place}: JSON 写法不对：{error.msg}", document=_bad(f"JSON 写法不对：{error.msg}")) from None
    if not isinstance(document, dict):
        raise CommandError(1, f"{file}:1:1: 最外层应是一个对象", document=_bad("最外层应是一个对象"))
    return document


def _bad(text: str) -> dict[str, Any]:
    return signing.refusal(signing.problem("bad_file", text, "见 sanxiang registration sign --help"))

"""``sanxiang agents [list] · add NUMBER --name N · state NUMBER S · sign-in NUMBER``: who answers calls, and how they are."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sanxiang.cli.output import CommandError, emit, table
from sanxiang.ground.folder import Folder
from sanxiang.log.client import AppenderDown, Client
from sanxiang.log.reader import LogReader
from sanxiang.people import services
from sanxiang.people.rules import STATE_NAMES, STATES

DOWN = "请先运行 sanxiang up（并用 --data 指明文件夹）"


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="做什么")
    actions.add_parser("list", parents=[shared], help="列出坐席（默认）")
    add = actions.add_parser("add", parents=[shared], help="新增坐席")
    add.add_argument("number", help="工号，2 到 6 位数字")
    add.add_argument("--name", required=True, help="姓名")
    add.add_argument("--extension", default="", help="分机号（默认 1000 + 工号）")
    add.add_argument("--supervisor", action="store_true", help="同时是班长")
    state = actions.add_parser("state", parents=[shared], help="改变坐席状态")
    state.add_argument("number", help="工号")
    state.add_argument("state", choices=STATES, help="示闲、示忙、小休、手机（转接到手机待以后的版本，目前只是状态）、离线")
    state.add_argument("--reason", default="", help="原因（规范要求说明时）")
    sign_in = actions.add_parser("sign-in", parents=[shared], help="给出一次性登录网址")
    sign_in.add_argument("number", help="工号")


def run(args: argparse.Namespace) -> int:
    folder = Folder.named(args.data)
    if not folder.app_db.exists():
        raise CommandError(3, f"{folder.root} 里还没有热线", DOWN)
    services.ensure_django(folder)
    try:
        return {"add": _add, "state": _state, "sign-in": _sign_in}.get(args.action or "", _list)(args, folder)
    except services.Refused as refused:
        lines = [p["problem"] + (f"。{p['cure']}" if p.get("cure") else "") for p in refused.problems]
        raise CommandError(1, *lines, document={"ok": False, "problems": refused.problems}) from None
    except AppenderDown as error:
        raise CommandError(3, str(error), DOWN) from None


def _reader(folder: Folder) -> LogReader | None:
    try:
        return LogReader(folder.log_db)
    except FileNotFoundError:
        return None


def _list(args: argparse.Namespace, folder: Folder) -> int:
    from sanxiang.people.queries import agents

    rows = agents(_reader(folder))
    shown = [
        [r["number"], r["name"], STATE_NAMES.get(r["state"], r["state"]), r["extension"], r["login"], " ".join(r["roles"])]
        for r in rows
    ]
    emit(args, rows, table(["工号", "姓名", "状态", "分机", "登录名", "角色"], shown) if rows else "还没有坐席")
    return 0


def _add(args: argparse.Namespace, folder: Folder) -> int:
    from sanxiang.people.queries import agents

    roles = ["agent", "supervisor"] if args.supervisor else ["agent"]
    account = services.add_agent(Client(folder.socket), args.number, args.name, args.extension, roles)
    row = next(a for a in agents(_reader(folder)) if a["number"] == account.agent_number)
    emit(args, row, f"已新增 {account.agent_number} {account.name}，分机 {account.extension}，话机密码 {account.sip_password}")
    return 0


def _state(args: argparse.Namespace, folder: Folder) -> int:
    counted = services.set_state(Client(folder.socket), args.number, args.state, reason=args.reason, log=_reader(folder))
    for gate in counted:
        print(f"已放行，但计入 {gate['clause']}：{'；'.join(gate['missing'])}", file=sys.stderr)
    answer: dict[str, Any] = {"number": args.number, "state": args.state, "counted": counted}
    note = "（转接到手机待以后的版本，目前不派话）" if args.state == "mobile" else ""
    emit(args, answer, f"{args.number} 已{STATE_NAMES[args.state]}{note}")
    return 0


def _sign_in(args: argparse.Namespace, folder: Folder) -> int:
    from sanxiang.people.models import Account

    account = Account.objects.filter(agent_number=args.number, is_active=True).first()
    if account is None:
        raise CommandError(1, f"没有工号 {args.number} 的坐席。用 sanxiang agents list 查看工号")
    home = folder.instance().get("urls", {}).get("home")
    if not home:
        raise CommandError(3, "不知道网页的网址", DOWN)
    url = str(home).rstrip("/") + services.one_time_link(account, by="cli")
    minutes = int(services.LINK_LIFE.total_seconds() // 60)
    emit(args, {"number": args.number, "url": url, "minutes": minutes}, url)
    return 0

"""`sanxiang up`: the whole system in the foreground, Ctrl-C ends it."""

from __future__ import annotations

import argparse
import shutil
import sys
import time

from sanxiang.cli.output import CommandError
from sanxiang.core.standard.reader import PackError
from sanxiang.ground.errors import GroundError
from sanxiang.ground.folder import Folder


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认只在本机）")
    parser.add_argument("--port", type=int, default=8000, help="网页端口")
    parser.add_argument("--sip-port", type=int, default=5060, help="SIP 端口（UDP）")
    parser.add_argument("--trunk", default="", metavar="HOST:PORT", help="外线网关，写进话务配置；目前还没有向外拨号的功能")
    parser.add_argument("--pack", action="append", default=[], metavar="名称或路径", help="规范包，依次对应 8000、8001 …")
    parser.add_argument("--no-telephony", action="store_true", help="不启动电话交换")
    parser.add_argument("--test-clock", action="store_true", help="允许 sanxiang clock advance（只用于试验）")


def run(args: argparse.Namespace) -> int:
    from sanxiang.site.up import CannotStart, Instance, Options

    options = Options(
        host=args.host, port=args.port, sip_port=args.sip_port, trunk=args.trunk, packs=args.pack,
        telephony=not args.no_telephony, test_clock=args.test_clock,
    )  # fmt: skip
    started = time.monotonic()
    with Instance(Folder.named(args.data), options, _say) as instance:
        try:
            instance.start()
        except PackError as error:
            raise CommandError(1, *(str(p) for p in error.problems)) from error
        except (CannotStart, GroundError) as error:
            raise CommandError(getattr(error, "status", 3), str(error)) from error
        home = instance.folder.instance()["urls"]["home"]
        print(f"Sanxiang is ready: {home}", flush=True)
        if instance.sign_in:
            print(f"管理员一次性登录：{instance.folder.instance()['administrator_sign_in']}", flush=True)
        _say(f"启动用时 {time.monotonic() - started:.1f} 秒。打开上面的登录地址，按页面提示接第一通电话；")
        command = "sanxiang" if shutil.which("sanxiang") else sys.argv[0]
        folder = f" --data {args.data}" if args.data else ""
        _say(f"或另开一个终端运行 {command} demo{folder}，让合成语音的来电者拨打 8000。按 Ctrl-C 停止全部进程。")
        instance.serve()
        _say("正在停止 …")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

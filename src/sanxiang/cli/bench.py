"""`sanxiang bench NAME`: ours and the anchor on the same work, in the same run, interleaved."""

from __future__ import annotations

import argparse
import importlib
import sys

from sanxiang.cli.output import emit

BENCHES = {
    "append": "事实写入：登记、推演、状态一起，对照只写同样字节的 sqlite3 与 Django bulk_create",
    "rings": "振铃计时：真实 SIP 来电的起振、接听、响数，对照 SIPp 的报文记录",
    "deadlines": "时限触发：十万个待走的钟里同时到期若干，对照内存定时器",
}


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    names = parser.add_subparsers(dest="bench", required=True, metavar="名称")
    for name, text in BENCHES.items():
        sub = names.add_parser(name, help=text, description=text, parents=[shared])
        sub.add_argument("--rounds", type=int, default=5, help="每边轮数，至少 5")
        importlib.import_module(f"sanxiang.cli.benches.{name}").arguments(sub)


def run(args: argparse.Namespace) -> int:
    module = importlib.import_module(f"sanxiang.cli.benches.{args.bench}")
    document = module.run(args, lambda text: print(text, file=sys.stderr, flush=True))
    emit(args, document, module.words(document))
    return 0

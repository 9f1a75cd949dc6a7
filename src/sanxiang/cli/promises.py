"""``sanxiang promises [--open]``: which replies are owed, by when, and what became of them."""

from __future__ import annotations

import argparse

from sanxiang.cases.queries import as_contract, listed
from sanxiang.cli.output import CommandError, emit, table
from sanxiang.ground.folder import Folder
from sanxiang.log.reader import LogReader

STATES = {"open": "待回复", "kept": "守约", "breach": "违约"}


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    parser.add_argument("--open", action="store_true", help="只列还没有回复、也没有过时限的")


def run(args: argparse.Namespace) -> int:
    try:
        reader = LogReader(Folder.named(args.data).log_db)
    except FileNotFoundError:
        raise CommandError(3, "这个文件夹里还没有热线", "请先运行 sanxiang up，或用 --data 指明文件夹") from None
    rows = [as_contract(p) for p in listed(reader, args.open)]
    shown = [[r["id"], r["call"], r["owner"], r["due_at"], STATES[r["state"]]] for r in rows]
    emit(args, rows, table(["承诺", "来电", "负责人", "时限", "状态"], shown) if rows else "没有承诺")
    return 0

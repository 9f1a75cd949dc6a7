"""`sanxiang report NAME`: figures of a period. Now: kpi."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sanxiang.cli.output import CommandError, emit
from sanxiang.ground.folder import Folder

LATER = {"weekly": "小统计", "monthly": "月汇总", "agent-score": "坐席考核表"}


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="报表", help="kpi")
    parser.add_argument("--from", dest="start", metavar="D", help="日期或本地时刻，默认今天零点")
    parser.add_argument("--to", dest="end", metavar="D", help="日期或本地时刻，本身不含")
    parser.add_argument("--by", action="append", default=[], help="day、hour、agent、queue、hotline，可重复或用逗号连写")
    parser.add_argument("--where", action="append", default=[], metavar="键=值", help="只算符合的来电，如 agent=01")
    parser.add_argument("--threshold", type=float, default=15.0, metavar="秒", help="service_level 的秒数，默认 15")
    parser.add_argument("--out", metavar="文件", help="xlsx 写到这里（csv 也可）")


def run(args: argparse.Namespace) -> int:
    from sanxiang.reports import kpi, queries
    from sanxiang.reports.periods import PeriodError, period
    from sanxiang.reports.services import Book, kpi_report

    if args.name in LATER:
        raise CommandError(2, f"{LATER[args.name]}（{args.name}）还没有做好，目前只有 kpi")
    if args.name != "kpi":
        raise CommandError(2, f"没有名为 {args.name} 的报表。目前只有 kpi")
    if args.format in ("pdf", "html"):
        raise CommandError(2, f"kpi 还不能输出 {args.format}，它随定时报表一起做。现在可用 text、json、csv、xlsx")
    by = [d for one in args.by for d in one.split(",") if d]
    if unknown := [d for d in by if d not in kpi.DIMENSIONS]:
        raise CommandError(2, f"不能按 {'、'.join(unknown)} 分。可用：{', '.join(kpi.DIMENSIONS)}")
    if len(set(by)) != len(by):
        raise CommandError(2, "--by 里有重复的项")
    where: dict[str, list[str]] = {}
    for one in args.where:
        key, sign, value = one.partition("=")
        if not sign or key not in queries.WHERE:
            raise CommandError(2, f"--where {one}：要写 键=值，键可用 {', '.join(queries.WHERE)}")
        where.setdefault(key, []).append(value)
    if args.threshold <= 0:
        raise CommandError(2, "--threshold 要大于 0 秒")
    try:
        book = Book.open(Folder.named(args.data))
    except FileNotFoundError:
        raise CommandError(3, f"{Folder.named(args.data).root} 里没有事实日志。请先运行 sanxiang up，或用 --data 指明文件夹") from None
    with book:
        try:
            when = period(args.start, args.end, book.now, book.zone)
        except PeriodError as error:
            raise CommandError(2, str(error)) from None
        document = kpi_report(book, when, by, where, args.threshold)
    _write(args, document)
    return 0


def _write(args: argparse.Namespace, document: dict) -> None:
    from sanxiang.reports.sheets import as_csv, as_text, as_xlsx

    if args.format not in ("csv", "xlsx"):
        emit(args, document, as_text(document))
        return
    content = as_csv(document).encode("utf-8-sig") if args.format == "csv" else as_xlsx(document)
    if args.out:
        try:
            Path(args.out).write_bytes(content)
        except OSError as error:
            raise CommandError(3, f"写不了 {args.out}：{error.strerror}") from None
        print(f"已写入 {args.out}", file=sys.stderr)
    elif args.format == "xlsx" and sys.stdout.isatty():
        raise CommandError(2, "xlsx 是二进制文件：请写 --out 文件.xlsx，或重定向标准输出")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()

"""`sanxiang calls [ID]`: each call with its verdicts and recordings; with an ID also its facts."""

from __future__ import annotations

import argparse

from sanxiang.cli.output import CommandError, emit, table
from sanxiang.ground.clock import Clock
from sanxiang.ground.folder import Folder
from sanxiang.log.reader import LogReader


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    parser.add_argument("call", nargs="?", metavar="来电", help="只看这一通，连同事实")
    parser.add_argument("--from", dest="start", metavar="D", help="从这一天或时刻起进来的（不写则不限）")
    parser.add_argument("--to", dest="end", metavar="D", help="到这一天或时刻为止，本身不含")


def run(args: argparse.Namespace) -> int:
    from sanxiang.reports.call_view import call_document
    from sanxiang.reports.periods import PeriodError, instant
    from sanxiang.reports.services import standards, zone_of

    folder = Folder.named(args.data)
    try:
        log = LogReader(folder.log_db)
    except FileNotFoundError:
        raise CommandError(3, f"{folder.root} 里没有事实日志。请先运行 sanxiang up，或用 --data 指明文件夹") from None
    try:
        zone, now = zone_of(log), Clock(folder).now()
        try:
            start = instant(args.start, zone) if args.start else 0
            end = instant(args.end, zone) if args.end else 2**62
        except PeriodError as error:
            raise CommandError(2, str(error)) from None
        if args.call:
            one = log.call(args.call)
            if one is None:
                raise CommandError(1, f"没有编号为 {args.call} 的来电。用 sanxiang calls 列出全部")
            calls = [one]
        else:
            calls = log.calls(start, end)
        known = standards(log)
        document = [call_document(log, c, known, folder.root, now, zone, bool(args.call)) for c in calls]
    finally:
        log.close()
    emit(args, document, _text(document))
    return 0


_OUTCOMES = {
    "answered": "接听", "abandoned": "放弃", "timed_out": "超时", "rejected": "拒绝", "closed": "关门", "released": "应急队列",
    None: "在等",
}  # fmt: skip


def _text(document: list[dict]) -> str:
    from sanxiang.reports.selection import REGISTRATIONS
    from sanxiang.reports.sentences import VERDICTS

    rows = [
        [
            d["call"], (d["offered_at"] or "")[:19].replace("T", " "), _OUTCOMES.get(d["outcome"], d["outcome"]), d["agent"],
            d["rings"], REGISTRATIONS.get(d["registration"], d["registration"]), " ".join(sorted({v["clause"] for v in d["verdicts"] if v["verdict"] == "breach"})),
        ]
        for d in document
    ]  # fmt: skip
    text = table(["来电", "进入", "结果", "坐席", "响数", "登记", "违约"], rows) if rows else "没有来电"
    if len(document) == 1 and "facts" in document[0]:
        text += "\n\n" + table(["事实", "时刻", "种类", "内容"], [[f["n"], f["at"], f["kind"], f["data"]] for f in document[0]["facts"]])
        verdicts = [[v["clause"], v["control"], VERDICTS.get(v["verdict"], v["verdict"]), v["why"], v["evidence"]] for v in document[0]["verdicts"]]
        text += "\n\n" + table(["条款", "控制项", "判定", "因为", "证据"], verdicts)
    return text

"""`sanxiang replay`: evaluates the whole log afresh; `--verify` compares, `--pack` tries another standard."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import msgspec

from sanxiang.cli.output import CommandError, emit, table
from sanxiang.core.facts import Body
from sanxiang.core.standard import library
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.reader import PackError, from_canonical
from sanxiang.ground.folder import Folder
from sanxiang.log.reader import LogReader
from sanxiang.log.replay import replay, verify


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    parser.add_argument("--verify", action="store_true", help="与当时算出的逐条比较，不同则退出码 1")
    parser.add_argument("--pack", default="", metavar="名称或路径", help="按另一个规范包重算，不改动任何东西")


def run(args: argparse.Namespace) -> int:
    folder = Folder.named(args.data)
    try:
        log = LogReader(folder.log_db)
    except FileNotFoundError:
        raise CommandError(3, f"{folder.root} 里没有事实日志。请先运行 sanxiang up，或用 --data 指明文件夹") from None
    standards = {d: Standard.of(from_canonical(text), d) for d, text in log.packs().items()}
    log.close()
    if args.verify:
        return _verify(args, folder, standards)
    change = lambda body: body  # noqa: E731
    if args.pack:
        try:
            loaded = library.load(args.pack)
        except PackError as error:
            raise CommandError(1, *(str(p) for p in error.problems)) from error
        standards[loaded.digest] = Standard.of(loaded.pack, loaded.digest)

        def change(body: Body) -> Body:
            return msgspec.structs.replace(body, pack=loaded.digest) if hasattr(body, "pack") else body

    with tempfile.TemporaryDirectory(prefix="sanxiang-replay-") as temporary:
        fresh = Path(temporary) / "log.db"
        result = replay(folder.log_db, fresh, standards, change)
        before, after = verdicts(folder.log_db), verdicts(fresh)
    rows = [
        [clause, verdict, before.get((clause, verdict), 0), after.get((clause, verdict), 0)]
        for clause, verdict in sorted(before.keys() | after.keys())
    ]
    document = {
        "facts": result.facts, "observed": result.observed, "derived": result.derived, "pack": args.pack or None,
        "verdicts": [{"clause": c, "verdict": v, "recorded": b, "replayed": a} for c, v, b, a in rows],
    }  # fmt: skip
    emit(args, document, f"重放 {result.observed} 条观察到的事实\n" + table(["条款", "判定", "当时", "重算"], rows))
    return 0


def verdicts(path: Path) -> Counter[tuple[str, str]]:
    """(clause, verdict) counted over the last verdict of each control on each subject."""
    last: dict[tuple[str, str, str], str] = {}
    reader = LogReader(path)
    for fact in reader.iterate():
        if fact.kind == "VerdictReached":
            body = fact.body
            last[body.clause, body.control, body.subject] = body.verdict  # type: ignore[attr-defined]
    reader.close()
    return Counter((clause, verdict) for (clause, _, _), verdict in last.items())


def _verify(args: argparse.Namespace, folder: Folder, standards: dict[str, Standard]) -> int:
    from sanxiang.reports.projections import all_projections

    result = verify(folder.log_db, folder.read_db, all_projections, standards)
    document = {
        "equal": not result.differences, "facts": result.facts, "observed": result.observed, "derived": result.derived,
        "differences": [asdict(d) for d in result.differences],
    }  # fmt: skip
    if result.differences:
        raise CommandError(1, *(str(d) for d in result.differences), document=document)
    emit(args, document, f"一致：{result.facts} 条事实（观察 {result.observed}，推出 {result.derived}）逐条相同，哈希链完整")
    return 0

"""`sanxiang pack`: list, show, schema, check, test, diff, coverage of standards."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sanxiang.cli.output import CommandError, emit, table
from sanxiang.core.standard import library
from sanxiang.core.standard.coverage import coverage, read_catalogue
from sanxiang.core.standard.diff import diff
from sanxiang.core.standard.examples import read_examples, run_all
from sanxiang.core.standard.model import Pack
from sanxiang.core.standard.problems import PackError
from sanxiang.core.standard.reader import Loaded


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="做什么")
    actions.add_parser("list", parents=[shared], help="列出规范包")
    show = actions.add_parser("show", parents=[shared], help="一个规范包的条款与控制项")
    show.add_argument("name", metavar="NAME", help="名称或路径")
    actions.add_parser("schema", parents=[shared], help="规范包的 JSON Schema")
    check = actions.add_parser("check", parents=[shared], help="检查写法，一次列出全部毛病")
    check.add_argument("path", metavar="PATH", help="规范包的文件夹、文件，或名称")
    test = actions.add_parser("test", parents=[shared], help="运行规范包自带的试例")
    test.add_argument("name", metavar="NAME", nargs="?", help="名称或路径（默认全部）")
    compare = actions.add_parser("diff", parents=[shared], help="两个规范包的不同")
    compare.add_argument("a", metavar="A")
    compare.add_argument("b", metavar="B")
    cover = actions.add_parser("coverage", parents=[shared], help="条款目录有多少已经落实")
    cover.add_argument("--catalogue", metavar="FILE", help="条款目录（默认为各规范包自己的条款）")


def run(args: argparse.Namespace) -> int:
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": _list, "show": _show, "schema": _schema, "check": _check, "test": _test, "diff": _diff,
        "coverage": _coverage,
    }  # fmt: skip
    return actions[args.action](args)


def _load(name: str, examples: bool = False) -> Loaded:
    try:
        return library.load(name, examples)
    except PackError as error:
        raise CommandError(
            1, *map(str, error.problems), document=[p.as_dict() for p in error.problems]
        ) from None


def _list(args: argparse.Namespace) -> int:
    rows = []
    for name in library.names():
        pack = _load(name)
        rows.append(
            {
                "name": name, "title": pack.pack.title, "version": pack.pack.version, "digest": pack.digest,
                "clauses": len(pack.pack.clauses), "controls": sum(len(c.controls) for c in pack.pack.clauses),
                "abstract": pack.pack.abstract, "path": str(library.find(name)),
            }
        )  # fmt: skip
    head = ("名称", "标题", "版本", "条款", "控制项")
    emit(
        args,
        rows,
        table(head, [[r["name"], r["title"], r["version"], r["clauses"], r["controls"]] for r in rows]),
    )
    return 0


def _show(args: argparse.Namespace) -> int:
    loaded = _load(args.name)
    document = {
        "digest": loaded.digest,
        "origin": loaded.origin,
        **loaded.pack.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    }
    rows = [
        (clause.id if first else "", clause.title if first else "", control.kind, control.name, control.title)
        for clause in loaded.pack.clauses
        for first, control in ((i == 0, k) for i, k in enumerate(clause.controls))
    ]
    head = f"{loaded.pack.title} {loaded.pack.version}（{loaded.digest}）\n\n"
    emit(args, document, head + table(("条款", "", "种类", "名称", "标题"), rows))
    return 0


def _schema(args: argparse.Namespace) -> int:
    document = Pack.model_json_schema(by_alias=True)
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}
    emit(args, document, json.dumps(document, ensure_ascii=False, indent=1))
    return 0


def _check(args: argparse.Namespace) -> int:
    try:
        loaded = library.load(args.path, examples=True)
        problems = read_examples(loaded.examples, loaded.origin)[1]
    except PackError as error:
        problems = error.problems
    document = [p.as_dict() for p in sorted(problems)]
    if problems:
        raise CommandError(1, *map(str, sorted(problems)), f"共 {len(problems)} 处", document=document)
    emit(args, document, "没有毛病")
    return 0


def _test(args: argparse.Namespace) -> int:
    document: list[dict[str, Any]] = []
    lines: list[str] = []
    for name in [args.name] if args.name else library.names():
        loaded = _load(name, examples=True)
        try:
            failures = run_all(loaded)
        except PackError as error:
            raise CommandError(
                1, *map(str, error.problems), document=[p.as_dict() for p in error.problems]
            ) from None
        lines += map(str, failures)
        document.append(
            {
                "pack": loaded.pack.pack, "examples": len(loaded.examples),
                "failed": [{"file": f.file, "line": f.line, "name": f.name, "problem": f.problem} for f in failures],
            }
        )  # fmt: skip
    rows = [(d["pack"], d["examples"], len({(f["file"], f["name"]) for f in d["failed"]})) for d in document]
    if lines:
        raise CommandError(1, *lines, table(("规范包", "试例", "未通过"), rows), document=document)
    emit(args, document, table(("规范包", "试例", "未通过"), rows))
    return 0


def _diff(args: argparse.Namespace) -> int:
    document = diff(_load(args.a).pack, _load(args.b).pack)
    words = {"added": "新增", "removed": "删去", "changed": "改动"}
    rows = [
        (
            d["clause"] or "（包）",
            d["kind"],
            d["control"],
            words[d["change"]],
            d["field"],
            _short(d["from"]),
            _short(d["to"]),
        )
        for d in document
    ]
    emit(
        args,
        document,
        table(("条款", "种类", "控制项", "", "字段", "原为", "改为"), rows) if rows else "没有不同",
    )
    return 0


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:39] + "…"


def _coverage(args: argparse.Namespace) -> int:
    try:
        catalogue = read_catalogue(Path(args.catalogue)) if args.catalogue else None
        packs = [library.load(name, examples=True) for name in library.names()]
        tests = library.folder().parent / "tests"
        document = coverage(packs, tests if tests.is_dir() else None, catalogue)
    except PackError as error:
        raise CommandError(
            1, *map(str, error.problems), document=[p.as_dict() for p in error.problems]
        ) from None
    rows = [
        (
            name,
            len(c["controls"]),
            "是" if c["exercised"] else "否",
            len(c["shown"]),
            "、".join(c["missing_kinds"]),
        )
        for name, c in document["clauses"].items()
    ]
    total = f"共 {document['total']} 条：已绑定 {document['bound']}，已试 {document['exercised']}，已演示 {document['shown']}"
    emit(args, document, table(("条款", "控制项", "已试", "演示", "缺种类"), rows) + "\n" + total)
    return 0

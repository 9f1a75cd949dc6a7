"""`sanxiang judge FILE…`: what a standard says of recorded conversations."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sanxiang.cli.output import CommandError, emit, table
from sanxiang.core.judging.reading import MAX_BYTES, Fault, read_conversations
from sanxiang.core.judging.verdicts import document
from sanxiang.core.standard import library
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.reader import PackError

_WORDS = {"breach": "违反", "kept": "遵守", "not_applicable": "不涉及", "unknown": "未知"}


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="对话 .json（一条或一列），或录音 .wav")
    parser.add_argument("--pack", metavar="NAME", help="规范包的名称或路径（默认用对话里写的 pack）")


def run(args: argparse.Namespace) -> int:
    standards: dict[str, Standard] = {}
    if args.pack:
        standards[args.pack] = _standard(args.pack)
    judged: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for name in args.files:
        conversations, bad = _read(name)
        faults += bad
        for number, conversation in enumerate(conversations, 1):
            pack = args.pack or conversation.pack
            if not pack:
                faults.append(Fault(name, number, "pack", "没有写规范包", "写上 pack，或用 --pack 指明"))
                continue
            if pack not in standards:
                try:
                    standards[pack] = _standard(pack)
                except CommandError as error:
                    faults.append(
                        Fault(name, number, "pack", error.lines[0], "用 --pack 指明一个可用的规范包")
                    )
                    continue
            judged.append(document(conversation, standards[pack]))
    emit(args, judged, _text(judged))
    if faults:
        raise CommandError(1, *map(str, faults))
    return 0


def _standard(name: str) -> Standard:
    try:
        loaded = library.load(name)
    except PackError as error:
        raise CommandError(1, *map(str, error.problems)) from None
    return Standard.of(loaded.pack, loaded.digest)


def _read(name: str) -> tuple[list[Any], list[Fault]]:
    path = Path(name)
    if path.suffix.lower() in (".wav", ".mp3", ".ogg", ".flac"):
        return [], [Fault(name, 0, "", "没有配置语音识别，判不了录音", "先转写成对话 .json 再判")]
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_BYTES else b" " * (MAX_BYTES + 1)
    except OSError as error:
        return [], [Fault(name, 0, "", f"读不了文件（{error.strerror}）", "检查路径与权限")]
    return read_conversations(raw, name)


def _text(judged: list[dict[str, Any]]) -> str:
    """For people: one block a call."""
    blocks = []
    for call in judged:
        rows = [
            (
                v["clause"],
                _WORDS[v["verdict"]],
                v["points"] or "",
                " / ".join(f"{e['turn']}「{e['quote']}」" for e in v["evidence"]),
                v["why"],
            )
            for v in call["verdicts"]
        ]
        blocks.append(
            f"{call['call']}（{call['pack']}）{call['score']} 分\n"
            + table(("条款", "判定", "扣分", "依据", "说明"), rows)
        )
    return "\n\n".join(blocks)

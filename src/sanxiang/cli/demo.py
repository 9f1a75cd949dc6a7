"""`sanxiang demo`: callers with synthetic Chinese voices ring the running hotline, by real SIP on loopback."""

from __future__ import annotations

import argparse
import contextlib
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sanxiang.cli.demo_stories import STORIES, Story
from sanxiang.cli.output import CommandError, emit, table
from sanxiang.core.rings import ring_at
from sanxiang.ground.errors import GroundError
from sanxiang.ground.folder import Folder
from sanxiang.log.reader import LogReader

_PAUSE = 5.0  # seconds between two callers, where --every says nothing
_DESK = "打开坐席桌面：sanxiang agents sign-in 01 给出一次性登录地址，登录后点「示闲」（{home}desk/）"


def arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=len(STORIES), metavar="N", help=f"来电数（默认 {len(STORIES)}，每种情形一通）")
    parser.add_argument("--every", type=float, metavar="秒", help="每隔多少秒来一通，不等上一通结束（默认一通接一通）")
    parser.add_argument("--number", default="8000", metavar="号码", help="拨哪个号码（默认 8000）")
    parser.add_argument("--history", action="store_true", help="装入三十天的演示历史")


def run(args: argparse.Namespace) -> int:
    if args.history:
        raise CommandError(
            2, "演示历史（--history）还没有做。",
            "现在可以用 sanxiang demo 打进真实的来电，并用 up --test-clock 与 sanxiang clock advance 31m 快进",
        )  # fmt: skip
    if args.calls < 1 or (args.every is not None and args.every <= 0):
        raise CommandError(2, "--calls 与 --every 要大于 0")
    folder = Folder.named(args.data)
    sip_port = _running(folder, args.number)
    from sanxiang.ground.tools import obtain

    try:
        for tool in ("sipp", "espeak-ng"):
            obtain(tool, _say)
    except GroundError as error:
        raise CommandError(3, str(error)) from error
    calls = _ring(folder, sip_port, args)
    emit(args, [call.document() for call in calls], _text(calls))
    return 1 if any(call.broken for call in calls) else 0


@dataclass
class Ringing:
    """One caller on the way. Times are SIPp's, epoch seconds; 0: not yet."""

    story: Story
    number: str
    sipp: Any
    rang: float = 0.0
    answered: float = 0.0
    ended: float = 0.0
    ended_by: str = ""  # caller, agent (or the hotline itself), line; "" while it lasts
    told: int = 0  # rings told

    def document(self) -> dict[str, Any]:
        until = self.answered or self.ended
        rang = round(until - self.rang, 2) if self.rang and until else 0.0
        return {"caller": self.number, "rang_seconds": rang, "answered": bool(self.answered), "ended_by": self.ended_by, "about": self.story.title}

    @property
    def broken(self) -> bool:
        """Answered, then the caller's leg died without anybody hanging up."""
        return bool(self.answered) and self.ended_by == "line"

    @property
    def shown(self) -> str:
        return f"{self.number} {self.story.title}"


def _running(folder: Folder, number: str) -> int:
    """The SIP port of the running hotline. Raises CommandError."""
    instance = folder.instance()
    pids = instance.get("pids", {})
    if not _up(folder):
        raise CommandError(3, f"{folder.root} 的热线没有在运行", "请先在另一个终端运行 sanxiang up（并用 --data 指明同一文件夹）")
    if not pids.get("asterisk"):
        raise CommandError(3, "这套热线没有启动电话交换（--no-telephony），没有电话可打", "不带 --no-telephony 重新启动")
    with contextlib.closing(LogReader(folder.log_db)) as log:
        numbers = sorted(hotline.number for hotline in log.hotlines())
        ready = [agent.number for agent in log.agents() if agent.chosen == "ready" and agent.phones]
    if number not in numbers:
        raise CommandError(2, f"没有号码 {number}，现有：{'、'.join(numbers) or '（无）'}")
    if not ready:
        _say("现在没有示闲且话机在线的坐席，来电会先等着。" + _DESK.format(home=instance.get("urls", {}).get("home", "")))
    return int(instance["ports"]["sip"])


def _up(folder: Folder) -> bool:
    from sanxiang.site.processes import alive

    pids = folder.instance().get("pids", {})
    return alive(int(pids.get("up", 0))) and alive(int(pids.get("asterisk", 0)) or int(pids.get("up", 0)))


def _ring(folder: Folder, sip_port: int, args: argparse.Namespace) -> list[Ringing]:
    from sanxiang.cli.sip.kit import Kit

    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    calls: list[Ringing] = []
    with Kit(sip_port) as kit:
        try:
            for story in _stories(args.calls):
                if not _up(folder):
                    raise CommandError(3, "热线停止了，不再拨打", "重新运行 sanxiang up 后再试", document=[call.document() for call in calls])
                calls.append(_dial(kit, folder, story, args.number))
                rest = time.monotonic() + (args.every or 0)
                while time.monotonic() < rest if args.every else not calls[-1].ended_by:
                    _follow(calls)
                if not args.every and len(calls) < args.calls:
                    time.sleep(_PAUSE)
            while any(not call.ended_by for call in calls):
                _follow(calls)
        except KeyboardInterrupt:
            _say("停止：还在线上的来电者挂机")
            for call in calls:
                if not call.ended_by:
                    call.sipp.leave()
                    call.ended, call.ended_by = time.time(), "caller"
    return calls


def _stories(count: int) -> Iterator[Story]:
    for i in range(count):
        yield STORIES[i % len(STORIES)]


def _dial(kit: Any, folder: Folder, story: Story, number: str) -> Ringing:
    from sanxiang.cli.demo_voice import speak_story
    from sanxiang.speech.voices import SpeechError

    try:
        wav = kit.folder / "story.wav"
        seconds = speak_story(story, folder.root / "demo", wav)
    except SpeechError as error:
        raise CommandError(3, str(error)) from error
    caller = "anonymous" if story.caller else f"1380000{secrets.randbelow(10_000):04d}"
    _say(f"{_clock()} {caller}（{story.title}）拨打 {number} …")
    sipp = kit.caller(number, caller=caller, sender=story.caller, talk=seconds, patience=story.patience, tone=wav)
    return Ringing(story, caller, sipp)


def _follow(calls: list[Ringing]) -> None:
    """Looks once at every call that lasts, and tells what is new."""
    for call in calls:
        if not call.ended_by:
            _look(call)
    time.sleep(0.1)


def _look(call: Ringing) -> None:
    ended = not call.sipp.running  # asked first: then all of its messages are written
    messages = call.sipp.messages()
    for message in messages:
        if not call.rang and message.way == "R" and message.line.startswith(("180", "183")):
            call.rang = message.at
        if not call.answered and message.way == "R" and message.line.startswith("200") and message.method == "INVITE":
            call.answered = message.at
            _say(f"{_clock()} {call.shown}：响 {ring_at(round((call.answered - (call.rang or call.answered)) * 1e6))} 声后接听（{call.answered - (call.rang or call.answered):.1f} 秒）")
    if call.rang and not call.answered and not ended and (ring := ring_at(max(0, round((time.time() - call.rang) * 1e6)))) > call.told:
        call.told = ring
        if ring in (1, 3, 4) or ring % 6 == 0:
            _say(f"{_clock()} {call.shown}：{'振铃' if ring == 1 else f'响到第 {ring} 声'}" + ("，过了三声" if ring == 4 else ""))
    bye = next((m for m in messages if m.line in ("BYE", "CANCEL") and m.method == m.line), None)
    if bye is None and not ended:
        return
    call.ended = bye.at if bye else time.time()
    call.ended_by = "line" if bye is None else "caller" if bye.way == "S" else "agent"
    refusal = next((m.line for m in messages if m.way == "R" and m.line[:1] in "456" and not m.line.startswith("487")), "没有应答")
    _say(f"{_clock()} {call.shown}：{_end_words(call, refusal)}")


def _end_words(call: Ringing, refusal: str) -> str:
    if call.broken:
        return f"已接听，线路中断（{call.sipp.cause()}）"
    if call.ended_by == "line":
        return f"没有接通（{refusal}）"
    if not call.answered:
        return f"等了 {call.ended - (call.rang or call.ended):.0f} 秒，放弃"
    return f"通话 {call.ended - call.answered:.0f} 秒，" + ("来电者挂机" if call.ended_by == "caller" else "热线一方先挂机")


def _text(calls: list[Ringing]) -> str:
    by = {"caller": "来电者", "agent": "热线一方", "line": "线路"}
    rows = [[call.number, call.story.title, f"{(d := call.document())['rang_seconds']:.1f}", "是" if d["answered"] else "否", by.get(d["ended_by"], "")] for call in calls]
    return table(["来电号码", "为了什么", "响铃秒数", "接听", "谁挂机"], rows)


def _clock() -> str:
    return time.strftime("%H:%M:%S")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

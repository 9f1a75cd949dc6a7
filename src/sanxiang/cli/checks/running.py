"""Does the hotline run, with all of its parts? And if it does not, could it be started?"""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import urllib.request
from collections.abc import Iterator

from sanxiang.cli.checks import Check, Found, Surroundings, fault, port_taken
from sanxiang.log.client import AppenderDown, Client
from sanxiang.log.reader import LogReader
from sanxiang.site.processes import alive

_AGAIN = "按 Ctrl-C 停止 sanxiang up，再启动；登记与承诺都还在"
_PARTS = {"appender": "事实登记", "web": "网页", "jobs": "后台任务", "watchdog": "守护", "asterisk": "电话交换"}


def instance(here: Surroundings) -> Found:
    if here.running:
        return Found(f"在运行（进程 {here.pids['up']}，{here.instance.get('urls', {}).get('home', '')}）")
    if left := [name for name in _PARTS if alive(here.pids.get(name, 0))]:
        return fault(f"sanxiang up 已不在，留下了 {'、'.join(_PARTS[n] for n in left)}", "再次运行 sanxiang up：它会接管或结束留下的进程")
    return Found("没有在运行（sanxiang up 启动）")


def parts(here: Surroundings) -> Iterator[Found]:
    """Without telephony there is no watchdog and no Asterisk (pid 0)."""
    if not here.running:
        return
    for name, title in _PARTS.items():
        pid = here.pids.get(name, 0)
        if pid and not alive(pid):
            yield fault(f"{title}（{name}，进程 {pid}）已停止", f"查看 {here.folder.logs}/{name}.log 查明原因。{_AGAIN}")
    if all(alive(pid) for pid in here.pids.values() if pid):
        yield Found(f"{sum(1 for name in _PARTS if here.pids.get(name))} 个进程都在")


def appender(here: Surroundings) -> Found | None:
    if not here.running:
        return None
    try:
        answer = Client(here.folder.socket, timeout=3).request({"do": "head"})
    except (AppenderDown, ValueError) as error:
        return fault(f"事实登记没有应答：{error}", f"来电现在由应急队列接听。{_AGAIN}")
    return Found(f"应答，到第 {answer.get('n')} 号事实")


def pages(here: Surroundings) -> Found | None:
    if not here.running:
        return None
    port = here.instance.get("ports", {}).get("web", here.web)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3) as answer:
            return Found(f"应答 {answer.status}（端口 {port}）")
    except OSError as error:
        return fault(f"网页没有应答（端口 {port}）：{error}", f"查看 {here.folder.logs}/web.log。{_AGAIN}")


def ari(here: Surroundings) -> Found | None:
    if not here.running or not here.pids.get("asterisk"):
        return None
    from sanxiang.ground.asterisk import asterisk_layout
    from sanxiang.site.switching import setup_of
    from sanxiang.switch.asterisk.process import AsteriskProcess

    setup = setup_of(here.folder)
    if not AsteriskProcess(setup, asterisk_layout()).answers():
        return fault(f"Asterisk 的接口没有应答（端口 {setup.http}）", f"查看 {setup.folder('log')}/messages。{_AGAIN}")
    return Found(f"应答（端口 {setup.http}）")


def phones(here: Surroundings) -> Found | None:
    """A ready agent without a registered phone is skipped, and may not know it."""
    if not here.running or not here.pids.get("asterisk"):
        return None
    with contextlib.suppress(FileNotFoundError, sqlite3.Error), contextlib.closing(LogReader(here.folder.log_db)) as reader:
        agents = reader.agents()
        if deaf := [a.number for a in agents if a.chosen == "ready" and not a.phones]:
            return fault(f"{'、'.join(deaf)} 号示闲，却没有在线的话机，不会派给来电", "请其打开坐席桌面（浏览器话机），或检查桌面话机的注册")
        count = sum(len(a.phones) for a in agents)
        ready = sum(1 for a in agents if a.chosen == "ready")
        return Found(f"{count} 部在线，{ready} 人示闲" + ("" if count else "（打开坐席桌面，或注册桌面话机）"))
    return None


def ports(here: Surroundings) -> Iterator[Found]:
    """Of a hotline that does not run: could it have its ports?"""
    if here.running:
        yield Found(f"由本机的三响使用（网页 {here.web}，SIP {here.sip}）")
        return
    ours = [pid for name in _PARTS if alive(pid := here.pids.get(name, 0))]
    free = True
    for kind, port, what, option in ((socket.SOCK_STREAM, here.web, "网页", "--port"), (socket.SOCK_DGRAM, here.sip, "SIP", "--sip-port")):
        if ours:
            continue  # told by the check of the instance
        if why := port_taken(kind, here.host, port):
            free = False
            letter = "t" if kind is socket.SOCK_STREAM else "u"
            yield fault(f"{what}端口 {port} 不能使用：{why}", f"停止占用它的程序（ss -lp{letter}n | grep :{port}），或用 {option} 另选")
    if free:
        yield Found(f"网页 {here.web}、SIP {here.sip} " + ("由留下的进程使用" if ours else "空闲"))


CHECKS: tuple[Check, ...] = (
    ("instance", "运行", instance),
    ("ports", "端口", ports),
    ("processes", "进程", parts),
    ("appender", "事实登记", appender),
    ("web", "网页", pages),
    ("ari", "电话交换接口", ari),
    ("phones", "话机", phones),
)

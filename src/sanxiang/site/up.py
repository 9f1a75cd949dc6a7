"""How does the whole system come up, and go down? One foreground process that starts the parts and ends them all.

The order matters: switch, then appender, then standards and seats, then pages; the ready line comes when calls and pages
are served. A part that dies is told of and not started again; callers meet the emergency queue.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TextIO

from sanxiang import __version__
from sanxiang.core.controls import Route
from sanxiang.core.standard import library
from sanxiang.core.standard.reader import Loaded
from sanxiang.ground.folder import Folder
from sanxiang.log.client import AppenderDown, Client
from sanxiang.site import switching
from sanxiang.site.processes import Part, alive, end_leftovers
from sanxiang.speech.prompts import STANDARD, needed, render_all
from sanxiang.speech.voices import SpeechError
from sanxiang.switch.asterisk.process import AsteriskProcess
from sanxiang.switch.asterisk.setup import Setup

Say = Callable[[str], None]


class CannotStart(RuntimeError):
    """The surroundings do not allow it (port taken, second instance, no Asterisk); the message has the cure.

    ``status``: of the command line; 1 where what was asked for is wrong.
    """

    def __init__(self, message: str, status: int = 3) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Options:
    """What `sanxiang up` was asked for."""

    host: str = "127.0.0.1"
    port: int = 8000
    sip_port: int = 5060
    trunk: str = ""
    packs: list[str] = field(default_factory=list)
    telephony: bool = True
    test_clock: bool = False


class Instance:
    """One running system in one data folder. ``with Instance(…) as i: i.start(); i.serve()``."""

    def __init__(self, folder: Folder, options: Options, say: Say) -> None:
        self.folder, self.options, self.say = folder, options, say
        self.parts: dict[str, Part] = {}
        self.asterisk: AsteriskProcess | None = None
        self.setup: Setup | None = None
        self.sign_in = ""
        self.stopping = threading.Event()
        self._lock: TextIO | None = None

    # -- up ------------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Everything until calls and pages are served. Raises CannotStart; what was started is ended by `stop`."""
        packs = self._packs()
        os.umask(0o077)
        self._make_folder()
        self._hold()
        if ended := end_leftovers(self.folder):
            self.say(f"结束了上次留下的进程：{'、'.join(ended)}")
        self._check_ports()
        self._test_clock()
        self.say("准备账号与数据库 …")
        from sanxiang.people.services import bootstrap

        self.sign_in = bootstrap(self.folder)["url_path"]
        self.setup = switching.plan(self.folder, self.options.sip_port, self.options.host, self.options.trunk)
        if self.options.telephony:
            self._start_asterisk(self.setup, packs)
        self._start_part("appender", "sanxiang.site.appender_main", self._appender_ready, 20,
                         *([] if self.options.telephony else ["--switch", "none"]))  # fmt: skip
        self._publish(packs)
        self._start_part("jobs", "sanxiang.site.jobs_main", lambda: True, 5)
        web = ["--host", self.options.host, "--port", str(self.options.port), "--phone-port", str(self.setup.http)]
        self._start_part("web", "sanxiang.site.web_main", self._web_ready, 30, *web)
        self._write_instance()
        if self.options.telephony:
            self._start_part("watchdog", "sanxiang.site.watchdog_main", lambda: True, 5)
            self._write_instance()
        for part in self.parts.values():  # ready is said of what lives
            if part.status() is not None:
                raise CannotStart(_obituary(part))

    def _packs(self) -> list[Loaded]:
        packs = [library.load(name) for name in (self.options.packs or ["hospital"])]
        for pack in packs:
            routes = [k for c in pack.pack.clauses for k in c.controls if isinstance(k, Route) and k.of == "calls"]
            if pack.pack.abstract or not routes:
                why = "只供继承（abstract）" if pack.pack.abstract else "没有派线 route，来电会一直等下去"
                raise CannotStart(f"规范包 {pack.pack.pack} 不能开热线：{why}。请用 --pack 另选，或补上后再启动", status=1)
        return packs

    def _make_folder(self) -> None:
        try:
            for path in (self.folder.root, self.folder.logs, self.folder.recordings):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise CannotStart(f"不能建立数据文件夹 {self.folder.root}：{error.strerror}。请用 --data 另选一处") from error

    def _hold(self) -> None:
        """The folder's lock: a second instance is refused."""
        self._lock = self.folder.lock.open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = self.folder.instance().get("pids", {}).get("up", "?")
            raise CannotStart(
                f"这个数据文件夹已有一个三响在运行（进程 {pid}）。请先停止它，或用 --data 另选文件夹"
            ) from None

    def _check_ports(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.options.host, self.options.port))
            except OSError as error:
                raise CannotStart(
                    f"网页端口 {self.options.port} 不能使用：{error.strerror}。请用 --port 另选，或停止占用它的程序"
                ) from error

    def _test_clock(self) -> None:
        path = self.folder.clock_json
        if self.options.test_clock:
            offset = json.loads(path.read_text()).get("offset_us", 0) if path.exists() else 0
            path.write_text(json.dumps({"test": True, "offset_us": offset}))
        elif path.exists():
            raise CannotStart("这个数据文件夹用过测试时钟，其中的时间不是真的。请另选文件夹，或加 --test-clock")

    def _start_asterisk(self, setup: Setup, packs: list[Loaded]) -> None:
        from sanxiang.ground.asterisk import asterisk_layout
        from sanxiang.ground.tools import obtain
        from sanxiang.switch.port import SwitchError

        obtain("asterisk", self.say)
        texts = {name: text for pack in packs for name, text in pack.pack.prompts.items()}
        setup.prompts.mkdir(parents=True, exist_ok=True)
        if needed({**STANDARD, **texts}, setup.prompts):
            self.say("生成提示音 …")
            obtain("espeak-ng", self.say)
            try:
                render_all(texts, setup.prompts)
            except SpeechError as error:
                raise CannotStart(str(error)) from error
        self.asterisk = AsteriskProcess(setup, asterisk_layout())
        self.say("启动电话交换 …")
        try:
            self.asterisk.ensure()
        except SwitchError as error:
            raise CannotStart(str(error)) from error

    def _start_part(self, name: str, module: str, ready: Callable[[], bool], seconds: float, *arguments: str) -> None:
        part = self.parts[name] = Part(name, self.folder, module, *arguments)
        part.start()
        if not part.wait_until(ready, seconds):
            raise CannotStart(f"{name} 没有启动成功：\n{part.last_words()}\n完整记录见 {part.log}")

    def _appender_ready(self) -> bool:
        with contextlib.suppress(AppenderDown):
            return bool(Client(self.folder.socket, 1).request({"do": "head"}).get("ok"))
        return False

    def _web_ready(self) -> bool:
        host = "127.0.0.1" if self.options.host == "0.0.0.0" else self.options.host
        with contextlib.suppress(OSError), urllib.request.urlopen(
            f"http://{host}:{self.options.port}/healthz", timeout=1
        ) as answer:
            return bool(answer.status == 200)
        return False

    def _publish(self, packs: list[Loaded]) -> None:
        """Standards, agents and seats; nothing is told twice."""
        from sanxiang.people.queries import seats

        chosen = seats()
        known = {a["agent"] for a in self._known_agents()}
        facts = [
            {"kind": "AgentAdded", "data": {"agent": s["agent"], "extension": s["extension"]}}
            for s in chosen
            if s["agent"] not in known
        ]
        if facts:
            self._tell({"do": "propose", "facts": facts})
        used: set[str] = set()
        for number, pack in enumerate(packs, 8000):
            name = pack.pack.pack if pack.pack.pack not in used else f"{pack.pack.pack}-{number}"
            used.add(name)
            self._tell({
                "do": "publish", "hotline": name, "number": str(number), "digest": pack.digest, "text": pack.text,
                "by": "up",
            })  # fmt: skip
        self._tell({"do": "configure", "seats": chosen})

    def _tell(self, document: dict[str, Any]) -> None:
        """A command to the appender that must succeed. Raises CannotStart with the refusal's own words."""
        answer = Client(self.folder.socket, 30).request(document)
        if not answer["ok"]:
            raise CannotStart("；".join(f"{p['problem']}。{p['cure']}" for p in answer["problems"]))

    def _known_agents(self) -> list[dict[str, Any]]:
        from sanxiang.log.reader import LogReader

        reader = LogReader(self.folder.log_db)
        try:
            return [{"agent": a.number} for a in reader.agents()]
        finally:
            reader.close()

    def _write_instance(self) -> None:
        assert self.setup is not None
        asterisk = self.asterisk.pid if self.asterisk else 0
        url = f"http://{self.options.host}:{self.options.port}/"
        pids = {"up": os.getpid(), **{n: p.pid for n, p in self.parts.items()}, "asterisk": asterisk}
        switching.write_private(self.folder.instance_json, {
            "urls": {"home": url, "sign_in": url.rstrip("/") + self.sign_in if self.sign_in else url + "sign-in/"},
            "ports": {"web": self.options.port, "sip": self.setup.sip, "ari": self.setup.http, "rtp": list(self.setup.rtp)},
            "pids": {n: pids.get(n, 0) for n in ("up", "appender", "web", "jobs", "watchdog", "asterisk")},
            "administrator_sign_in": url.rstrip("/") + self.sign_in if self.sign_in else "",
            "versions": {"sanxiang": __version__, "packs": {p.pack.pack: p.digest for p in self._packs()}},
        })  # fmt: skip

    # -- running -------------------------------------------------------------------------------------------------------
    def serve(self) -> None:
        """Returns when asked to stop (signal). Parts that end meanwhile are told of, once each."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        while not self.stopping.wait(0.3):
            for part in self.parts.values():
                if part.status() is not None and not part.told:
                    part.told = True
                    self.say(_obituary(part))
            if self.asterisk and not alive(self.asterisk.pid) and not self.stopping.is_set():
                self.say("电话交换 Asterisk 已停止，通话会中断。请按 Ctrl-C 后重新启动；登记与承诺都还在")
                self.asterisk = None

    # -- down ----------------------------------------------------------------------------------------------------------
    def stop(self) -> None:
        """Ends every process that was started: pages first, so that nobody is left clicking into nothing."""
        for name in ("watchdog", "web", "jobs", "appender"):
            if part := self.parts.get(name):
                part.stop()
        if self.asterisk:
            self.asterisk.stop()
        if self._lock:
            with contextlib.suppress(OSError, ValueError):
                if self.parts:
                    self._forget_pids()
                self._lock.close()

    def _forget_pids(self) -> None:
        document = self.folder.instance()
        if document:
            document["pids"] = dict.fromkeys(document.get("pids", {}), 0)
            switching.write_private(self.folder.instance_json, document)

    def __enter__(self) -> Instance:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt  # while starting: end what was started

        signal.signal(signal.SIGTERM, interrupted)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


#: Ctrl-C ends the switch as well, and with it every conversation
_RESTART = "正在进行的通话不受影响；等它们结束后再按 Ctrl-C 重新启动，因为 Ctrl-C 会挂断全部通话"


def _obituary(part: Part) -> str:
    cure = {
        "appender": f"来电现在由应急队列接听，登记请先写在纸上。{_RESTART}",
        "web": f"网页打不开了，桌面话机照常接听。{_RESTART}",
        "jobs": f"报表暂不更新，通话与登记不受影响。{_RESTART}",
        "watchdog": f"登记进程若再停止，排队的来电不会自动转走。{_RESTART}",
    }
    time.sleep(0.05)
    words = part.last_words() if part.status() not in (0, -9, -15) else ""
    return f"进程 {part.name} 已停止（状态 {part.status()}）。{cure.get(part.name, '')}" + (f"\n{words}" if words else "")



"""How does a test get real callers and desk phones? `Kit` starts SIPp processes and ends them by their pids.

with Kit(sip_port) as kit:
    phone = kit.phone("1001", "secret", answer_after=0.5)
    caller = kit.caller("8000", talk=3)
    caller.wait()
    caller.at("200") - caller.at("180")   # SIPp's own clock, epoch seconds
"""

from __future__ import annotations

import atexit
import contextlib
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sanxiang.cli.sip import leaving, scenarios, sound

_TONES = {"caller": sound.CALLER, "agent": sound.AGENT}
#: an event in SIPp's error file: date, time, epoch seconds, then what happened
_EVENT = re.compile(r"^\d{4}-\d\d-\d\d\t[\d:.]+\t[\d.]+: (.+)$", re.MULTILINE)


def find_sipp() -> str:
    """Path of SIPp: the machine's or ours. Raises FileNotFoundError with the cure."""
    if found := shutil.which("sipp"):
        return found
    from sanxiang.ground import tools

    if (made := tools.find("sipp")) is not None:
        return str(made)
    raise FileNotFoundError("没有 sipp。解决办法：python -m sanxiang.ground obtain sipp")


def free_port() -> int:
    """A UDP port on loopback that nobody has now, the even one of a free pair (sound needs two).

    Below the range from which the system gives ports to others, so that none is taken before SIPp binds it.
    """
    for _ in range(500):
        port = 12_000 + 2 * secrets.randbelow(10_000)
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second,
            contextlib.suppress(OSError),
        ):
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port
    raise OSError("no free pair of UDP ports")


@dataclass(frozen=True)
class Message:
    """``at``: epoch seconds by SIPp's clock; ``way``: "R" received, "S" sent; ``line``: "180 Ringing" or "INVITE"."""

    at: float
    way: str
    line: str
    method: str  # of the CSeq


class Sipp:
    """One SIPp process."""

    def __init__(
        self, argv: list[str], folder: Path, name: str, server: tuple[str, int] | None = None
    ) -> None:
        self._server, self._trace = server, folder / f"{name}.msg"
        self._messages = folder / f"{name}.csv"
        self.output, self._errors = folder / f"{name}.out", folder / f"{name}.err"
        argv = [
            *argv, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-aa",
            "-trace_shortmsg", "-shortmessage_file", str(self._messages),
            "-trace_err", "-error_file", str(self._errors),
            *(["-trace_msg", "-message_file", str(self._trace)] if server else []),
        ]  # fmt: skip
        self.started = time.time()
        with self.output.open("wb") as out:
            self._process = subprocess.Popen(
                argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait(self, seconds: float = 60) -> int:
        """SIPp's exit status, 0 when its scenario went through. Raises subprocess.TimeoutExpired."""
        return self._process.wait(seconds)

    def leave(self) -> None:
        """A caller gives up or hangs up now, whatever the scenario says; then SIPp ends."""
        if self._server and self.running and leaving.leave(self._trace, *self._server):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.5)
        self.kill()

    def kill(self) -> None:
        """No BYE, no unregistering: as when a cable is pulled."""
        if self.running:
            self._process.kill()
        self._process.wait()

    def listens(self, port: int, seconds: float = 10) -> bool:
        """Waits until the process has bound its port. False: it ended, or never did."""
        end, mark = time.monotonic() + seconds, f":{port:04X} "
        while self.running and time.monotonic() < end:
            if mark in Path("/proc/net/udp").read_text():
                return True
            time.sleep(0.02)
        return False

    def said(self) -> str:
        """The last of SIPp's own output, for when it did not start."""
        return self.output.read_text(errors="replace")[-300:].strip()

    def cause(self) -> str:
        """Why SIPp ended before its scenario did: the last event in its error file, else how the process ended."""
        with contextlib.suppress(FileNotFoundError):
            events = _EVENT.findall(self._errors.read_text(errors="replace"))
            if events:
                return str(events[-1]).strip()
        status = self._process.poll() or 0
        return f"SIPp 被信号 {-status} 终止" if status < 0 else f"SIPp 结束状态 {status}"

    def messages(self) -> list[Message]:
        """Everything said so far, oldest first."""
        return list(self._read())

    def at(self, start: str, way: str = "", nth: int = 0) -> float | None:
        """When the nth message came or went whose first line begins like that."""
        times = [m.at for m in self.messages() if m.line.startswith(start) and way in ("", m.way)]
        return times[nth] if nth < len(times) else None

    def until(self, start: str, seconds: float = 10, way: str = "", nth: int = 0) -> float:
        """Waits for such a message. Raises TimeoutError with what was said instead."""
        end = time.monotonic() + seconds
        while (at := self.at(start, way, nth)) is None:
            if time.monotonic() > end:
                raise TimeoutError(
                    f"no {start!r} within {seconds} s, only {[m.line for m in self.messages()]}"
                )
            time.sleep(0.02)
        return at

    def _read(self) -> Iterator[Message]:
        if not self._messages.exists():
            return
        for row in self._messages.read_text(errors="replace").splitlines():
            fields = row.split("\t")
            way = next((i for i, field in enumerate(fields) if field in ("R", "S")), None)
            try:
                at = float(fields[2])
            except (IndexError, ValueError):
                continue
            if way is None:
                continue
            first = next((field for field in fields[way:] if "SIP/2.0" in field), "")
            cseq = next((field for field in fields[way:] if field.startswith("CSeq:")), "")
            line = first.removeprefix("SIP/2.0 ").split(" sip:")[0].strip()
            yield Message(at, fields[way], line, cseq.split()[-1] if cseq else "")


class Kit:
    """Callers and phones around one switch. Everything ends with the `with` block, at the latest with Python."""

    def __init__(self, sip_port: int, host: str = "127.0.0.1") -> None:
        self._host, self._port = host, sip_port
        self._sipp = find_sipp()
        self.folder = Path(tempfile.mkdtemp(prefix="sipp-"))
        self._all: list[Sipp] = []
        atexit.register(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for sipp in self._all:
            sipp.leave()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.close)

    def register(self, extension: str, password: str, port: int = 0, expires: int = 3600) -> int:
        """Registers a phone at a port (chosen when 0), which it gives. Raises PermissionError when refused."""
        port = port or free_port()
        scenario = scenarios.register(extension, expires)
        for _ in range(2):
            sipp = self._start(
                scenario, port, "register", "-au", extension, "-ap", password, "-m", "1", remote=True
            )
            if not sipp.wait(15):
                return port
            if sipp.messages():
                break  # it was answered, and refused; without a message SIPp itself did not start
        said = [message.line for message in sipp.messages()]
        raise PermissionError(f"{extension} was not registered: {said} {sipp.said()}")

    def phone(
        self,
        extension: str,
        password: str,
        *,
        answer_after: float | None = 0.5,
        refuse: str = "",
        rings: bool = True,
        tone: str | Path = "agent",
        hang_up_after: float | None = None,
        hold: tuple[float, float] | None = None,
        register: bool = True,
        port: int = 0,
    ) -> Sipp:
        """A registered desk phone that answers each call after so many seconds of ringing (None: never).

        ``refuse``: a status line such as "486 Busy Here" or "603 Decline" instead of an answer. ``hold``: holds the
        caller so many seconds after the answer, for so many seconds. It talks until the caller's BYE, or hangs up.
        """
        port = self.register(extension, password, port) if register else port or free_port()
        scenario = scenarios.phone(
            None if answer_after is None else _ms(answer_after),
            refuse,
            rings,
            self._tone(tone),
            scenarios.FOREVER if hang_up_after is None else _ms(hang_up_after),
            None if hold is None else (_ms(hold[0]), _ms(hold[1])),
        )
        for _ in range(2):
            sipp = self._start(scenario, port, f"phone-{extension}", remote=False)
            if sipp.listens(port):
                return sipp
        raise OSError(f"the phone {extension} did not start: {sipp.said()}")

    def caller(
        self,
        number: str,
        *,
        caller: str = "13800000001",
        sender: str = "",
        talk: float | None = 3.0,
        patience: float | None = None,
        tone: str | Path = "caller",
        extra: str = "",
    ) -> Sipp:
        """Somebody who dials, and hangs up ``talk`` seconds after the answer (None: waits for the other side).

        ``sender``: the whole From header instead of a number; ``patience``: seconds of ringing before giving up;
        ``tone``: "caller", "agent", "" for silence, or a 16-bit 8 kHz WAV file that is spoken once from the answer on.
        """
        scenario = scenarios.caller(
            number,
            sender or f"<sip:{caller}@[local_ip]:[local_port]>",
            scenarios.FOREVER if talk is None else _ms(talk),
            None if patience is None else _ms(patience),
            self._tone(tone),
            extra,
        )
        return self._start(scenario, free_port(), "caller", "-m", "1", remote=True)

    def _start(self, scenario: str, port: int, name: str, *more: str, remote: bool) -> Sipp:
        name = f"{len(self._all):03}-{name}"
        file = self.folder / f"{name}.xml"
        file.write_bytes(scenario.encode("utf-8", "surrogateescape"))
        where = [f"{self._host}:{self._port}"] if remote else []
        argv = [self._sipp, *where, "-sf", str(file), "-p", str(port), "-mp", str(free_port()), *more]
        sipp = Sipp(argv, self.folder, name, (self._host, self._port) if remote else None)
        self._all.append(sipp)
        return sipp

    def _tone(self, name: str | Path) -> str:
        """A file in our folder, where SIPp runs, and how often it is played (-1: on and on)."""
        if not name:
            return ""
        if isinstance(name, Path):
            path = self.folder / f"speech-{len(self._all):03}.alaw"
            sound.write_speech(path, name)
            return f"{path.name},1"
        path = self.folder / f"{name}.alaw"
        if not path.exists():
            sound.write_tone(path, _TONES[name], 60)
        return f"{path.name},-1"


def _ms(seconds: float) -> int:
    return max(round(seconds * 1000), 1)

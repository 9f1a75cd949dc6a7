"""Who rings whom in `bench rings`? Desks that answer after random times, and callers who keep a few of them busy."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections.abc import Callable

from sanxiang.cli.sip.kit import Kit, Sipp
from sanxiang.ground.folder import Folder
from sanxiang.log.client import AppenderDown, Client
from sanxiang.log.reader import LogReader


class Desk(threading.Thread):
    """One agent at a desk phone: ready, answers the next call after a random time, ready again.

    ``phones``: one SIPp process for each call, whose log says when it rang and when it was answered.
    """

    def __init__(self, kit: Kit, folder: Folder, seat: dict[str, str], chance: random.Random, longest: float) -> None:
        super().__init__(name=f"desk-{seat['agent']}", daemon=True)
        self.kit, self.folder, self.seat, self.chance, self.longest = kit, folder, seat, chance, longest
        self.phones: list[Sipp] = []
        self.faults: list[str] = []
        self.stop = threading.Event()

    def run(self) -> None:
        log = LogReader(self.folder.log_db)
        try:
            while not self.stop.is_set() and len(self.faults) < 5:
                try:
                    self._one_call(log)
                except (OSError, AppenderDown, subprocess.TimeoutExpired) as error:  # this phone is lost, not the desk
                    self.faults.append(f"{self.seat['agent']} 号：{str(error).splitlines()[0][:200]}")
        finally:
            log.close()

    def _one_call(self, log: LogReader) -> None:
        after = self.chance.uniform(0.2, self.longest)
        phone = self.kit.phone(self.seat["extension"], self.seat["sip_password"], answer_after=after)
        self.phones.append(phone)
        while phone.running and not self.stop.wait(0.2):
            lines = {message.line.split()[0] for message in phone.messages() if message.line}
            if lines & {"BYE", "CANCEL"}:
                self.stop.wait(0.3)  # until the last answers are said
                break
            if "INVITE" not in lines:
                self._be_ready(log)
        phone.kill()

    def _be_ready(self, log: LogReader) -> None:
        agent = log.agent(self.seat["agent"])
        if agent is None or agent.state not in ("ready", "ringing", "talking"):
            data = {"agent": self.seat["agent"], "state": "ready"}
            Client(self.folder.socket).propose({"kind": "AgentStateChanged", "data": data})


def call_in(
    kit: Kit, calls: int, at_once: int, chance: random.Random, say: Callable[[str], None], patience: float
) -> dict[str, Sipp]:
    """Makes the calls, never more than ``at_once`` together; by the caller's number. Each waits at most ``patience`` s."""
    made: dict[str, Sipp] = {}
    running: list[Sipp] = []
    for i in range(calls):
        while len(running := [caller for caller in running if caller.running]) >= at_once:
            time.sleep(0.05)
        number = f"1380000{i:04d}"
        made[number] = caller = kit.caller("8000", caller=number, talk=chance.uniform(0.5, 2.0), patience=patience)
        running.append(caller)
        if (i + 1) % 10 == 0:
            say(f"已拨 {i + 1}/{calls} 通")
        time.sleep(chance.uniform(0.05, 0.6))
    end = time.monotonic() + patience + 10
    while any(caller.running for caller in running) and time.monotonic() < end:
        time.sleep(0.1)
    return made

"""Two processes never prepare one thing at once, and a dead one blocks nobody."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from sanxiang.ground.locks import exclusive

HOLD = """
import sys, time
from pathlib import Path
from sanxiang.ground.locks import exclusive
with exclusive(Path(sys.argv[1]), "x", print):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(path: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_waits_says_so_and_goes_on_when_the_first_dies(tmp_path: Path) -> None:
    path = tmp_path / "new" / ".lock"
    said: list[str] = []
    entered = threading.Event()

    def second() -> None:
        with exclusive(path, "电话交换机", said.append):
            entered.set()

    with holder(path) as first:
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.5)
        assert not entered.is_set()
        assert said == ["另一个进程正在准备 电话交换机，等待它完成 …"]
        first.send_signal(signal.SIGKILL)
        waiting.join(5)
    assert entered.is_set()


def test_a_free_lock_is_taken_silently(tmp_path: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        with exclusive(tmp_path / ".lock", "x", said.append):
            pass
    assert said == []

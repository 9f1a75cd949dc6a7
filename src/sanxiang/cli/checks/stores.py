"""Is the data folder whole? Room, the log and its chain, projections, recordings, prompts, the clock."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import time
import wave
from pathlib import Path

from sanxiang.cli.checks import Check, Found, Surroundings, fault
from sanxiang.ground.clock import Clock, iso
from sanxiang.log import rows
from sanxiang.log.projection import wait_for
from sanxiang.log.reader import LogReader

FREE_AT_LEAST = 500 * 1024 * 1024  # bytes: some four hours of recordings
LOOK_FOR = 5.0  # seconds of integrity check at most
CHAIN = 500  # newest facts whose hashes are checked
_KEEP = "先停止热线，把整个数据文件夹原样复制一份，再用最近的备份恢复"


def folder(here: Surroundings) -> Found:
    root = here.folder.root
    there = next(path for path in (root, *root.parents) if path.exists())
    if not there.is_dir():
        return fault(f"{there} 不是文件夹", "用 --data 另选一处")
    if not root.exists():
        if not os.access(there, os.W_OK | os.X_OK):
            return fault(f"不能在 {there} 下建立数据文件夹", "检查权限，或用 --data 另选一处")
        return Found(f"{root}（还没有建立）")
    return _writable(root) or Found(str(root))


def _writable(path: Path) -> Found | None:
    try:
        with tempfile.TemporaryFile(dir=path) as probe:
            probe.write(b"\0" * 4096)
            probe.flush()
    except OSError as error:
        return fault(f"{path} 写不进去：{error.strerror}", "检查权限与磁盘空间（df -h），或用 --data 另选一处")
    return None


def space(here: Surroundings) -> Found:
    there = next(path for path in (here.folder.root, *here.folder.root.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < FREE_AT_LEAST:
        return fault(f"磁盘只剩 {free / 1e6:,.0f} MB，写满后来电只能由应急队列接听", "腾出空间，或把数据文件夹移到更大的磁盘")
    return Found(f"剩余 {free / 1e9:,.1f} GB")


def log(here: Surroundings) -> Found:
    path = here.folder.log_db
    if not path.exists():
        if here.folder.app_db.exists() or here.instance:
            return fault(f"{path.name} 不见了，而这里运行过热线", _KEEP)
        return Found("还没有（第一次启动时建立）")
    try:
        with contextlib.closing(LogReader(path)) as reader:
            words = _integrity(reader.db)
            if words != "ok":
                return fault(f"{path.name} 已损坏：{words}", _KEEP)
            head = reader.head()
            if broken := _chain_broken(reader, head):
                return fault(f"{path.name} 的哈希链在第 {broken} 号事实断开，有人改动过", f"{_KEEP}；用 sanxiang replay --verify 查明全部不同")
            newest = f"，最新 {iso(reader.last_at())}" if head else ""
            return Found(f"{head} 条事实{newest}")
    except sqlite3.Error as error:
        return fault(f"{path.name} 读不了：{error}", _KEEP)


def _integrity(db: sqlite3.Connection) -> str:
    """SQLite's own words, "ok" when whole; a large log is looked at for some seconds only."""
    end = time.monotonic() + LOOK_FOR
    db.set_progress_handler(lambda: time.monotonic() > end, 100_000)
    try:
        return str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        if "interrupt" in str(error):
            return "ok"
        raise
    finally:
        db.set_progress_handler(None, 0)


def _chain_broken(reader: LogReader, head: int) -> int:
    """The first of the newest facts whose hash is not that of its content; 0: none."""
    found = reader.db.execute(f"SELECT {rows.FACT_COLUMNS} FROM fact WHERE n > ? ORDER BY n", (max(0, head - CHAIN - 1),)).fetchall()
    previous = rows.GENESIS if head <= CHAIN else None
    for row in found:
        if previous is not None and rows.chain(previous, row[:-1]) != row[-1]:
            return int(row[0])
        previous = row[-1]
    return 0


def projections(here: Surroundings) -> Found | None:
    """read.db may be thrown away: it is folded anew."""
    path, cure = here.folder.read_db, "停止热线，删除 read.db（以及 read.db-wal、read.db-shm），再启动：它会从日志重算"
    if not path.exists() or not here.folder.log_db.exists():
        return None
    with contextlib.closing(LogReader(here.folder.log_db)) as reader:
        head = reader.head()
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            n = db.execute("SELECT coalesce(min(n), 0) FROM checkpoint").fetchone()[0]
        if n > head:
            return fault(f"read.db 算到第 {n} 号事实，日志却只有 {head} 条：它们不是一起的", cure)
        if here.running and n < head and not wait_for(path, head, 3.0):
            return fault(f"read.db 落后于日志（{n} / {head}），报表不是最新", "查看 logs/jobs.log，重新启动热线")
    except sqlite3.Error as error:
        return fault(f"read.db 读不了：{error}", cure)
    return Found(f"算到第 {max(n, head) if here.running else n} 号事实" + ("" if here.running or n == head else f"（日志 {head}，下次启动时补上）"))


def recordings(here: Surroundings) -> Found | None:
    if not here.folder.recordings.exists():
        return None
    return _writable(here.folder.recordings) or Found("可以写入")


def prompts(here: Surroundings) -> Found | None:
    """Those of the standards in force, as Asterisk wants them."""
    if not here.folder.log_db.exists() or not here.folder.asterisk.exists():
        return None
    from sanxiang.core.standard.reader import from_canonical

    with contextlib.closing(LogReader(here.folder.log_db)) as reader:
        texts, lines = reader.packs(), reader.hotlines()
    names = {name for line in lines if line.pack in texts for name in from_canonical(texts[line.pack]).prompts}
    wrong = [name for name in sorted(names) if not _is_prompt(here.folder.asterisk / "prompts" / f"{name}.wav")]
    if wrong:
        return fault(f"缺少提示音或格式不对：{'、'.join(wrong)}", "重新启动热线，会重新生成；自己录的要 16 位 8 kHz 单声道 WAV")
    return Found(f"{len(names)} 段")


def _is_prompt(path: Path) -> bool:
    try:
        with wave.open(str(path), "rb") as file:
            return (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000) and file.getnframes() > 0
    except (OSError, EOFError, wave.Error):
        return False


def clock(here: Surroundings) -> Found:
    now = Clock(here.folder).now()
    cure = "对准时间：timedatectl set-ntp true，再启动热线"
    if not 1_735_689_600_000_000 < now < 4_102_444_800_000_000:  # 2025 to 2100
        return fault(f"机器的时间是 {iso(now)}，不可信", cure)
    with contextlib.suppress(FileNotFoundError, sqlite3.Error), contextlib.closing(LogReader(here.folder.log_db)) as reader:
        if (ahead := reader.last_at() - now) > 5_000_000:
            return fault(f"日志里最新的事实比现在晚 {ahead / 1e6:,.0f} 秒：时钟被拨回过", cure)
    offset = Clock(here.folder).offset()
    return Found(f"{iso(now)}" + (f"（测试时钟，拨快了 {offset / 1e6:,.0f} 秒）" if offset else ""))


CHECKS: tuple[Check, ...] = (
    ("data-folder", "数据文件夹", folder),
    ("disk-space", "磁盘空间", space),
    ("log", "事实日志", log),
    ("projections", "报表库", projections),
    ("recordings", "录音文件夹", recordings),
    ("prompts", "提示音", prompts),
    ("clock", "时钟", clock),
)

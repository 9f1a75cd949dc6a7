"""The machine's own apt-get, pointed at a private state: no root, nothing of the machine is changed.

Two kinds of state: `own` sees the machine's sources and what is installed, so that only missing
packages come; `suite` sees another suite and an empty machine, so that everything comes, the C
library included. Signatures are checked in both. The machine's settings (proxy, sign-in of a
mirror) go on to hold.
"""

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from sanxiang.ground.errors import GroundError
from sanxiang.ground.progress import Paced, Progress
from sanxiang.ground.sources import Source

LISTS_AGE = 3600.0
"""Seconds for which fetched package lists are used again."""

_URI = re.compile(r"^'(?P<uri>[^']+)' (?P<file>\S+) (?P<size>\d+)")
_NETWORK_CURE = "检查网络与 apt 的软件源和代理设置（apt-get update 应当成功），然后重试"


@dataclass(frozen=True)
class Package:
    """One package file to fetch; size in bytes."""

    file: str
    size: int


class Apt:
    """One private apt state in `folder`; make it by `Apt.own` or `Apt.suite`."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self.folder = folder
        self._progress = progress
        self._said_by_update = ""

    @classmethod
    def own(cls, folder: Path, progress: Progress, status: Path = Path("/var/lib/dpkg/status")) -> "Apt":
        """The machine's own sources; status: dpkg's list of what is installed."""
        apt = cls(folder, progress)
        apt._configure(status)
        return apt

    @classmethod
    def suite(cls, folder: Path, progress: Progress, mirror: Source, suite: str) -> "Apt":
        """Another suite of a mirror, e.g. sid, on a machine with nothing installed."""
        apt = cls(folder, progress)
        folder.mkdir(parents=True, exist_ok=True)
        empty = folder / "status"
        empty.write_text("")
        apt._configure(empty, f"deb {_signed(mirror, folder)}{mirror.uri} {suite} main\n")
        return apt

    def _configure(self, status: Path, source_line: str | None = None) -> None:
        f = self.folder
        for name in ("state/lists/partial", "cache", "log", "conf.d"):
            (f / name).mkdir(parents=True, exist_ok=True)
        # APT_CONFIG is read before the parts, so the parts are the machine's files and then ours.
        for part in (f / "conf.d").iterdir():
            part.unlink()
        for part in Path("/etc/apt/apt.conf.d").glob("*"):
            if part.is_file() and os.access(part, os.R_OK):
                (f / "conf.d" / part.name).symlink_to(part)
        ours = _SETTINGS.format(state=f / "state", status=status, cache=f / "cache", log=f / "log")
        if source_line is not None:
            (f / "sources.list").write_text(source_line)
            ours += _ONE_SOURCE.format(sources=f / "sources.list")
        (f / "conf.d" / "zz-sanxiang").write_text(ours)
        (f / "apt.conf").write_text(f'Dir::Etc::parts "{f / "conf.d"}";\n')

    def update(self) -> None:
        """Fetches the package lists, unless this was done within LISTS_AGE.

        One broken source of many does not matter yet: what cannot be had shows when it is asked for.
        """
        stamp = self.folder / "updated"
        if stamp.exists() and time.time() - stamp.stat().st_mtime < LISTS_AGE:
            return
        self._progress("读取软件包列表 (apt-get update) …")
        done = self._run(["apt-get", "-q", "update"])
        self._said_by_update = "\n".join(x for x in done.stdout.splitlines() if x.startswith(("E:", "W:", "Err:")))
        if not any((self.folder / "state/lists").glob("*_Packages*")):
            raise GroundError("no-package-lists", "取不到软件包列表", _NETWORK_CURE, _tail(done.stdout))
        if done.returncode == 0 and not self._said_by_update:
            stamp.touch()

    def plan(self, names: list[str]) -> list[Package]:
        """All package files that `names` need on this (or the empty) machine.

        GroundError `no-such-package` when a package or its needs cannot be had.
        """
        nothing_there = self.folder / "cache" / "none"
        (nothing_there / "partial").mkdir(parents=True, exist_ok=True)
        options = ["-o", f"Dir::Cache::archives={nothing_there}", "--print-uris"]
        done = self._run(["apt-get", "-q", "-y", "--reinstall", *options, "install", *names])
        if done.returncode != 0:
            raise GroundError(
                "no-such-package",
                f"这台机器的软件源里取不到：{' '.join(names)}",
                f"请管理员执行 apt-get install {' '.join(names)}，或修复软件源后重试",
                "\n".join(filter(None, (self._said_by_update, _tail(done.stdout)))),
            )
        found = (_URI.match(line) for line in done.stdout.splitlines())
        return [Package(m["file"], int(m["size"])) for m in found if m]

    def candidate(self, name: str) -> str | None:
        """The version that would be installed, None when the sources have no such package."""
        match = re.search(r"Candidate: (\S+)", self._run(["apt-cache", "policy", name]).stdout)
        return None if match is None or match[1] == "(none)" else match[1]

    def download(self, names: list[str], plan: list[Package], into: Path) -> list[Path]:
        """Fetches the planned files into the folder, going on where an earlier try broke off."""
        (into / "partial").mkdir(parents=True, exist_ok=True)
        total = sum(p.size for p in plan)
        paced = Paced(self._progress)
        self._progress(f"下载 {len(plan)} 个软件包，共 {_mb(total)} …")
        argv = ["apt-get", "-q", "-y", "--reinstall", "--download-only"]
        argv += ["-o", f"Dir::Cache::archives={into}", "install", *names]
        log = self.folder / "download.log"
        with log.open("w") as out, subprocess.Popen(argv, env=self._env(), stdout=out, stderr=out) as process:
            try:
                while process.poll() is None:
                    time.sleep(0.2)
                    paced.say(f"  已下载 {_mb(_size(into))} / {_mb(total)}")
            except BaseException:
                process.terminate()
                raise
        files = [into / p.file for p in plan]
        if process.returncode != 0 or not all(file.is_file() for file in files):
            (self.folder / "updated").unlink(missing_ok=True)  # the lists may be older than the mirror
            raise GroundError("download-failed", "下载软件包失败", _NETWORK_CURE, _tail(log.read_text()))
        return files

    def _run(self, argv: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, env=self._env(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )

    def _env(self) -> dict[str, str]:
        return os.environ | {
            "APT_CONFIG": str(self.folder / "apt.conf"),
            "DEBIAN_FRONTEND": "noninteractive",
            "LC_ALL": "C",
        }


def require_apt() -> None:
    """GroundError `no-apt` unless apt-get and dpkg-deb are there."""
    missing = [name for name in ("apt-get", "dpkg-deb") if shutil.which(name) is None]
    if missing:
        raise GroundError(
            "no-apt",
            f"这台机器没有 {' 和 '.join(missing)}，无法自行获取程序",
            "请在 Debian 12 以上或 Ubuntu 上运行，或请管理员安装所需程序 (asterisk ≥ 20)",
        )


def _signed(mirror: Source, folder: Path) -> str:
    """The same keys that the machine trusts for this mirror."""
    if not mirror.signed_by:
        return ""
    if "BEGIN PGP" in mirror.signed_by:
        key = folder / "mirror.asc"
        key.write_text(mirror.signed_by + "\n")
        return f"[signed-by={key}] "
    return f"[signed-by={','.join(mirror.signed_by.split())}] "


def _size(folder: Path) -> int:
    """Bytes of the files in the folder and below; files may vanish meanwhile."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(path) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _tail(text: str, lines: int = 4) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


_SETTINGS = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
Dir::State "{state}";
Dir::State::status "{status}";
Dir::Cache "{cache}";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Log "{log}";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Get::AllowUnauthenticated "false";
APT::Sandbox::User "root";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::GzipIndexes "true";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Debug::NoLocking "true";
"""

# A mirror that is weeks behind (a company's, a snapshot's) still carries signed packages of the other suite.
_ONE_SOURCE = """\
Acquire::Check-Valid-Until "false";
Dir::Etc::sourcelist "{sources}";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
"""

"""Debian packages in a private folder, made to run from there.

`missing` brings what this machine lacks from its own suite; `full` brings the whole closure of
another suite, C library included, which runs through its own loader beside the machine's.
No maintainer script of a package is ever run.
"""

import shutil
import subprocess
from pathlib import Path

from sanxiang.ground.apt import Apt, require_apt
from sanxiang.ground.errors import GroundError
from sanxiang.ground.places import system_ignored
from sanxiang.ground.progress import Paced, Progress
from sanxiang.ground.sources import DEBIAN_KEYRING, Source, debian_mirror, machine_sources, os_release

MIRROR_VARIABLE = "SANXIANG_DEBIAN_MIRROR"
_KEYRING = Path(f"/usr/share/keyrings/{DEBIAN_KEYRING}.gpg")


def fetch_missing(names: list[str], root: Path, state: Path, progress: Progress) -> list[str]:
    """Unpacks into `root` what this machine lacks of `names`; gives the package files' names.

    state: folder for apt's private state and for downloads that broke off.
    """
    require_apt()
    apt = Apt.own(state / "own", progress)
    apt.update()
    return _fetch(apt, names, root, state, progress)


def fetch_full(names: list[str], suite: str, mirror: Source, root: Path, state: Path, progress: Progress) -> list[str]:
    """Unpacks into `root` everything that `names` of another suite need; gives the package files' names."""
    require_apt()
    apt = Apt.suite(state / suite, progress, mirror, suite)
    apt.update()
    files = _fetch(apt, names, root, state, progress)
    shutil.rmtree(state / suite)  # unlike the machine's own lists, nothing else will ask for these
    return files


def own_candidate(name: str, state: Path, progress: Progress) -> str | None:
    """The version of a package in this machine's own suite, None when it has none."""
    require_apt()
    apt = Apt.own(state / "own", progress)
    apt.update()
    return apt.candidate(name)


def find_mirror(chosen: str | None, state: Path, progress: Progress) -> Source:
    """The Debian mirror to take another suite from, with the keys to check it by.

    chosen: the address that the administrator gave (SANXIANG_DEBIAN_MIRROR), None = the machine's.
    """
    if chosen:
        return Source(chosen, (), ("main",), str(_debian_keyring(state, progress)))
    mirror = debian_mirror(machine_sources(), os_release().get("VERSION_CODENAME", "stable"))
    if mirror is None:
        raise GroundError(
            "no-mirror",
            "这台机器的 apt 配置里没有 Debian 镜像",
            f"用环境变量 {MIRROR_VARIABLE} 指明一个 Debian 镜像的地址，或请管理员安装 asterisk ≥ 20",
        )
    return mirror


def _debian_keyring(state: Path, progress: Progress) -> Path:
    """Debian's public keys: the machine's, else those that its own distribution packages."""
    if _KEYRING.is_file() and not system_ignored():
        return _KEYRING
    root = state / "keyring"
    key = root / _KEYRING.relative_to("/")
    if not key.is_file():
        fetch_missing([DEBIAN_KEYRING], root, state, progress)
    return key


def _fetch(apt: Apt, names: list[str], root: Path, state: Path, progress: Progress) -> list[str]:
    archives = state / f"archives-{names[0]}"
    files = apt.download(names, apt.plan(names), archives)
    unpack(files, root, progress)
    shutil.rmtree(archives)
    return [file.name for file in files]


def unpack(files: list[Path], root: Path, progress: Progress) -> None:
    """Lays the contents of package files into the folder, without their scripts."""
    root.mkdir(parents=True, exist_ok=True)
    paced = Paced(progress)
    for n, file in enumerate(files, 1):
        done = subprocess.run(["dpkg-deb", "-x", file, root], stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            file.unlink(missing_ok=True)  # a damaged file must not be met again
            raise GroundError(
                "unpack-failed",
                f"解包失败：{file.name}",
                f"检查磁盘空间 (df -h {root}) 后重试",
                done.stderr,
            )
        paced.say(f"  已解包 {n} / {len(files)}")
    paced.insist(f"  已解包 {len(files)} 个软件包")


def library_folders(root: Path) -> list[str]:
    """Folders of shared libraries below the root, relative to it, those of the machine's kind only."""
    triplets = {p.parent for pattern in ("usr/lib/*-linux-*", "lib/*-linux-*") for p in root.glob(f"{pattern}/*.so*")}
    folders = sorted(triplets, reverse=True)
    inner = [t / name for t in folders for name in ("pulseaudio", "blas", "lapack") if (t / name).is_dir()]
    return [str(p.relative_to(root)) for p in [*folders, *inner]]


def loader(root: Path) -> str:
    """The program loader that came with a full closure, relative to the root."""
    for pattern in ("usr/lib/*/ld-linux*.so.*", "lib/*/ld-linux*.so.*", "usr/lib*/ld-linux*.so.*", "lib*/ld-linux*.so.*"):
        for found in sorted(root.glob(pattern)):
            return str(found.relative_to(root))
    raise GroundError("no-loader", "取得的软件包里没有 C 库的加载器", "删除工具文件夹 (.tools) 后重试")

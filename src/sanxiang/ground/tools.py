"""Where is a program, and how is it obtained where the machine has none?

A made tool is the folder `tools_dir()/NAME` with `manifest.json`, `root/` and the script `NAME`. It is
made in a folder beside it and renamed when it has answered for its version, so it is whole or absent.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sanxiang.ground import debian
from sanxiang.ground.errors import GroundError
from sanxiang.ground.locks import exclusive
from sanxiang.ground.places import tools_dir
from sanxiang.ground.progress import Progress, to_stderr
from sanxiang.ground.recipes import TOOLS, Making, Tool, ask_version, on_machine, prove

NAMES = tuple(TOOLS)

_STATE = ".apt"
_MAKING = ".making-"


def find(name: str) -> Path | None:
    """The program `name` (for `fonts`: the folder), absolute; the machine's own first. None when absent."""
    tool = _tool(name)
    installed = on_machine(tool)
    if installed is not None and _surroundings_whole(tool):
        return installed
    made = _made(tool)
    return made if made is not None and (made.exists()) else None


def obtain(name: str, progress: Progress = to_stderr) -> Path:
    """Gives the program, fetching it first where it is absent. Raises GroundError.

    Safe to call from several processes at once; an interrupted call is made good by the next.
    """
    tool = _tool(name)
    if tool.name == "chromium":
        obtain("fonts", progress)
    found = find(name)
    if found is not None:
        return found
    with _workshop(tool.what, progress) as home:
        return find(name) or _make(tool, home, progress)


def unpack_packages(names: list[str], folder: Path, progress: Progress = to_stderr) -> None:
    """Unpacks what the machine lacks of any packages into the folder. Raises GroundError."""
    with _workshop(" ".join(names), progress) as home:
        debian.fetch_missing(names, folder, home / _STATE, progress)


@contextmanager
def _workshop(what: str, progress: Progress) -> Iterator[Path]:
    """The tools folder, held by us alone: one making at a time, since all share apt's private state."""
    home = tools_dir()
    try:
        with exclusive(home / ".lock", what, progress):
            yield home
    except OSError as error:
        raise GroundError(
            "cannot-write",
            f"准备 {what} 时读写 {error.filename or home} 失败：{error.strerror}",
            "检查磁盘空间 (df -h) 与文件夹的权限，或用 SANXIANG_TOOLS 指定另一个文件夹",
        ) from error


def version(name: str) -> str:
    """The line in which the found program names its version, "" when absent."""
    found = find(name)
    return "" if found is None else ask_version(_tool(name), found)


def shipped_data(name: str) -> Path | None:
    """The folder of data that came with a found program, e.g. SIPp's recordings to play; None when absent."""
    tool, found = _tool(name), find(name)
    if found is None:
        return None
    root = found.parent / "root" if found == tools_dir() / name / name else Path("/")
    folders = (root / "usr/share" / package for package in tool.packages)
    return next((folder for folder in folders if folder.is_dir()), None)


def _tool(name: str) -> Tool:
    if name not in TOOLS:
        raise GroundError("unknown-tool", f"不认识的工具：{name}", f"可用的名称：{', '.join(TOOLS)}")
    return TOOLS[name]


def _surroundings_whole(tool: Tool) -> bool:
    """Whether the machine's own program can be used as it is: a browser without Chinese fonts cannot."""
    return tool.name != "chromium" or on_machine(TOOLS["fonts"]) is not None


def _made(tool: Tool) -> Path | None:
    folder = tools_dir() / tool.name
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError):
        return None
    if manifest.get("edition") != tool.edition:
        return None
    return folder / "root" / tool.program if tool.name == "fonts" else folder / tool.name


def _make(tool: Tool, home: Path, progress: Progress) -> Path:
    started = time.monotonic()
    progress(f"准备 {tool.what}：这台机器没有，从软件源获取（只此一次，不需要管理员权限）")
    for left_over in home.glob(f"{_MAKING}{tool.name}-*"):
        shutil.rmtree(left_over)
    folder = home / f"{_MAKING}{tool.name}-{os.getpid()}"
    try:
        answer = _fill(tool, Making(folder, home / _STATE, progress))
        final = home / tool.name
        if final.exists():
            shutil.rmtree(final)
        folder.rename(final)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what a kill leaves is removed by the next making
    made = _made(tool)
    if made is None or not made.exists():
        raise GroundError("incomplete", f"取得的 {tool.what} 不完整", f"删除 {final} 后重试")
    progress(f"{tool.what} 已就绪 {answer}（{time.monotonic() - started:.0f} 秒）")
    return made


def _fill(tool: Tool, making: Making) -> str:
    """Follows the recipe, proves the program and writes the manifest; gives the version."""
    making.root.mkdir(parents=True)
    files = tool.make(tool, making)
    answer = prove(tool, making.folder / tool.name) if tool.ask else ""
    manifest = {"tool": tool.name, "edition": tool.edition, "version": answer, "packages": files}
    (making.folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return answer

"""Is the machine fit, whatever the data folder says? Python, packages, programs, assets, time zone, limits."""

from __future__ import annotations

import re
import resource
import sys
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sanxiang.cli.checks import Check, Found, Surroundings, fault
from sanxiang.ground import assets, places, tools

PYTHON_AT_LEAST = (3, 11)
FILES_AT_LEAST = 1024
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)(?:\s*;\s*([^\\]+))?", re.MULTILINE)


def python(_: Surroundings) -> Found:
    version = sys.version.split()[0]
    if sys.version_info < PYTHON_AT_LEAST:
        return fault(f"Python {version} 太旧，需要 3.11 以上", "用较新的 Python 重新安装：make run PYTHON=python3.11")
    return Found(version)


def packages(_: Surroundings) -> Found:
    """Installed versions against the lock file of the checkout; an installed package has no lock beside it."""
    root = places.repo_root()
    pins = locked(root / "requirements.lock") if root else {}
    wrong = []
    for name, wanted in pins.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} 没有安装")
            continue
        if found != wanted:
            wrong.append(f"{name} 是 {found}，应为 {wanted}")
    if wrong:
        more = f" 等 {len(wrong)} 处" if len(wrong) > 3 else ""
        return fault("；".join(wrong[:3]) + more, "执行 make venv（开发者执行 make venv-dev），按锁定的版本重装")
    return Found(f"{len(pins)} 个依赖与锁定的版本一致" if pins else "随安装包而来，没有锁定文件可比")


def locked(lock: Path) -> dict[str, str]:
    """Name to version of each pin that applies on this kind of machine (pins with a condition are left out)."""
    return {name: version for name, version, condition in _PIN.findall(lock.read_text()) if not condition}


def asterisk(_: Surroundings) -> Found:
    if tools.find("asterisk") is None:
        return fault("没有可用的 Asterisk (≥ 20)，接不了电话", "执行 make run，或 python -m sanxiang.ground obtain asterisk")
    if not (version := tools.version("asterisk")):
        return fault("Asterisk 在，但不能启动", "删除工具文件夹中的 asterisk 后重新执行 make run，或重装系统的 asterisk")
    return Found(version)


def espeak(_: Surroundings) -> Found:
    if tools.find("espeak-ng") is None:
        return fault("没有 eSpeak NG，生成不了提示音", "执行 python -m sanxiang.ground obtain espeak-ng")
    return Found(tools.version("espeak-ng"))


def web_assets(_: Surroundings) -> Found:
    """Node.js is needed only to build; so it is no fault of its own."""
    if not assets.OUTPUT.is_dir():
        return fault("网页资源还没有构建，页面没有样式也不能接听", "执行 make assets")
    root = places.repo_root()
    if root is not None and not assets.is_current(root / "frontend", assets.OUTPUT):
        return fault("网页资源不是由现在的源代码构建的", "执行 make assets，再刷新页面")
    return Found("已构建")


def time_zone(_: Surroundings) -> Found:
    try:
        ZoneInfo("Asia/Shanghai")
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        return fault(f"没有时区数据（Asia/Shanghai：{error}），日期会算错", "安装系统的 tzdata，或 pip install tzdata")
    return Found("Asia/Shanghai")


def file_limit(_: Surroundings) -> Found:
    """Eight files and sockets a call, and one a watching page."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES_AT_LEAST:
        return fault(f"每个进程只能打开 {soft} 个文件，来电多时会不够", f"启动前执行 ulimit -n {FILES_AT_LEAST}（上限 {hard}），或在服务设置中写 LimitNOFILE")
    return Found("不限" if soft == resource.RLIM_INFINITY else f"每个进程 {soft} 个")


CHECKS: tuple[Check, ...] = (
    ("python", "Python", python),
    ("packages", "依赖", packages),
    ("asterisk", "Asterisk", asterisk),
    ("espeak-ng", "语音合成", espeak),
    ("assets", "网页资源", web_assets),
    ("time-zone", "时区数据", time_zone),
    ("file-limit", "文件上限", file_limit),
)

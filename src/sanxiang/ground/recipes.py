"""How each program is made: its packages, its wrapper, and how it answers for its version."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sanxiang.ground import debian, wrappers
from sanxiang.ground.errors import GroundError
from sanxiang.ground.places import system_ignored
from sanxiang.ground.progress import Progress
from sanxiang.ground.sources import os_release

ASTERISK_AT_LEAST = 20
_SUITE_WITH_ASTERISK = "sid"


@dataclass(frozen=True)
class Making:
    """One making under way: the folder that becomes the tool's, apt's private state, the listener."""

    folder: Path
    state: Path
    progress: Progress

    @property
    def root(self) -> Path:
        return self.folder / "root"


@dataclass(frozen=True)
class Tool:
    """A program that can be obtained.

    what: for the user; edition: raised whenever the recipe changes, so that older copies are remade;
    packages: of Debian and Ubuntu; program: its place in the package; make: fills the folder and gives
    the package files; ask: arguments that print the version; at_least: the lowest major version that serves;
    extra: further lines of shell for the wrapper, `$R` being the root.
    """

    name: str
    what: str
    packages: tuple[str, ...]
    program: str
    make: Callable[["Tool", Making], list[str]]
    edition: int = 1
    ask: tuple[str, ...] = ()
    at_least: int = 0
    extra: tuple[str, ...] = ()


def _make_beside(tool: Tool, making: Making) -> list[str]:
    files = debian.fetch_missing(list(tool.packages), making.root, making.state, making.progress)
    libraries = debian.library_folders(making.root)
    text = wrappers.beside_machine(tool.name, tool.program, libraries, list(tool.extra))
    wrappers.write_executable(making.folder / tool.name, text)
    return files


def _make_asterisk(tool: Tool, making: Making) -> list[str]:
    """From Debian's unstable suite through its own loader; from the machine's own suite where that has it."""
    mirror = os.environ.get(debian.MIRROR_VARIABLE)
    on_debian = os_release().get("ID") == "debian"
    if not mirror and not on_debian:
        version = debian.own_candidate("asterisk", making.state, making.progress)
        if version and (major := re.match(r"(?:\d+:)?(\d+)", version)) and int(major[1]) >= tool.at_least:
            return _make_beside(tool, making)
    source = debian.find_mirror(mirror, making.state, making.progress)
    files = debian.fetch_full(
        list(tool.packages), _SUITE_WITH_ASTERISK, source, making.root, making.state, making.progress
    )
    text = wrappers.own_loader(
        tool.name, tool.program, debian.loader(making.root), debian.library_folders(making.root), list(tool.extra)
    )
    wrappers.write_executable(making.folder / tool.name, text)
    return files


def _make_chromium(tool: Tool, making: Making) -> list[str]:
    """The browser, drawing with Chinese fonts; the machine's browser where only the fonts are lacking."""
    (making.folder / "fonts.conf").write_text(wrappers.FONTS_CONF)
    installed = on_machine(tool)
    if installed is None:
        return _make_beside(tool, making)
    wrappers.write_executable(making.folder / tool.name, wrappers.of_machine(tool.name, installed, [tool.extra[0]]))
    return []


def _make_fonts(tool: Tool, making: Making) -> list[str]:
    return debian.fetch_missing(list(tool.packages), making.root, making.state, making.progress)


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "asterisk",
            "电话交换机 Asterisk",
            ("asterisk", "asterisk-core-sounds-en-gsm"),
            "usr/sbin/asterisk",
            _make_asterisk,
            ask=("-V",),
            at_least=ASTERISK_AT_LEAST,
            # without it the heap grows to some 800 MB in 8,000 calls, held and not leaked
            extra=('export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-4}"',),
        ),
        Tool("sipp", "SIP 测试工具 SIPp", ("sip-tester",), "usr/bin/sipp", _make_beside, ask=("-v",)),
        Tool(
            "chromium",
            "浏览器 Chromium",
            ("chromium",),
            "usr/lib/chromium/chromium",
            _make_chromium,
            edition=2,
            ask=("--version",),
            extra=(
                'export FONTCONFIG_FILE="$here/fonts.conf"',
                # the setuid sandbox cannot be unpacked without root; where the kernel gives no other, none
                '{ [ "$(id -u)" = 0 ] || ! unshare -Urn true 2>/dev/null; } && set -- --no-sandbox "$@"',
            ),
        ),
        Tool(
            "espeak-ng",
            "语音合成 eSpeak NG",
            ("espeak-ng",),
            "usr/bin/espeak-ng",
            _make_beside,
            ask=("--version",),
            extra=('for d in "$R"/usr/lib/*/espeak-ng-data; do [ -d "$d" ] && export ESPEAK_DATA_PATH="${d%/*}"; done',),
        ),
        Tool("fonts", "中文字体", ("fonts-noto-cjk",), "usr/share/fonts", _make_fonts),
    )
}


def on_machine(tool: Tool) -> Path | None:
    """The installed program, new enough; None when there is none or the machine's are to be ignored."""
    if system_ignored():
        return None
    if tool.name == "fonts":
        return Path("/usr/share/fonts") if _machine_has_chinese() else None
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which(tool.name, path=places)
    if found is None or (tool.at_least and major_version(tool, Path(found)) < tool.at_least):
        return None
    return Path(found)


def _machine_has_chinese() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, check=False).stdout.strip())


def ask_version(tool: Tool, program: Path) -> str:
    """The line in which the program names its version, "" when it does not answer."""
    try:
        done = subprocess.run(
            [program, *tool.ask], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = (line.strip() for line in (done.stdout + "\n" + done.stderr).splitlines())
    return next((line for line in lines if re.search(r"\d+\.\d+", line) and tool.name[:4] in line.lower()), "")


def major_version(tool: Tool, program: Path) -> int:
    """The first number of the version, 0 when the program does not answer."""
    match = re.search(r"(\d+)\.", ask_version(tool, program))
    return int(match[1]) if match else 0


def prove(tool: Tool, program: Path) -> str:
    """The version line of a program just made; GroundError `does-not-start` when it gives none."""
    version = ask_version(tool, program)
    if not version:
        done = subprocess.run([program, *tool.ask], capture_output=True, text=True, check=False)
        raise GroundError(
            "does-not-start",
            f"取得的 {tool.what} 不能启动",
            f"请管理员执行 apt-get install {' '.join(tool.packages)}，或报告此问题",
            (done.stdout + done.stderr)[-600:],
        )
    return version

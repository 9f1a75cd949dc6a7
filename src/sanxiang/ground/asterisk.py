"""Which folders does Asterisk's configuration have to name?"""

import re
from dataclasses import dataclass
from pathlib import Path

from sanxiang.ground.errors import GroundError
from sanxiang.ground.places import tools_dir
from sanxiang.ground.tools import find

_CONFIGURATION = Path("/etc/asterisk/asterisk.conf")
_MODULE_PLACES = (
    "usr/lib/*/asterisk/modules",
    "usr/lib/asterisk/modules",
    "usr/lib64/asterisk/modules",
    "usr/local/lib/asterisk/modules",
    "usr/local/lib64/asterisk/modules",
)
_SHARE_PLACES = ("usr/share/asterisk", "usr/local/share/asterisk", "var/lib/asterisk")


@dataclass(frozen=True)
class AsteriskLayout:
    """Absolute paths of one Asterisk.

    binary: start this, with `-C` and an absolute path; the process keeps its pid.
    modules: for `astmoddir`. share: shipped data (sounds, documentation), read-only: point `astdatadir`
    at a folder of links to it. root: what the paths lie under, `/` for the machine's own.
    """

    binary: Path
    modules: Path
    share: Path
    root: Path

    @property
    def private(self) -> bool:
        """Whether it was obtained by us."""
        return self.root != Path("/")


def asterisk_layout() -> AsteriskLayout:
    """The layout of the Asterisk that `find` gives. Raises GroundError `no-asterisk` when there is none."""
    binary = find("asterisk")
    if binary is None:
        raise GroundError(
            "no-asterisk",
            "没有可用的 Asterisk (≥ 20)",
            "执行 make run，或 python -m sanxiang.ground obtain asterisk",
        )
    private = tools_dir() / "asterisk"
    root = private / "root" if binary == private / "asterisk" else Path("/")
    return layout_below(binary, root)


def layout_below(binary: Path, root: Path, configuration: Path = _CONFIGURATION) -> AsteriskLayout:
    """The layout of an Asterisk installed below `root`; an installed one may say otherwise in its configuration."""
    told = _told(configuration) if root == Path("/") else {}
    modules = told.get("astmoddir") or _first(root, _MODULE_PLACES)
    share = _first(root, _SHARE_PLACES) or told.get("astdatadir")
    if modules is None or share is None:
        raise GroundError(
            "incomplete-asterisk",
            f"Asterisk ({binary}) 缺少模块或数据文件夹",
            "重新安装 asterisk，或删除工具文件夹 (.tools/asterisk) 后重试",
        )
    return AsteriskLayout(binary, modules, share, root)


def _first(root: Path, patterns: tuple[str, ...]) -> Path | None:
    return next((found for pattern in patterns for found in sorted(root.glob(pattern)) if found.is_dir()), None)


def _told(configuration: Path) -> dict[str, Path]:
    """Existing folders that asterisk.conf names, by their key."""
    try:
        text = configuration.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = re.findall(r"^\s*(ast\w+)\s*=>?\s*([^;\s]+)", text, re.MULTILINE)
    return {key: Path(value) for key, value in pairs if Path(value).is_dir()}

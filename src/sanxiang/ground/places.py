"""Where is the checkout, and where do obtained programs lie?"""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of the package `sanxiang`."""


def repo_root() -> Path | None:
    """The checkout that this package runs from (an editable install), None when installed elsewhere."""
    root = PACKAGE.parents[1]
    if root / "src" / "sanxiang" == PACKAGE and (root / "pyproject.toml").is_file():
        return root
    return None


def tools_dir() -> Path:
    """The folder of obtained programs, absolute; it need not exist yet.

    `$SANXIANG_TOOLS`, else `.tools` in the checkout, else the user's data folder.
    """
    chosen = os.environ.get("SANXIANG_TOOLS")
    if chosen:
        return Path(chosen).expanduser().absolute()
    root = repo_root()
    if root is not None:
        return root / ".tools"
    data_home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data_home).expanduser() / "sanxiang" / "tools"


def system_ignored() -> bool:
    """Whether programs on the machine are to be passed over (`SANXIANG_IGNORE_SYSTEM=1`, for tests)."""
    return os.environ.get("SANXIANG_IGNORE_SYSTEM", "") not in ("", "0")

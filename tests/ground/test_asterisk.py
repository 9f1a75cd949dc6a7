"""The folders that Asterisk's configuration names, for the machine's own and for the obtained one."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from sanxiang import ground
from sanxiang.ground import asterisk
from sanxiang.ground.errors import GroundError


def tree(root: Path, *folders: str) -> Path:
    for folder in folders:
        (root / folder).mkdir(parents=True)
    return root


def test_a_private_one_lies_below_its_root(tmp_path: Path) -> None:
    root = tree(tmp_path, "usr/lib/aarch64-linux-gnu/asterisk/modules", "usr/share/asterisk")
    layout = asterisk.layout_below(tmp_path / "asterisk", root)
    assert layout.modules == root / "usr/lib/aarch64-linux-gnu/asterisk/modules"
    assert layout.share == root / "usr/share/asterisk"
    assert layout.private


def test_the_machines_own_may_name_its_modules(tmp_path: Path) -> None:
    tree(tmp_path, "opt/modules", "opt/data")
    told = tmp_path / "asterisk.conf"
    told.write_text(f"[directories](!)\n;astmoddir => /old\nastmoddir => {tmp_path}/opt/modules ; here\nastdatadir={tmp_path}/opt/data\n")
    layout = asterisk.layout_below(Path("/usr/sbin/asterisk"), Path("/"), told)
    assert layout.modules == tmp_path / "opt/modules"
    assert not layout.private


def test_incomplete(tmp_path: Path) -> None:
    with pytest.raises(GroundError) as caught:
        asterisk.layout_below(tmp_path / "asterisk", tree(tmp_path, "usr/share/asterisk"))
    assert caught.value.code == "incomplete-asterisk"


def test_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANXIANG_TOOLS", str(tmp_path))
    monkeypatch.setenv("SANXIANG_IGNORE_SYSTEM", "1")
    with pytest.raises(GroundError) as caught:
        ground.asterisk_layout()
    assert caught.value.code == "no-asterisk"
    assert "make run" in caught.value.cure


@pytest.mark.slow
def test_the_real_one_answers_and_brings_what_we_load() -> None:
    binary = ground.obtain("asterisk")
    said = subprocess.run([binary, "-V"], capture_output=True, text=True, check=True).stdout
    match = re.match(r"Asterisk (\d+)\.", said)
    assert match is not None, said
    assert int(match[1]) >= 20
    layout = ground.asterisk_layout()
    assert layout.binary == binary
    for module in ("chan_pjsip", "res_ari_channels", "res_http_websocket", "app_queue", "app_mixmonitor"):
        assert (layout.modules / f"{module}.so").is_file()
    assert (layout.share / "documentation").is_dir()


@pytest.mark.slow
def test_the_real_one_starts_under_the_pid_that_was_given(tmp_path: Path) -> None:
    binary = ground.obtain("asterisk")
    layout = ground.asterisk_layout()
    names = ("astvarlibdir", "astdbdir", "astkeydir", "astspooldir", "astrundir", "astlogdir", "astsbindir", "astetcdir")
    own = "".join(f"{name} => {tmp_path}\n" for name in names)
    configuration = tmp_path / "asterisk.conf"
    configuration.write_text(f"[directories]\n{own}astmoddir => {layout.modules}\nastdatadir => {layout.share}\n")
    (tmp_path / "modules.conf").write_text("[modules]\nautoload=no\n")
    argv = [binary, "-C", str(configuration), "-f", "-g"]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            pid_file = tmp_path / "asterisk.pid"
            ask = [binary, "-C", str(configuration), "-rx", "core waitfullybooted"]
            for _ in range(40):
                answer = subprocess.run(ask, capture_output=True, text=True, check=False, timeout=30)
                if "fully booted" in answer.stdout:
                    break
                time.sleep(0.25)
            assert int(pid_file.read_text()) == process.pid
        finally:
            process.terminate()

"""What does the private Asterisk read? Renders `templates/` and the parts that change while it runs.

Everything that comes from outside is checked before it is written: a configuration file has no quoting.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sanxiang.switch.asterisk.music import write_hold_music
from sanxiang.switch.asterisk.setup import HEARTBEAT_MAX_AGE, Layout, Setup
from sanxiang.switch.names import APP, ARI_USER
from sanxiang.switch.port import Line, Seat, SwitchError

_TEMPLATES = Path(__file__).parent / "templates"
_FOLDERS = (
    "etc",
    "var/keys",
    "spool/monitor",
    "spool/tmp",
    "spool/recording",
    "run",
    "log/cel-custom",
    "share/sounds",
)
_FOLDERS_OF_OURS = ("music", "prompts")

#: what is loaded, where the installation has it
_MODULES = """
res_timing_timerfd res_sorcery_astdb res_sorcery_config res_sorcery_memory res_config_sqlite3 res_crypto res_srtp
res_http_websocket res_websocket_client res_pjproject res_pjsip res_pjsip_session res_pjsip_pubsub res_pjsip_authenticator_digest
res_pjsip_outbound_authenticator_digest res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user
res_pjsip_registrar res_pjsip_caller_id res_pjsip_dtmf_info res_pjsip_empty_info res_pjsip_dlg_options
res_pjsip_header_funcs res_pjsip_nat res_pjsip_path res_pjsip_rfc3326 res_pjsip_sdp_rtp
res_pjsip_transport_websocket res_rtp_asterisk res_format_attr_opus res_musiconhold
codec_alaw codec_ulaw codec_a_mu codec_resample format_wav format_pcm
chan_pjsip chan_bridge_media bridge_simple bridge_softmix bridge_holding
res_stasis res_stasis_answer res_stasis_device_state res_stasis_playback res_stasis_recording res_stasis_snoop
res_ari res_ari_model res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels
res_ari_device_states res_ari_endpoints res_ari_events res_ari_playbacks res_ari_recordings res_ari_sounds
pbx_config app_stasis app_mixmonitor app_queue app_dial app_playback app_stack app_celgenuserevent app_chanspy
func_callerid func_channel func_global func_logic func_strings func_pjsip_aor func_pjsip_contact
func_pjsip_endpoint res_cdrel_custom cel_custom
""".split()

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_DIGITS = re.compile(r"[0-9]{1,20}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")


def write_base(setup: Setup, layout: Layout) -> None:
    """Writes all that stays for one run. Lines, seats and the emergency queue are kept when they are there."""
    for name in (*_FOLDERS, *_FOLDERS_OF_OURS):
        (setup.root / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in (setup.root, *(setup.root / name.split("/")[0] for name in (*_FOLDERS, *_FOLDERS_OF_OURS))):
        folder.chmod(0o700)
    _link_shipped_data(setup, layout)
    if not (music := setup.folder("music") / "hold.wav").exists():
        write_hold_music(music)
    _make_queue_log(setup.folder("log") / "queue_log.sqlite3")
    values = _values(setup, layout)
    for template in sorted(_TEMPLATES.glob("*.conf")):
        text = re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], template.read_text(encoding="utf-8"))
        write_private(setup.folder("etc") / template.name, text)
    for name in ("lines.conf", "seats.conf", "hints.conf", "safe.conf"):
        if not (part := setup.folder("etc") / name).exists():
            write_private(part, "")


def write_lines(setup: Setup, lines: list[Line]) -> bool:
    """The numbers that can be dialled. True when the file changed. Raises SwitchError for a number that is none."""
    numbers = [_checked(line.number, _DIGITS, "热线号码") for line in lines]
    return _write_changed(
        setup, "lines.conf", (f"exten => {number},1,Goto(door,{number},1)" for number in numbers)
    )


def write_seats(setup: Setup, seats: list[Seat]) -> bool:
    """Endpoints, passwords and addresses of all phones. True when a file changed."""
    sections: list[str] = []
    hints: list[str] = []
    for seat in seats:
        agent, desk = _checked(seat.agent, _TOKEN, "坐席工号"), _checked(seat.extension, _DIGITS, "分机号")
        for name, kind, password in (
            (desk, "phone", seat.sip_password),
            (f"{desk}w", "browser", seat.web_password),
        ):
            secret = _checked(password, _TOKEN, "话机密码", shown=False)
            sections += [
                f"[{name}]({kind})",
                f"auth = {name}",
                f"aors = {name}",
                f'callerid = "Agent {agent}" <{desk}>',
                f"[{name}](login)",
                f"username = {name}",
                f"password = {secret}",
                f"[{name}](reached)",
            ]
        hints.append(f"exten => seat-{agent},hint,PJSIP/{desk}&PJSIP/{desk}w")
    changed = _write_changed(setup, "seats.conf", sections)
    return _write_changed(setup, "hints.conf", hints) or changed


def write_safe(setup: Setup, lines: list[Line], ready: list[Seat]) -> bool:
    """The emergency queue of each line: both phones of each ready agent. True when the file changed.

    A member's state is that of both phones together: who talks on one is not rung on the other.
    """
    members = [
        f"member => PJSIP/{name},0,{seat.agent},hint:seat-{seat.agent}@seats"
        for seat in ready
        for name in (seat.extension, f"{seat.extension}w")
    ]
    return _write_changed(
        setup, "safe.conf", (row for line in lines for row in (f"[safe-{line.number}](safe)", *members))
    )


def read_ready(setup: Setup) -> list[str]:
    """The agents whom the emergency queue rings now, as it was written last."""
    try:
        text = (setup.folder("etc") / "safe.conf").read_text(encoding="utf-8")
    except OSError:
        return []
    return sorted(set(re.findall(r"^member => PJSIP/[0-9]+,0,([A-Za-z0-9_-]+),", text, re.MULTILINE)))


def write_private(path: Path, text: str) -> None:
    """Replaces a file in one step, readable by its owner only."""
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    beside.replace(path)


def _write_changed(setup: Setup, name: str, rows: Iterable[str]) -> bool:
    path, text = setup.folder("etc") / name, "".join(f"{row}\n" for row in rows)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    write_private(path, text)
    return True


def _values(setup: Setup, layout: Layout) -> dict[str, str]:
    host = _checked(setup.host, _HOST, "主机地址")
    trunk_host, _, trunk_port = setup.trunk.partition(":")
    if setup.trunk:
        _checked(trunk_host, _HOST, "中继地址")
        _checked(trunk_port, _DIGITS, "中继端口（写法 主机:端口）")
    own_address = host not in ("0.0.0.0", "localhost")
    return {
        "ETC": str(setup.folder("etc")),
        "VAR": str(setup.folder("var")),
        "SPOOL": str(setup.folder("spool")),
        "RUN": str(setup.folder("run")),
        "LOG": str(setup.folder("log")),
        "SHARE": str(setup.folder("share")),
        "MUSIC": str(setup.folder("music")),
        "PROMPTS": str(setup.prompts),
        "MODULES": str(layout.modules),
        "LOADS": "\n".join(
            f"load = {name}.so" for name in _MODULES if (layout.modules / f"{name}.so").exists()
        ),
        "HOST": "127.0.0.1" if host == "localhost" else host,
        "SIP": str(setup.sip),
        "HTTP": str(setup.http),
        "RTP_FIRST": str(setup.rtp[0]),
        "RTP_LAST": str(setup.rtp[1]),
        "MEDIA": f"media_address = {host}\nbind_rtp_to_media_address = yes" if own_address else "",
        "TRUNK_CONTACT": f"contact = sip:{setup.trunk}" if setup.trunk else "",
        "TRUNK_MATCH": f"match = {trunk_host}" if setup.trunk else "",
        "ARI_USER": ARI_USER,
        "ARI_PASSWORD": _checked(setup.ari_password, _TOKEN, "ARI 密码", shown=False),
        "APP": APP,
        "MAX_AGE": str(HEARTBEAT_MAX_AGE),
    }


def _checked(value: str, pattern: re.Pattern[str], what: str, shown: bool = True) -> str:
    if pattern.fullmatch(value):
        return value
    seen = f"「{value}」" if shown else ""
    raise SwitchError(f"{what}{seen}不合规。解决办法：只用允许的字符（{pattern.pattern}）。")


def _link_shipped_data(setup: Setup, layout: Layout) -> None:
    """Asterisk's own read-only data, seen through links; our prompts are given by absolute path."""
    for name in ("documentation", "rest-api"):
        link, target = setup.folder("share") / name, layout.share / name
        if link.is_symlink() and link.readlink() != target:
            link.unlink()
        if not link.is_symlink() and target.exists():
            link.symlink_to(target)


def _make_queue_log(path: Path) -> None:
    """The table must be there before Asterisk starts; it then gives microseconds, the text file whole seconds."""
    columns = ", ".join(f"{name} TEXT" for name in ("time", "callid", "queuename", "agent", "event"))
    data = ", ".join(f"data{n} TEXT" for n in range(1, 6))
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS queue_log (id INTEGER PRIMARY KEY, {columns}, {data})"
        )
    connection.close()
    path.chmod(0o600)

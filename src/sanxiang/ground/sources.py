"""Which package mirrors does this machine use? Reads apt's sources in both of their formats.

No mirror is named in this program: it goes where the machine's administrator goes already.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

APT_FOLDER = Path("/etc/apt")
DEBIAN_KEYRING = "debian-archive-keyring"

_ONE_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^\]]*)\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)\s*(?P<components>[^#]*)")
_SUITES = {"stable", "oldstable", "oldoldstable", "testing", "unstable", "sid"}


@dataclass(frozen=True)
class Source:
    """One place that serves binary packages.

    signed_by: path of a keyring, or the armoured key itself; None = the machine's trusted keys.
    """

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str | None = None


def machine_sources(folder: Path = APT_FOLDER) -> list[Source]:
    """All enabled binary sources of the machine, in apt's order; unreadable files are left out."""
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    found: list[Source] = []
    for file in files:
        if file.suffix not in (".list", ".sources") or not os.access(file, os.R_OK) or not file.is_file():
            continue
        parse = parse_deb822 if file.suffix == ".sources" else parse_one_line
        found += parse(file.read_text(encoding="utf-8", errors="replace"))
    return found


def parse_one_line(text: str) -> Iterator[Source]:
    """The old format: `deb [signed-by=K] URI SUITE COMPONENT…`."""
    for line in text.splitlines():
        match = _ONE_LINE.match(line.strip())
        if match is None:
            continue
        options = dict(o.split("=", 1) for o in (match["options"] or "").split() if "=" in o)
        yield Source(
            match["uri"], (match["suite"],), tuple(match["components"].split()), options.get("signed-by")
        )


def parse_deb822(text: str) -> Iterator[Source]:
    """The new format: stanzas of `Types:`, `URIs:`, `Suites:`, `Components:`, `Signed-By:`."""
    for stanza in re.split(r"\n[ \t]*\n", text):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        for uri in fields.get("uris", "").split():
            yield Source(
                uri,
                tuple(fields.get("suites", "").split()),
                tuple(fields.get("components", "").split()),
                fields.get("signed-by") or None,
            )


def _fields(stanza: str) -> dict[str, str]:
    """Lower-case field names with their values; continuation lines joined by line ends, "." = empty line."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in (" ", "\t"):
            if name:
                fields[name] += "\n" + ("" if line.strip() == "." else line.strip())
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return {name: value.strip() for name, value in fields.items()}


def debian_mirror(sources: Iterable[Source], codename: str) -> Source | None:
    """The source that serves Debian itself, so that its other suites can be had there too.

    codename: of the machine's own release, e.g. bookworm. Repositories of other makers, the
    security and the updates archives do not carry all suites and never count.
    """
    suites = _SUITES | {codename}
    candidates = [s for s in sources if "main" in s.components and suites.intersection(s.suites)]
    ranked = sorted((rank, n) for n, s in enumerate(candidates) if (rank := _rank(s)) is not None)
    return candidates[ranked[0][1]] if ranked else None


def _rank(source: Source) -> int | None:
    """How sure it is that this is Debian's own archive: 0 surest, None: it is not."""
    scheme, _, place = source.uri.partition(":")  # not urlsplit: it fails on cdrom://[Debian 12]/
    path = place.rstrip("/")
    if scheme == "cdrom":
        return None
    if path.endswith("/debian"):
        return 0
    if re.search(r"/archive/debian/\d{8}T\d{6}Z$", path):  # a snapshot of one day
        return 1
    if source.signed_by and DEBIAN_KEYRING in source.signed_by:
        return 2
    if scheme.startswith("mirror+") and "debian" in path and "security" not in path:
        return 3
    return None


def os_release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    """The machine's own account of itself: ID, VERSION_CODENAME, …; empty when it gives none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip().strip("\"'") for key, value in pairs}

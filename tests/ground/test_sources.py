"""The mirror comes from what the machine's administrator configured, in either of apt's formats."""

from pathlib import Path

import pytest

from sanxiang.ground import debian
from sanxiang.ground.errors import GroundError
from sanxiang.ground.sources import (
    Source,
    debian_mirror,
    machine_sources,
    os_release,
    parse_deb822,
    parse_one_line,
)

DEB822 = """\
Types: deb deb-src
# a comment within
URIs: http://mirror.example/debian https://other.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://switched.off/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb-src
URIs: http://only.sources/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://inline.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEY865UxYJ
 -----END PGP PUBLIC KEY BLOCK-----
"""


def test_one_line_format() -> None:
    text = """\
# deb http://commented.out/debian bookworm main
deb http://mirror.example/debian bookworm main contrib # why
deb-src http://mirror.example/debian bookworm main
  deb [ arch=amd64 signed-by=/k.gpg ] https://m.example/debian/ trixie main
"""
    assert list(parse_one_line(text)) == [
        Source("http://mirror.example/debian", ("bookworm",), ("main", "contrib")),
        Source("https://m.example/debian/", ("trixie",), ("main",), "/k.gpg"),
    ]


def test_deb822_format() -> None:
    first, second, inline = parse_deb822(DEB822)
    assert first == Source(
        "http://mirror.example/debian",
        ("bookworm", "bookworm-updates"),
        ("main",),
        "/usr/share/keyrings/debian-archive-keyring.gpg",
    )
    assert second.uri == "https://other.example/debian"
    assert inline.signed_by == (
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEY865UxYJ\n-----END PGP PUBLIC KEY BLOCK-----"
    )


def test_both_formats_of_one_machine(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text("deb http://a.example/debian bookworm main\n")
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "b.sources").write_text("Types: deb\nURIs: http://b.example/debian\nSuites: bookworm\nComponents: main\n")
    (parts / "c.list").write_text("deb http://c.example/debian bookworm main\n")
    (parts / "d.list.save").write_text("deb http://d.example/debian bookworm main\n")
    assert [s.uri for s in machine_sources(tmp_path)] == [f"http://{x}.example/debian" for x in "abc"]


def test_a_machine_without_sources(tmp_path: Path) -> None:
    assert machine_sources(tmp_path) == []


def source(uri: str, suite: str = "bookworm", component: str = "main", key: str | None = None) -> Source:
    return Source(uri, (suite,), (component,), key)


OTHERS = [
    source("https://download.docker.example/linux/debian", component="stable"),
    source("https://packages.vendor.example/debian/12/prod"),
    source("http://mirror.example/debian-security", suite="bookworm-security"),
    source("http://mirror.example/debian", suite="bookworm-backports"),
    source("https://apt.postgresql.example/pub/repos/apt", suite="bookworm-pgdg"),
    source("cdrom://[Debian 12]/debian"),
]


@pytest.mark.parametrize(
    "mirror",
    [
        source("http://mirror.example/debian"),
        source("http://mirror.example/debian/"),
        source("https://mirror.example/debian", suite="stable"),
        source("http://snapshot.example/archive/debian/20250520T000000Z"),
        source("http://proxy.example/apt/deb-main", key="/usr/share/keyrings/debian-archive-keyring.gpg"),
        source("mirror+file:/etc/apt/mirrors/debian.list"),
    ],
    ids=lambda s: s.uri,
)
def test_debians_own_mirror_is_told_from_others(mirror: Source) -> None:
    assert debian_mirror([*OTHERS, mirror], "bookworm") == mirror


def test_no_mirror_of_debian() -> None:
    assert debian_mirror(OTHERS, "bookworm") is None


def test_without_a_mirror_the_cure_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(debian, "machine_sources", lambda: OTHERS)
    with pytest.raises(GroundError) as caught:
        debian.find_mirror(None, tmp_path, lambda _: None)
    assert caught.value.code == "no-mirror"
    assert "SANXIANG_DEBIAN_MIRROR" in str(caught.value)


def test_os_release(tmp_path: Path) -> None:
    file = tmp_path / "os-release"
    file.write_text('ID=debian\n# x=y\nVERSION_CODENAME="trixie"\n')
    assert os_release(file) == {"ID": "debian", "VERSION_CODENAME": "trixie"}
    assert os_release(tmp_path / "absent") == {}

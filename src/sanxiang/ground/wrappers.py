"""The small scripts that start a privately unpacked program, and the fonts it draws with.

Each script finds its own folder at run time, so the tools folder may be moved, and ends in `exec`,
so that the process that was started is the program itself.
"""

from pathlib import Path

_HEAD = """\
#!/bin/sh
# Written by sanxiang.ground; starts {what}.
here=$(dirname "$(readlink -f "$0")")
R=$here/root
"""

FONTS_CONF = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">../fonts/root/usr/share/fonts</dir>
  <cachedir prefix="relative">fonts-cache</cachedir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Noto Serif CJK SC</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Noto Sans Mono CJK SC</family></prefer></alias>
</fontconfig>
"""


def beside_machine(what: str, program: str, libraries: list[str], extra: list[str]) -> str:
    """For a program that shares the machine's C library: its own libraries come first.

    program and libraries: relative to the root; extra: further lines of shell, `$R` being the root.
    """
    path = ":".join(f"$R/{folder}" for folder in libraries)
    lines = [f'export LD_LIBRARY_PATH="{path}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"'] if path else []
    return _HEAD.format(what=what) + "\n".join([*lines, *extra, f'exec "$R/{program}" "$@"', ""])


def own_loader(what: str, program: str, loader: str, libraries: list[str], extra: list[str]) -> str:
    """For a program with its own C library; what it starts in turn is left to the machine's."""
    path = ":".join(f"$R/{folder}" for folder in libraries)
    name = Path(program).name
    start = f'exec "$R/{loader}" --inhibit-cache --library-path "{path}" --argv0 {name} "$R/{program}" "$@"'
    return _HEAD.format(what=what) + "\n".join([*extra, start, ""])


def of_machine(what: str, program: Path, extra: list[str]) -> str:
    """For a program of the machine's that only lacks its surroundings."""
    return _HEAD.format(what=what) + "\n".join([*extra, f"exec '{program}' \"$@\"", ""])


def write_executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)

"""Which icons are there? Those of the sprite in templates/web/icons.html, as `#i-NAME`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def names() -> frozenset[str]:
    """All icons by name."""
    sprite = Path(__file__).with_name("templates") / "web" / "icons.html"
    return frozenset(re.findall(r'<symbol id="i-([a-z]+)"', sprite.read_text(encoding="utf-8")))

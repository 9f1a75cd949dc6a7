"""How does a command answer? JSON on stdout, messages on stderr, tables for people."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any


class CommandError(Exception):
    """Ends a command. ``status`` 1: the input has problems; 2: usage; 3: the surroundings fail.

    ``document``: the JSON answer, where there is one; ``lines``: what goes to stderr.
    """

    def __init__(self, status: int, *lines: str, document: Any = None) -> None:
        super().__init__("\n".join(lines))
        self.status, self.lines, self.document = status, lines, document


def refused(answer: dict[str, Any]) -> CommandError:
    """The appender's refusal as an error of the command line (exit status 1)."""
    lines = [p["problem"] + (f"。{p['cure']}" if p.get("cure") else "") for p in answer.get("problems", [])]
    return CommandError(1, *lines, document=answer)


def emit(args: argparse.Namespace, document: Any, text: str) -> None:
    """Prints the one JSON document, or the text for people."""
    if getattr(args, "format", "text") == "json":
        json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=str)
        print()
    elif text:
        print(text)


def width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns aligned for a terminal."""
    lines = [[str("" if v is None else v) for v in row] for row in (head, *rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(v + " " * (w - width(v)) for v, w in zip(line, widths, strict=True)).rstrip() for line in lines)

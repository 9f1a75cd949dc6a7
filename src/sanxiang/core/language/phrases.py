"""Which of many phrases occur in a text? One pass for any number of them, behind one interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ahocorasick

from sanxiang.core.language.normal import Normal, normalise


@dataclass(frozen=True)
class Hit:
    """A phrase found: its group, and where (in the folded text)."""

    group: str
    phrase: str
    start: int
    end: int


class Phrases:
    """Phrases by group. Folded as texts are, so that 「請稍等」 finds 「请 稍等。」."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._automaton = ahocorasick.Automaton()
        by_phrase: dict[str, list[tuple[str, str]]] = {}
        for group, phrases in groups.items():
            for phrase in phrases:
                folded = normalise(phrase).text
                if folded:
                    by_phrase.setdefault(folded, []).append((group, phrase))
        for folded, owners in by_phrase.items():
            self._automaton.add_word(folded, (len(folded), tuple(owners)))
        self._empty = not by_phrase
        if by_phrase:
            self._automaton.make_automaton()

    def find(self, text: str | Normal) -> list[Hit]:
        """All hits, in order of their end. Latin phrases hit whole words only."""
        folded = normalise(text).text if isinstance(text, str) else text.text
        if self._empty:
            return []
        hits: list[Hit] = []
        for last, (length, owners) in self._automaton.iter(folded):
            start, end = last - length + 1, last + 1
            if _inside_word(folded, start, end):
                continue
            hits += [Hit(group, phrase, start, end) for group, phrase in owners]
        return hits


def _inside_word(text: str, start: int, end: int) -> bool:
    def letter(i: int) -> bool:
        return 0 <= i < len(text) and text[i].isascii() and text[i].isalpha()

    return (letter(start) and letter(start - 1)) or (letter(end - 1) and letter(end))

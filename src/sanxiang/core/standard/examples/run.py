"""Do a pack's examples come out, and which of its controls would be missed?"""

from __future__ import annotations

from dataclasses import dataclass

from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.examples.kinds import RUNNERS
from sanxiang.core.standard.examples.model import Example, read_examples
from sanxiang.core.standard.examples.scenario import ScenarioError
from sanxiang.core.standard.model import Pack
from sanxiang.core.standard.problems import PackError
from sanxiang.core.standard.reader import Loaded

#: clause, kind, name
ControlKey = tuple[str, str, str]


@dataclass(frozen=True, order=True)
class Failure:
    """An example that did not come out."""

    file: str
    line: int
    name: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} “{self.name}”：{self.problem}"


def examples_of(loaded: Loaded) -> list[Example]:
    """The pack's examples. Raises PackError where one is not even written right."""
    examples, problems = read_examples(loaded.examples, {c.id: c.title for c in loaded.pack.clauses})
    if problems:
        raise PackError(problems)
    return examples


def run_example(example: Example, standard: Standard) -> list[Failure]:
    """What did not come out of one example; empty: all did."""
    try:
        wrong = RUNNERS[example.kind](example, standard)
    except ScenarioError as error:
        wrong = [f"试例写法不对：{error}"]
    except (ValueError, TypeError, KeyError) as error:  # a value of the wrong type deep in an example
        wrong = [f"试例写法不对：{type(error).__name__} {error}"]
    return [Failure(example.file, example.line, example.name, text) for text in wrong]


def run_all(loaded: Loaded) -> list[Failure]:
    """Everything that does not come out. Raises PackError where an example is not written right."""
    standard = Standard.of(loaded.pack, loaded.digest)
    return [f for e in examples_of(loaded) for f in run_example(e, standard)]


def without(pack: Pack, key: ControlKey) -> Pack:
    """The pack with one control taken out."""
    clauses = [
        clause.model_copy(
            update={"controls": [k for k in clause.controls if (clause.id, k.kind, k.name) != key]}
        )
        for clause in pack.clauses
    ]
    return pack.model_copy(update={"clauses": clauses})


def exercised(loaded: Loaded) -> dict[ControlKey, list[str]]:
    """For each control of the pack's own clauses the examples that fail when it is taken out; none: nothing proves it.

    Examples that fail anyway prove nothing.
    """
    standard = Standard.of(loaded.pack, loaded.digest)
    sound = [e for e in examples_of(loaded) if not run_example(e, standard)]
    own = set(loaded.own_clauses())
    found: dict[ControlKey, list[str]] = {}
    for key in standard.controls:
        if key[0] in own:
            rest = Standard.of(without(loaded.pack, key), loaded.digest)
            found[key] = [f"{e.file}:{e.line} {e.name}" for e in sound if run_example(e, rest)]
    return found

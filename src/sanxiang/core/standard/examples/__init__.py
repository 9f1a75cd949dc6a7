"""A pack ships examples that must come out as written, and prove each of its controls: without it, one fails.

`model` what an example may say, `scenario` a small world in which facts happen, `kinds` how each kind is tried,
`run` all of them, and which controls they exercise.
"""

from sanxiang.core.standard.examples.model import Example, read_examples
from sanxiang.core.standard.examples.run import Failure, exercised, run_all, run_example

__all__ = ["Example", "Failure", "exercised", "read_examples", "run_all", "run_example"]

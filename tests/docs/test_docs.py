"""Is what the documentation names really there? Commands, files, links, tests, and every word of the vocabulary."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from sanxiang.cli.main import COMMANDS, build_parser
from sanxiang.core.controls import KINDS
from sanxiang.core.controls.gate import ACTIONS
from sanxiang.core.controls.script import MOMENTS, SLOTS
from sanxiang.core.facts import kinds
from sanxiang.core.judging import JUDGES
from sanxiang.core.standard.examples.model import KINDS as EXAMPLES
from sanxiang.core.standard.model import Clause, Hotline, Pack, Source

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs/handbook").glob("*.md")])
TEMPLATES = sorted((ROOT / "src/sanxiang").glob("*/templates/**/*.html"))
#: where a path in backticks may begin
BASES = [ROOT, ROOT / "src/sanxiang", ROOT / "src/sanxiang/core"]
#: a reader's own files, in examples
THEIRS = ("library/",)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code(text: str) -> Iterator[tuple[str, bool]]:
    """(code, whether it is a whole command line): lines of fenced blocks, and spans within a sentence."""
    parts = re.split(r"^ *```.*$", text, flags=re.MULTILINE)
    for i, part in enumerate(parts):
        if i % 2:
            yield from ((line.strip().removeprefix("$ "), True) for line in part.splitlines())
        else:
            yield from ((span, False) for span in re.findall(r"`([^`\n]+)`", part))


def commands() -> list[tuple[str, str, bool]]:
    found = [(str(page.relative_to(ROOT)), c, whole) for page in PAGES for c, whole in code(page.read_text(encoding="utf-8"))]
    for page in TEMPLATES:
        told = re.findall(r"<code[^>]*>(sanxiang [^<{]+)</code>", page.read_text(encoding="utf-8"))
        found += [(page.name, c, False) for c in told]
    return [(page, c.partition(" #")[0].strip(), whole) for page, c, whole in found if c.startswith("sanxiang ") and "NAME" not in c]


def accepted(words: list[str]) -> bool:
    parser = build_parser(next((w for w in words if w in COMMANDS), None))
    try:
        parser.parse_args(words)
    except SystemExit as ended:
        return ended.code in (0, None)
    return True


def test_every_command_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    named = commands()
    assert len(named) > 30
    wrong = []
    for page, command, whole in named:
        words = shlex.split(command)[1:]
        # in a sentence a command may be named without its arguments, never with options it does not have
        bare = not whole and not any(w.startswith("-") for w in words)
        if not accepted(words) and not (bare and accepted([*words, "--help"])):
            wrong.append(f"{page}: {command}")
    assert wrong == [], capsys.readouterr().err


def test_a_command_that_does_not_exist_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert not accepted(["report", "kpi", "--colour", "red"])
    assert not accepted(["pack", "polish", "--help"])
    assert not accepted(["fly"])


def test_every_file_that_is_named_exists() -> None:
    wrong = []
    for page in PAGES:
        for span, _ in code(page.read_text(encoding="utf-8")):
            path = re.fullmatch(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+\.(?:py|md|yaml|json|sh|toml|js)", span)
            if path and "NAME" not in span and not span.startswith(THEIRS) and not any((base / span).exists() for base in BASES):
                wrong.append(f"{page.name}: {span}")
    assert wrong == []


def test_every_link_leads_somewhere() -> None:
    wrong = []
    for page in [*PAGES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs/decisions").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if re.match(r"https?://|#", target):
                continue
            if not (page.parent / target.partition("#")[0]).exists():
                wrong.append(f"{page.relative_to(ROOT)}: {target}")
    assert wrong == []


def test_every_test_that_is_named_exists() -> None:
    there = {
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    named = {name for page in PAGES for name in re.findall(r"`(test_[a-z0-9_]+)`", page.read_text(encoding="utf-8"))}
    assert named
    assert named - there == set()


def test_the_readme_names_the_two_commands_and_what_this_is() -> None:
    readme = text_of("README.md")
    for needed in ("make run", "make test", "sanxiang demo", "docs/handbook/index.md", "LICENSE", "## English"):
        assert needed in readme


@pytest.mark.parametrize("page", ["docs/glossary.md", "docs/how-to-add-a-fact.md"])
def test_every_fact_is_listed(page: str) -> None:
    named = set(re.findall(r"`([A-Za-z]+)`", text_of(page)))
    assert set(kinds()) - named == set()


def test_facts_are_listed_as_what_they_are() -> None:
    observed, _, derived = text_of("docs/how-to-add-a-fact.md").partition("Observed: ")[2].partition("Derived: ")
    assert set(re.findall(r"`(\w+)`", observed)) == {n for n, k in kinds().items() if not k.derived}
    assert set(re.findall(r"`(\w+)`", derived)) == {n for n, k in kinds().items() if k.derived}


def test_the_glossary_calls_facts_as_the_product_does() -> None:
    glossary = text_of("docs/glossary.md")
    assert [k.title for k in kinds().values() if k.title not in glossary] == []


def test_every_kind_of_control_is_listed() -> None:
    for page in ("docs/glossary.md", "docs/how-to-add-a-control.md"):
        assert set(KINDS) - set(re.findall(r"`([a-z]+)`", text_of(page))) == set()
    sections = set(re.findall(r"^### ([a-z]+) ", text_of("docs/how-to-add-a-pack.md"), re.MULTILINE))
    assert sections == set(KINDS)


def test_every_key_of_a_pack_is_explained() -> None:
    page = text_of("docs/how-to-add-a-pack.md")
    models = [Pack, Clause, Hotline, Source, *KINDS.values()]
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    words = set(re.findall(r"[A-Za-z_.]+", page)) | set(re.findall(r"[a-z_]+", page))
    assert keys - words == set()
    assert (set(ACTIONS) | set(MOMENTS) | SLOTS | set(EXAMPLES)) - words == set()


def test_every_judge_is_explained() -> None:
    for page in ("docs/judging.md", "docs/how-to-add-a-pack.md"):
        assert [name for name in JUDGES if name not in text_of(page)] == []


def test_the_administrators_chapter_has_every_option_of_up() -> None:
    parser = build_parser("up")
    shown = next(a for a in parser._actions if a.dest == "command").choices["up"]  # type: ignore[index,call-overload]
    options = {o for action in shown._actions for o in action.option_strings if o.startswith("--")}
    chapter = text_of("docs/handbook/administrator.md")
    assert [o for o in sorted(options - {"--help"}) if o not in chapter] == []


def test_nothing_points_at_one_machine() -> None:
    here = re.compile(r"/(?:home|work|root|Users)/")
    assert [p.name for p in PAGES if here.search(p.read_text(encoding="utf-8"))] == []

"""Bad packs: every mistake in one run, each with file, line, cause and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanxiang.core.standard import library
from sanxiang.core.standard.problems import PackError
from sanxiang.core.standard.reader import from_canonical, read
from tests.core.standard_kit import CLAUSE, HEAD, codes, line_of, problems, write


def test_a_right_pack_has_no_problems(tmp_path: Path) -> None:
    loaded = read(write(tmp_path))
    assert (loaded.pack.pack, [c.id for c in loaded.pack.clauses]) == ("paper", ["K01"])
    assert from_canonical(loaded.text) == loaded.pack


MANY = """\
  - id: K01
    title: 一
    rule: 一
    source: {document: 纸, at: 一}
    controls:
      - {kind: deadline, name: answer, from: CallQueued, to: CallAnswered, within: 3 rungs}
      - {kind: deadline, name: two, from: CallEnded, to: RegistrationSigned, within: 3 min}
      - {kind: gatt, name: x}
  - id: K02
    title: 二
    rule: 二
    sorce: {document: 纸, at: 二}
    source: {document: 纸, at: 二}
    controls:
      - {kind: deadline, name: other, from: CallEnded, to: RegistrationSigned, within: 5 min}
  - id: K01
    title: 三
    rule: 三
    source: {document: 纸, at: 三}
    controls:
      - {kind: gate, name: g, at: call.vanish, strength: block, require: [{check: {a: true}, missing: 缺}]}
      - {kind: finding, name: f, judge: nobody}
      - {kind: kpi, name: k, of: {colour: red}, kept: {outcome: answered}, definition: 甲}
  - id: 7
    title: 四
    rule: 四
    source: {document: 纸, at: 四}
    controls:
      - {kind: script, name: s, moment: opening, say: "您好，{nobody}"}
"""


#: code -> words on the line of the mistake, or how far above them it stands
MISTAKES = {
    "bad_value": ("3 rungs", 0),
    "unknown_kind": ("gatt", 0),
    "unknown_key": ("sorce", 0),
    "contradiction": ("within: 5 min", 0),
    "duplicate_clause": ("title: 三", -1),
    "not_text": ("id: 7", 0),
}


def test_all_mistakes_of_form_and_of_meaning_are_told_in_one_run(tmp_path: Path) -> None:
    path = write(tmp_path, MANY)
    found = problems(path)
    assert sorted(p.code for p in found) == sorted([*["bad_control"] * 4, *MISTAKES])
    file = path / "pack.yaml"
    assert {p.code: p.line for p in found if p.code in MISTAKES} == {
        code: line_of(file, words) + above for code, (words, above) in MISTAKES.items()
    }
    wrong_controls = ["call.vanish", "judge: nobody", "colour", "{nobody}"]
    assert [p.line for p in found if p.code == "bad_control"] == [line_of(file, w) for w in wrong_controls]
    assert all(p.file == "paper/pack.yaml" and p.cure and p.column > 1 for p in found)


def test_words_of_a_mistake_name_the_cure(tmp_path: Path) -> None:
    found = {p.code: p for p in problems(write(tmp_path, MANY))}
    assert "rings" in found["bad_value"].problem and "3 rungs" in found["bad_value"].problem
    assert found["not_text"].cure == '加上引号："7"'
    assert "gate" in found["unknown_kind"].cure
    assert "3 min" in found["contradiction"].problem and "5 min" in found["contradiction"].problem


def test_the_same_key_twice_and_other_mistakes_together(tmp_path: Path) -> None:
    twice = CLAUSE.replace("title: 三声内接听", "title: 三声\n    title: 三声内接听\n    colour: 红")
    path = write(tmp_path, twice)
    assert codes(path) == ["duplicate_key", "unknown_key"]
    assert problems(path)[0].line == line_of(path / "pack.yaml", "title: 三声内接听")


def test_a_key_in_two_files(tmp_path: Path) -> None:
    path = write(tmp_path, more="title: 又一个\n")
    (found,) = problems(path)
    assert (found.code, found.file, found.line) == ("defined_twice", "paper/more.yaml", 1)
    assert "pack.yaml" in found.problem


def test_clauses_of_several_files_are_one_list_with_their_own_places(tmp_path: Path) -> None:
    second = "clauses:\n" + CLAUSE.replace("K01", "K02").replace("3 rings", "3 rinks")
    path = write(tmp_path, more=second)
    (found,) = problems(path)
    assert (found.file, found.line) == ("paper/more.yaml", line_of(path / "more.yaml", "rinks"))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (HEAD + "clauses:\n\t- id: K01\n", "tab", 6),
        (HEAD + "clauses: [\n", "yaml", None),
        (HEAD + "title: 又\n", "duplicate_key", 5),
        ("", "empty", 1),
        ("# 只有注释\n", "empty", 1),
        ("- 一\n- 二\n", "shape", 1),
        ("只有一句话", "shape", 1),
        (HEAD + "clauses: &a [*a]\n", "yaml", None),
        (HEAD + "clauses: []\n", "no_clauses", 5),
        (HEAD + "clauses: 三声\n", "bad_type", 5),
        (HEAD.replace("hotline", "hotlines"), "unknown_key", 4),
    ],
)
def test_files_that_are_hardly_packs(tmp_path: Path, text: str, code: str, line: int | None) -> None:
    path = tmp_path / "paper"
    path.mkdir()
    (path / "pack.yaml").write_text(text, encoding="utf-8")
    found = [p for p in problems(path) if p.code == code]
    assert found and found[0].cure
    assert line is None or found[0].line == line


def test_a_byte_order_mark_is_welcome(tmp_path: Path) -> None:
    path = write(tmp_path)
    file = path / "pack.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read(path).pack.pack == "paper"


def test_other_encodings_are_told_with_their_place(tmp_path: Path) -> None:
    path = write(tmp_path)
    (path / "pack.yaml").write_bytes("pack: paper\ntitle: 规范\n".encode("gb18030"))
    found = next(p for p in problems(path) if p.code == "encoding")
    assert (found.line, found.column) == (2, 8)


def test_what_the_unreadable_file_may_hold_is_not_called_missing(tmp_path: Path) -> None:
    path = write(tmp_path, "", more="clauses:\n\t- x\n")
    assert codes(path) == ["tab"]


def test_deep_and_exploding_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "paper"
    path.mkdir()
    (path / "pack.yaml").write_text("a: " + "[" * 3000 + "]" * 3000, encoding="utf-8")
    assert codes(path)
    bomb = "\n".join(
        [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" if i else "a0: &a0 [x]" for i in range(9)]
    )
    (path / "pack.yaml").write_text(bomb, encoding="utf-8")
    assert "too_big" in codes(path)


# -- inheritance --------------------------------------------------------------------------------------------------------
def test_a_parent_that_is_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, head=HEAD + "extends: [nowhere]\n")
    (found,) = problems(path)
    assert (found.code, found.line) == ("no_parent", 5) and "nowhere" in found.problem


def test_parents_of_parents_own_clauses_win(tmp_path: Path) -> None:
    other = CLAUSE.replace("CallQueued", "PhoneRang")
    write(tmp_path, CLAUSE + other.replace("K01", "K02"), name="old")
    write(tmp_path, CLAUSE.replace("3 rings", "4 rings"), HEAD + "extends: [old]\n", name="middle")
    path = write(
        tmp_path,
        other.replace("K01", "K03"),
        "pack: young\ntitle: 新\nversion: '1'\nextends: [middle]\n",
        name="young",
    )
    loaded = read(path)
    assert [c.id for c in loaded.pack.clauses] == ["K03", "K01", "K02"]
    assert loaded.pack.clauses[1].controls[0].within == "4 rings"  # type: ignore[union-attr]
    assert loaded.pack.hotline is not None and loaded.pack.hotline.organisation == "纸上医院"
    assert loaded.origin == {"K03": "young", "K01": "middle", "K02": "old"}
    assert loaded.own_clauses() == ["K03"]


def test_mistakes_in_a_parent_are_told_at_their_place_there(tmp_path: Path) -> None:
    write(tmp_path, CLAUSE.replace("3 rings", "3 rinks"), name="old")
    path = write(tmp_path, CLAUSE.replace("K01", "K02"), HEAD + "extends: [old]\n", name="young")
    (found,) = problems(path)
    assert (found.file, found.line) == ("old/pack.yaml", line_of(tmp_path / "old" / "pack.yaml", "rinks"))


def test_going_round_in_circles(tmp_path: Path) -> None:
    write(tmp_path, head=HEAD + "extends: [b]\n", name="a")
    write(tmp_path, CLAUSE.replace("K01", "K02"), HEAD + "extends: [a]\n", name="b")
    assert "circle" in codes(tmp_path / "a")


def test_extends_written_as_a_word(tmp_path: Path) -> None:
    found = problems(write(tmp_path, head=HEAD + "extends: base\n"))
    assert [(p.code, p.line) for p in found] == [("bad_type", 5)]


# -- finding packs ------------------------------------------------------------------------------------------------------
def test_packs_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    assert {"base", "hospital"} <= set(library.names())
    assert library.find("hospital").name == "hospital"
    path = write(tmp_path)
    assert library.find(path) == path
    assert library.find(path / "pack.yaml") == path


def test_a_name_that_is_not_there_offers_the_nearest() -> None:
    with pytest.raises(PackError) as error:
        library.load("hospitall")
    assert "hospital" in error.value.problems[0].cure


def test_the_same_words_give_the_same_digest_and_others_another(tmp_path: Path) -> None:
    one = read(write(tmp_path / "1")).digest
    assert read(write(tmp_path / "2")).digest == one
    assert read(write(tmp_path / "3", CLAUSE.replace("3 rings", "4 rings"))).digest != one

"""What can be wrong with a pack whose form is right? Duplicate clauses, contradictory clocks, names that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sanxiang.core.controls import ControlBase, Deadline, Form, Route, Script
from sanxiang.core.standard.durations import parse_duration
from sanxiang.core.standard.model import Pack

#: (path into the pack, code, problem, cure)
Found = tuple[tuple[str | int, ...], str, str, str]


def check_pack(pack: Pack) -> list[Found]:
    """Every semantic mistake of a pack."""
    return [
        *_clauses(pack),
        *_controls(pack),
        *_clocks(pack),
        *_singles(pack),
        *_form_parts(pack),
        *_prompts(pack),
    ]


def _clauses(pack: Pack) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for i, clause in enumerate(pack.clauses):
        if clause.id in seen:
            yield (
                ("clauses", i, "id"),
                "duplicate_clause",
                f"条款 {clause.id} 写了两次",
                f"与第 {seen[clause.id] + 1} 条合并，或另起编号",
            )
        seen.setdefault(clause.id, i)
    if not pack.clauses:
        yield ("clauses",), "no_clauses", "规范包里没有条款", "至少写一条"
    if not pack.abstract and pack.hotline is None:
        yield (
            ("pack",),
            "no_hotline",
            "没有写 hotline（单位名称与问候名）",
            "补上 hotline，或写 abstract: true 只供继承",
        )


def _controls(pack: Pack) -> Iterator[Found]:
    for i, clause in enumerate(pack.clauses):
        names: set[tuple[str, str]] = set()
        for j, control in enumerate(clause.controls):
            path = ("clauses", i, "controls", j)
            key = (control.kind, control.name)
            if key in names:
                yield (
                    (*path, "name"),
                    "duplicate_control",
                    f"{clause.id} 里有两个 {control.kind} 叫 {control.name}",
                    "改一个名称",
                )
            names.add(key)
            for problem in control.problems():
                yield path, "bad_control", f"{clause.id}/{control.name}：{problem}", "按提示改正"


def _clocks(pack: Pack) -> Iterator[Found]:
    """Two clocks that watch the same stretch for the same owner but disagree on its length."""
    seen: dict[tuple[object, ...], tuple[str, Deadline]] = {}
    cycle = parse_duration(pack.rings.on) + parse_duration(pack.rings.off)
    for i, clause in enumerate(pack.clauses):
        for j, control in enumerate(clause.controls):
            if not isinstance(control, Deadline):
                continue
            key = (
                control.subject,
                control.from_,
                control.to,
                control.owner,
                repr(control.when),
                repr(control.until),
            )
            if key in seen and parse_duration(seen[key][1].within, cycle) != parse_duration(control.within, cycle):
                other, theirs = seen[key]
                yield (
                    ("clauses", i, "controls", j, "within"), "contradiction",
                    f"{clause.id} 限 {control.within}，{other} 对同一段（{control.from_} → {control.to}）限 {theirs.within}，互相矛盾",
                    "统一时限，或用 when 写明各自的范围",
                )  # fmt: skip
            seen.setdefault(key, (clause.id, control))


def _singles(pack: Pack) -> Iterator[Found]:
    tests: tuple[tuple[Callable[[ControlBase], bool], str], ...] = (
        (lambda k: isinstance(k, Form) and not k.adds_to, "登记表 form"),
        (lambda k: isinstance(k, Route) and k.of == "calls", "来电的派线 route"),
    )
    for test, word in tests:
        places = [
            (("clauses", i, "controls", j), clause.id)
            for i, clause in enumerate(pack.clauses)
            for j, control in enumerate(clause.controls)
            if test(control)
        ]
        for path, clause_id in places[1:]:
            yield path, "only_one", f"{clause_id} 又写了一个{word}，{places[0][1]} 已有", "只留一个"


def _form_parts(pack: Pack) -> Iterator[Found]:
    """Fields added to a form that is not there, or twice."""
    forms = [
        (("clauses", i, "controls", j), control)
        for i, clause in enumerate(pack.clauses)
        for j, control in enumerate(clause.controls)
        if isinstance(control, Form)
    ]
    names = {form.name for _, form in forms if not form.adds_to}
    known: set[str] = set()
    for path, form in sorted(forms, key=lambda f: bool(f[1].adds_to)):
        if form.adds_to and form.adds_to not in names:
            yield (
                (*path, "adds_to"),
                "no_form",
                f"没有名为 {form.adds_to} 的登记表",
                f"可用：{', '.join(sorted(names)) or '（无）'}",
            )
        for index, one in enumerate(form.fields):
            if form.adds_to and one.name in known:
                yield (
                    (*path, "fields", index),
                    "duplicate_field",
                    f"字段 {one.name} 在登记表里已有",
                    "改一个名称",
                )
            known.add(one.name)


def _prompts(pack: Pack) -> Iterator[Found]:
    for i, clause in enumerate(pack.clauses):
        for j, control in enumerate(clause.controls):
            if isinstance(control, Script) and control.play and control.play not in pack.prompts:
                yield (
                    ("clauses", i, "controls", j, "play"), "no_prompt", f"没有名为 {control.play} 的提示音",
                    "在 prompts 里写上它的文字",
                )  # fmt: skip

"""When does a condition written in a pack hold? The one small language that gates, routes, forms and KPIs share.

A condition is a mapping, all of whose entries must hold:

    {result: unsolved}                      equal
    {outcome: [answered, abandoned]}        one of
    {wait_seconds: {lt: 15}}                lt, le, gt, ge; is, not, in, present
    {any: [{…}, {…}]}, {not: {…}}           alternatives, negation
    {call.registration: open}               dots go into nested data

A path that leads nowhere is *absent*: only ``present: false``, ``not`` and ``is: null`` hold for it. There is no
third value here: who needs "unknown" looks first whether what the condition asks for is there.
"""

from __future__ import annotations

import operator as operator_
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

OPERATORS = {"is", "not", "in", "present", "lt", "le", "gt", "ge"}
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "absent"})()


def lookup(data: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or ABSENT."""
    if path in data:
        return data[path]
    value: Any = data
    for part in path.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        else:
            return ABSENT
    return value


def filled(value: Any) -> bool:
    """Whether something stands there: not absent, null, empty or blank."""
    if value is ABSENT or value is None:
        return False
    return bool(value.strip()) if isinstance(value, str) else value not in ((), [], {})


def as_number(value: Any) -> float | None:
    """A number, also one written as text; None for anything else."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


_COMPARE = {"lt": operator_.lt, "le": operator_.le, "gt": operator_.gt, "ge": operator_.ge}


def _test(value: Any, operator: str, operand: Any) -> bool:
    if operator == "present":
        return filled(value) is operand
    if operator == "not":
        return not _matches(value, operand)
    if operator == "is":
        return value == operand if value is not ABSENT else operand is None
    if value is ABSENT or value is None:
        return False
    if operator == "in":
        return value in operand
    if isinstance(value, str) is not isinstance(operand, str):
        value = as_number(value)  # a form's numbers come as text
        if value is None:
            return False
    try:
        return bool(_COMPARE[operator](value, operand))
    except TypeError:  # things that have no order
        return False


def _matches(value: Any, expected: Any) -> bool:
    if isinstance(expected, Mapping):
        return all(_test(value, operator, operand) for operator, operand in expected.items())
    if isinstance(expected, list):
        return value in expected
    return bool(value == expected)


def holds(condition: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether all entries of the condition hold for the data. An empty condition holds."""
    for key, expected in condition.items():
        if key == "any":
            if not any(holds(one, data) for one in expected):
                return False
        elif key == "all":
            if not all(holds(one, data) for one in expected):
                return False
        elif key == "not":
            if holds(expected, data):
                return False
        elif not _matches(lookup(data, key), expected):
            return False
    return True


def paths(condition: Mapping[str, Any]) -> Iterator[str]:
    """Every path that a condition looks at."""
    for key, expected in condition.items():
        if key in ("any", "all"):
            for one in expected:
                yield from paths(one)
        elif key == "not":
            yield from paths(expected)
        else:
            yield key


def _check(condition: dict[str, Any]) -> dict[str, Any]:
    for key, expected in condition.items():
        if key in ("any", "all"):
            if not isinstance(expected, list) or not all(isinstance(one, dict) for one in expected):
                raise ValueError(f"{key} 后面要写一列条件")
            for one in expected:
                _check(one)
        elif key == "not":
            if not isinstance(expected, dict):
                raise ValueError("not 后面要写一个条件")
            _check(expected)
        elif isinstance(expected, dict):
            unknown = set(expected) - OPERATORS
            if unknown:
                raise ValueError(
                    f"不认识的比较 {', '.join(sorted(unknown))}；可用：{', '.join(sorted(OPERATORS))}"
                )
            if "present" in expected and not isinstance(expected["present"], bool):
                raise ValueError("present 只能是 true 或 false")
    return condition


#: a pydantic field type: a condition, checked in form
Condition = Annotated[dict[str, Any], AfterValidator(_check)]

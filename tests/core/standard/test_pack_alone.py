"""Changing the pack alone changes verdict, gate, form and figure: no code knows any clause."""

from __future__ import annotations

import pytest

from sanxiang.core.controls import Kpi
from sanxiang.core.controls.gate import decide
from sanxiang.core.judging.reading import conversation
from sanxiang.core.judging.verdicts import judge
from sanxiang.core.standard.compiled import Standard
from sanxiang.core.standard.examples.model import Seat
from sanxiang.core.standard.examples.scenario import Scenario
from tests.core.standard_kit import own, shipped


def answered_at(standard: Standard, second: float) -> str:
    scenario = Scenario(standard, [Seat(agent="01")])
    scenario.happen({"at": "0 s", "fact": "CallQueued"})
    scenario.happen({"at": f"{second} s", "fact": "CallAnswered"})
    verdicts = [f.body for f in scenario.facts if f.kind == "VerdictReached" and f.body.control == "answer"]  # type: ignore[attr-defined]
    return verdicts[-1].verdict  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("second", "three", "two"), [(9.9, "kept", "kept"), (12, "kept", "breach"), (15.1, "breach", "breach")]
)
def test_two_rings_instead_of_three_change_the_verdict(second: float, three: str, two: str) -> None:
    assert answered_at(shipped()[1], second) == three
    assert answered_at(own("two_rings")[1], second) == two


def test_two_rings_instead_of_three_change_who_gets_the_call_and_when() -> None:
    def offers(standard: Standard) -> list[tuple[str, int]]:
        scenario = Scenario(standard, [Seat(agent="01"), Seat(agent="02", idle="5 min")])
        scenario.happen({"at": "0 s", "fact": "CallQueued"})
        scenario.happen({"at": "0 s", "fact": "PhoneRang"})
        scenario.until("20 s")
        first = scenario.facts[0].at
        return [(f.body.agent, (f.at - first) // 1_000_000) for f in scenario.facts if f.kind == "OfferMade"]  # type: ignore[attr-defined]

    assert offers(shipped()[1]) == [("01", 0), ("02", 15)]
    assert offers(own("two_rings")[1]) == [("01", 0), ("02", 10)]


def test_a_clause_that_no_code_knows_has_a_gate_a_field_and_a_kpi() -> None:
    data = {"result": "solved", "restated": False}
    assert decide(shipped()[1], "registration.sign", data).strength == "open"
    assert decide(own("own")[1], "registration.sign", data).strength == "block"
    fields = [f.name for f in own("own")[1].form()[1].fields]  # type: ignore[index]
    assert fields[fields.index("content") + 1] == "restated"
    names = {k.name for _, k in own("own")[1].kpis()}
    assert "slowest_signature" in names - {k.name for _, k in shipped()[1].kpis()}


def test_the_new_kpi_is_counted() -> None:
    kpi = next(k for _, k in own("own")[1].kpis() if k.name == "slowest_signature")
    assert isinstance(kpi, Kpi)
    rows = [{"registration": "signed", "sign_seconds": s} for s in (8, 70, None)]
    assert kpi.value(rows) == {"value": 70.0, "kept": None, "counted": 2, "unknown": 1}


def test_other_points_and_other_limits_change_the_judgement() -> None:
    late = conversation(
        {
            "id": "x",
            "hung_up_by": "caller",
            "turns": [{"speaker": "agent", "start": 6, "end": 8, "text": "您好，市二院，再见"}],
        }
    )
    pack = shipped()[0].pack

    def verdict(**changes: object) -> tuple[str, float]:
        clauses = [
            c.model_copy(update={"controls": [
                k.model_copy(update=changes) if c.id == "H14" and k.kind == "finding" and k.name == "opening" else k for k in c.controls
            ]})
            for c in pack.clauses
        ]  # fmt: skip
        standard = Standard.of(pack.model_copy(update={"clauses": clauses}), "x")
        found = next(v for v in judge(late, standard) if v.clause == "H14")
        return found.verdict, found.points

    assert verdict() == ("breach", -2.0)
    assert verdict(points=-5.0) == ("breach", -5.0)
    assert verdict(params={"within_seconds": 10}) == ("kept", 0.0)


def test_shorter_rings_make_three_of_them_a_shorter_time() -> None:
    pack = shipped()[0].pack
    brisk = Standard.of(
        pack.model_copy(update={"rings": pack.rings.model_copy(update={"on": "1 s", "off": "2 s"})}), "brisk"
    )
    assert (brisk.cycle, brisk.duration("3 rings"), brisk.duration("30 min")) == (
        3_000_000,
        9_000_000,
        1_800_000_000,
    )
    assert answered_at(brisk, 8.9) == "kept"
    assert answered_at(brisk, 9.0) == "breach"


def test_of_several_slips_of_one_clause_the_dearest_is_paid_once() -> None:
    pack = shipped()[0].pack
    dear = [
        c.model_copy(update={"controls": [
            k.model_copy(update={"points": -5.0}) if (c.id, k.kind, k.name) == ("H14", "finding", "closing") else k for k in c.controls
        ]})
        for c in pack.clauses
    ]  # fmt: skip
    talk = conversation(
        {
            "id": "x",
            "hung_up_by": "agent",
            "turns": [{"speaker": "agent", "start": 0, "end": 2, "text": "喂，说"}],
        }
    )
    found = next(
        v
        for v in judge(talk, Standard.of(pack.model_copy(update={"clauses": dear}), "x"))
        if v.clause == "H14"
    )
    assert (found.verdict, found.points) == ("breach", -5.0)

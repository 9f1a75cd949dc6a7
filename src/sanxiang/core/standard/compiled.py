"""A pack made ready for the engine: which control listens to which fact, found by one look-up."""

from __future__ import annotations

from dataclasses import dataclass, field

from sanxiang.core.controls import ControlBase, Deadline, Form, Gate, Kpi, Route, Script
from sanxiang.core.standard.durations import parse_duration
from sanxiang.core.standard.model import Clause, Pack

Bound = tuple[Clause, ControlBase]


@dataclass
class Standard:
    """One published version of a pack. ``digest`` names it in facts."""

    digest: str
    pack: Pack
    listeners: dict[str, list[Bound]] = field(default_factory=dict)
    gates: dict[str, list[tuple[Clause, Gate]]] = field(default_factory=dict)
    controls: dict[tuple[str, str, str], Bound] = field(default_factory=dict)
    cycle: int = 0
    _form: tuple[Clause, Form] | None = None

    @classmethod
    def of(cls, pack: Pack, digest: str) -> Standard:
        """Builds the look-up tables. The pack is checked already."""
        made = cls(digest=digest, pack=pack)
        made.cycle = parse_duration(pack.rings.on) + parse_duration(pack.rings.off)
        for clause in pack.clauses:
            for control in clause.controls:
                made.controls[clause.id, control.kind, control.name] = (clause, control)
                for kind in control.listens():
                    made.listeners.setdefault(kind, []).append((clause, control))
                if isinstance(control, Gate):
                    made.gates.setdefault(control.at, []).append((clause, control))
        for bound in made.listeners.values():  # routes last: they act on what the others have said
            bound.sort(key=lambda b: isinstance(b[1], Route))
        made._form = made._whole_form()
        return made

    def duration(self, text: str) -> int:
        """A length of time that the pack writes, us; rings are the pack's own."""
        return parse_duration(text, self.cycle)

    def form(self) -> tuple[Clause, Form] | None:
        """The registration form, with the fields that other clauses add to it."""
        return self._form

    def _whole_form(self) -> tuple[Clause, Form] | None:
        forms = [(c, k) for c, k in self.all() if isinstance(k, Form)]
        main = next(((c, k) for c, k in forms if not k.adds_to), None)
        if main is None:
            return None
        return main[0], main[1].with_parts([k for _, k in forms if k.adds_to == main[1].name])

    def all(self) -> list[Bound]:
        return list(self.controls.values())

    def scripts(self, *moments: str) -> list[tuple[Clause, Script]]:
        """Scripts shown at any of the moments, in their order."""
        found = [(c, k) for c, k in self.all() if isinstance(k, Script) and k.moment in moments]
        return sorted(found, key=lambda b: b[1].order)

    def kpis(self) -> list[tuple[Clause, Kpi]]:
        return [(c, k) for c, k in self.all() if isinstance(k, Kpi)]

    def deadline(self, measure: str) -> tuple[Clause, Deadline] | None:
        """The clock that reports know under this name."""
        return next(((c, k) for c, k in self.all() if isinstance(k, Deadline) and k.measure == measure), None)

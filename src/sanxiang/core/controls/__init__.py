"""The kinds of control (控制项), one file each. `Control` is any of them, told apart by ``kind``.

To add a kind: docs/how-to-add-a-control.md.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sanxiang.core.controls.base import ControlBase
from sanxiang.core.controls.deadline import Deadline
from sanxiang.core.controls.finding import Finding
from sanxiang.core.controls.form import Form
from sanxiang.core.controls.gate import Gate
from sanxiang.core.controls.kpi import Kpi
from sanxiang.core.controls.record import Record
from sanxiang.core.controls.route import Route
from sanxiang.core.controls.script import Script

Control = Annotated[
    Deadline | Gate | Form | Script | Kpi | Finding | Route | Record,
    Field(discriminator="kind"),
]
KINDS: dict[str, type[ControlBase]] = {
    "deadline": Deadline,
    "gate": Gate,
    "form": Form,
    "script": Script,
    "kpi": Kpi,
    "finding": Finding,
    "route": Route,
    "record": Record,
}

__all__ = [
    "KINDS",
    "Control",
    "ControlBase",
    "Deadline",
    "Finding",
    "Form",
    "Gate",
    "Kpi",
    "Record",
    "Route",
    "Script",
]

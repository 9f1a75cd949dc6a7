"""What does the standard say of one call so far? The newest verdict of each control, and the clocks that still run."""

from __future__ import annotations

from typing import Any

from sanxiang.core.engine.state import Call
from sanxiang.core.standard.compiled import Standard
from sanxiang.log import rows
from sanxiang.log.reader import LogReader

_ORDER = {"breach": 0, "pending": 1, "unknown": 2, "kept": 3, "not_applicable": 4}


def verdicts(reader: LogReader, standard: Standard | None, call: Call) -> list[dict[str, Any]]:
    """[{"clause", "title", "verdict", "why", "due_at"?}]: breaches first; what does not apply is left out."""
    if standard is None:
        return []
    newest: dict[tuple[str, str, str], dict[str, Any]] = {}
    query = f"SELECT {rows.FACT_COLUMNS} FROM fact WHERE call = ? AND kind = 'VerdictReached' ORDER BY n"
    for row in reader.db.execute(query, (call.id,)).fetchall():
        body: Any = rows.fact_of(row).body
        newest[body.clause, body.control, body.subject] = {
            "clause": body.clause, "title": _title(standard, body.clause, body.kind, body.control),
            "verdict": body.verdict, "why": body.why,
        }  # fmt: skip
    for (row,) in reader.db.execute("SELECT body FROM due WHERE state = 'open' AND json_extract(body, '$.call') = ?", (call.id,)):
        due = rows.due_of(row)
        if due.kind == "deadline" and due.stage == "limit":
            newest[due.clause, due.control, due.subject] = {
                "clause": due.clause, "title": _title(standard, due.clause, due.kind, due.control), "verdict": "pending",
                "why": "", "due_at": due.limit,
            }  # fmt: skip
    shown = [v for v in newest.values() if v["verdict"] != "not_applicable"]
    return sorted(shown, key=lambda v: (_ORDER[v["verdict"]], v["clause"]))


def _title(standard: Standard, clause: str, kind: str, control: str) -> str:
    bound = standard.controls.get((clause, kind, control))
    return (bound[1].title or bound[0].title) if bound else clause

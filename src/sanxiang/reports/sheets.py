"""How does a report look as a table: csv, xlsx, or text for a terminal? Numbers stay numbers; text never acts as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sanxiang.reports.kpi import DEFINITIONS, RATES

#: value -> its name in Chinese
NAMES: dict[str, str] = {
    "offered": "来电", "answered": "接听", "answered_on_time": "按时接听", "abandoned": "放弃", "timed_out": "超时",
    "rejected": "拒绝", "closed": "关门", "still_open": "仍在等", "released": "移交应急队列", "on_time_answer_rate": "按时接听率",
    "on_time_unknown": "响数未知", "answer_rate": "接通率", "abandonment_rate": "放弃率", "service_level": "服务水平",
    "average_wait_seconds": "平均等候", "p95_wait_seconds": "等候 95 分位", "average_queue_seconds": "平均排队",
    "average_talk_seconds": "平均通话", "average_hold_seconds": "平均等待", "average_wrap_up_seconds": "平均话后整理",
    "average_handling_seconds": "平均处理", "login_seconds": "在岗", "pause_seconds": "示忙与小休", "talk_seconds": "通话时长",
    "wrap_up_seconds": "话后整理时长", "occupancy": "占用率", "registered_rate": "登记完整率",
    "first_contact_resolution_rate": "当场解决率", "resolution_rate": "解决率", "replied_on_time_rate": "按时回复率",
    "promises_kept_rate": "承诺守住率", "promises_open": "未到期承诺", "csat": "满意度", "survey_response_rate": "参评率",
}  # fmt: skip
DIMENSION_NAMES = {"day": "日", "hour": "时", "agent": "坐席", "queue": "队列", "hotline": "热线"}


@dataclass(frozen=True)
class Column:
    """One column: its field, its title for people, "rate", "seconds" or "", and how a line gives its value."""

    name: str
    title: str
    unit: str
    get: Callable[[dict[str, Any]], Any]


def _columns(document: dict[str, Any]) -> list[Column]:
    """Groups, values, then each pack KPI with its counted and unknown."""
    found = [Column(d, DIMENSION_NAMES[d], "", lambda row, d=d: row[d]) for d in document["by"]]  # type: ignore[misc]
    for name in DEFINITIONS:
        unit = "rate" if name in RATES else "seconds" if name.endswith("_seconds") else ""
        found.append(Column(name, NAMES[name], unit, lambda row, n=name: row[n]))  # type: ignore[misc]
    for key, one in document["total"]["pack_kpis"].items():
        title, unit = f"{one['clause']} {one['title']}", {"%": "rate", "s": "seconds"}.get(one["unit"], "")
        for part, word in (("value", ""), ("counted", " 计数"), ("unknown", " 未知")):
            name = f"pack:{key}" + (f":{part}" if word else "")
            get = lambda row, k=key, p=part: row["pack_kpis"].get(k, {}).get(p)  # noqa: E731
            found.append(Column(name, title + word, "" if word else unit, get))
    return found


def _lines(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines, the total last. Without groups it is the only one."""
    return [*document["rows"], {**dict.fromkeys(document["by"], "合计"), **document["total"]}]


def safe(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe; all else stays."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def as_csv(document: dict[str, Any]) -> str:
    """Comma-separated, one line a group and the total; unknown is empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    columns = _columns(document)
    writer.writerow([c.name for c in columns])
    for row in _lines(document):
        cells = [c.get(row) for c in columns]
        writer.writerow(["" if v is None else safe(v) for v in cells])
    return out.getvalue()


def as_xlsx(document: dict[str, Any]) -> bytes:
    """A workbook: the figures, and their definitions."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {"rate": book.add_format({"num_format": "0.0%"}), "seconds": book.add_format({"num_format": "0.0"})}
    sheet = book.add_worksheet("指标")
    columns = _columns(document)
    for number, column in enumerate(columns):
        sheet.write_string(0, number, column.title, strong)
    for line, row in enumerate(_lines(document), 1):
        for number, column in enumerate(columns):
            value = column.get(row)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(line, number, value, formats.get(column.unit))
            elif value is not None:
                sheet.write_string(line, number, str(value))
    sheet.freeze_panes(1, len(document["by"]))
    sheet.set_column(0, len(columns) - 1, 13)
    titles = {c.name.removeprefix("pack:"): c.title for c in columns}
    notes = book.add_worksheet("定义")
    for number, text in enumerate(("名称", "字段", "定义")):
        notes.write_string(0, number, text, strong)
    for line, (name, text) in enumerate(document["definitions"].items(), 1):
        for number, value in enumerate((titles.get(name, name), name, text)):
            notes.write_string(line, number, value)
    notes.write_string(len(document["definitions"]) + 2, 0, f"期间：{document['from']} 至 {document['to']}（不含）")
    notes.set_column(0, 1, 24)
    notes.set_column(2, 2, 90)
    book.close()
    return out.getvalue()


def shown(name: str, value: Any) -> str:
    """A value for people: 95.5%, 6.8 秒, — for null."""
    if value is None:
        return "—"
    if name in RATES:
        return f"{value * 100:.1f}%"
    return f"{value:.1f} 秒" if name.endswith("_seconds") else str(value)


def as_text(document: dict[str, Any]) -> str:
    """For a terminal: the total with names, and one short line a group."""
    lines = [f"{document['from']} 至 {document['to']}（不含）"]
    total = document["total"]
    lines += [f"  {NAMES[n]}  {shown(n, total[n])}" for n in DEFINITIONS]
    for key, one in total["pack_kpis"].items():
        value = "—" if one["value"] is None else f"{one['value'] * 100:.1f}%" if one["unit"] == "%" else f"{one['value']:.1f}"
        fraction = f"（{one['kept']}/{one['counted']}）" if one["kept"] is not None else f"（{one['counted']}）"
        lines.append(f"  {one['clause']} {one['title']}  {value}{fraction} 未知 {one['unknown']}  [{key}]")
    for row in document["rows"] if document["by"] else []:
        key = " ".join(str(row[d] or "（无）") for d in document["by"])
        lines.append(
            f"{key}  来电 {row['offered']}  接听 {row['answered']}  按时接听率 {shown('on_time_answer_rate', row['on_time_answer_rate'])}"
        )
    return "\n".join(lines)

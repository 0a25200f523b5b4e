"""A table to take away, as CSV or XLSX: numbers stay numbers, days stay days, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

CSV, XLSX = "csv", "xlsx"
MIMES = {CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
LONGEST_CELL = 32_000
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@|%＝＋－＠]")

Cell = str | int | Decimal | date | datetime | None
"""A datetime is on the team's clock, without a zone. A decimal of two places keeps both, so money reads as money."""


@dataclass(frozen=True)
class Table:
    """A sheet: its name, what its columns are called, its rows."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def _plain(text: str) -> str:
    return _HIDDEN.sub("", text)[:LONGEST_CELL]


def safe(text: str) -> str:
    """A text that no program takes for a formula: an apostrophe stands before what looks like one."""
    plain = _plain(text)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return safe(cell) if isinstance(cell, str) else format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def as_csv(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a BOM, so that Excel reads Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe(word) for word in head])
    writer.writerows([[_csv_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """One sheet with its head kept in sight; texts are written as texts, whatever they look like."""
    return as_book([Table(name, head, rows)])


def as_book(tables: Sequence[Table]) -> bytes:
    """A workbook of several sheets, each like one of `as_xlsx`."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        looks = {
            "head": book.add_format({"bold": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "minute": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
        }
        for table in tables:
            _write(book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", table.name)[:31] or "1"), table, looks)
    return made.getvalue()


def _write(sheet: Any, table: Table, looks: dict[str, Any]) -> None:
    widths = [len(word) for word in table.head]
    for column, word in enumerate(table.head):
        sheet.write_string(0, column, _plain(word), looks["head"])
    for line, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, column, _plain(cell))
            elif isinstance(cell, datetime):
                sheet.write_datetime(line, column, cell, looks["minute"])
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, datetime.combine(cell, time()), looks["day"])
            elif isinstance(cell, Decimal) and cell.as_tuple().exponent == -2:
                sheet.write_number(line, column, float(cell), looks["money"])
            elif cell is not None:
                sheet.write_number(line, column, float(cell))
            widths[column] = max(widths[column], len(str(cell or "")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(40, 2 + width * 1.2))
    sheet.freeze_panes(1, 0)


def made(kind: str, name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The table in one of the two kinds."""
    return as_xlsx(name, head, rows) if kind == XLSX else as_csv(head, rows)

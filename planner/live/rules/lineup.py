"""A lineup as it is pasted from a sheet. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from planner.kernel.errors import Invalid
from planner.kernel.money import read_money
from planner.kernel.text import Message, clean_line, msg


@dataclass(frozen=True)
class LineupRow:
    """A product as pasted from the team's sheet; money in minor units."""

    number: str
    name: str
    link_no: str
    live_price: int | None
    usual_price: int | None
    stock: int | None
    mechanism: str


HEADS = {"序号", "no", "no.", "编号", "#"}


LINEUP_ROWS = 300


MOST_PIECES = 10**9


MISSING = {"", "-", "–", "—"}


def _cells(line: str) -> list[str]:
    """Tabs where there are any (a sheet), else commas (typed): a price may hold commas of its own."""
    cells = line.split("\t") if "\t" in line else re.split(r"[,，]", line)
    return [clean_line(cell) for cell in cells] + [""] * (7 - len(cells))


def _price(cell: str) -> int | Message | None:
    if cell in MISSING:
        return None
    try:
        found = read_money(cell)
    except Invalid:
        found = -1
    return found if found >= 0 else msg("%(cell)s is not a price", cell=cell[:40])


def _pieces(cell: str) -> int | Message | None:
    plain = cell.replace(" ", "").replace(",", "")
    if plain in MISSING:
        return None
    if not plain.isdecimal() or len(plain) > 10 or int(plain) > MOST_PIECES:
        return msg("%(cell)s is not a number of pieces", cell=cell[:40])
    return int(plain)


def _words(cell: str, most: int) -> str | Message:
    return cell if len(cell) <= most else msg("at most %(most)s characters", most=most)


def _lineup_row(cells: list[str]) -> tuple[list[Any], list[tuple[Message, Message]]]:
    """What the cells of a row say, and what is wrong in which column."""
    read: list[tuple[Message, Any]] = [
        (msg("No."), _words(cells[0], 10)),
        (msg("Product"), _words(cells[1], 120) if cells[1] else msg("the name is missing")),
        (msg("Link no."), _words(cells[2], 40)),
        (msg("Live price"), _price(cells[3])),
        (msg("Usual price"), _price(cells[4])),
        (msg("Stock"), _pieces(cells[5])),
        (msg("Mechanism"), _words(" ".join(cell for cell in cells[6:] if cell), 200)),
    ]
    wrong = [(column, found) for column, found in read if isinstance(found, Message)]
    return [found for _column, found in read], wrong


def read_lineup(text: str, field: str = "rows") -> list[LineupRow]:
    """Rows pasted from a sheet: number, name, link no., live price, usual price, stock, mechanism; tabs or commas.

    All that is wrong is told at once, each fault with its row, as it is counted in the box, and its column.
    """
    rows: list[LineupRow] = []
    faults: dict[str, Message] = {}
    for place, line in enumerate(text.replace("\r", "").split("\n"), start=1):
        cells = _cells(line) if line.strip() else []
        if not cells or cells[0].lower() in HEADS:
            continue
        values, wrong = _lineup_row(cells)
        for n, (column, what) in enumerate(wrong):
            faults[f"{field}.{place}.{n}"] = msg(
                "Row %(row)s, %(column)s: %(what)s", row=place, column=column, what=what
            )
        if not wrong:
            rows.append(LineupRow(*values))
    if faults:
        raise Invalid(faults)
    if len(rows) > LINEUP_ROWS:
        raise Invalid.at(field, msg("A lineup holds at most 300 rows."))
    return rows

"""Reading spreadsheets that people bring: XLSX, or CSV in UTF-8 or GB18030. Limits hold before and while reading.

XLSX is unpacked in a child process with limits on memory and time, so that a hostile file can't take the server along.
Run as a module, this file is that child: bytes in on stdin, JSON rows out.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from planner.kernel.errors import Invalid
from planner.kernel.text import Message, clean_line, clean_text, msg

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 300
SECONDS = 20
CHILD_MEMORY = 1024 * 1024 * 1024
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff]")

Cell = str | float | int | None
NOT_A_SHEET = msg("This is not a spreadsheet. Bring the .xlsx or .csv that the platform exports.")


@dataclass(frozen=True)
class Sheet:
    """Rows as read, with the row's number in the file (from 1), and how it was read."""

    rows: list[tuple[int, list[str]]]
    kind: str
    name: str = ""


def _fault(text: Message) -> Invalid:
    return Invalid.at("file", text)


def read(data: bytes) -> Sheet:
    """The first sheet that holds anything; Invalid at `file`, saying what is wrong, for anything else."""
    if not data:
        raise _fault(msg("The file is empty."))
    if len(data) > MOST_BYTES:
        raise _fault(msg("The file is larger than %(mb)s MB.", mb=MOST_BYTES // 1024 // 1024))
    if data[:4] == b"PK\x03\x04":
        return _read_xlsx(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _fault(msg("This is an old .xls file. Open it and save it as .xlsx or .csv."))
    if data.startswith((b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\x1f\x8b")):
        raise _fault(NOT_A_SHEET)
    return _read_csv(data)


def _read_csv(data: bytes) -> Sheet:
    for encoding, shown in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return Sheet(_csv_rows(_HIDDEN.sub("", text)), f"CSV {shown}")
    raise _fault(msg("The file is neither a spreadsheet nor text in UTF-8 or GB18030."))


def _csv_rows(text: str) -> list[tuple[int, list[str]]]:
    head = text[:4000]
    mark = max((",", "\t", ";"), key=head.count)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells[:MOST_COLUMNS]]))
            if len(rows) > MOST_ROWS:
                raise _fault(msg("The file has more than %(rows)s rows. Export a shorter time.", rows=MOST_ROWS))
    except csv.Error:
        raise _fault(msg("Row %(row)s can't be read as CSV.", row=reader.line_num)) from None
    if not rows:
        raise _fault(msg("The file holds no rows."))
    return rows


def pasted(text: str, most_columns: int, lines: bool = False) -> list[tuple[int, list[str]]]:
    """Rows as they are pasted out of a sheet or typed, by tabs or else commas, with their numbers; with `lines` a cell
    in quotation marks keeps its lines."""
    cleaned = clean_text if lines else clean_line
    mark = "\t" if "\t" in text else ","
    rows = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=mark)
    try:
        read = [(rows.line_num, [cleaned(cell) for cell in cells[:most_columns]]) for cells in rows]
    except csv.Error:
        raise Invalid.at("rows", msg("This can't be read as rows of a sheet.")) from None
    return [(number, cells) for number, cells in read if any(cells)]


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text in a box, which `pasted` reads again as they are."""
    out = io.StringIO()
    narrow = max((len(cells) for cells in rows), default=0) < 2
    lead = [""] if narrow else []  # without a tab somewhere commas would part the cells
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(
        [*lead, *(cell.replace("\t", " ") for cell in cells)] for cells in rows
    )
    return clean_text(out.getvalue())


def _check_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except zipfile.BadZipFile:
        raise _fault(msg("The file is damaged. Download it again.")) from None
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names:
        raise _fault(msg("This is a ZIP file, not a spreadsheet. Unpack it first."))
    if not any(name.startswith("xl/workbook.") for name in names):
        raise _fault(NOT_A_SHEET)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or len(entries) > 5000:
        raise _fault(msg("Unpacked, the file would be too large to read safely."))


def _read_xlsx(data: bytes) -> Sheet:
    _check_zip(data)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "planner.base.sheets"], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _fault(msg("Reading the file took too long. Export a shorter time.")) from None
    told: dict[str, Any] = json.loads(child.stdout) if child.returncode == 0 and child.stdout else {"fault": "damaged"}
    if told.get("fault") == "rows":
        name = told["name"]
        raise _fault(msg("“%(sheet)s” has more than %(rows)s rows. Export a shorter time.", sheet=name, rows=MOST_ROWS))
    if told.get("fault") == "empty":
        raise _fault(msg("The file holds no rows."))
    if told.get("fault"):
        raise _fault(msg("The file is damaged. Download it again."))
    return Sheet([(number, cells) for number, cells in told["rows"]], "XLSX", told["name"])


def _text(cell: Any) -> str:
    """A cell as it reads on screen; dates in ISO form."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return _HIDDEN.sub("", str(cell)).strip()


_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_FORMULA = re.compile(rb"<f\b[^>]*?(?:/>|>(.*?)</f>)", re.DOTALL)
_SHOWN = re.compile(rb"<v>(.*?)</v>", re.DOTALL)


def _part_of(packed: zipfile.ZipFile, name: str) -> bytes:
    """The XML of the sheet with this name; nothing where the book does not say."""
    book, links = packed.read("xl/workbook.xml").decode(), packed.read("xl/_rels/workbook.xml.rels").decode()
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        told = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        if html.unescape(told.get("name", "")) != name:
            continue
        for link in re.findall(r"<Relationship\b[^>]*>", links):
            where = dict(re.findall(r'(\w+)="([^"]*)"', link))
            if where.get("Id") == told.get("r:id"):
                target = where["Target"]
                return packed.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return b""


def _strange_cells(data: bytes, name: str) -> dict[tuple[int, int], str]:
    """Formulas and errors by row (from 1) and column (from 0), as a person sees them: their values say nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            part = _part_of(packed, name)
    except (KeyError, UnicodeDecodeError, zipfile.BadZipFile):
        return {}
    if not re.search(rb'<f\b|t="e"', part):
        return {}
    found: dict[tuple[int, int], str] = {}
    for cell in _CELL.finditer(part):
        place, inner = _PLACE.search(cell[1]), cell[2] or b""
        formula = _FORMULA.search(inner)
        shown = _SHOWN.search(inner) if b't="e"' in cell[1] else None
        if place is None or not (formula or shown):
            continue
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        told = b"=" + (formula[1] or b"") if formula else shown[1] if shown else b""
        found[int(place[2]), column - 1] = html.unescape(told.decode("utf-8", "replace"))[:200]
    return found


def _child() -> dict[str, Any]:
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    data = sys.stdin.buffer.read()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height > MOST_ROWS + 20:
                return {"fault": "rows", "name": name}
            strange = _strange_cells(data, name)
            rows = [
                (
                    number,
                    [strange.get((number, place)) or _text(cell) for place, cell in enumerate(cells[:MOST_COLUMNS])],
                )
                for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1)
            ]
            rows = [(number, cells) for number, cells in rows if any(cells)]
            if len(rows) > MOST_ROWS:
                return {"fault": "rows", "name": name}
            if rows:
                return {"rows": rows, "name": name}
    except (CalamineError, ValueError, OSError, MemoryError):
        return {"fault": "damaged"}
    return {"fault": "empty"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_child()))

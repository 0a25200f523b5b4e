"""Reading spreadsheets that people bring: XLSX, or CSV in UTF-8 or GB18030. Limits hold before and while reading.

XLSX is unpacked in a child process with limits on memory and time, so that a hostile file can't take the server along.
Run as a module, this file is that child: bytes in on stdin, JSON rows out.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 300
SECONDS = 20
CHILD_MEMORY = 1024 * 1024 * 1024

Cell = str | float | int | None


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
    if (
        data[:5] == b"%PDF-"
        or data[:8] == b"\x89PNG\r\n\x1a\n"
        or data[:3] == b"\xff\xd8\xff"
        or data[:2] == b"\x1f\x8b"
    ):
        raise _fault(msg("This is not a spreadsheet. Bring the .xlsx or .csv that the platform exports."))
    return _read_csv(data)


def _read_csv(data: bytes) -> Sheet:
    for encoding, shown in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return Sheet(_csv_rows(text), f"CSV {shown}")
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


def _check_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except zipfile.BadZipFile:
        raise _fault(msg("The file is damaged. Download it again.")) from None
    if not any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise _fault(msg("This is a ZIP file, not a spreadsheet. Unpack it first."))
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
        raise _fault(msg("The file has more than %(rows)s rows. Export a shorter time.", rows=MOST_ROWS))
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
        return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()


def _child() -> dict[str, Any]:
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height > MOST_ROWS + 20:
                return {"fault": "rows"}
            rows = [
                (number, [_text(cell) for cell in cells[:MOST_COLUMNS]])
                for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1)
            ]
            rows = [(number, cells) for number, cells in rows if any(cells)]
            if len(rows) > MOST_ROWS:
                return {"fault": "rows"}
            if rows:
                return {"rows": rows, "name": name}
    except (CalamineError, ValueError, OSError, MemoryError):
        return {"fault": "damaged"}
    return {"fault": "empty"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_child()))

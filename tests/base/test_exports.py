"""Tables to take away: no text becomes a formula, numbers stay numbers, Chinese survives."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from planner.base import exports

HEAD = ["场次", "GMV"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "|cmd", "\t=1", "  =1", "＝1", "\u200b=1", "%0A=1", "\r\n=1"]
)
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    (_head, (first, _second)) = csv.reader(
        io.StringIO(exports.as_csv(HEAD, [[text, 1]]).decode("utf-8-sig"), newline="")
    )
    assert first.startswith("'")
    assert first[1:] == text


@pytest.mark.parametrize("text", ["老粉福利场", "GMV", "3号间", "a=b", "12:00", "", "'quoted"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert exports.safe(text) == text


def test_numbers_stay_numbers_and_the_unknown_stays_empty() -> None:
    rows: list[list[exports.Cell]] = [["夜场", Decimal("-12.50")], ["午场", None], ["早场", 3]]
    told = list(csv.reader(io.StringIO(exports.as_csv(HEAD, rows).decode("utf-8-sig"))))
    assert told == [HEAD, ["夜场", "-12.50"], ["午场", ""], ["早场", "3"]]
    book = CalamineWorkbook.from_filelike(io.BytesIO(exports.as_xlsx("数据/复盘", HEAD, rows)))
    assert book.sheet_names == ["数据 复盘"]
    assert book.get_sheet_by_index(0).to_python() == [HEAD, ["夜场", -12.5], ["午场", ""], ["早场", 3.0]]


def test_a_workbook_holds_texts_as_texts_and_nothing_that_xml_can_not_say() -> None:
    made = exports.as_xlsx("x" * 60, ["a\x00b"], [["=1+1\x07"], ["http://x.example"], ["长" * 40_000]])
    cells = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert cells[0] == ["ab"]
    assert cells[1] == ["=1+1"]
    assert cells[2] == ["http://x.example"]
    assert len(str(cells[3][0])) == exports.LONGEST_CELL


def test_a_workbook_has_several_sheets_with_days_minutes_and_money() -> None:
    at, on = datetime.fromisoformat("2026-11-23 20:05"), date(2026, 11, 23)
    tables = [
        exports.Table("台账", ["时间", "日期", "金额"], [[at, on, Decimal("1234.50")]]),
        exports.Table("空", ["a"], []),
    ]
    made = exports.as_book(tables)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert book.sheet_names == ["台账", "空"]
    assert book.get_sheet_by_index(0).to_python()[1] == [at, on, 1234.5]
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert b'formatCode="yyyy-mm-dd hh:mm"' in packed.read("xl/styles.xml")
    assert exports.as_csv(tables[0].head, tables[0].rows).decode("utf-8-sig").splitlines()[1] == (
        "2026-11-23 20:05:00,2026-11-23,1234.50"
    )

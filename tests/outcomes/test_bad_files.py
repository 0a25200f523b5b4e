"""Bad files on bad days: a clear message that names place and reason, in both languages, and nothing is stored."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from planner.base import sheets
from planner.base.actor import acting
from planner.kernel.errors import Invalid
from planner.outcomes import services
from planner.outcomes.queries import imports
from planner.outcomes.rules import compass, sample
from tests.cast import Cast
from tests.outcomes.conftest import ACCOUNT, NOON, in_both, read, row

HEADER = ["主播抖音号", "直播开始时间", "直播间成交金额"]


def book(rows: list[list[Any]], before: int = 0, **more: Any) -> bytes:
    """An .xlsx as Excel writes it; `before` empty sheets stand in front."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy/mm/dd hh:mm:ss"} | more) as file:
        for n in range(before):
            file.add_worksheet(f"空{n}")
        sheet = file.add_worksheet("直播间列表")
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet.write(number, place, cell)
    return made.getvalue()


def packed(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return made.getvalue()


def bomb(honest: bool) -> bytes:
    """A small file that unpacks to 300 MB; a dishonest one says in its directory that it is small."""
    data = book([HEADER])
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename == "xl/worksheets/sheet1.xml":
                with new.open(entry.filename, "w") as part:
                    for _ in range(300):
                        part.write(b" " * 1024 * 1024)
            else:
                new.writestr(entry.filename, old.read(entry.filename))
    found = made.getvalue()
    return found if honest else found.replace(struct.pack("<L", 300 * 1024 * 1024), struct.pack("<L", 4096))


def csv_of(*lines: list[str]) -> bytes:
    return "\n".join(",".join(line) for line in lines).encode()


def other_platform() -> bytes:
    return csv_of(["直播间ID", "主播昵称", "开播日期", "支付金额(元)"], ["9", "晨光", "20260908", "100"])


SAID: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing": (lambda: b"", "empty", "空"),
    "an old .xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), ".xls", ".xls"),
    "a PDF renamed .xlsx": (lambda: b"%PDF-1.7\n" + bytes(500), "not a spreadsheet", "不是"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "not a spreadsheet", "不是"),
    "a packed CSV": (lambda: packed(list_csv=read("compass_old.csv")), "ZIP", "ZIP"),
    "a Word file": (lambda: packed(**{"[Content_Types]_xml": b"<x/>", "word__document_xml": b"<x/>"}), "not a spreadsheet", "不是"),
    "a torn .xlsx": (lambda: read("compass.xlsx")[:4000], "damaged", "损坏"),
    "an .xlsx with rubbish inside": (
        lambda: packed(**{"[Content_Types]_xml": b"<x/>", "xl__workbook_xml": b"<<<<"}), "damaged", "损坏"),
    "an empty sheet": (lambda: book([]), "no rows", "没有"),
    "only blank cells": (lambda: book([["", " "], [None]]), "no rows", "没有"),
    "a blank CSV": (lambda: b"\n\n , ,\n", "no rows", "没有"),
    "binary noise": (lambda: bytes(range(256)) * 20, "neither a spreadsheet", "GB18030"),
    "UTF-16": (lambda: "主播抖音号,直播开始时间".encode("utf-16"), "neither a spreadsheet", "GB18030"),
    "a cell without end": (lambda: b'a,b\n1,"' + b"x" * 200_000, "Row", "行"),
    "20 MB and more": (lambda: b"a,b\n" * (6 * 1024 * 1024), "20 MB", "20 MB"),
    "200,000 rows of CSV": (lambda: b"a,b\n" * 200_000, "5000 rows", "5000"),
    "a zip bomb": (lambda: bomb(True), "too large", "过大"),
    "a zip bomb that lies": (lambda: bomb(False), "damaged", "损坏"),
    "no header": (lambda: csv_of(["-", "晨光", ACCOUNT, "2026/09/07 08:55:37"]), "主播抖音号、直播开始时间", "主播抖音号、直播开始时间"),
    "no start": (lambda: csv_of(["主播抖音号", "直播间成交金额"], [ACCOUNT, "1"]), "columns 直播开始时间", "直播开始时间"),
    "a header too far down": (lambda: csv_of(*[["说明"]] * 10, HEADER, [ACCOUNT, "2026/09/07 08:55", "1"]), "first 10 rows", "10"),
    "another platform's file": (other_platform, "抖音电商罗盘", "抖音电商罗盘"),
    "a header and nothing below": (lambda: csv_of(["导出"], HEADER), "row 2", "2"),
    "another sheet": (lambda: book([["姓名", "电话"], ["小雨", "-"]]), "rows of “直播间列表”", "“直播间列表”的前"),
    "only a total": (lambda: csv_of(HEADER, ["合计", "-", "1"]), "row 1", "1"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_a_bad_file_is_refused_with_place_and_reason(name: str, cast: Cast, db: Any) -> None:
    make, english, chinese = SAID[name]
    data = make()
    with acting(cast.actors["lead"]), pytest.raises(Invalid) as fault:
        services.upload(name, data, sheets.read(data), NOON)
    assert list(fault.value.fields) == ["file"]
    told = in_both(fault.value)
    assert english in told[0]
    assert chinese in told[1], told[1]
    with acting(cast.actors["lead"]):
        assert imports.recent_imports() == []


def test_200_000_rows_of_xlsx_are_refused_soon() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as file:
        sheet = file.add_worksheet()
        for number in range(200_000):
            sheet.write_number(number, 0, number)
    begun = time.perf_counter()
    with pytest.raises(Invalid, match="5000 rows"):
        sheets.read(made.getvalue())
    assert time.perf_counter() - begun < sheets.SECONDS


def test_the_child_that_unpacks_has_little_room_and_dies_alone() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "planner.base.sheets"],
        input=b"PK\x03\x04" + bytes(100),
        capture_output=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (0, b'{"fault": "damaged"}')


def test_the_first_sheet_with_anything_in_it_is_read() -> None:
    found = sheets.read(book([HEADER, [ACCOUNT, datetime(2026, 9, 7, 8, 55, 37), 68328.31]], before=2))  # noqa: DTZ001
    assert found.name == "直播间列表"
    assert found.rows == [(1, HEADER), (2, [ACCOUNT, "2026-09-07 08:55:37", "68328.31"])]


def test_cells_as_people_leave_them_behind_in_excel() -> None:
    rows: list[list[Any]] = [
        [*HEADER, "最高在线人数", "商品曝光-点击率(次数)", "直播时长(分钟)"],
        [ACCOUNT, "2026/09/07 08:55", "1.2万", "--", 0.00004, 60],
        [ACCOUNT, 46272.371956, 1e-7, 0, None, "1小时"],
        [ACCOUNT, "2026-09-07 08:55:37\x07", "¥1,234.00", True, "-", "-"],
    ]
    found = compass.recognise(sheets.read(book(rows)).rows)
    assert found is not None
    assert [r.errors for r in found.rows] == [[], [], []]
    held = [{k: format(v.normalize(), "f") for k, v in (r.values | r.checks).items()} for r in found.rows]
    assert held[0] == {"gmv": "12000", "product_ctr_times": "0.00004", "minutes": "60"}
    assert held[1] == {"gmv": "0.0000001", "pcu": "0", "minutes": "60"}
    assert held[2] == {"gmv": "1234", "pcu": "1"}


def test_formulas_and_errors_are_not_taken_for_figures() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as file:
        sheet = file.add_worksheet("A & B")
        sheet.write_row(0, 0, [*HEADER, "最高在线人数", "备注"])
        for number, account in enumerate([ACCOUNT, ACCOUNT], start=1):
            sheet.write_row(number, 0, [account, f"2026/09/0{number} 08:55"])
        sheet.write_formula(1, 2, "=SUM(1,2)", value=0)
        sheet.write_formula(1, 4, '="a"&"b"', value="ab")  # pyright: ignore[reportCallIssue, reportArgumentType]
        sheet.write_formula(2, 3, "=1/0", value="#DIV/0!")  # pyright: ignore[reportCallIssue, reportArgumentType]
    found = compass.recognise(sheets.read(made.getvalue()).rows)
    assert found is not None
    assert [r.errors for r in found.rows] == [[("直播间成交金额", "=SUM(1,2)")], [("最高在线人数", "=1/0")]]
    assert found.rows[0].extra == {"备注": '="a"&"b"'}
    assert not found.rows[0].values


@pytest.mark.engines
def test_half_broken_rows_are_shown_by_row_and_column_and_store_nothing(
    bring: Callable[..., int], shows: list[int], cast: Cast, result_of: Callable[[int], Any]
) -> None:
    made = bring(read("compass_errors.csv"))
    with acting(cast.actors["lead"]):
        page = imports.import_page(made)
        assert [(v.row.number, v.row.faults, v.session is not None) for v in page.rows] == [
            (2, [], True),
            (3, [["直播间成交金额", "12,3x"]], False),
            (4, [["直播开始时间", "2026/13/40 25:00:00"]], False),
            (5, [["直播间观看人数", "-5"]], False),
            (6, [], True),
        ]
        assert [result_of(show) for show in shows] == [None] * 4, "looking at a file changes nothing"
        assert services.store_import(made) == {"new": 2, "error": 3}
    assert [result_of(show) is not None for show in shows] == [True, False, False, True]


@pytest.mark.engines
def test_hostile_text_in_cells_and_names_is_kept_harmless(bring: Callable[..., int], cast: Cast) -> None:
    wide = row("2026-09-08 19:58:03", gmv=5)
    wide[1] = "名\x07字\x1f" + "很" * 500
    made = bring(sample.as_csv([wide]), name="../../\x00列表\u202e.csv" + "长" * 400)
    with acting(cast.actors["lead"]):
        page = imports.import_page(made)
        assert "\x00" not in page.file.name
        assert page.rows[0].row.faults == []
        assert imports.original(made)[1] == sample.as_csv([wide])

"""The platform's export, read by the names of its columns: pure rules, no application."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base import sheets
from planner.outcomes.rules import checking, compass, sample
from planner.outcomes.rules.compass import Unreadable
from tests.outcomes.conftest import ACCOUNT, GMVS, read, row

FILES = {
    "compass.xlsx": "XLSX",
    "compass_utf8bom.csv": "CSV UTF-8",
    "compass_gb18030.csv": "CSV GB18030",
}


def recognised(data: bytes) -> compass.Recognised:
    found = compass.recognise(sheets.read(data).rows)
    assert found is not None
    return found


@pytest.mark.parametrize("name", [*FILES, "without a BOM"])
def test_every_form_of_the_export_says_the_same(name: str) -> None:
    data = read("compass_utf8bom.csv").removeprefix(b"\xef\xbb\xbf") if name == "without a BOM" else read(name)
    assert sheets.read(data).kind == FILES.get(name, "CSV UTF-8")
    found, wanted = recognised(data), recognised(read("compass_utf8bom.csv"))
    assert [r.values for r in found.rows] == [r.values for r in wanted.rows]
    assert [(r.start, r.end, r.account) for r in found.rows] == [(r.start, r.end, r.account) for r in wanted.rows]
    assert not [r.errors for r in found.rows if r.errors]
    first = found.rows[0]
    assert (first.number, first.account, first.name) == (2, ACCOUNT, "晨光美妆旗舰店")
    assert (first.start, first.end) == (datetime(2026, 9, 7, 8, 55, 37), datetime(2026, 9, 8, 1, 0, 34))  # noqa: DTZ001
    assert [str(r.values["gmv"]) for r in found.rows] == GMVS
    assert first.values["avg_watch_seconds"] == Decimal("87.6"), "1.46 minutes"
    assert first.values["ad_spend"] == Decimal("26376.37"), "one of the two columns of spend, never both"
    assert first.values["ad_spend_received"] == Decimal("26376.37"), "the other one is a figure of its own"
    assert "likes" not in first.values, "the export does not say"
    assert (len(found.known), found.unknown) == (55, []), "every column of the real export is known"


@pytest.mark.parametrize("name", FILES)
def test_the_columns_the_file_derives_agree_with_ours_to_rounding(name: str) -> None:
    rows = recognised(read(name)).rows
    written = checking.places(r.checks for r in rows)
    for r in rows:
        assert set(r.checks) == compass.CHECKED
        ours = checking.ours(r.values, r.start, r.end)
        assert {*r.checks, *checking.NET, checking.MINUTES} <= set(ours), "all of them are compared"
        assert checking.differences(r.values, r.checks, r.start, r.end, written) == []


def test_an_older_file_has_fewer_columns_in_another_order_and_a_total() -> None:
    found, full = recognised(read("compass_old.csv")), recognised(read("compass_utf8bom.csv"))
    assert len(found.rows) == 5, "the row of totals is no stream"
    for old, new in zip(found.rows, full.rows, strict=True):
        assert not old.errors
        minutes = old.values.pop("minutes")
        assert old.values == {key: new.values[key] for key in old.values}
        assert abs(minutes - new.values["minutes"]) < 1
        assert "orders" not in old.values


def test_errors_are_named_by_row_and_column() -> None:
    found = recognised(read("compass_errors.csv"))
    assert {r.number: r.errors for r in found.rows if r.errors} == {
        3: [("直播间成交金额", "12,3x")],
        4: [("直播开始时间", "2026/13/40 25:00:00")],
        5: [("直播间观看人数", "-5")],
    }


@settings(max_examples=40, deadline=None, database=None)
@given(st.permutations(range(len(sample.HEADER))), st.integers(0, len(sample.HEADER) - 1), st.integers(0, 8))
def test_columns_are_found_by_name_wherever_they_stand(order: list[int], dropped: int, above: int) -> None:
    wanted = row("2026-09-08 19:58:03", 131, viewers=3619, gmv="14238.3", acu=43)
    keep = [n for n in order if n != dropped or sample.HEADER[n] in ("主播抖音号", "直播开始时间")]
    lines = [["导出说明"]] * above + [[sample.HEADER[n] for n in keep], [wanted[n] for n in keep]]
    found = compass.recognise(list(enumerate(lines, start=1)))
    assert found is not None
    assert found.header_row == above + 1
    read_row = found.rows[0]
    assert not read_row.errors
    base = {"viewers": Decimal(3619), "gmv": Decimal("14238.3"), "acu": Decimal(43), "minutes": Decimal(131)}
    gone = compass.COLUMNS.get(compass.plain(sample.HEADER[dropped]))
    missing = (
        {gone}
        if gone in base and (gone != "minutes" or "直播结束时间" not in [sample.HEADER[n] for n in keep])
        else set()
    )
    assert read_row.values == {key: value for key, value in base.items() if key not in missing}


@pytest.mark.parametrize(
    "header",
    ["直播间成交金额(元)", "直播间成交金额（元）", " 直播间 成交金额\t", "﻿直播间成交金额", "直播间成交金额"],
)
def test_headers_are_compared_without_brackets_spaces_and_units(header: str) -> None:
    assert compass.COLUMNS[compass.plain(header)] == "gmv"


@pytest.mark.parametrize("header", ["直播间成交金额2", "成交金额", "投放消耗", "投放消耗(店铺)"])
def test_a_header_that_only_resembles_is_unknown(header: str) -> None:
    assert compass.plain(header) not in compass.COLUMNS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2万", "12000"), ("3.4w", "34000"), ("¥1,234.00", "1234"), ("￥1,234.50", "1234.50"), ("12.3%", "0.123"),
        ("0.123", "0.123"), ("１２３", "123"), ("\t960", "960"), ("'7", "7"), ("2亿", "200000000"), (".5", "0.5"), ("0", "0"),
        ("-", None), ("--", None), ("—", None), ("——", None), ("", None), ("  ", None), ("/", None), ("null", None),
    ],
)  # fmt: skip
def test_numbers_as_people_and_platforms_write_them(text: str, value: str | None) -> None:
    assert compass.read_number(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    "text",
    ["12,3x", "=1+1", "#DIV/0!", "abc", "1e309", "nan", "inf", "1.2.3", "9" * 40, "1万亿", "200000000000", "1 %x"],
)
def test_what_is_no_number_is_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        compass.read_number(text)


@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [("1小时21分5秒", 60, 4865), ("1分5秒", 60, 65), ("00:01:32", 60, 92), ("01:32", 60, 92), ("1.07", 60, "64.2"),
     ("45", 1, 45), ("90秒", 60, 90), ("16小时", 60, 57600), ("5分钟", 60, 300), ("--", 60, None)],
)  # fmt: skip
def test_durations(text: str, unit: int, seconds: object) -> None:
    assert compass.read_seconds(text, unit) == (None if seconds is None else Decimal(str(seconds)))


@pytest.mark.parametrize("text", ["9" * 5000 + ":00:00", "9" * 5000 + "小时", "1小时x", "9999999999"])
def test_durations_beyond_a_stream_are_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        compass.read_seconds(text, 60)


@pytest.mark.parametrize("text", ["16小时4分", "16:04:00", "964"])
def test_minutes_on_air_may_be_written_as_a_duration(text: str) -> None:
    header = ["主播抖音号", "直播开始时间", "直播时长(分钟)"]
    found = compass.recognise([(1, header), (2, [ACCOUNT, "2026/09/07 08:55", text])])
    assert found is not None
    assert found.rows[0].values == {"minutes": Decimal(964)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026/09/07 08:55:37", (8, 55, 37)), ("2026-09-07 08:55", (8, 55, 0)), ("2026-09-07T08:55:37", (8, 55, 37)),
        ("2026/9/7 8:55", (8, 55, 0)), ("2026-09-07 08:55:37.000004", (8, 55, 37)), ("46272.371956", (8, 55, 37)),
        ("2026/09/07 08:55-2026/09/08 01:00", (8, 55, 0)), ("2026/09/07 08:55:37~2026/09/08 01:00:34", (8, 55, 37)),
        ("２０２６/09/07 08:55", (8, 55, 0)),
    ],
)  # fmt: skip
def test_starts_as_text_as_serials_and_as_spans(text: str, wanted: tuple[int, int, int]) -> None:
    assert compass.read_when(text) == datetime(2026, 9, 7, *wanted)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    ["2026/13/40 25:00:00", "2026/09/07 08:55:99", "2026/09/07 08:551", "昨天", "1999/01/01 10:00", "=NOW()", "46272x"],
)
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        compass.read_when(text)


@pytest.mark.parametrize("end", ["2026/09/08 19:58:03", "2026/09/08 10:00:00", "2026/09/20 10:00:00"])
def test_an_end_before_the_start_or_days_later_is_an_error(end: str) -> None:
    header = ["主播抖音号", "直播开始时间", "直播结束时间"]
    found = compass.recognise([(1, header), (2, [ACCOUNT, "2026/09/08 19:58:03", end])])
    assert found is not None
    assert [column for column, _cell in found.rows[0].errors] == ["直播结束时间"]


def test_half_a_row_says_what_it_lacks() -> None:
    found = compass.recognise(
        [(1, sample.HEADER), (2, ["-", "晨光"]), (3, ["", "", ACCOUNT, "-"]), (4, ["数据仅供参考"])]
    )
    assert found is not None
    assert [(r.number, r.errors) for r in found.rows] == [
        (2, [("主播抖音号", ""), ("直播开始时间", "")]),
        (3, [("直播开始时间", "")]),
        (4, [("主播抖音号", ""), ("直播开始时间", "")]),
    ]


def test_one_stream_twice_with_other_figures_is_an_error_and_twice_the_same_is_none() -> None:
    one, other = row("2026-09-08 19:58:03", gmv=100), row("2026-09-08 19:58:03", gmv=200)
    found = recognised(sample.as_csv([one, one, other]))
    assert [r.twice for r in found.rows] == [None, None, 2]


def test_pasted_lines_become_figures_and_strange_lines_are_named() -> None:
    text = "GMV：6.1万\n点赞数 12,800\n分享\t35\n人均观看时长 1分28秒\n平均在线人数: 199\n\n天气 晴\n订单 -3\n评论 --\nexposures 9"
    found, strange = compass.read_lines(text)
    assert found == {
        "gmv": Decimal(61000), "likes": Decimal(12800), "shares": Decimal(35), "avg_watch_seconds": Decimal(88),
        "acu": Decimal(199), "exposures": Decimal(9),
    }  # fmt: skip
    assert strange == [(7, "天气 晴"), (8, "订单 -3"), (9, "评论 --")]


def test_the_sample_to_download_is_read_back_as_it_was_written() -> None:
    held = {"gmv": "68328.31", "viewers": 16614, "avg_watch_seconds": 87, "buyers": 1702, "clickers": 7085}
    found = recognised(sample.as_csv([row("2026-09-07 08:55:37", 964, **held)]))
    assert (list(found.known), found.unknown) == (sample.HEADER, [])
    kept = found.rows[0]
    assert kept.values == {k: Decimal(str(v)) for k, v in held.items()} | {"minutes": Decimal(964)}
    assert kept.checks["click_pay_rate"] == Decimal("0.2402")
    assert kept.end == kept.start + timedelta(minutes=964)  # type: ignore[operator]

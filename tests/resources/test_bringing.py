"""Budgets out of a sheet: read by their heads, shown before anything is written, all or none, taken back as a whole."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from planner.base import exports
from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.plan import services as plan
from planner.resources import queries, services
from planner.resources.models import LedgerEntry
from planner.resources.queries import BudgetSheet
from planner.resources.rules.bringing import HEADS, Column, columns_of, read_head, read_sheet, read_span
from tests.resources.conftest import DAY, YUAN, Money, today

Client = Callable[[str], Any]
SHEET = "类别\t金额\t备注\n设备\t12万\t换新\nTraining\t￥２０，０００\t\n直播间租金\t8,000.50\t新\n"


def _amounts(rows: Sequence[Sequence[str]]) -> list[tuple[int, str, str, int | None]]:
    read = read_sheet(list(enumerate(rows, 1)), lambda word: read_span(word, 2026) is not None)
    return [(a.number, a.category, a.period, a.minor) for a in read.amounts]


# ------------------------------------------------------------------- the sheet


@pytest.mark.parametrize(
    ("cell", "word", "unit", "other"),
    [
        ("金额（万元）", "金额", "万", ""), ("预算金额(元)", "预算金额", "", ""), ("预算 金额/千元", "预算金额", "千", ""), ("金额万元", "金额", "万", ""),
        ("Budget (USD)", "budget", "", "usd"), ("金额（单位：万元）", "金额", "万", ""), ("金额(人民币万元)", "金额", "万", ""),
        ("金额(含税)", "金额", "", ""), ("金额美元", "金额", "", "美元"), ("类别", "类别", "", ""),
    ],
)  # fmt: skip
def test_a_head_says_the_unit_of_what_stands_below(cell: str, word: str, unit: str, other: str) -> None:
    head = read_head(cell)
    assert (head.word, head.unit, head.other) == (word, unit, other)


@given(st.lists(st.sampled_from([word for words in HEADS.values() for word in words]), max_size=12))
def test_each_column_is_known_once(cells: list[str]) -> None:
    found = columns_of([read_head(cell) for cell in cells])
    assert set(found) == {column for column, words in HEADS.items() if set(words) & set(cells)}
    assert all(cells[place] in HEADS[column] for column, place in found.items())


@given(st.lists(st.lists(st.text(max_size=12), max_size=4), max_size=6))
def test_any_rows_are_read_without_a_fault_of_ours(rows: list[list[str]]) -> None:
    for head in (["类别", "金额", "期间"], ["科目", "1月", "2月"]):
        for _number, _category, _period, minor in _amounts([head, *rows]):
            assert minor is None or minor >= 0


@given(st.text(max_size=20))
def test_any_word_is_a_span_of_whole_months_or_none(word: str) -> None:
    found = read_span(word, 2026)
    assert found is None or (found[0].day == 1 and found[0] < found[1])


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("2026-12", "2026-12-01", "2026-12-31"), ("２０２６年１２月", "2026-12-01", "2026-12-31"), ("12月", "2026-12-01", "2026-12-31"),
        ("2026/2", "2026-02-01", "2026-02-28"), ("2026-12-01 00:00:00", "2026-12-01", "2026-12-31"),
        ("Dec 2027", "2027-12-01", "2027-12-31"), ("september", "2026-09-01", "2026-09-30"),
        ("2026Q4", "2026-10-01", "2026-12-31"), ("第四季度", "2026-10-01", "2026-12-31"), ("Q1 2027", "2027-01-01", "2027-03-31"),
        ("2027年度", "2027-01-01", "2027-12-31"),
    ],
)  # fmt: skip
def test_months_quarters_and_years_as_people_write_them(word: str, first: str, last: str) -> None:
    assert read_span(word, 2026) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("word", ["2026-12-15", "12", "13月", "marketing", "1999-01", "2026-13", "第五季度", ""])
def test_what_is_no_whole_month(word: str) -> None:
    assert read_span(word, 2026) is None


def test_a_column_for_each_month_in_ten_thousands_with_sums() -> None:
    rows = [["2026 年预算"], ["单位：万元"], [], ["科目", "1月", "2月", "合计"], ["设备", "1", "0.5", "1.5"], ["培训", "", "2", "2"],
            ["总计", "1", "2.5", "3.5"]]  # fmt: skip
    assert _amounts(rows) == [
        (5, "设备", "1月", 10_000 * YUAN), (5, "设备", "2月", 5_000 * YUAN), (6, "培训", "2月", 20_000 * YUAN),
    ]  # fmt: skip


def test_cells_that_are_merged_with_those_above_them() -> None:
    rows = [["期间", "类别", "金额(元)"], ["11月", "设备", "1"], ["", "培训", "2"], ["12月", "", "3"], ["", "", "4"]]
    assert [row[1:3] for row in _amounts(rows)] == [
        ("设备", "11月"), ("培训", "11月"), ("培训", "12月"), ("", "12月"),
    ]  # fmt: skip


def test_a_unit_of_its_own_counts_before_that_of_the_head() -> None:
    rows = [["类别", "金额(万元)"], ["a", "1.2"], ["b", "12,000元"], ["c", "1.2万"], ["d", "500"]]
    assert [minor for *_rest, minor in _amounts(rows)] == [
        12_000 * YUAN, 12_000 * YUAN, 12_000 * YUAN, 5_000_000 * YUAN,
    ]  # fmt: skip


# ------------------------------------------------------------------- what it would do


def _lines(text: str) -> list[tuple[int, list[str]]]:
    return [(n, line.split("\t")) for n, line in enumerate(text.splitlines(), 1)]


def _read(money: Money, text: str, meant: dict[str, int] | None = None) -> BudgetSheet:
    """Names that nobody knows are new categories, unless a test says what they mean."""
    with acting(money.cast.actors["manager"]):
        if meant is None:
            meant = dict.fromkeys(queries.read_budgets(money.period, _lines(text)).unknown, queries.NEW)
        return queries.read_budgets(money.period, _lines(text), meant)


def _bring(money: Money, text: str, token: str = "t1", meant: dict[str, int] | None = None) -> int:
    with acting(money.cast.actors["manager"]):
        return services.bring_budgets(_read(money, text, meant).rows, token, "预算.xlsx")


def _faults(sheet: BudgetSheet) -> list[tuple[int, Column | None, str]]:
    return [(row.number, column, str(words)) for row in sheet.rows for column, words in row.faults]


def _allocated(money: Money, period: int | None = None) -> dict[str, int]:
    with acting(money.cast.actors["manager"]):
        page = queries.budget_page(period or money.period)
        assert page is not None and queries.unsound() == []
        return {row.category: row.standing.allocated // YUAN for row in page.rows}


@pytest.mark.engines
def test_each_amount_sets_a_budget_and_the_same_again_changes_nothing(money: Money) -> None:
    sheet = _read(money, SHEET)
    assert [(row.kind, row.before, row.after) for row in sheet.rows] == [
        ("changed", 100_000 * YUAN, 120_000 * YUAN), ("same", 20_000 * YUAN, 20_000 * YUAN), ("new", 0, 8_000_50),
    ]  # fmt: skip
    assert (sheet.unknown, sheet.more) == (["直播间租金"], 20_000 * YUAN + 8_000_50)
    assert _bring(money, SHEET) == 2
    assert _allocated(money) == {"Equipment": 120_000, "Training": 20_000, "直播间租金": 8_000}
    with acting(money.cast.actors["manager"]):
        entry = queries.ledger(money.budgets["equipment"])[2][0]
        assert (entry.booking.amount, entry.note) == (20_000 * YUAN, "换新")
    assert {row.kind for row in _read(money, SHEET).rows} == {"same"}
    with pytest.raises(Refused):
        _bring(money, SHEET, "t2")


@pytest.mark.engines
def test_what_was_brought_is_taken_back_as_a_whole_by_opposite_entries(money: Money) -> None:
    _bring(money, SHEET)
    with acting(money.cast.actors["manager"]):
        assert services.take_brought_back("t1") == money.period
        assert "直播间租金" not in [row.name for row in queries.categories()]
        with pytest.raises(Refused):
            services.take_brought_back("t1")
        with pytest.raises(NotFound):
            services.take_brought_back("t")
    assert _allocated(money) == {"Equipment": 100_000, "Training": 20_000}
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        assert len(unit.session.scalars(select(LedgerEntry)).all()) == 6, "nothing is rewritten"


@pytest.mark.engines
def test_what_is_used_by_now_is_not_taken_back_in_part(money: Money) -> None:
    _bring(money, "类别\t金额\n设备\t120000\n培训\t30000\n")
    for _more in range(11):
        made = money.ask(yuan=10_000)
        for who in ("lead", "manager"):
            if money.state(made) == "pending":
                money.approve(who, made)
    with acting(money.cast.actors["manager"]), pytest.raises(Refused, match="10,000"):
        services.take_brought_back("t1")
    assert _allocated(money) == {"Equipment": 120_000, "Training": 30_000}


@pytest.mark.engines
def test_a_budget_does_not_go_below_what_is_used(money: Money) -> None:
    money.approve("lead", money.ask(yuan=1000))
    sheet = _read(money, "类别\t金额\n设备\t999.99\n培训\t30000\n")
    assert _faults(sheet) == [(2, Column.AMOUNT, "¥1,000.00 are committed or spent: it can't be less.")]
    assert not sheet.good
    with acting(money.cast.actors["manager"]), pytest.raises(Refused):
        services.bring_budgets(sheet.rows, "t1")
    assert _bring(money, "类别\t金额\n设备\t1000\n") == 1


@pytest.mark.engines
def test_faults_name_the_row_and_the_column_and_nothing_is_written(money: Money) -> None:
    text = "类别\t预算(万元)\t期间\n设备\t$5\t\n培训\t-1\t\n软件\t0.0000001\t\n投放\t=B2\t\n\t5\t\n设备\t1\t\n人员\t1\t明年\n样品\t９９９９９９９９９９９９９\t第四季度\n"
    sheet = _read(money, text)
    told = [(number, column) for number, column, _words in _faults(sheet)]
    assert told == [
        (2, "amount"), (3, "amount"), (4, "amount"), (5, "amount"), (6, "category"), (7, None), (8, "period"), (9, "amount"),
    ]  # fmt: skip
    assert not sheet.good
    assert _allocated(money) == {"Equipment": 100_000, "Training": 20_000}


@pytest.mark.engines
def test_periods_are_named_or_told_by_their_month(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        december = plan.add_period("年终", date(2031, 12, 1), date(2031, 12, 31))
        old = plan.add_period("旧", today() - 130 * DAY, today() - 101 * DAY)
        plan.close_period(old, 1, {}, {})
    sheet = _read(
        money,
        "科目\t金额\t月份\n设备\t1\t2031年12月\n设备\t2\t年终\n设备\t3\t第四季度\n设备\t4\t旧\n设备\t5\t2031-11\n",
    )
    assert [row.period_id for row in sheet.rows] == [december, december, money.period, old, None]
    assert [number for number, _column, _words in _faults(sheet)] == [3, 5, 6]
    assert _bring(money, "科目\t2031-12\t第四季度\n设备\t1\t2\n") == 2
    assert (_allocated(money, december)["Equipment"], _allocated(money)["Equipment"]) == (1, 2)


@pytest.mark.engines
def test_a_name_nobody_knows_can_be_said_to_mean_a_category(money: Money) -> None:
    text = "类别\t金额\n摄影棚\t5\n"
    assert [row.kind for row in _read(money, text).rows] == ["new"]
    meant = {"摄影棚": money.categories["equipment"]}
    sheet = _read(money, text, meant)
    assert ([row.kind for row in sheet.rows], sheet.unknown) == (["changed"], ["摄影棚"])
    _bring(money, text, "t1", meant)
    assert _allocated(money) == {"Equipment": 5, "Training": 20_000}
    assert _faults(_read(money, "类别\t金额\n摄影棚\t5\n设备\t6\n", meant))[0][0] == 3
    assert _read(money, text, {"摄影棚": 10**9}).rows[0].kind == "wrong", "no category of another team"


@pytest.mark.engines
def test_built_in_categories_are_known_by_what_people_call_them(money: Money) -> None:
    rows = _read(money, "类别\t金额\n器材\t5\n投流\t6\nStaff costs\t7\n人工\t8\n").rows
    assert [(row.called, row.kind) for row in rows] == [
        ("Equipment", "changed"), ("Ad spend", "changed"), ("Staff costs", "changed"), ("Staff costs", "wrong"),
    ]  # fmt: skip
    with acting(money.cast.actors["manager"]):
        own = services.add_category("投流")
    assert _read(money, "类别\t金额\n投流\t6\n").rows[0].category_id == own, "the team's own word goes first"


@pytest.mark.engines
def test_somebody_else_was_faster(money: Money) -> None:
    rows = _read(money, SHEET).rows
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], 100)
        with pytest.raises(Invalid) as told:
            services.bring_budgets(rows, "t1")
    assert set(told.value.fields) == {"rows.0"}
    assert _allocated(money) == {"Equipment": 100_001, "Training": 20_000}


@pytest.mark.engines
def test_only_who_allocates_brings(money: Money) -> None:
    for who in ("lead", "host", "member", "viewer", "outsider"):
        with acting(money.cast.actors[who]), pytest.raises(Forbidden):
            queries.read_budgets(money.period, _lines(SHEET))
        with acting(money.cast.actors[who]), pytest.raises(Forbidden):
            services.take_brought_back("t1")


# ------------------------------------------------------------------- pages


def _looked(page: str) -> dict[str, str]:
    text = html.unescape(page.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0]).removeprefix("\r\n")
    kept = re.findall(r'<input type="hidden" name="(looked|first|sheet|source)" value="([^"]*)"', page)
    return {"rows": text.removeprefix("\n"), **{name: html.unescape(value) for name, value in kept}}


def test_a_file_is_looked_at_taken_and_taken_back(client_of: Client, money: Money) -> None:
    manager = client_of("manager").in_english()
    path = f"/budget/periods/{money.period}/bring"
    assert f'href="{path}"' in manager.get(f"/budget?period={money.period}").text
    data = exports.as_xlsx(
        "明年预算", ["类别", "金额", "备注"], [["设备", Decimal("1234.5"), "=1"], ["场地", 50, None]]
    )
    asked = manager.post_form(path, {"file": (io.BytesIO(data), "预算.xlsx"), "step": "look"})
    assert asked.status_code == 422 and 'value="take"' not in asked.text, "an unknown name is never guessed at"
    assert '<option value="">' in asked.text and "No category is called “场地”" in asked.text
    said = {"name": "场地", "category": "new"}
    page = manager.post_form(path, {**_looked(asked.text), **said, "step": "look"})
    assert page.status_code == 200
    assert "¥100,000.00" in page.text and "¥1,234.50" in page.text
    assert _allocated(money)["Equipment"] == 100_000, "looking writes nothing"
    sent = {**_looked(page.text), **said}
    assert (sent["sheet"], sent["source"], sent["first"]) == ("明年预算", "预算.xlsx", "1")
    stale = manager.post_form(path, {**sent, "rows": sent["rows"].replace("50", "60"), "step": "take"})
    assert stale.status_code == 422 and "Look at it once more" in stale.text
    done = manager.post_form(path, {**sent, "step": "take"})
    assert done.status_code == 303
    shown = manager.get(done.headers["Location"]).text
    assert "2 budgets are set." in shown and "场地" in shown
    (back,) = set(re.findall(r"/budget/brought/[0-9a-f]{32}/take-back", shown))
    assert manager.post_form(back, {}).status_code == 303
    assert _allocated(money) == {"Equipment": 100_000, "Training": 20_000}
    assert manager.post_form(back, {}).status_code == 409
    assert client_of("outsider").post_form(back, {}).status_code == 403


def test_the_sheet_to_fill_in_changes_nothing_as_it_is(client_of: Client, money: Money) -> None:
    path = f"/budget/periods/{money.period}/bring"
    for manager in (client_of("manager"), client_of("manager").in_english()):
        assert f'href="{path}/sample.xlsx"' in manager.get(path).text
        data = manager.get(f"{path}/sample.xlsx").get_data()
        page = manager.post_form(path, {"file": (io.BytesIO(data), "预算.xlsx"), "step": "look"})
        assert page.status_code == 200 and "¥100,000.00" in page.text and 'value="take"' not in page.text
    assert client_of("lead").get(f"{path}/sample.xlsx").status_code == 403


@pytest.mark.engines
def test_a_budget_below_what_waits_is_warned_of_and_taken(client_of: Client, money: Money) -> None:
    money.approve("lead", money.ask(yuan=1000))
    money.ask("member", yuan=500)
    text = "类别\t金额\n设备\t1200\n"
    (row,) = _read(money, text).rows
    assert row.kind == "changed" and "¥500.00 of them wait" in str(row.warning)
    assert _read(money, "类别\t金额\n设备\t1500\n").rows[0].warning is None
    page = client_of("manager").in_english().post_form(
        f"/budget/periods/{money.period}/bring", {"rows": text, "step": "look"}
    )  # fmt: skip
    assert "Less than the ¥1,500.00 in use or asked for" in page.text and 'value="take"' in page.text
    assert _bring(money, text) == 1


def test_a_fault_names_the_sheet_the_row_of_the_file_and_the_column(client_of: Client, money: Money) -> None:
    manager = client_of("manager")
    path = f"/budget/periods/{money.period}/bring"
    data = exports.as_xlsx(
        "十二月", ["", ""], [["", ""], ["类别", "金额"], ["设备", "5万美元"], ["", ""], ["培训", "1"], ["培训", "2"]]
    )
    first = manager.post_form(path, {"file": (io.BytesIO(data), "a.xlsx"), "step": "look"})
    for page in (first, manager.post_form(path, {**_looked(first.text), "step": "take"})):
        assert page.status_code == 422
        assert "“十二月” 第 4 行 · 金额: 金额以人民币计，不是美元" in page.text
        assert "第 7 行" in page.text and "与第 6 行是同一项预算" in page.text
        assert 'value="take"' not in page.text
    assert _allocated(money)["Training"] == 20_000


def test_a_name_is_mapped_on_the_page(client_of: Client, money: Money) -> None:
    manager = client_of("manager").in_english()
    path = f"/budget/periods/{money.period}/bring"
    sent = {
        "rows": "类别\t金额\n摄影棚\t7\n",
        "step": "look",
        "name": "摄影棚",
        "category": str(money.categories["equipment"]),
    }
    page = manager.post_form(path, sent).text
    assert f'<option value="{money.categories["equipment"]}" selected>' in page
    taken = {**sent, **_looked(page), "step": "take"}
    unmapped = manager.post_form(path, {**taken, "category": "new"})
    assert unmapped.status_code == 422, "another meaning than was looked at"
    assert manager.post_form(path, taken).status_code == 303
    assert _allocated(money) == {"Equipment": 7, "Training": 20_000}


def test_what_is_taken_away_comes_back_unchanged(client_of: Client, money: Money) -> None:
    manager = client_of("manager")
    for language in (manager, manager.in_english()):
        data = language.get(f"/budget/periods/{money.period}/ledger.xlsx").get_data()
        path = f"/budget/periods/{money.period}/bring"
        page = language.post_form(path, {"file": (io.BytesIO(data), "预算.xlsx"), "step": "look"})
        assert page.status_code == 200
        assert 'value="take"' not in page.text and "¥100,000.00" in page.text


@pytest.mark.parametrize("name", ["a.xlsx", "b.csv"])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04broken", b"%PDF-1.7", b"\xff\xfe\x00", "类别,金额\n".encode(), b"a,b\n1,2\n"]
)
def test_files_that_say_nothing_get_a_word(client_of: Client, money: Money, data: bytes, name: str) -> None:
    path = f"/budget/periods/{money.period}/bring"
    page = client_of("manager").post_form(path, {"file": (io.BytesIO(data), name), "step": "look"})
    assert page.status_code == 422


def test_who_may_not_is_refused(client_of: Client, money: Money) -> None:
    path = f"/budget/periods/{money.period}/bring"
    for who in ("lead", "host", "member", "viewer"):
        assert client_of(who).get(path).status_code == 403
        assert client_of(who).post_form(path, {"rows": SHEET, "step": "take"}).status_code == 403


def test_a_cell_that_cannot_be_read_is_shown_as_it_was_typed(client_of: Client, money: Money) -> None:
    text = "类别\t金额\n设备\t八万多\n"
    assert _read(money, text).rows[0].typed == "八万多"
    form = {"rows": text, "step": "look"}
    page = client_of("manager").post_form(f"/budget/periods/{money.period}/bring", form)
    cell = re.search(r'data-label="改为">([^<]*)<', page.text)
    assert page.status_code == 422 and cell and cell[1] == "八万多"

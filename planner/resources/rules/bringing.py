"""Budgets as rows of a sheet: what its columns are called, and how its cells are read. Pure.

Teams keep them in two shapes: a row a category with its amount, perhaps with a period; or a row a category with a
column for each month. Amounts may be in 万元, as the head or a line above the heads says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from planner.kernel.errors import Invalid
from planner.kernel.money import foreign, not_ours, read_money
from planner.kernel.text import Message, msg, plain

MOST_AMOUNTS = 600
MOST_COLUMNS = 60
HEAD_WITHIN = 10
"""The heads stand in one of so many rows."""


class Column(StrEnum):
    """What a column says."""

    CATEGORY = "category"
    AMOUNT = "amount"
    PERIOD = "period"
    NOTE = "note"


HEADS: Mapping[Column, tuple[str, ...]] = {
    Column.CATEGORY: (
        "类别", "预算类别", "费用类别", "支出类别", "分类", "科目", "预算科目", "费用科目", "费用项目",
        "预算项目", "项目", "category", "budgetcategory", "account", "costcategory",
    ),
    Column.AMOUNT: (
        "下达", "下达金额", "下达额", "预算金额", "预算额", "预算", "核定金额", "批准金额", "金额", "额度",
        "allocated", "allocation", "budgetamount", "budget", "amount",
    ),
    Column.PERIOD: (
        "周期", "预算周期", "期间", "预算期间", "所属期间", "月份", "预算月份", "季度", "period", "month", "quarter",
    ),
    Column.NOTE: ("备注", "说明", "摘要", "note", "notes", "remark", "remarks", "description", "memo"),
}  # fmt: skip
ALSO: Mapping[str, tuple[str, ...]] = {
    "equipment": ("设备器材", "设备费", "器材", "硬件", "hardware", "gear"),
    "training": ("培训费", "学习", "courses"),
    "software": ("软件费", "软件服务", "系统", "工具", "saas", "tools"),
    "ads": ("投放", "投流", "投流费", "投放费", "广告", "广告费", "广告投放", "推广", "推广费", "千川", "ads",
            "advertising"),
    "people": ("人员", "人员费", "人力", "人力成本", "人工", "人工费", "工资", "薪酬", "people", "staff",
               "payroll"),
    "guests": ("嘉宾费", "达人", "达人费", "明星", "guest", "talent"),
    "samples": ("样品费", "寄样", "sample"),
    "other": ("其它", "杂项", "杂费", "misc", "others"),
}  # fmt: skip
"""What else people call the categories that every team begins with, by their keys."""
TOTALS = frozenset({"合计", "总计", "小计", "总额", "共计", "total", "sum", "subtotal", "grandtotal"})
MISSING = frozenset({"", "-", "--", "—", "–", "/", "无"})
_UNITS: Mapping[str, str] = {"": "", "元": "", "yuan": "", "千": "千", "千元": "千", "万": "万", "万元": "万",
                             "百万": "百万", "百万元": "百万", "亿": "亿", "亿元": "亿"}  # fmt: skip
_IN_BRACKETS = re.compile(r"(.*?)[(\[](?:单位:?)?(.*)[)\]]")
_AT_THE_END = re.compile(r"(.+?)[/:]?((?:百万|[千万亿])?元)")
_UNIT_LINE = re.compile(r"(?:金额|货币)?单位:?(.{1,12})")
_OWN = re.compile(r"人民币|rmb|cny|¥|[,/:]")


@dataclass(frozen=True)
class Head:
    """A head: its word, the unit of what stands below (`万`, empty for yuan), and the sign of another currency."""

    word: str
    unit: str = ""
    other: str = ""


def read_head(cell: str) -> Head:
    """`金额（万元）` is `金额` in `万`."""
    whole = plain(cell)
    inside, other = _IN_BRACKETS.fullmatch(whole), foreign(whole)
    if other and inside is None:
        return Head(whole.replace(other, ""), other=other)
    found = inside or _AT_THE_END.fullmatch(whole)
    return Head(found[1], _unit(found[2]), foreign(found[2])) if found else Head(whole)


def _unit(text: str) -> str:
    return _UNITS.get(_OWN.sub("", text), "")


@dataclass(frozen=True)
class Amount:
    """One amount of a sheet: the number of its row in the file, the head of its column, and what stands beside it.
    `period` is empty where the sheet names none; `minor` is None where the amount can't be read."""

    number: int
    head: str
    category: str
    period: str
    minor: int | None
    note: str
    fault: Message | None = None
    typed: str = ""
    """The cell as it stands in the sheet."""


@dataclass
class Read:
    """What a sheet says. `left_out` are rows of sums and without an amount, by their numbers; `faults` are of the sheet
    as a whole."""

    amounts: list[Amount] = field(default_factory=list[Amount])
    left_out: list[int] = field(default_factory=list[int])
    unknown: list[str] = field(default_factory=list[str])
    faults: list[tuple[int, Message]] = field(default_factory=list[tuple[int, Message]])


def columns_of(heads: Sequence[Head]) -> dict[Column, int]:
    """Which column stands where: of two that could be meant, the one whose word comes first in `HEADS`."""
    places = {head.word: place for place, head in reversed(list(enumerate(heads)))}
    found: dict[Column, int] = {}
    for column, words in HEADS.items():
        place = next((places[word] for word in words if word in places), None)
        if place is not None:
            found[column] = place
    return found


Names = Callable[[str], bool]
"""Whether a word names a period."""


def read_sheet(rows: Sequence[tuple[int, Sequence[str]]], names: Names) -> Read:
    """The amounts that the rows say, with the words for categories and periods as they stand there."""
    read = Read()
    place = next((p for p, (_n, cells) in enumerate(rows[:HEAD_WITHIN]) if _asked(cells, names)), None)
    if place is None:
        words = msg("No row names the columns. It needs one for the category and one for the amount, or one a month.")
        read.faults.append((rows[0][0] if rows else 1, words))
        return read
    cells = rows[place][1][:MOST_COLUMNS]
    sheet = _Sheet(cells, [read_head(cell) for cell in cells], _asked(cells, names), *_unit_above(rows[:place]))
    known = {*sheet.columns.values(), *sheet.asked}
    read.unknown = [cells[at] for at, head in enumerate(sheet.heads) if head.word and at not in known]
    category = period = ""
    for number, row in rows[place + 1 :]:
        said = sheet.said(row)
        if plain(said[Column.CATEGORY]).rstrip(":") in TOTALS:
            read.left_out.append(number)
            continue
        period = said[Column.PERIOD] or period  # a cell that is merged with the one above it is empty
        category = said[Column.CATEGORY] or (category if said[Column.PERIOD] or sheet.wide else "")
        found = sheet.amounts(number, row, category, period, said[Column.NOTE])
        if not found and any(cell.strip() for cell in row):
            read.left_out.append(number)
        read.amounts += found
        if len(read.amounts) > MOST_AMOUNTS:
            read.faults.append((number, msg("At most %(most)s amounts are read at once.", most=MOST_AMOUNTS)))
            break
    return read


def _asked(cells: Sequence[str], names: Names) -> list[int]:
    """Where the amounts stand below a row of heads; nowhere where it is none."""
    columns = columns_of([read_head(cell) for cell in cells[:MOST_COLUMNS]])
    if Column.CATEGORY not in columns:
        return []
    if Column.AMOUNT in columns:
        return [columns[Column.AMOUNT]]
    return [at for at, cell in enumerate(cells[:MOST_COLUMNS]) if cell.strip() and names(cell)]


def _unit_above(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[str, str]:
    """The unit that a line above the heads names, and the sign of another currency."""
    for _number, cells in rows:
        for cell in cells:
            found = _UNIT_LINE.search(plain(cell))
            if found is not None:
                return _unit(found[1].rstrip(")]")), foreign(found[1])
    return "", ""


@dataclass(frozen=True)
class _Sheet:
    """The heads of a sheet, where its amounts stand, and the unit of those whose head names none."""

    cells: Sequence[str]
    heads: Sequence[Head]
    asked: Sequence[int]
    unit: str
    other: str

    @property
    def columns(self) -> dict[Column, int]:
        return columns_of(self.heads)

    @property
    def wide(self) -> bool:
        """Whether it has a column a period."""
        return Column.AMOUNT not in self.columns

    def said(self, row: Sequence[str]) -> dict[Column, str]:
        """The cells of a row; empty where there are none."""
        columns = self.columns
        places = {column: columns.get(column, len(row)) for column in Column}
        return {column: row[at].strip() if at < len(row) else "" for column, at in places.items()}

    def amounts(self, number: int, row: Sequence[str], category: str, period: str, note: str) -> list[Amount]:
        """What a row says; an empty cell says nothing."""
        found: list[Amount] = []
        for at in self.asked:
            typed = row[at].strip() if at < len(row) else ""
            if plain(typed) in MISSING:
                continue
            head = self.heads[at]
            minor, fault = _minor(typed, head.unit or self.unit, head.other or self.other)
            when = self.cells[at] if self.wide else period
            found.append(Amount(number, self.cells[at], category, when, minor, note, fault, typed))
        return found


def _minor(typed: str, unit: str, other: str) -> tuple[int | None, Message | None]:
    """Minor units of a cell, and what is wrong with it. Its own unit counts before that of its head."""
    if typed.startswith(("=", "#")):
        return None, msg("This is a formula or a fault of the sheet: put the amount itself there.")
    if other:
        return None, not_ours(other)
    try:
        minor = read_money(typed + unit if typed[-1:].isdigit() or typed.endswith(".") else typed)
    except Invalid as fault:
        return None, fault.fields["amount"]
    return (minor, None) if minor >= 0 else (None, msg("A budget is not below 0."))


_MONTH = re.compile(r"(?:(\d{4})[-/.年]?)?(0?[1-9]|1[0-2])月?份?")
_FIRST_DAY = re.compile(r"(\d{4})[-/.](0?[1-9]|1[0-2])[-/.]0?1(?:00:00:00)?")
_QUARTER = re.compile(r"(?:(\d{4})[-/.年]?)?(?:q([1-4])|第?([1-4一二三四])季度?)")
_QUARTER_FIRST = re.compile(r"q([1-4])[-/.]?(\d{4})")
_YEAR = re.compile(r"(20\d\d)(?:年度?|全年)?")
_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ENGLISH = re.compile(
    rf"({'|'.join(_ENGLISH_MONTHS)}|{'|'.join(m[:3] for m in _ENGLISH_MONTHS)}|sept)[-/.,]?(\d{{4}})?"
)
_FOURTHS = "一二三四"


def read_span(text: str, year: int) -> tuple[date, date] | None:
    """First and last day of a month, a quarter or a year as people write it (`2026-12`, `12月`, `2026Q4`, `Dec 2026`);
    without a year, of this one. None for anything else."""
    word = plain(text)
    if found := _FIRST_DAY.fullmatch(word):
        return _months(int(found[1]), int(found[2]), 1)
    if found := _QUARTER_FIRST.fullmatch(word):
        return _months(int(found[2]), int(found[1]) * 3 - 2, 3)
    if found := _QUARTER.fullmatch(word):
        told = found[2] or found[3]
        fourth = int(told) if told.isascii() else _FOURTHS.index(told) + 1
        return _months(int(found[1] or year), fourth * 3 - 2, 3)
    if found := _YEAR.fullmatch(word):
        return _months(int(found[1]), 1, 12)
    if found := _ENGLISH.fullmatch(word):
        return _months(int(found[2] or year), [m[:3] for m in _ENGLISH_MONTHS].index(found[1][:3]) + 1, 1)
    found = _MONTH.fullmatch(word)
    if found is None or (not found[1] and "月" not in word):
        return None
    return _months(int(found[1] or year), int(found[2]), 1)


def _months(year: int, month: int, count: int) -> tuple[date, date] | None:
    if not 2000 <= year < 2100:
        return None
    after = year * 12 + month - 1 + count
    return date(year, month, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1)

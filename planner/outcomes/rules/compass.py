"""抖音电商罗盘, 直播间列表: which column means what, and how its cells are read. Columns are found by name, never by place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from planner.figures.rules import LARGEST

ACCOUNT, START, END, NAME, PICTURE = "account", "start", "end", "name", "picture"
KEPT = "kept"
IDENTITY = (ACCOUNT, START, END, NAME, PICTURE)

COLUMNS: dict[str, str] = {
    "主播头像": PICTURE,
    "主播昵称": NAME,
    "主播抖音号": ACCOUNT,
    "抖音号": ACCOUNT,
    "直播开始时间": START,
    "开播时间": START,
    "直播结束时间": END,
    "下播时间": END,
    "直播时长": "minutes",
    "直播间曝光人数": "exposed_users",
    "直播间曝光次数": "exposures",
    "直播间观看人数": "viewers",
    "单小时观看人数": "viewers_per_hour",
    "直播间观看次数": "views",
    "直播激励观看次数": "incentive_views",
    "最高在线人数": "pcu",
    "平均在线人数": "acu",
    "人均观看时长": "avg_watch_seconds",
    "评论次数": "comments",
    "点赞次数": "likes",
    "分享次数": "shares",
    "新加直播团人数": "new_club",
    "新增粉丝数": "new_fans",
    "取关粉丝数": "lost_fans",
    "观看老粉占比": KEPT,
    "带货商品数": "products",
    "直播间商品曝光人数": "product_exposed_users",
    "直播间商品点击人数": "clickers",
    "直播间商品曝光次数": "product_exposures",
    "直播间商品点击次数": "clicks",
    "直播间成交订单数": "orders",
    "直播间成交金额": "gmv",
    "直播间用户支付金额": "paid_amount",
    "单小时用户支付金额": "paid_per_hour",
    "直播间成交件数": "items",
    "直播间成交人数": "buyers",
    "直播间退款订单数": "refund_orders",
    "直播间退款金额": "refund_amount",
    "直播间退款人数": "refund_users",
    "预估佣金支出": "commission",
    "商品曝光-点击率(次数)": "product_ctr_times",
    "商品曝光-点击率(人数)": "product_ctr",
    "商品点击-成交率(次数)": "click_pay_rate_times",
    "商品点击-成交率(人数)": "click_pay_rate",
    "观看-成交率(次数)": "view_pay_rate_times",
    "观看-成交率(人数)": "view_pay_rate",
    "预售订单数": "presale_orders",
    "预售全款金额": "presale_amount",
    "新加购物团人数": "new_shop_club",
    "投放消耗(店铺绑定)": "ad_spend",
    "投放消耗(店铺被投)": "ad_spend_received",
    "净成交金额": "net_gmv",
    "净成交订单数": "net_orders",
    "1小时退款金额": "refund_1h_amount",
    "1小时退款订单数": "refund_1h_orders",
    "1小时退款率": "refund_1h_rate",
    "消费券引导支付金额": "coupon_paid",
    "消费券引导支付占比": "coupon_share",
    "消费券补贴金额": "coupon_subsidy",
    "消费券使用量": "coupons_used",
}
"""What each column is: a base figure, one derived from others, what it is found by, or `KEPT`.

A share whose parts the file does not name can be neither added up nor compared, so it is kept as it is written.
"""
CHECKED = {
    "product_ctr_times", "product_ctr", "click_pay_rate_times", "click_pay_rate", "view_pay_rate_times", "view_pay_rate",
    "viewers_per_hour", "paid_per_hour", "refund_1h_rate", "coupon_share",
}  # fmt: skip
"""Columns the file derives itself: ours are compared with them, never stored."""
NEEDED = (ACCOUNT, START)
TOTALS = {"全部", "合计", "整体", "总计"}
MISSING = {"", "-", "—", "--", "——", "/", "null", "none"}
HEADER_ROWS = 10
_UNIT = re.compile(r"\((?:元|%|分钟|秒|人|次)\)$")
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(万|w|亿|k)?(%)?")
_SCALES = {"万": 10_000, "w": 10_000, "亿": 10**8, "k": 1_000}
_WORDS = re.compile(r"(?:(\d{1,6})小时)?(?:(\d{1,6})分钟?)?(?:(\d{1,6})秒)?")
_BEHIND = re.compile(r"[\s.~–—至-]")
"""What may follow a start in one cell: parts of a second, or the end of the stream."""
_STAMPS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
_SERIAL_DAY = datetime(1899, 12, 30)  # noqa: DTZ001: a wall clock, placed in the team's zone by the caller


class Unreadable(ValueError):
    """A cell that does not hold what its column says."""


def plain(text: str) -> str:
    """A header as it is compared: NFKC, no spaces or tabs, no unit behind it."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("﻿")
    return folded if folded in COLUMNS else _UNIT.sub("", folded)


def read_number(text: str) -> Decimal | None:
    """`1.2万`, `3.4w`, `¥1,234.00`, `12.3%`, `0.123`; None for a missing value, which is not 0."""
    folded = unicodedata.normalize("NFKC", text).strip().lower().replace(",", "").replace(" ", "").lstrip("¥\t'")
    if folded in MISSING:
        return None
    found = _NUMBER.fullmatch(folded)
    if not found or len(folded) > 30:
        raise Unreadable(text)
    try:
        value = Decimal(found[1]) * _SCALES.get(found[2] or "", 1)
    except InvalidOperation:
        raise Unreadable(text) from None
    value = value / 100 if found[3] else value
    if abs(value) > LARGEST:
        raise Unreadable(text)
    return value


def read_seconds(text: str, unit: int) -> Decimal | None:
    """`1小时21分5秒`, `1分5秒`, `00:01:32`, or a plain number in `unit` seconds."""
    folded = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    if folded.lower() in MISSING:
        return None
    clock = re.fullmatch(r"(?:(\d{1,6}):)?(\d{1,2}):(\d{2})", folded)
    if clock:
        return Decimal(int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3]))
    words = _WORDS.fullmatch(folded)
    if words and any(words.groups()):
        hours, minutes, seconds = (int(part or 0) for part in words.groups())
        return Decimal(hours * 3600 + minutes * 60 + seconds)
    value = read_number(folded)
    if value is not None and abs(value) > 10**7:
        raise Unreadable(text)
    return None if value is None else value * unit


def read_length(target: str, column: str, text: str) -> Decimal | None:
    """A duration as its figure counts it, in seconds or minutes; a plain number counts what the column's unit says."""
    found = read_seconds(text, 1 if "秒" in column else 3600 if "小时" in column else 60)
    if found is not None and found < 0:
        raise Unreadable(text)
    return found / 60 if found is not None and target == "minutes" else found


def read_when(text: str) -> datetime | None:
    """A wall clock without a zone: `2026/07/08 16:33`, `2026-07-08 16:33:05`, an Excel serial, or the start of `start-end`."""
    folded = unicodedata.normalize("NFKC", text).strip().replace("T", " ")
    if folded.lower() in MISSING:
        return None
    for size in (len(folded), 19, 16):
        part, behind = folded[:size], folded[size:]
        if behind and not _BEHIND.match(behind):
            continue
        for shape in _STAMPS:
            try:
                return _sane(datetime.strptime(part.strip(), shape), text)
            except ValueError:
                continue
    if re.fullmatch(r"\d{5}(\.\d+)?", folded):
        return _sane(_SERIAL_DAY + timedelta(seconds=round(float(folded) * 86400)), text)
    raise Unreadable(text)


def _sane(found: datetime, text: str) -> datetime:
    if not 2015 <= found.year <= 2100:
        raise Unreadable(text)
    return found


@dataclass
class Row:
    """One stream out of the file; `errors` are (column, cell) pairs that could not be read.

    `twice` is the row before it that names the same stream with other figures.
    """

    number: int
    account: str = ""
    name: str = ""
    start: datetime | None = None
    end: datetime | None = None
    values: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    checks: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    extra: dict[str, str] = field(default_factory=dict[str, str])
    errors: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    twice: int | None = None


@dataclass(frozen=True)
class Recognised:
    """What the file holds: its header by name, what is unknown, and its rows."""

    header_row: int
    known: dict[str, str]
    unknown: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class Columns:
    """The columns of a file by what becomes of them, each as the file writes it."""

    used: list[str]
    checked: list[str]
    kept: list[str]
    identity: list[str]
    unknown: list[str]


def sort_columns(names: list[str]) -> Columns:
    """What becomes of each column, in the order of the file."""
    found = Columns([], [], [], [], [])
    for name in names:
        target = COLUMNS.get(plain(name))
        if target is None:
            found.unknown.append(name)
        elif target in IDENTITY:
            found.identity.append(name)
        elif target == KEPT:
            found.kept.append(name)
        else:
            (found.checked if target in CHECKED else found.used).append(name)
    return found


def find_header(rows: list[tuple[int, list[str]]]) -> int | None:
    """The place of the header among the first rows: the first that names account and start."""
    for place, (_number, cells) in enumerate(rows[:HEADER_ROWS]):
        keys = {COLUMNS.get(plain(cell)) for cell in cells}
        if all(key in keys for key in NEEDED):
            return place
    return None


def nearest_header(rows: list[tuple[int, list[str]]]) -> list[str]:
    """The needed columns that no row among the first ones names."""
    seen = {COLUMNS.get(plain(cell)) for _number, cells in rows[:HEADER_ROWS] for cell in cells}
    names = {ACCOUNT: "主播抖音号", START: "直播开始时间"}
    return [names[key] for key in NEEDED if key not in seen]


def recognise(rows: list[tuple[int, list[str]]]) -> Recognised | None:
    """Read all rows behind the header; None when there is no header of this export."""
    place = find_header(rows)
    if place is None:
        return None
    header = [(plain(cell), cell.strip()) for cell in rows[place][1]]
    known = {shown: COLUMNS[key] for key, shown in header if key in COLUMNS}
    unknown = [shown for key, shown in header if key not in COLUMNS and shown]
    found = [
        _read_row(number, cells, header)
        for number, cells in rows[place + 1 :]
        if not {unicodedata.normalize("NFKC", cell).strip() for cell in cells[:4]} & TOTALS
    ]
    first: dict[tuple[str, datetime], Row] = {}
    for row in found:
        if row.account and row.start:
            before = first.setdefault((row.account, row.start), row)
            row.twice = before.number if (before.end, before.values) != (row.end, row.values) else None
    return Recognised(rows[place][0], known, unknown, found)


def _read_row(number: int, cells: list[str], header: list[tuple[str, str]]) -> Row:
    row = Row(number)
    for (key, shown), cell in zip(header, cells, strict=False):
        target = COLUMNS.get(key)
        try:
            if target in (None, KEPT, PICTURE):
                if cell.strip() and shown:
                    row.extra[shown] = cell.strip()[:200]
            elif target in (ACCOUNT, NAME):
                setattr(row, target, "" if cell.strip() in MISSING else cell.strip().lstrip("\t'")[:60])
            elif target in (START, END):
                setattr(row, target, read_when(cell))
            elif target in CHECKED:
                _keep(row.checks, target, read_number(cell))
            elif target in ("avg_watch_seconds", "minutes"):
                _keep(row.values, target, read_length(target, shown, cell))
            else:
                value = read_number(cell)
                if value is not None and value < 0:
                    raise Unreadable(cell)
                _keep(row.values, target, value)
        except Unreadable:
            row.errors.append((shown, cell.strip()[:60]))
    for key, shown in ((row.account, "主播抖音号"), (row.start, "直播开始时间")):
        if not key and not any(column == shown for column, _cell in row.errors):
            row.errors.append((shown, ""))
    if row.start and row.end and not timedelta(0) < row.end - row.start <= timedelta(hours=30):
        row.errors.append(("直播结束时间", row.end.isoformat(" ")))
    if row.start and row.end and "minutes" not in row.values:
        row.values["minutes"] = Decimal(int((row.end - row.start).total_seconds())) / 60
    return row


def _keep(target: dict[str, Decimal], key: str, value: Decimal | None) -> None:
    if value is not None:
        target[key] = value


_NAMES = {plain(name): key for name, key in COLUMNS.items() if key not in (*IDENTITY, KEPT) and key not in CHECKED}
_KEYS = set(_NAMES.values())
_SHORT = {
    "gmv": "gmv", "成交金额": "gmv", "支付金额": "paid_amount", "用户支付金额": "paid_amount", "观看人数": "viewers",
    "场观": "viewers", "观看次数": "views", "曝光人数": "exposed_users", "曝光次数": "exposures", "最高在线": "pcu",
    "平均在线": "acu", "评论": "comments", "评论数": "comments", "点赞": "likes", "点赞数": "likes", "分享": "shares",
    "分享数": "shares", "新增粉丝": "new_fans", "涨粉": "new_fans", "订单": "orders", "订单数": "orders",
    "成交订单数": "orders", "成交人数": "buyers", "成交件数": "items", "退款金额": "refund_amount", "投放消耗": "ad_spend",
    "消耗": "ad_spend", "likes": "likes", "shares": "shares", "comments": "comments", "viewers": "viewers",
    "views": "views", "orders": "orders", "buyers": "buyers", "商品点击人数": "clickers", "商品曝光人数": "product_exposed_users",
}  # fmt: skip


def _read_figure(key: str, name: str, text: str) -> Decimal | None:
    return read_length(key, name, text) if key in ("avg_watch_seconds", "minutes") else read_number(text)


def read_lines(text: str) -> tuple[dict[str, Decimal], list[tuple[int, str]]]:
    """Pasted `name value` lines: the figures, and the lines (number, text) that say nothing we know."""
    found: dict[str, Decimal] = {}
    strange: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        split = re.fullmatch(r"\s*(.+?)\s*[:：\t ]\s*(\S+)\s*", line)
        key = None
        if split:
            name = plain(split[1]).lower()
            key = _SHORT.get(name) or _NAMES.get(plain(split[1])) or (name if name in _KEYS else None)
        try:
            value = _read_figure(key, split[1], split[2]) if split and key else None
        except Unreadable:
            value = None
        if key is None or value is None or value < 0:
            strange.append((number, line.strip()[:80]))
        else:
            found[key] = value
    return found, strange

"""A roster (排班表) as teams keep it in a sheet: which column says what, and what its cells mean. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from planner.kernel.text import plain
from planner.live.rules.series import Take

MOST_ROWS = 500
MOST_COLUMNS = 40
DAY_MINUTES = 24 * 60
BEHIND = timedelta(days=60)
"""How far a day without a year may lie behind: beyond that, next year is meant."""


class Column(StrEnum):
    """What a column of a roster can say, besides who holds a position."""

    DAY = "day"
    START = "start"
    END = "end"
    TIMES = "times"
    MINUTES = "minutes"
    THEME = "theme"
    CHANNEL = "channel"
    STUDIO = "studio"
    WEIGHT = "weight"
    GMV = "gmv"
    TAGS = "tags"
    NOTES = "notes"


HEADS: dict[Column, tuple[str, ...]] = {
    Column.DAY: ("日期", "直播日期", "date", "day"),
    Column.TIMES: ("时间", "时段", "直播时间", "直播时段", "time", "times", "when", "from–to", "from-to"),
    Column.START: ("开始", "开始时间", "开播", "开播时间", "start"),
    Column.END: ("结束", "结束时间", "下播", "下播时间", "end"),
    Column.MINUTES: ("时长", "时长(分钟)", "分钟", "minutes", "length"),
    Column.THEME: ("主题", "标题", "场次", "直播主题", "theme", "title"),
    Column.CHANNEL: ("账号", "直播账号", "抖音号", "channel", "account"),
    Column.STUDIO: ("直播间", "房间", "场地", "studio", "room"),
    Column.WEIGHT: ("类型", "场次类型", "weight", "type"),
    Column.GMV: ("gmv", "目标gmv", "gmv目标", "目标", "target"),
    Column.TAGS: ("标签", "tags", "tag"),
    Column.NOTES: ("备注", "说明", "notes", "note"),
}
POSITION_HEADS: dict[str, tuple[str, ...]] = {
    "host": ("主播", "host"),
    "cohost": ("副播", "助播", "cohost", "co-host"),
    "floor": ("场控", "floor", "floormanager"),
    "control": ("中控", "control"),
    "operations": ("运营", "operations"),
    "ads": ("投手", "投放", "adbuyer", "ads"),
    "merchandiser": ("选品", "招商", "merchandiser"),
    "script": ("编导", "脚本", "script"),
    "service": ("客服", "service"),
    "business": ("商务", "business"),
    "compliance": ("合规", "监播", "compliance"),
    "tech": ("技术", "technician", "tech"),
    "design": ("设计", "designer", "design"),
}
"""What columns of the usual positions are called."""
BIG_WORDS = ("大场", "专场", "大促", "big")


@dataclass(frozen=True)
class Sent:
    """A roster as it was sent: its text, what its columns say by their place, what becomes of its rows by number."""

    text: str
    columns: Mapping[int, str]
    channel_id: int | None
    takes: Mapping[int, Take]
    override_reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {
            "text": self.text,
            "columns": [[place, said] for place, said in self.columns.items()],
            "channel_id": self.channel_id,
            "takes": [[number, str(take)] for number, take in self.takes.items()],
            "override_reason": self.override_reason,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Sent:
        """What `as_json` made."""
        takes = {number: Take(take) for number, take in kept["takes"]}
        columns = {place: said for place, said in kept["columns"]}
        return cls(kept["text"], columns, kept["channel_id"], takes, kept["override_reason"])


def recognise(head: Sequence[str], positions: Sequence[tuple[int, Sequence[str]]]) -> list[str]:
    """What each column says by its head: a `Column`, `position:<id>`, or nothing where it is unknown.

    `positions` are ids with the words they go by. No column of the roster is named twice, but positions may be.
    """
    known = {plain(word): str(column) for column, words in HEADS.items() for word in words}
    places = {plain(word): f"position:{row_id}" for row_id, words in positions for word in words if word}
    found: list[str] = []
    for cell in head[:MOST_COLUMNS]:
        word = plain(cell)
        said = known.get(word) or places.get(word) or places.get(re.sub(r"\d+$", "", word), "")
        found.append("" if said in found and not said.startswith("position:") else said)
    return found


def is_head(cells: Sequence[str], positions: Sequence[tuple[int, Sequence[str]]]) -> bool:
    """Whether a row names columns: two of its cells at least are known."""
    return sum(1 for said in recognise(cells, positions) if said) >= 2


_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?(?:[ T(（周星].*)?$")


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_EN = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?(?:(\d{1,2})\s+([a-z]{3,9})|([a-z]{3,9})\s+(\d{1,2}))\.?(?:,?\s+(\d{4}))?$"
)


def _english(text: str) -> tuple[int | None, int, int] | None:
    """14 Dec, Mon 14 December 2026, Dec 14: the year where it says one, the month and the day."""
    found = _DAY_EN.match(text.casefold())
    month = (found[2] or found[3])[:3] if found else ""
    if found is None or month not in _MONTHS:
        return None
    return int(found[5]) if found[5] else None, _MONTHS.index(month) + 1, int(found[1] or found[4])


def read_day(cell: str, today: date) -> date | None:
    """2026-12-01, 2026/12/1, 12月1日, 12-1 (周二), Tue 1 Dec, a serial of a sheet; without a year the next."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if re.fullmatch(r"\d{5}(\.0+)?", text):
        return date(1899, 12, 30) + timedelta(days=int(float(text)))
    found = _DAY.match(text)
    told = (int(found[1]) if found[1] else None, int(found[2]), int(found[3])) if found else _english(text)
    if told is None:
        return None
    try:
        if told[0]:
            return date(told[0], told[1], told[2])
        day = date(today.year, told[1], told[2])
        return date(today.year + 1, day.month, day.day) if day < today - BEHIND else day
    except ValueError:
        return None


_NOON = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm)")
_CLOCK = re.compile(r"(次日|翌日|第二天|\+1)?(\d{1,2})(?:[:点时](\d{2}))?(?:[点时])?(?::\d{2})?")


def read_clock(cell: str) -> int | None:
    """Minutes after midnight: 20:00, 20点, 8pm, 次日00:30 and 24:30 (both are the next day), or a share of a day."""
    text = plain(cell)
    noon = _NOON.fullmatch(text)
    if noon is not None and 0 < int(noon[1]) < 13 and int(noon[2] or 0) < 60:
        return (int(noon[1]) % 12 + (12 if noon[3] == "pm" else 0)) * 60 + int(noon[2] or 0)
    if re.fullmatch(r"0?\.\d+", text):
        return round(float(text) * DAY_MINUTES)
    found = _CLOCK.fullmatch(text)
    if found is None or int(found[2]) > 30 or int(found[3] or 0) > 59:
        return None
    return int(found[2]) * 60 + int(found[3] or 0) + (DAY_MINUTES if found[1] else 0)


def read_times(cell: str) -> tuple[int, int] | None:
    """20:00-24:00, 20:00~次日00:30: start and end in minutes after midnight, the end after the start."""
    parts = re.split(r"[-–—~至到]+", plain(cell))
    if len(parts) != 2:
        return None
    start, end = read_clock(parts[0]), read_clock(parts[1])
    if start is None or end is None:
        return None
    return start, end if end > start else end + DAY_MINUTES


@dataclass(frozen=True)
class Named:
    """Somebody named in a cell, with the times they are there where the cell says them."""

    name: str
    times: tuple[int, int] | None


_WITH_TIMES = re.compile(r"(.+?)[(（](.+)[)）]$")


def read_names(cell: str) -> list[Named] | None:
    """米娅、安琪; 米娅(20:00-22:00)、安琪(22:00-24:00). None where times in brackets can't be read."""
    found: list[Named] = []
    for part in re.split(r"[、,，;；/+＋\n]+", cell):
        name = part.strip()
        if not name or name in ("-", "—", "无"):
            continue
        told = _WITH_TIMES.match(name)
        times = read_times(told[2]) if told else None
        if told and times is None:
            return None
        found.append(Named(told[1].strip() if told else name, times))
    return found

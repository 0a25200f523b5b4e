"""How instants, spans, money and numbers read, in the team's zone and the reader's language."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from planner.base import actor, i18n
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.kernel import clock
from planner.kernel.money import show_money
from planner.kernel.spans import business_day

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@functools.lru_cache(16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(instant: datetime) -> datetime:
    """The instant on the team's clock."""
    return instant.astimezone(_zone(actor.current().timezone))


def _clock() -> tuple[str, int]:
    """The team's zone, and when its business day begins."""
    who = actor.current()
    return who.timezone, who.day_start


def today() -> date:
    """The team's business day that runs now."""
    return _day_of_minute(int(clock.now().timestamp()) // 60, *_clock())


@functools.lru_cache(64)
def _day_of_minute(minute: int, zone: str, day_start: int) -> date:
    """Asked for every row of a page; a business day begins at a whole minute."""
    return business_day(datetime.fromtimestamp(60 * minute, UTC), zone, day_start)


def clock_of(instant: datetime | None) -> str:
    """`20:00`."""
    return "" if instant is None else local(instant).strftime("%H:%M")


def day(value: datetime | date | None, year: bool | None = None) -> str:
    """`11月23日 周一`, `Mon 23 Nov`; with the year where it is not this one."""
    if value is None:
        return ""
    found = local(value).date() if isinstance(value, datetime) else value
    far = found.year != local(clock.now()).year if year is None else year
    if i18n.language() == i18n.CHINESE:
        head = f"{found.year}年" if far else ""
        return f"{head}{found.month}月{found.day}日 周{WEEKDAYS_ZH[found.weekday()]}"
    tail = f" {found.year}" if far else ""
    return f"{WEEKDAYS_EN[found.weekday()]} {found.day} {MONTHS_EN[found.month - 1]}{tail}"


def month(first: date) -> str:
    """A month by its first day: `2026年11月`, `Nov 2026`."""
    if i18n.language() == i18n.CHINESE:
        return f"{first.year}年{first.month}月"
    return f"{MONTHS_EN[first.month - 1]} {first.year}"


def quarter(number: int) -> str:
    """The number of a quarter of the year, the first being 0: `一`, `1`."""
    return "一二三四"[number] if i18n.language() == i18n.CHINESE else str(number + 1)


def days(first: date, last: date, year: bool = True) -> str:
    """From one day to another: `2026年11月23日–29日`, `23–29 Nov 2026`; without the year where there is no doubt."""
    same_month, same_year = first.month == last.month, first.year == last.year
    if i18n.language() == i18n.CHINESE:
        tail = f"{last.day}日" if same_month else f"{last.month}月{last.day}日"
        if not year:
            return f"{first.month}月{first.day}日–{tail}"
        return f"{first.year}年{first.month}月{first.day}日–{tail if same_year else f'{last.year}年{tail}'}"
    head = f"{first.day}" if same_month else f"{first.day} {MONTHS_EN[first.month - 1]}"
    if not year:
        return f"{head}–{last.day} {MONTHS_EN[last.month - 1]}"
    return f"{head if same_year else f'{head} {first.year}'}–{last.day} {month(last)}"


def near(value: datetime | date | None) -> str:
    """`今天`, `明天`, `昨天`, else the day.

    While the calendar has begun another day than the team's business day, which still runs, "tomorrow" would mean one
    thing for a step and another for a show: then an instant says its day, and only what is left of the night is today.
    """
    if value is None:
        return ""
    now = today()
    if not isinstance(value, datetime):
        return _near(value, now, i18n.language())
    found, calendar = local(value), local(clock.now()).date()
    if calendar != now and (found.date() != calendar or _day_of_minute(int(value.timestamp()) // 60, *_clock()) != now):
        return day(found, found.year != calendar.year)
    return _near(found.date(), calendar, i18n.language())


@functools.lru_cache(1024)
def _near(found: date, now: date, _language: str) -> str:
    ahead = (found - now).days
    if ahead == 0:
        return _("today")
    return (_("tomorrow") if ahead > 0 else _("yesterday")) if abs(ahead) == 1 else day(found, found.year != now.year)


def at(instant: datetime | None, beside: datetime | None = None) -> str:
    """`20:00` on the business day that runs now, or that of what it stands `beside`; else with its day: `11月23日
    20:00`, `23 Nov 20:00`."""
    if instant is None:
        return ""
    held = today() if beside is None else _day_of_minute(int(beside.timestamp()) // 60, *_clock())
    if _day_of_minute(int(instant.timestamp()) // 60, *_clock()) == held:
        return clock_of(instant)
    found = local(instant).date()
    return f"{short_day(found, found.year != held.year)} {clock_of(instant)}"


def short_day(found: date, year: bool = False) -> str:
    """`11月23日`, `23 Nov`; with the year where that is asked for."""
    if i18n.language() == i18n.CHINESE:
        return f"{found.year}年{found.month}月{found.day}日" if year else f"{found.month}月{found.day}日"
    return f"{found.day} {MONTHS_EN[found.month - 1]}" + (f" {found.year}" if year else "")


def when(instant: datetime | None) -> str:
    """`今天 20:00`, `today 20:00`."""
    return "" if instant is None else f"{near(instant)} {clock_of(instant)}"


def span(pair: Any, end: datetime | None = None) -> str:
    """`20:00–次日 00:30`; a pair or something with start and end."""
    if isinstance(pair, (tuple, list)):
        start, end = pair
    elif isinstance(pair, datetime):
        start = pair
    else:
        start, end = pair.start, pair.end
    if end is None:
        return clock_of(start)
    ahead = (local(end).date() - local(start).date()).days
    tail = clock_of(end)
    if ahead == 1:
        tail = _("next day %(clock)s", clock=tail)
    elif ahead > 1:
        tail = f"{day(end)} {tail}"
    return f"{clock_of(start)}–{tail}"


def ago(instant: datetime | None) -> str:
    """`5 分钟前`, `2 小时后`: how far from now."""
    if instant is None:
        return ""
    seconds = (clock.now() - instant).total_seconds()
    past, minutes = seconds >= 0, int(abs(seconds) // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return (
            ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes)
            if past
            else ngettext("in %(num)s minute", "in %(num)s minutes", minutes)
        )
    hours = minutes // 60
    if hours < 36:
        return (
            ngettext("%(num)s hour ago", "%(num)s hours ago", hours)
            if past
            else ngettext("in %(num)s hour", "in %(num)s hours", hours)
        )
    return when(instant)


def duration(minutes: float | None) -> str:
    """`1 小时 42 分`, `1 h 42 min`."""
    if minutes is None:
        return ""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return _("%(minutes)s min", minutes=rest)
    if not rest:
        return _("%(hours)s h", hours=hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def number(value: Any, digits: int | None = None) -> str:
    """`1,234`, `1,234.5`; missing is a dash."""
    if value is None:
        return "–"
    exact = value if isinstance(value, (int, Decimal)) else Decimal(str(value))
    if digits is not None:
        exact = Decimal(exact).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    told = f"{exact:,f}"
    return told.rstrip("0").rstrip(".") if "." in told and digits is None else told


def percent(value: Any, digits: int = 1) -> str:
    """A fraction as `12.3%`."""
    return "–" if value is None else f"{number(Decimal(str(value)) * 100, digits)}%"


def percent_down(value: Any) -> str:
    """A share in whole per cent, rounded down: what is short of the whole never reads `100%`, but `99.9%`."""
    if value is None:
        return "–"
    exact = Decimal(str(value)) * 100
    step = Decimal("0.1") if 99 < exact < 100 else Decimal(1)
    return f"{number(exact.quantize(step, rounding=ROUND_FLOOR))}%"


def money(minor: int | None) -> str:
    """`¥80,000.00` from minor units."""
    return "–" if minor is None else show_money(int(minor))


def short_money(minor: int | None) -> str:
    """`¥8万`, `¥80k`: for a glance; the exact amount belongs beside it."""
    if minor is None:
        return "–"
    return short_number(Decimal(minor) / 100, "¥")


def short_number(value: Any, symbol: str = "") -> str:
    """`8.2万`, `82k`."""
    if value is None:
        return "–"
    exact, sign = abs(Decimal(str(value))), "-" if value < 0 else ""
    scales = ((10**8, "亿"), (10**4, "万")) if i18n.language() == i18n.CHINESE else ((10**6, "M"), (10**3, "k"))
    for scale, word in scales:
        if exact >= scale:
            digits = 2 if exact / scale < 100 else 0
            told = f"{(exact / scale).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):,f}"
            return f"{sign}{symbol}{told.rstrip('0').rstrip('.') if '.' in told else told}{word}"
    return f"{sign}{symbol}{number(exact.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP))}"


def iso(instant: datetime | None) -> str:
    """For machines."""
    return "" if instant is None else instant.isoformat()


def wall(instant: datetime | None) -> str:
    """`2026-11-23T20:00`, the team's clock as fields and scripts of a page have it."""
    return "" if instant is None else local(instant).strftime("%Y-%m-%dT%H:%M")


def stamp(instant: datetime | None) -> str:
    """`2026-11-23 20:00`, for paper: it is read in other years, too."""
    return wall(instant).replace("T", " ")


FILTERS: dict[str, Callable[..., Any]] = {
    "when": when,
    "at": at,
    "clock": clock_of,
    "day": day,
    "month": month,
    "near": near,
    "span": span,
    "ago": ago,
    "duration": duration,
    "money": money,
    "short_money": short_money,
    "num": number,
    "short_num": short_number,
    "pct": percent,
    "pct_down": percent_down,
    "iso": iso,
    "wall": wall,
    "stamp": stamp,
    "told": i18n.told,
}

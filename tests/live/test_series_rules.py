"""Days that come round and clocks on other days: what holds for every rhythm, zone and year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base.recurrence import weekly
from planner.kernel.errors import Invalid
from planner.kernel.spans import Span
from planner.live import rules
from planner.live.rules import Booking, Rhythm

ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)


@given(DAYS, st.integers(0, 366), WEEKDAYS, st.integers(1, 8))
def test_every_day_is_one_of_the_rhythm_and_none_is_missing(
    first: date, length: int, weekdays: frozenset[int], every: int
) -> None:
    last = first + timedelta(days=length)
    monday = first - timedelta(days=first.weekday())
    expected = [
        day
        for day in (first + timedelta(days=n) for n in range(length + 1))
        if day.weekday() in weekdays and ((day - monday).days // 7) % every == 0
    ]
    assert weekly(first, last, weekdays, every, 1000) == expected


def test_a_series_goes_over_the_end_of_a_year() -> None:
    found = weekly(date(2026, 12, 21), date(2027, 1, 10), {0, 4}, 1, 100)
    assert [day.isoformat() for day in found] == [
        "2026-12-21", "2026-12-25", "2026-12-28", "2027-01-01", "2027-01-04", "2027-01-08",
    ]  # fmt: skip


def test_no_more_days_than_asked_for() -> None:
    assert len(weekly(date(2026, 1, 1), date(2026, 12, 31), set(range(7)), 1, 20)) == 20
    assert weekly(date(2026, 1, 2), date(2026, 1, 1), {0}, 1, 20) == []


@given(DAYS, st.times(), st.integers(-400, 400), ZONES)
def test_the_same_clock_on_another_day(day: date, wall: time, days: int, name: str) -> None:
    zone = ZoneInfo(name)
    start = datetime.combine(day, wall, zone).astimezone(UTC)
    shown = start.astimezone(zone)
    later = rules.days_later(start, days, zone).astimezone(zone)
    assert later.date() == shown.date() + timedelta(days=days) or later.utcoffset() != shown.utcoffset()
    off = datetime.combine(later.date(), later.time()) - datetime.combine(
        shown.date() + timedelta(days=days), shown.time()
    )
    assert timedelta(0) <= off <= timedelta(hours=1), "only a clock that is put forward just then shows another time"


def test_a_show_stays_at_eight_when_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 20, 20, tzinfo=zone)
    assert rules.days_later(start, 7, zone) == datetime(2026, 10, 27, 20, tzinfo=zone)
    assert rules.days_later(start, 7, zone) - start == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("rhythm", "field"),
    [
        (Rhythm(frozenset(), 1, date(2026, 1, 1), date(2026, 2, 1)), "weekdays"),
        (Rhythm(frozenset({9}), 1, date(2026, 1, 1), date(2026, 2, 1)), "weekdays"),
        (Rhythm(frozenset({1}), 0, date(2026, 1, 1), date(2026, 2, 1)), "every"),
        (Rhythm(frozenset({1}), 9, date(2026, 1, 1), date(2026, 2, 1)), "every"),
        (Rhythm(frozenset({1}), 1, date(2026, 1, 1), date(2025, 2, 1)), "last"),
        (Rhythm(frozenset({1}), 1, date(2026, 1, 1), date(2027, 2, 1)), "last"),
    ],
)
def test_what_never_comes_round_is_refused(rhythm: Rhythm, field: str) -> None:
    with pytest.raises(Invalid) as fault:
        rules.check_rhythm(rhythm)
    assert list(fault.value.fields) == [field]


_STARTS = st.integers(0, 60)
_BOOKINGS = st.lists(st.tuples(st.integers(1, 3), _STARTS, st.integers(1, 20)), max_size=12)


def _booked(told: list[tuple[int, int, int]]) -> list[Booking]:
    base = datetime(2026, 11, 27, tzinfo=UTC)
    return [
        Booking(user, Span(base + timedelta(minutes=start), base + timedelta(minutes=start + length)))
        for user, start, length in told
    ]


@given(_BOOKINGS, _BOOKINGS)
def test_all_pairs_are_found_in_order(mine: list[tuple[int, int, int]], theirs: list[tuple[int, int, int]]) -> None:
    asked, held = _booked(mine), _booked(theirs)
    expected = [(n, k) for n, a in enumerate(asked) for k, b in enumerate(held) if a.doubles(b)]
    assert rules.doubled(asked, held) == expected
    within = [(n, k) for n, a in enumerate(asked) for k, b in enumerate(asked) if k < n and a.doubles(b)]
    assert rules.doubled_within(asked) == within

"""Days on a line, moves by days, and how full a week is: rules, and properties of them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan import rules
from planner.plan.rules import Edge, Line, Load, Week, Zoom

DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
shifts = st.integers(-730, 730)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    first = draw(days)
    return Line(first, first + draw(st.integers(0, 900)) * DAY)


@given(lines(), days, days)
def test_a_later_day_never_stands_before_an_earlier_one(line: Line, one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert 0 <= line.at(first) <= line.at(last) <= line.after(last) <= 100
    if line.holds(first):
        assert line.after(first) - line.at(first) == pytest.approx(100 / line.days)
        found = line.first + round(line.at(first) / 100 * line.days) * DAY
        assert found == first, "what is read off the line is the day that was put on it"


@given(lines())
def test_every_day_is_a_weekend_or_none_and_every_week_begins_once(line: Line) -> None:
    weekend = {one + n * DAY for one, other in line.weekends() for n in range((other - one).days + 1)}
    every = [line.first + n * DAY for n in range(line.days)]
    assert weekend == {day for day in every if day.weekday() > 4}
    assert line.mondays() == [day for day in every if day.weekday() == 0]
    assert line.months() == [day for day in every if day.day == 1 or day == line.first]


@given(lines(), st.sampled_from(Zoom))
def test_no_name_of_a_month_stands_over_another(line: Line, zoom: Zoom) -> None:
    wide, end = rules.WIDTHS[zoom], rules.WIDTHS[zoom] * line.days
    marks = rules.month_marks(line, zoom)
    begins = [end - 75 if at_end else (day - line.first).days * wide for day, at_end in marks]
    assert all(one + 75 < other for one, other in pairwise(begins))
    assert all(begin + 75 <= end for begin in begins) or end <= 84
    assert marks


def test_the_last_days_of_a_month_carry_no_name_of_their_own() -> None:
    line = Line(date(2026, 12, 25), date(2027, 3, 31))
    assert [day for day, _end in rules.month_marks(line, Zoom.WEEK)] == [date(2027, n, 1) for n in (1, 2, 3)]


@given(st.none() | days, st.none() | days, shifts)
def test_a_move_there_and_back_changes_nothing(start: date | None, due: date | None, by: int) -> None:
    moved = rules.shifted(start, due, by)
    assert rules.shifted(*moved, -by) == (start, due)
    held, after = rules.stretch(start, due), rules.stretch(*moved)
    if held is None:
        assert after is None
    else:
        assert after == (held[0] + by * DAY, held[1] + by * DAY), "its length stays"


@given(st.none() | days, st.none() | days, shifts)
def test_the_end_alone_leaves_the_beginning(start: date | None, due: date | None, by: int) -> None:
    held = rules.stretch(start, due)
    moved = rules.shifted(start, due, by, Edge.END)
    assert moved == ((held[0], held[1] + by * DAY) if held else (None, None))


@given(days, st.integers(0, 400), st.lists(st.tuples(days, st.integers(0, 90)), max_size=8), st.integers(0, 60))
def test_a_line_holds_its_period_and_no_more_than_there_is_room(
    first: date, length: int, held: list[tuple[date, int]], room: int
) -> None:
    last = first + length * DAY
    spans = [(day, day + more * DAY) for day, more in held]
    line = rules.line_of(first, last, spans, room)
    assert first - room * DAY <= line.first <= first
    assert last <= line.last <= last + room * DAY
    for one, other in spans:
        before, after = line.cut(one, other)
        assert before == (one < line.first)
        assert after == (other > line.last)
        if not before and not after:
            assert line.holds(one)
            assert line.holds(other)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("week", "load"),
    [
        (Week(), Load.FREE),
        (Week(away=7), Load.FREE),
        (Week(steps=1), Load.NORMAL),
        (Week(steps=3), Load.NORMAL),
        (Week(steps=4), Load.HIGH),
        (Week(steps=5), Load.HIGH),
        (Week(steps=6), Load.OVER),
        (Week(shifts=5, on_air=hours(31.9)), Load.NORMAL),
        (Week(shifts=5, on_air=hours(32)), Load.HIGH),
        (Week(shifts=7, on_air=hours(40)), Load.OVER),
        (Week(shifts=5, on_air=hours(32), away=2), Load.OVER),
        (Week(steps=5, minutes=120), Load.NORMAL),
        (Week(steps=5, minutes=33 * 60), Load.HIGH),
        (Week(steps=1, minutes=20 * 60, shifts=4, on_air=hours(21)), Load.OVER),
        (Week(steps=1, away=7), Load.OVER),
    ],
)
def test_how_full_a_week_is(week: Week, load: Load) -> None:
    assert rules.load_of(week, 2) is load


def test_a_few_steps_are_never_a_lot() -> None:
    assert rules.load_of(Week(steps=3), 1) is Load.NORMAL
    assert rules.load_of(Week(steps=5), 1) is Load.HIGH
    assert rules.load_of(Week(steps=6), 1) is Load.OVER
    assert rules.load_of(Week(steps=30), 30) is Load.NORMAL, "where everybody has as many it is usual"


@given(st.integers(0, 40), st.integers(0, 6000), st.integers(0, 90), st.integers(0, 7), st.floats(0, 20))
def test_more_is_never_less(steps: int, minutes: int, on_air: int, away: int, common: float) -> None:
    order = list(Load)
    week = Week(steps, minutes, 1, hours(on_air), away)
    more = Week(steps + (0 if minutes else 1), minutes + (60 if minutes else 0), 1, hours(on_air + 1), min(away + 1, 7))
    assert order.index(rules.load_of(more, common)) >= order.index(rules.load_of(week, common))


def test_what_is_usual_leaves_out_empty_weeks() -> None:
    assert rules.usual([0, 0, 2, 4, 0, 3]) == 3
    assert rules.usual([0, 0]) == 0

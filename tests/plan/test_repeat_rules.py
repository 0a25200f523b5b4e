"""Steps that come again: the days of a rule, what is wrong with one, and what is made of days that went by. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.kernel.errors import Invalid
from planner.plan import rules
from planner.plan.queries.repeats import coming_days
from planner.plan.rules import LAST, MOST_WAITING, Repeat, Rhythm, Stretch

DAY = timedelta(days=1)
days_of_years = st.dates(date(2024, 1, 1), date(2029, 12, 31))
calendar_rules = st.one_of(
    st.builds(Repeat, st.just(Rhythm.DAYS), every=st.integers(1, 366)),
    st.builds(
        Repeat, st.just(Rhythm.WEEKS), every=st.integers(1, 52),
        weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    ),
    st.builds(Repeat, st.just(Rhythm.WORKDAYS)),
    st.builds(
        Repeat, st.just(Rhythm.MONTH_DAY), every=st.integers(1, 24), month_day=st.sampled_from([*range(1, 32), LAST])
    ),
    st.builds(
        Repeat, st.just(Rhythm.MONTH_WEEKDAY), every=st.integers(1, 24), nth=st.sampled_from([1, 2, 3, 4, LAST]),
        weekdays=st.integers(0, 6).map(lambda day: frozenset({day})),
    ),
)  # fmt: skip


@given(calendar_rules, days_of_years, st.integers(0, 800))
def test_every_rule_that_is_allowed_comes_again_and_at_most_once_a_day(repeat: Repeat, first: date, later: int) -> None:
    rules.check_repeat(repeat, first)
    after = first + later * DAY
    found = coming_days(repeat, first, after, 12)
    assert len(found) == 12, "no rule runs dry"
    assert found[0] > after
    assert found == sorted(set(found))
    assert coming_days(repeat, first, found[3], 8) == found[4:], "looking on from any day finds the same ones"


@given(calendar_rules, days_of_years)
def test_the_days_are_the_ones_the_rule_names(repeat: Repeat, first: date) -> None:
    for day in coming_days(repeat, first, first, 10):
        last = monthrange(day.year, day.month)[1]
        if repeat.rhythm is Rhythm.DAYS:
            assert (day - first).days % repeat.every == 0
        elif repeat.rhythm is Rhythm.WORKDAYS:
            assert day.weekday() < 5
        elif repeat.rhythm is Rhythm.WEEKS:
            monday, begun = day - day.weekday() * DAY, first - first.weekday() * DAY
            assert day.weekday() in repeat.weekdays
            assert (monday - begun).days // 7 % repeat.every == 0
        else:
            assert ((day.year - first.year) * 12 + day.month - first.month) % repeat.every == 0
        if repeat.rhythm is Rhythm.MONTH_DAY:
            assert day.day == (last if repeat.month_day == LAST else min(repeat.month_day, last))
        if repeat.rhythm is Rhythm.MONTH_WEEKDAY:
            assert {day.weekday()} == set(repeat.weekdays)
            place = (last - day.day) // 7 if repeat.nth == LAST else (day.day - 1) // 7 + 1
            assert place == (0 if repeat.nth == LAST else repeat.nth)


@given(days_of_years, st.integers(1, 52), st.sampled_from(Stretch))
def test_from_completion_it_lies_ahead_of_the_day_it_was_done(done: date, every: int, stretch: Stretch) -> None:
    every = min(every, 24)
    found = rules.after_done(Repeat(Rhythm.AFTER, every=every, stretch=stretch), done)
    assert found > done
    exact = {Stretch.DAYS: every, Stretch.WEEKS: 7 * every}
    if stretch in exact:
        assert (found - done).days == exact[stretch]
    else:
        assert found.day == min(done.day, monthrange(found.year, found.month)[1])
        assert (found.year - done.year) * 12 + found.month - done.month == every


@given(st.lists(st.integers(-400, 60), unique=True, max_size=60).map(sorted), st.integers(0, 5), days_of_years)
def test_nothing_floods_after_a_standstill(offsets: list[int], waiting: int, today: date) -> None:
    days = [today + n * DAY for n in offsets]
    found = rules.coming(days, today, waiting)
    assert waiting + len(found.made) <= max(MOST_WAITING, waiting)
    assert sum(day < today for day in found.made) <= (0 if waiting else 1), "of what went by, the latest at most"
    assert set(found.made).isdisjoint(found.left_out)
    assert all(day < today for day in found.left_out), "what has not gone by is held, never left out"
    told = {*found.made, *found.left_out}
    rest = [day for day in days if day not in told]
    assert (rest[0] if rest else None) == found.held, "every day is made, left out, or held"


def test_a_day_that_went_by_gives_way_to_today() -> None:
    today = date(2026, 11, 30)
    gone = [today - 14 * DAY, today - 7 * DAY]
    assert rules.coming(gone, today, 0).made == (gone[1],)
    assert rules.coming([*gone, today], today, 0).made == (today,)
    assert rules.coming(gone, today, 1) == rules.Coming((), tuple(gone), None)


FRIDAY = frozenset({4})


@pytest.mark.parametrize(
    ("repeat", "field"),
    [
        (Repeat(Rhythm.WEEKS), "weekdays"),
        (Repeat(Rhythm.WEEKS, weekdays=frozenset({7})), "weekdays"),
        (Repeat(Rhythm.WEEKS, every=0, weekdays=FRIDAY), "every"),
        (Repeat(Rhythm.WEEKS, every=53, weekdays=FRIDAY), "every"),
        (Repeat(Rhythm.DAYS, every=0), "every"),
        (Repeat(Rhythm.DAYS, every=-1), "every"),
        (Repeat(Rhythm.DAYS, every=10**9), "every"),
        (Repeat(Rhythm.MONTH_DAY, month_day=0), "month_day"),
        (Repeat(Rhythm.MONTH_DAY, month_day=32), "month_day"),
        (Repeat(Rhythm.MONTH_WEEKDAY, nth=5, weekdays=FRIDAY), "nth"),
        (Repeat(Rhythm.MONTH_WEEKDAY, weekdays=frozenset({0, 4})), "weekdays"),
        (Repeat(Rhythm.AFTER, every=0), "every"),
        (Repeat(Rhythm.AFTER, every=25, stretch=Stretch.MONTHS), "every"),
        (Repeat(Rhythm.WORKDAYS, lead=61), "lead"),
        (Repeat(Rhythm.WORKDAYS, lead=-1), "lead"),
        (Repeat(Rhythm.WORKDAYS, until=date(2026, 11, 28)), "until"),
        (Repeat(Rhythm.WORKDAYS, times=1), "times"),
        (Repeat(Rhythm.WORKDAYS, times=10**6), "times"),
    ],
)
def test_a_rule_that_means_nothing_is_told_at_its_field(repeat: Repeat, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_repeat(repeat, date(2026, 11, 28))
    assert set(caught.value.fields) == {field}


def test_a_day_that_a_month_has_not_is_its_last() -> None:
    thirtieth = Repeat(Rhythm.MONTH_DAY, every=12, month_day=30)
    assert coming_days(thirtieth, date(2027, 2, 1), date(2027, 2, 1), 2) == [date(2027, 2, 28), date(2028, 2, 29)]
    every = coming_days(Repeat(Rhythm.MONTH_DAY, month_day=31), date(2027, 1, 1), date(2027, 1, 1), 4)
    assert every == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_the_end_cuts_the_days_off() -> None:
    found = [date(2026, 12, n) for n in (7, 14, 21)]
    assert rules.allowed(Repeat(Rhythm.DAYS, until=date(2026, 12, 14)), found, 1) == found[:2]
    assert rules.allowed(Repeat(Rhythm.DAYS, times=2), found, 1) == found[:1]
    assert rules.allowed(Repeat(Rhythm.DAYS, times=2), found, 2) == []

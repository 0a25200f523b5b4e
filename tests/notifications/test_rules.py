"""When a letter may leave, when somebody is reminded: for any hour, zone and habit. Without a program."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.kernel.spans import local
from planner.kernel.telling import Sort
from planner.notifications import rules
from planner.notifications.rules import BETWEEN, GATHER, NEAR, USUAL, Habits, Mode

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda after: FIRST + after)
OF_DAY = st.integers(0, 24 * 60 - 1)
HABITS = st.builds(
    Habits,
    quiet_from=OF_DAY,
    quiet_to=OF_DAY,
    daily_at=st.none() | OF_DAY,
    before_due=st.lists(st.sampled_from(rules.DAYS_BEFORE), unique=True).map(tuple),
    before_shift=st.lists(st.sampled_from(rules.MINUTES_BEFORE), unique=True).map(tuple),
)


def shanghai(day: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 12, day, int(hour), int(minute), tzinfo=ZoneInfo("Asia/Shanghai"))


@given(TIMES, HABITS, ZONES)
def test_quiet_hours_end_once_and_soon(at: datetime, habits: Habits, zone: str) -> None:
    ends = rules.after_quiet(at, habits, zone)
    assert at <= ends <= at + DAY + HOUR
    if not rules.is_quiet(rules.minute_of(at, zone), habits):
        assert ends == at
    else:
        wall = ends.astimezone(ZoneInfo(zone))
        # 02:30 of a night that has no 02:30 is the minute after the gap.
        assert wall.hour * 60 + wall.minute - habits.quiet_to in (0, 30, 60)


@given(OF_DAY, OF_DAY, OF_DAY)
def test_each_minute_is_quiet_or_lies_between(first: int, last: int, minute: int) -> None:
    there, back = Habits(quiet_from=first, quiet_to=last), Habits(quiet_from=last, quiet_to=first)
    assert rules.is_quiet(minute, there) + rules.is_quiet(minute, back) == (first != last)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("22:59", "22:59"),
        ("23:00", "08:00"),
        ("23:59", "08:00"),
        ("00:00", "08:00"),
        ("07:59", "08:00"),
        ("08:00", "08:00"),
    ],
)
def test_the_usual_quiet_hours_go_over_midnight(at: str, ends: str) -> None:
    found = rules.after_quiet(shanghai(5, at), Habits(), "Asia/Shanghai").astimezone(ZoneInfo("Asia/Shanghai"))
    assert found.strftime("%H:%M") == ends


@given(TIMES, st.none() | st.timedeltas(-DAY, DAY), HABITS, ZONES)
def test_what_is_not_near_is_gathered_keeps_its_distance_and_the_quiet_hours(
    made_at: datetime, since: timedelta | None, habits: Habits, zone: str
) -> None:
    last = None if since is None else made_at + since
    leaves = rules.leaves(made_at, last, None, made_at + rules.WORTH, habits, zone)
    assert leaves >= made_at + GATHER
    assert last is None or leaves >= last + BETWEEN
    if zone in ("Asia/Shanghai", "Asia/Kolkata"):  # where an hour comes twice, the quiet ends in the first
        assert not rules.is_quiet(rules.minute_of(leaves, zone), habits)


@given(TIMES, st.timedeltas(-3 * HOUR, 12 * HOUR), st.timedeltas(MINUTE, 8 * HOUR), HABITS, ZONES)
def test_ones_own_show_waits_for_nothing_from_two_hours_before_until_it_is_over(
    made_at: datetime, ahead: timedelta, long: timedelta, habits: Habits, zone: str
) -> None:
    starts = made_at + ahead
    until = starts + long
    leaves = rules.leaves(made_at, made_at - MINUTE, starts, until, habits, zone)
    if rules.is_near(made_at, starts, until):
        assert leaves == made_at
    elif starts - NEAR > made_at:
        assert leaves <= starts - NEAR
    usual = rules.leaves(made_at, made_at - MINUTE, None, until, habits, zone)
    assert leaves <= usual, "it never comes later for being one's own show"


@given(st.lists(st.timedeltas(timedelta(0), 6 * HOUR), min_size=1, max_size=40), TIMES, HABITS, ZONES)
def test_nobody_gets_two_letters_within_ten_minutes(
    gaps: list[timedelta], first: datetime, habits: Habits, zone: str
) -> None:
    """The worker looks when a letter may leave; what waits by then goes with it."""
    made, last, left = [first], None, list[datetime]()
    for gap in gaps:
        made.append(made[-1] + gap / len(gaps))
    waiting, now = sorted(made), first
    while waiting:
        now = max(now, min(rules.leaves(at, last, None, at + rules.WORTH, habits, zone) for at in waiting))
        assert now <= made[-1] + 2 * DAY, "everything is told within the quiet hours"
        assert any(at <= now for at in waiting)
        left.append(now)
        last, waiting = now, [at for at in waiting if at > now]
    assert len(left) <= len(made)
    assert all(later - earlier >= BETWEEN for earlier, later in itertools.pairwise(left))


def test_mentions_only_leaves_mentions_and_ones_own_shows() -> None:
    habits = Habits(mentions_only=True)
    assert {sort for sort in Sort if habits.mode(sort) is not Mode.NEVER} == {Sort.MENTIONED, Sort.SHIFT}
    assert habits.summary_at is None
    assert {sort: Habits().mode(sort) for sort in Sort} == dict(USUAL), "complete without touching anything"


@given(TIMES, HABITS, ZONES, st.none() | st.timedeltas(timedelta(0), DAY))
def test_the_daily_letter_leaves_at_ones_hour_or_a_little_later(
    now: datetime, habits: Habits, zone: str, since: timedelta | None
) -> None:
    last = None if since is None else now - since
    day = rules.summary_is_due(now, habits, zone, last)
    if day is not None:
        assert habits.daily_at is not None
        assert local(day, habits.daily_at, zone) <= now < local(day, habits.daily_at, zone) + 6 * HOUR
        assert last is None or now - last >= BETWEEN


# ---------------------------------------------------------------- reminders


def test_the_gaps_grow() -> None:
    days = [0, *rules.late_days()]
    gaps = [later - earlier for earlier, later in itertools.pairwise(days)]
    assert gaps == [1, 2, 4, 8, 16, 32]
    assert timedelta(days=days[-1]) < rules.OLDEST, "what is looked at reaches as far as one is reminded"


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), HABITS, ZONES)
def test_of_a_day_one_is_reminded_at_ones_hour_and_each_stage_comes_once(due: date, habits: Habits, zone: str) -> None:
    stages = rules.stages_of_day(due, habits, zone)
    assert len({stage.name for stage in stages}) == len(stages)
    assert [stage.at for stage in stages] == sorted(stage.at for stage in stages)
    assert [stage.sort for stage in stages if stage.at > local(due, habits.hour, zone)] == [
        Sort.LATE
    ] * rules.LATE_TIMES
    seen = list[str]()
    for n in range(-10, 80):
        stage = rules.reached(stages, local(due + timedelta(days=n), habits.hour, zone))
        if stage is not None and stage.name not in seen:
            seen.append(stage.name)
    assert seen == [stage.name for stage in stages], "looking once a day misses none and repeats none"


@given(TIMES, HABITS, st.timedeltas(-3 * DAY, 3 * DAY))
def test_of_an_hour_the_last_stage_that_has_come_counts(due: datetime, habits: Habits, ahead: timedelta) -> None:
    for stages in (rules.stages_of_hour(due), rules.stages_of_shift(due, habits)):
        found = rules.reached(stages, due + ahead)
        assert found == max((s for s in stages if s.at <= due + ahead), key=lambda s: s.at, default=None)
    assert not [s for s in rules.stages_of_shift(due, habits) if s.at >= due], "one's own show is never late"


@given(st.sampled_from(["step", "session"]), st.integers(1, 2**63 - 1), st.sampled_from(["before-1", "late-63"]))
def test_a_key_says_what_it_reminds_of_and_fits_its_column(kind: str, row_id: int, stage: str) -> None:
    for due in ("2026-12-01", "2026-12-01T12:00:00.123456+00:00"):
        key = rules.reminder_key(kind, row_id, stage, due)
        assert rules.thing_of(key) == (kind, row_id, due)
        assert len(key) <= 100
    assert rules.thing_of("0f" * 16) is None, "what a command told is no reminder"

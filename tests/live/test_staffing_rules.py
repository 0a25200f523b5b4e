"""Rest, long days, changeover, splitting a shift, hours: without an app, across midnight, zones and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.kernel.spans import Span
from planner.live import rules
from planner.live.rules import Candidate, Clock, Habits, Standing, Strain, Work, Worked

CLOCKS = st.sampled_from([Clock("Asia/Shanghai", 360), Clock("Europe/Berlin", 360), Clock("America/New_York", 0)])
INSTANTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 10), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.builds(lambda start, minutes: Span(start, start + timedelta(minutes=minutes)), INSTANTS, st.integers(5, 900))
CHINA = Clock("Asia/Shanghai", 360)
LIMITS = Habits()


def china(day: int, hour: int, minute: int = 0) -> datetime:
    """Wall time in Shanghai of a day in November 2026."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour - 8, minutes=minute)


def work(day: int, start: int, end: int, session_id: int | None = 1) -> Work:
    return Work(Span(china(day, start), china(day, end)), session_id, "一场")


@given(SPANS, INSTANTS)
def test_the_parts_of_a_split_shift_are_the_whole(span: Span, at: datetime) -> None:
    parts = [part for part in rules.split(span, at) if part is not None]
    assert sum((p.end - p.start for p in parts), timedelta()) == span.end - span.start
    assert (parts[0].start, parts[-1].end) == (span.start, span.end)
    assert all(p.start < p.end for p in parts)
    before, after = rules.split(span, at)
    assert before is None or before.end <= at
    assert after is None or after.start >= at


@given(st.lists(SPANS, min_size=1, max_size=6))
def test_time_together_is_never_counted_twice_nor_lost(spans: list[Span]) -> None:
    whole = rules.together(spans)
    lengths = [s.end - s.start for s in spans]
    assert max(lengths) <= whole <= sum(lengths, timedelta())
    assert rules.together([*spans, spans[0]]) == whole
    assert rules.together(reversed(spans)) == whole


@given(SPANS, st.lists(SPANS, max_size=5), CLOCKS)
def test_whoever_is_free_has_rested_and_is_needed_nowhere(span: Span, held: list[Span], clock: Clock) -> None:
    stands, reason = rules.standing(span, [Work(s, 1) for s in held], [], LIMITS, clock)
    assert (stands is Standing.BUSY) == any(s.overlaps(span) for s in held)
    assert (reason is None) == (stands is Standing.FREE)
    if stands is Standing.FREE:
        told = rules.strains([Work(span, 2)], [Work(s, 1) for s in held], LIMITS, clock)
        assert not [w for w in told if w.strain is Strain.REST]


@given(st.lists(SPANS, min_size=1, max_size=4), st.lists(SPANS, max_size=4), CLOCKS)
def test_the_order_of_what_is_asked_changes_no_warning(asked: list[Span], held: list[Span], clock: Clock) -> None:
    def told(mine: list[Span], theirs: list[Span]) -> set[tuple[Strain, timedelta]]:
        found = rules.strains([Work(s, 9) for s in mine], [Work(s, 1) for s in theirs], LIMITS, clock)
        return {(w.strain, w.length) for w in found if w.strain is Strain.LONG}

    assert told(asked, held) == told(asked[::-1], held[::-1])


@pytest.mark.parametrize(
    ("asked", "elsewhere", "expected"),
    [
        ([work(3, 20, 24, 9)], [work(4, 10, 12)], []),  # ten hours of night
        ([work(3, 20, 24, 9)], [work(4, 7, 9)], [Strain.REST]),
        ([work(3, 22, 28, 9)], [work(4, 8, 10)], [Strain.REST]),  # past midnight the day is still the evening's
        ([work(3, 18, 20, 9)], [work(3, 20, 22)], [Strain.CHANGEOVER]),
        ([work(3, 18, 20, 9)], [work(3, 20, 22, None)], [Strain.CHANGEOVER]),  # another team's session
        ([work(3, 18, 20, 9), work(3, 20, 22, 9)], [], []),  # one show needs no changeover
        ([work(3, 12, 16, 9)], [work(3, 18, 21)], [Strain.LONG]),
        ([work(3, 12, 16, 9)], [work(4, 18, 21)], []),
        ([work(3, 18, 20, 9)], [work(3, 19, 21)], []),  # a clash is told as such
        ([work(3, 6, 20, 9)], [work(3, 8, 9), work(3, 20, 22)], [Strain.CHANGEOVER, Strain.LONG]),
    ],
)  # fmt: skip
def test_what_warns(asked: list[Work], elsewhere: list[Work], expected: list[Strain]) -> None:
    assert [w.strain for w in rules.strains(asked, elsewhere, LIMITS, CHINA)] == expected


def test_rest_is_real_time_when_the_clock_is_put_forward() -> None:
    berlin = Clock("Europe/Berlin", 360)
    night = Work(Span(datetime(2026, 3, 28, 18, tzinfo=UTC), datetime(2026, 3, 28, 22, 30, tzinfo=UTC)), 1)
    morning = Span(datetime(2026, 3, 29, 6, tzinfo=UTC), datetime(2026, 3, 29, 9, tzinfo=UTC))  # 08:00, 8.5 h by wall
    assert rules.standing(morning, [night], [], LIMITS, berlin)[0] is Standing.RESTING


def test_stand_ins_stand_in_order() -> None:
    rows = [
        Candidate(1, "A", True, Standing.BUSY),
        Candidate(2, "B", False, Standing.FREE),
        Candidate(3, "C", True, Standing.AWAY),
        Candidate(4, "D", True, Standing.FREE),
        Candidate(5, "E", True, Standing.RESTING),
    ]
    assert [c.name for c in rules.in_order(rows)] == ["D", "E", "C", "A", "B"]


def worked(span: Span, hosts: bool, *streams: Span, over: bool = True) -> Worked:
    show = Span(streams[0].start, streams[-1].end) if streams else None
    return Worked(1, 1, span, hosts, over, streams, show)


def test_hosts_work_while_a_stream_runs_and_others_while_the_show_does() -> None:
    shift = Span(china(3, 20), china(3, 24))
    streams = (Span(china(3, 20, 10), china(3, 21)), Span(china(3, 21, 30), china(3, 25)))
    assert rules.hours_of(worked(shift, True, *streams)).actual == timedelta(hours=3, minutes=20)
    assert rules.hours_of(worked(shift, False, *streams)).actual == timedelta(hours=3, minutes=50)
    assert rules.hours_of(worked(shift, True)).actual == timedelta(hours=4)
    assert rules.hours_of(worked(shift, True, over=False)).actual == timedelta()


@given(SPANS, st.lists(SPANS, max_size=4), st.booleans())
def test_nobody_works_longer_than_the_shift(span: Span, streams: list[Span], hosts: bool) -> None:
    got = rules.hours_of(worked(span, hosts, *sorted(streams)))
    assert timedelta() <= got.actual <= got.planned == span.end - span.start


@given(SPANS, st.lists(SPANS, min_size=1, max_size=4), INSTANTS)
def test_a_split_shift_adds_up_to_the_same_hours(span: Span, streams: list[Span], at: datetime) -> None:
    parts = [worked(p, True, *sorted(streams)) for p in rules.split(span, at) if p is not None]
    together = rules.added(parts)[1][1]
    whole = rules.hours_of(worked(span, True, *sorted(streams)))
    assert (together.planned, together.actual) == (whole.planned, whole.actual)


def test_two_positions_at_once_are_one_time() -> None:
    show = Span(china(3, 20), china(3, 24))
    late = Span(china(3, 22), china(3, 26))
    total = rules.total_of([worked(show, False, show), worked(show, False, show), worked(late, False, show)])
    assert (total.shifts, total.planned, total.actual) == (3, timedelta(hours=6), timedelta(hours=4))


def test_a_month_ends_where_its_last_business_day_does() -> None:
    november = rules.month_span(date(2026, 11, 17), "Asia/Shanghai", 360)
    assert (november.start, november.end) == (china(1, 6), china(31, 6))

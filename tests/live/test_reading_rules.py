"""Readings without an application: the rhythm, the pace, what is asked about, and what each shift brought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.live.rules import Ahead, Doubt, Point, is_forgotten
from planner.live.rules.curve import FULL, draw
from planner.live.rules.readings import doubt, expected, pace, rhythm, time_on_air
from planner.live.rules.shares import Stint, course, figure_at, hours_of, mean_online, pieces, shares

START = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(minutes: int) -> datetime:
    return START + minutes * MINUTE


def test_a_target_is_expected_evenly_over_the_planned_time() -> None:
    assert [expected(1000, n * HOUR, 4 * HOUR) for n in (0, 1, 4, 9)] == [0, 250, 1000, 1000]
    assert expected(10**15, HOUR, 3 * HOUR) == 10**15 // 3, "no size is too large"


def test_breaks_do_not_count_and_two_streams_at_a_time_count_once() -> None:
    streams = [(at(0), at(60)), (at(90), None), (at(30), at(70))]
    assert time_on_air(streams, at(100)) == 80 * MINUTE
    assert time_on_air([], at(100)) == timedelta()


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("gmv", 99, Doubt.LESS),
        ("gmv", 100, None),
        ("gmv", 600, None),
        ("gmv", 601, Doubt.FAST),
        ("online", 299, None),
        ("online", 300, Doubt.MANY),
        ("online", 34, None),
        ("online", 33, Doubt.FEW),
    ],
)
def test_what_jumps_is_asked_about(key: str, value: int, found: Doubt | None) -> None:
    last = Point(at(30), 100)
    assert doubt(key, value, at(60), last, START) is found
    assert doubt(key, value, at(60), None, START) is None, "the first figure has nothing to jump from"


def test_a_pace_is_told_in_words_and_carried_on() -> None:
    found = pace("gmv", Point(at(60), 300), 1000, HOUR, 4 * HOUR)
    assert (found.expected, found.gap, found.standing, found.projected) == (250, 50, Ahead.AHEAD, 1200)
    assert pace("gmv", Point(at(60), 100), 1000, HOUR, 4 * HOUR).standing is Ahead.BEHIND
    assert pace("gmv", Point(at(60), 252), 1000, HOUR, 4 * HOUR).standing is Ahead.ON_PACE
    assert pace("gmv", Point(at(300), 900), 1000, 5 * HOUR, 4 * HOUR).projected == 900, "it runs over already"


def test_readings_are_due_every_half_hour_and_one_not_taken_is_missed() -> None:
    on = [(START, None)]
    first = rhythm(START, None, 30, on, [], [], at(10))
    assert (first.due, first.then, first.missed) == (at(30), at(60), ())
    late = rhythm(START, None, 30, on, [], [], at(50))
    assert (late.due, late.missed) == (at(30), ())
    gone = rhythm(START, None, 30, on, [], [], at(60))
    assert (gone.due, gone.missed) == (at(60), (at(30),))


def test_a_reading_serves_its_own_moment_or_early_the_next() -> None:
    on = [(START, None)]
    assert rhythm(START, None, 30, on, [at(55)], [], at(56)).due == at(60), "late, it was still the first one's time"
    assert rhythm(START, None, 30, on, [at(20)], [], at(21)).due == at(60), "early, it did the one that was next"
    assert rhythm(START, None, 30, on, [at(10)], [], at(11)).due == at(30), "too early for the next"
    assert rhythm(START, None, 30, on, [at(31), at(50)], [], at(51)).due == at(90)
    assert rhythm(START, None, 30, on, [], [at(30)], at(40)).due == at(60), "ticked by hand, nobody reads again"


def test_nothing_is_due_in_a_break_or_after_the_end() -> None:
    broken = [(START, at(50)), (at(70), None)]
    assert rhythm(START, None, 30, broken, [at(30)], [], at(55)).due == at(90)
    over = rhythm(START, at(95), 30, [(START, at(95))], [at(30)], [], at(300))
    assert (over.due, over.missed) == (None, (at(60), at(90)))
    assert rhythm(START, None, 30, [(START, None)], [], [], START + 40 * HOUR).due is None, "nobody ended it"


def test_a_show_is_asked_about_two_hours_after_its_end() -> None:
    assert not is_forgotten(True, START, START + 119 * MINUTE)
    assert is_forgotten(True, START, START + 2 * HOUR)
    assert not is_forgotten(False, START, START + 9 * HOUR)


def test_four_hosts_are_seen_apart_across_midnight() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 11, 27, 20, 0, tzinfo=shanghai)
    hosts = [Stint(n, start + 4 * n * HOUR, start + 4 * (n + 1) * HOUR) for n in range(4)]
    read = [Point(start + 4 * HOUR, 100), Point(start + 7 * HOUR, 400), Point(start + 9 * HOUR, 600)]
    cut = pieces(start, start + 16 * HOUR, hosts)
    found = shares(cut, course(start, start + 16 * HOUR, read, 1000))
    assert {n: (s.value, s.estimated) for n, s in found.items()} == {
        0: (100, False), 1: (400, True), 2: (271, True), 3: (229, True),
    }  # fmt: skip
    assert sum(s.value for s in found.values()) == 1000


def test_two_together_share_and_a_gap_is_nobodys() -> None:
    hosts = [Stint(1, at(0), at(60)), Stint(2, at(30), at(60)), Stint(3, at(120), at(180))]
    cut = pieces(START, at(180), hosts)
    found = shares(cut, course(START, at(180), [Point(at(n), n) for n in (30, 60, 120)], 181))
    assert {n: s.value for n, s in found.items()} == {1: 45, 2: 15, None: 60, 3: 61}
    assert hours_of(cut)[2] == 30 * MINUTE
    assert hours_of(cut)[None] == HOUR


def test_an_early_start_and_a_run_over_belong_to_those_who_are_there() -> None:
    hosts = [Stint(1, at(10), at(60)), Stint(2, at(60), at(120)), Stint(3, at(-90), at(-30))]
    cut = pieces(START, at(150), hosts)
    assert [p.owners for p in cut] == [(1,), (2,)]
    assert [p.owners for p in pieces(START, at(300), hosts)] == [(1,), (2,), ()], "three hours later nobody held on"
    assert pieces(START, START, hosts) == []


def test_a_figure_outside_of_its_readings_stands_still() -> None:
    points = [Point(at(0), 0), Point(at(60), 61)]
    assert [figure_at(points, at(n)) for n in (-5, 0, 30, 60, 90)] == [
        (0, True), (0, False), (30, True), (61, False), (61, True),
    ]  # fmt: skip


def test_people_online_are_weighted_by_time() -> None:
    read = [Point(at(0), 100), Point(at(10), 100), Point(at(60), 600)]
    assert mean_online(read, [(at(0), at(60))]) == round((100 * 10 + 350 * 50) / 60)
    assert mean_online(read, [(at(0), at(10))]) == 100
    assert mean_online([Point(at(5), 80)], [(at(0), at(10))]) == 80
    assert mean_online(read, [(at(100), at(200))]) is None


def test_a_curve_stays_within_its_edges() -> None:
    drawn = draw([Point(at(0), 0), Point(at(60), 50)], START, at(240), 100, at(240))
    assert drawn.path == "M0 1000L250 500"
    assert drawn.target == f"M0 {FULL}L1000 0H1000"
    assert [moment for _x, moment in drawn.ticks] == [at(60 * n) for n in range(5)]
    assert draw([Point(at(0), 0)], START, START).path == "M0 1000"


MINUTES = st.integers(min_value=-300, max_value=1500)
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])


@given(
    days=st.integers(min_value=0, max_value=365 * 24 * 60),
    zone=ZONES,
    length=st.integers(min_value=1, max_value=20 * 60),
    hosts=st.lists(st.tuples(MINUTES, st.integers(min_value=0, max_value=700)), max_size=6),
    read=st.lists(st.tuples(MINUTES, st.integers(min_value=0, max_value=10**15)), max_size=8),
    total=st.none() | st.integers(min_value=0, max_value=10**15),
)
def test_shares_and_gaps_add_up_to_the_session(
    days: int, zone: str, length: int, hosts: list[tuple[int, int]], read: list[tuple[int, int]], total: int | None
) -> None:
    wall = (START + days * MINUTE).astimezone(ZoneInfo(zone)).replace(hour=23, minute=30)
    start = wall.astimezone(UTC)  # instants are UTC wherever the team is; the show crosses its midnight
    end = start + length * MINUTE
    stints = [Stint(n, start + a * MINUTE, start + (a + b) * MINUTE) for n, (a, b) in enumerate(hosts)]
    points = [Point(start + m * MINUTE, value) for m, value in read]
    cut = pieces(start, end, stints)
    assert (cut[0].start, cut[-1].end) == (start, end)
    assert all(a.end == b.start and a.start < a.end for a, b in pairwise(cut))
    line = course(start, end, points, total)
    assert sum(s.value for s in shares(cut, line).values()) == line[-1].value
    if total is not None:
        assert line[-1].value == total
    assert set(hours_of(cut)) == set(shares(cut, line))


def test_a_show_put_forward_or_back_belongs_to_the_nearest_shift() -> None:
    start = datetime(2026, 11, 28, 10, tzinfo=UTC)
    early = [Stint(1, start + 3 * HOUR, start + 5 * HOUR), Stint(2, start + 5 * HOUR, start + 7 * HOUR)]
    assert [p.owners for p in pieces(start, start + HOUR, early)] == [(1,)]
    late = [Stint(1, start - 7 * HOUR, start - 5 * HOUR), Stint(2, start - 5 * HOUR, start - 3 * HOUR)]
    assert [p.owners for p in pieces(start, start + HOUR, late)] == [(2,)]
    assert [p.owners for p in pieces(start, start + HOUR, [])] == [()]

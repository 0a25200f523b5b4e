"""Which day a show belongs to, also across 00:00 and 06:00, on every page alike; and where it stands in its day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.kernel.spans import Span, business_day, day_span
from planner.live import queries, rules
from planner.live.models import LiveSession
from planner.live.queries import SessionBrief
from planner.live.rules import Booking, Platform, State, Weight
from planner.live.views.calendar import week_of
from tests.cast import Cast
from tests.live.conftest import Plan

Client = Callable[[str], Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")
BASE = datetime(2026, 11, 23, tzinfo=UTC)
MANY = settings(max_examples=200, deadline=None)
ON_PAGES = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

pieces = st.lists(st.tuples(st.integers(0, 95), st.integers(1, 40)).map(lambda p: (p[0], p[0] + p[1])), max_size=14)


def overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return bool(set(range(*a)) & set(range(*b)))


@given(pieces)
@MANY
def test_what_overlaps_stands_side_by_side_and_what_does_not_has_the_whole_width(held: list[tuple[int, int]]) -> None:
    found = rules.lanes(held)
    assert len(found) == len(held)
    assert all(0 <= lane < of for lane, of in found)
    for n, k in combinations(range(len(held)), 2):
        if overlap(held[n], held[k]):
            assert found[n][0] != found[k][0]
            assert found[n][1] == found[k][1], "a group shares one width"
    for n, piece in enumerate(held):
        if not any(overlap(piece, other) for k, other in enumerate(held) if k != n):
            assert found[n] == (0, 1)
        at_once = max(sum(top <= row < bottom for top, bottom in held) for row in range(*piece))
        assert found[n][1] >= at_once


bookings = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 60), st.integers(1, 30)).map(
        lambda b: Booking(b[0], Span(BASE + timedelta(minutes=b[1]), BASE + timedelta(minutes=b[1] + b[2])))
    ),
    max_size=6,
)


def minutes_of(booking: Booking) -> set[tuple[int, int]]:
    start = int((booking.span.start - BASE).total_seconds() // 60)
    return {(booking.user_id, start + n) for n in range(int(booking.span.minutes))}


@given(bookings, bookings)
@MANY
def test_somebody_is_needed_twice_where_a_minute_is_shared(asked: list[Booking], held: list[Booking]) -> None:
    shared = [
        (n, k) for n, mine in enumerate(asked) for k, other in enumerate(held) if minutes_of(mine) & minutes_of(other)
    ]
    assert rules.doubled(asked, held) == shared
    assert [(k, n) for n, k in sorted(shared, key=lambda p: (p[1], p[0]))] == rules.doubled(held, asked)


@pytest.mark.engines
@given(by=st.integers(-1500, 300), minutes=st.integers(5, 1440))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_place_is_taken_exactly_while_its_session_lasts(
    cast: Cast, plan: Plan, evening: datetime, by: int, minutes: int
) -> None:
    with acting(cast.actors["lead"]):
        if not queries.listed(None, 1):
            plan(evening, crew=[("host", cast.host)])
        span = Span(evening + timedelta(minutes=by), evening + timedelta(minutes=by + minutes))
        found = queries.outlook(span, cast.channel, cast.studio, [Booking(cast.host, span)])
    taken = by < 240 and by + minutes > 0
    assert found.free is not taken
    assert (len(found.places), len(found.people)) == ((2, 1) if taken else (0, 0))


# ------------------------------------------------------------------ the business day


def brief(start: datetime, minutes: int, row_id: int = 1, state: State = State.SCHEDULED) -> SessionBrief:
    end = start + timedelta(minutes=minutes)
    place = (1, "晨光美妆", Platform.DOUYIN, "chenguang", None, "")
    rest: tuple[Any, ...] = (None, None, 1, False, "", None, None, "", None)
    return SessionBrief(row_id, "夜场", Weight.DAILY, state, *place, start, end, *rest)


zones = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC"])
starts = st.integers(0, 400 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@given(starts, st.integers(5, 1440), zones, st.integers(0, 720))
@MANY
def test_a_show_stands_in_the_column_of_its_business_day_and_runs_on_into_the_next(
    start: datetime, minutes: int, zone: str, day_start: int
) -> None:
    who = Actor(1, "lead", "", 1, Role.LEAD, timezone=zone, day_start=day_start)
    with acting(who):
        own = business_day(start, zone, day_start)
        days = [(own + timedelta(days=n), [brief(start, minutes)] if n == 0 else []) for n in range(3)]
        week = week_of(days, [], start)
        after = week_of(days[1:], days[0][1], start)
    first, later = week.blocks[own], [block for day in days[1:] for block in week.blocks[day[0]]]
    assert [block.came for block in first] == [False]
    assert all(block.came for block in later)
    assert [b.session for b in after.blocks[days[1][0]]] == [b.session for b in later[:1]]
    rows = len(week.hours) * 4
    for block in [*first, *later]:
        assert block.at >= 1
        assert block.at + block.length - 1 <= rows <= 26 * 4
        assert block.length >= 1
    span = day_span(own, zone, day_start)
    if start + timedelta(minutes=minutes) <= span.end - timedelta(hours=2):
        assert later == []


@given(st.lists(st.tuples(st.integers(0, 8 * 24 * 60), st.integers(5, 1440)), max_size=12))
@MANY
def test_no_two_blocks_of_a_day_cover_each_other(shows: list[tuple[int, int]]) -> None:
    who = Actor(1, "lead", "", 1, Role.LEAD)
    with acting(who):
        held: dict[date, list[SessionBrief]] = {}
        for n, (at, minutes) in enumerate(shows):
            start = BASE + timedelta(minutes=at)
            held.setdefault(business_day(start, who.timezone, who.day_start), []).append(brief(start, minutes, n + 1))
        first = business_day(BASE, who.timezone, who.day_start)
        week = week_of(
            [(first + timedelta(days=n), held.get(first + timedelta(days=n), [])) for n in range(8)], [], BASE
        )
    shown = [block.session.id for blocks in week.blocks.values() for block in blocks if not block.came]
    assert sorted(shown) == sorted(row.id for day, rows in held.items() if (day - first).days < 8 for row in rows)
    for blocks in week.blocks.values():
        for one, other in combinations(blocks, 2):
            if overlap((one.at, one.at + one.length), (other.at, other.at + other.length)):
                assert one.lanes == other.lanes
                assert one.lane != other.lane or one.lane == 5, "more than six at once share the last lane"


def test_a_show_on_air_beyond_its_end_still_stands_there_now() -> None:
    with acting(Actor(1, "lead", "", 1, Role.LEAD)):
        day = business_day(BASE, "Asia/Shanghai")
        rows = [brief(BASE, 60, state=State.LIVE), brief(BASE, 60, 2)]
        blocks = week_of([(day, rows)], [], BASE + timedelta(hours=3)).blocks[day]
    assert [block.length for block in blocks] == [12, 4]


# ------------------------------------------------------------------ the same day on every page


def days_of_week(html: str, theme: str) -> list[str]:
    sections = re.findall(r'<section class="week-day[^>]*id="day-([^"]+)".*?</section>', html, re.S)
    bodies = re.findall(r'<section class="week-day.*?</section>', html, re.S)
    own = [re.sub(r'<li class="show[^"]*is-came.*?</li>', "", body, flags=re.S) for body in bodies]
    return [day for day, body in zip(sections, own, strict=True) if theme in body]


def days_of_month(html: str, theme: str) -> list[str]:
    return [
        cell[0] for cell in re.findall(r'<td class="cal-day.*?day=([\d-]+)#(.*?)</td>', html, re.S) if theme in cell[1]
    ]


def days_of_list(html: str, theme: str) -> list[str]:
    bodies = re.findall(r'<tbody[^>]*data-day="([\d-]+)"(.*?)</tbody>', html, re.S)
    return [day for day, body in bodies if theme in body]


@given(
    minute=st.one_of(
        st.integers(-4, 4).map(lambda n: 24 * 60 + n),
        st.integers(-4, 4).map(lambda n: 30 * 60 + n),
        st.integers(6 * 60, 30 * 60 - 1),
    ),
    minutes=st.sampled_from([5, 60, 239, 600, 1440]),
    day=st.integers(0, 13).map(lambda n: date(2026, 11, 23) + timedelta(days=n)),
)
@ON_PAGES
def test_list_month_week_and_today_name_one_business_day(
    client_of: Client, cast: Cast, db: Flask, minute: int, minutes: int, day: date
) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC) + timedelta(minutes=minute)
    own = day + timedelta(days=minute // (30 * 60))
    theme = f"跨夜{start:%d%H%M}x{minutes}"
    with acting(cast.actors["lead"]):
        with units.writing("tests.night") as unit:
            for before in unit.session.scalars(select(LiveSession)):
                unit.session.delete(before)
            times = {"planned_start": start, "planned_end": start + timedelta(minutes=minutes)}
            place = {"channel_id": cast.channel, "weight": Weight.DAILY, "state": State.SCHEDULED, "notes": ""}
            unit.session.add(LiveSession(theme=theme, **times, **place))
        for offset in (timedelta(), timedelta(hours=23, minutes=59)):
            now = day_span(own, "Asia/Shanghai").start + offset
            with clock.standing(now):
                tonight, later = queries.tonight_and_week(now)
            assert theme in [strip.brief.theme for strip in tonight]
            assert theme not in [strip.brief.theme for strip in later]
        with clock.standing(day_span(own, "Asia/Shanghai").start - timedelta(minutes=1)):
            tonight, later = queries.tonight_and_week(clock.now())
            assert theme not in [strip.brief.theme for strip in tonight]
            assert theme in [strip.brief.theme for strip in later]
    lead, told = client_of("lead"), own.isoformat()
    assert days_of_week(lead.get(f"/sessions?day={told}").text, theme) == [told]
    assert days_of_month(lead.get(f"/sessions?view=month&day={told}").text, theme) == [told]
    assert days_of_list(lead.get(f"/sessions?view=list&q={theme}").text, theme) == [told]


def test_a_night_show_is_seen_going_on_in_the_next_weeks_first_morning(client_of: Client, plan: Plan) -> None:
    sunday = datetime(2026, 11, 29, 23, tzinfo=SHANGHAI)
    plan(sunday.astimezone(UTC), minutes=600, theme="通宵场")
    page = client_of("lead").get("/sessions?day=2026-11-30").text
    assert days_of_week(page, "通宵场") == []
    assert re.search(
        r'<li class="show[^"]*is-came[^"]*"[^>]*>(?:(?!</li>).)*until 09:00(?:(?!</li>).)*通宵场', page, re.S
    )


def test_the_month_shows_three_a_day_and_says_how_many_more(client_of: Client, cast: Cast, plan: Plan) -> None:
    start = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI).astimezone(UTC)
    for n in range(5):
        plan(start + timedelta(hours=n), minutes=60, theme=f"第{n}场")
    page = client_of("lead").get("/sessions?view=month&day=2026-11-23").text
    assert [f"第{n}场" in page for n in range(5)] == [True, True, True, False, False]
    assert "+2 more" in page
    assert "5 sessions" in page


@pytest.mark.parametrize(("day", "weeks"), [("2027-02-01", 4), ("2026-11-01", 6), ("2026-12-01", 5)])
def test_a_month_has_the_weeks_it_needs(client_of: Client, day: str, weeks: int) -> None:
    page = client_of("lead").get(f"/sessions?view=month&day={day}").text
    assert page.count("<tr>") == weeks + 1


@pytest.mark.parametrize("view", ["", "&view=month", "&view=list"])
def test_a_big_show_and_a_draft_are_told_by_words(client_of: Client, cast: Cast, plan: Plan, view: str) -> None:
    start = datetime(2026, 11, 23, 20, tzinfo=SHANGHAI).astimezone(UTC)
    with acting(cast.actors["lead"]):
        made = plan(start, theme="周年庆")
        from_brief = queries.brief(made)
        assert from_brief.weight is Weight.DAILY
    lead = client_of("lead")
    page = lead.get(f"/sessions?day=2026-11-23{view}").text
    assert "Big show" not in page
    lead.post_form(f"/sessions/{made}/edit", {"version": from_brief.version, "theme": "周年庆", "weight": "big"})
    draft = {"theme": "待定", "weight": "daily", "channel_id": cast.channel, "start": "2026-11-24T20:00", "draft": "1"}
    assert lead.post_form("/sessions/new", draft).status_code == 303
    page = lead.get(f"/sessions?day=2026-11-23{view}").text
    assert "Big show" in page
    assert "Draft" in re.sub(r'(?s)<nav class="filters".*?</nav>', "", page)
    assert "is-draft" in page

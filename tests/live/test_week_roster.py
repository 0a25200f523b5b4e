"""The roster of a week: who holds what, what nobody holds, each person's days; on the page, as text, as a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import acting
from planner.kernel.spans import Span, local
from planner.live import queries, rules, services
from planner.live.queries import ListWanted, WeekRoster
from planner.live.rules import Weight
from planner.people import services as people
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import statements

Client = Callable[[str], Any]
ZONE = "Asia/Shanghai"
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def span(start: float, end: float) -> Span:
    return Span(NOON + start * HOUR, NOON + end * HOUR)


@pytest.mark.parametrize(
    ("held", "lacking"),
    [
        ([], [(0, 4)]),
        ([(0, 4)], []),
        ([(-1, 5)], []),
        ([(0, 2), (2, 4)], []),
        ([(0, 2), (3, 4)], [(2, 3)]),
        ([(1, 2), (1, 3)], [(0, 1), (3, 4)]),
        ([(-3, -1)], [(0, 4)]),
        ([(5, 6)], [(0, 4)]),
    ],
)
def test_what_of_a_show_nobody_holds(held: list[tuple[int, int]], lacking: list[tuple[int, int]]) -> None:
    assert rules.unheld(span(0, 4), [span(*one) for one in held]) == [span(*one) for one in lacking]


@given(st.lists(st.tuples(st.integers(-2, 8), st.integers(1, 6)), max_size=6))
def test_what_is_held_and_what_lacks_make_up_the_show(shifts: list[tuple[int, int]]) -> None:
    held = [span(start, start + length) for start, length in shifts]
    inside = [part for one in held if (part := rules.clip(one, span(0, 6)))]
    lacking = rules.unheld(span(0, 6), held)
    assert rules.together(inside) + rules.together(lacking) == 6 * HOUR
    assert not any(gap.overlaps(one) for gap in lacking for one in held)


def test_a_position_is_expected_where_more_than_half_have_it() -> None:
    shows = [frozenset({1, 2}), frozenset({1, 2}), frozenset({1}), frozenset({1, 3})]
    assert rules.expected(shows) == {1}
    assert rules.expected(shows[:3]) == {1, 2}
    assert rules.expected([]) == frozenset()


@pytest.fixture
def monday() -> date:
    """A Monday that lies ahead."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=14 - today.weekday())


def at(day: date, hour: float) -> datetime:
    return local(day, int(hour * 60), ZONE)


def roster(cast: Cast, monday: date, login: str = "lead", **wanted: Any) -> WeekRoster:
    with acting(cast.actors[login]):
        return queries.week_roster(monday, ListWanted(**wanted))


@pytest.fixture
def week(cast: Cast, plan: Plan, monday: date) -> list[int]:
    """Three evenings of one studio: the first fully held past midnight, the third with a gap and without control."""
    crew = [("host", cast.host, at(monday, 20), at(monday, 22)), ("host", cast.member, at(monday, 22), at(monday, 25))]
    first = plan(at(monday, 20), 300, theme="跨夜场", crew=[*crew, ("control", cast.member)], tags=["双12大促"])
    second = plan(
        at(monday + timedelta(days=1), 20), theme="第二晚", crew=[("host", cast.host), ("control", cast.member)]
    )
    day = monday + timedelta(days=2)
    third = plan(at(day, 20), theme="第三晚", crew=[("host", cast.host, at(day, 20), at(day, 22))])
    return [first, second, third]


@pytest.mark.engines
def test_shows_stand_by_business_day_with_their_people(cast: Cast, week: list[int], plan: Plan, monday: date) -> None:
    late = plan(at(monday + timedelta(days=3), 2), 60, theme="凌晨场", studio_id=None)
    found = roster(cast, monday)
    assert [place.key for place in found.places] == ["host", "control"]
    by_day = {day: [b.session.id for b in shows] for day, shows in found.days}
    assert list(by_day.values()) == [[week[0]], [week[1]], [week[2], late], [], [], [], []]
    first = found.days[0][1][0]
    assert first.session.promotion
    assert [(h.name, h.whole) for h in first.cells[0].holders] == [
        (cast.actors["host"].name, False),
        (cast.actors["member"].name, False),
    ]
    assert [h.whole for h in first.cells[1].holders] == [True]
    assert roster(cast, monday, "outsider").days[0][1] == []


@pytest.mark.engines
def test_what_nobody_holds_is_said(cast: Cast, week: list[int], monday: date) -> None:
    found = roster(cast, monday)
    shows = [b for _day, held in found.days for b in held]
    day = monday + timedelta(days=2)
    assert [[cell.lacking for cell in b.cells] for b in shows] == [
        [[], []],
        [[], []],
        [[Span(at(day, 22), at(day, 24))], [Span(at(day, 20), at(day, 24))]],
    ]
    assert found.lacking == 1


@pytest.mark.engines
def test_who_is_away_or_gone_holds_nothing(cast: Cast, week: list[int], monday: date) -> None:
    with acting(cast.actors["host"]):
        people.mark_away(cast.host, monday + timedelta(days=1))
    found = roster(cast, monday)
    host = found.days[1][1][0].cells[0]
    assert [h.away for h in host.holders] == [True]
    assert len(host.lacking) == 1
    week_of_host = next(p for p in found.people if p.user_id == cast.host)
    assert week_of_host.away == [False, True, False, False, False, False, False]
    assert [len(shifts) for shifts in week_of_host.days] == [1, 1, 1, 0, 0, 0, 0]


@pytest.mark.engines
def test_people_have_their_days_and_their_hours(cast: Cast, week: list[int], monday: date) -> None:
    found = roster(cast, monday)
    by_id = {p.user_id: p for p in found.people}
    assert by_id[cast.host].total == 8 * HOUR
    assert by_id[cast.member].total == 9 * HOUR, "two positions at the same time are one time"
    assert [len(x.positions) for x in by_id[cast.host].days[0]] == [1]
    assert cast.actors["host"].name not in found.free


@pytest.mark.engines
def test_a_draft_and_a_cancelled_show_are_not_on_it(cast: Cast, week: list[int], monday: date) -> None:
    with acting(cast.actors["lead"]):
        b = queries.brief(week[1])
        services.cancel_session(week[1], b.version, "停电")
    found = roster(cast, monday)
    assert found.days[1][1] == []
    assert all(len(p.days[1]) == 0 for p in found.people)


@pytest.mark.engines
def test_it_is_narrowed_as_the_calendar(cast: Cast, week: list[int], monday: date) -> None:
    found = roster(cast, monday, tag="双12大促")
    assert [b.session.id for _day, shows in found.days for b in shows] == [week[0]]
    found = roster(cast, monday, host_id=cast.member)
    assert [b.session.id for _day, shows in found.days for b in shows] == [week[0]]


def test_the_page_shows_it_both_ways(cast: Cast, client_of: Client, week: list[int], monday: date) -> None:
    viewer = client_of("viewer")
    shown = viewer.get(f"/sessions/week-roster?day={monday + timedelta(days=4)}")
    assert shown.status_code == 200
    assert "<title>Week roster" in shown.text
    assert "20:00–next day 01:00" in shown.text
    assert "unfilled" in shown.text
    assert "1 show lacks somebody" in shown.text
    assert "data-print" in shown.text and "print command of your browser" in shown.text
    by = viewer.get(f"/sessions/week-roster?day={monday}&by=person").text
    assert cast.actors["host"].name in by and ">8.00<" in by
    assert f"day={monday - timedelta(days=7)}" in by and f"day={monday + timedelta(days=7)}" in by
    ways = [way for way in re.findall(r'href="([^"]*week-roster\?[^"]*)"', by) if "week-roster?" in way]
    assert sum("by=person" in way for way in ways) >= 2, "the steps keep the layout"


def test_the_text_is_ready_for_a_chat(cast: Cast, client_of: Client, week: list[int], monday: date) -> None:
    shown = client_of("lead").get(f"/sessions/week-roster?day={monday}").text
    told = re.search(r'<pre id="roster-text"[^>]*>(.*?)</pre>', shown, re.S)
    assert told
    text = re.sub(r"<[^>]+>", "", told[1])
    assert "Roster " in text.splitlines()[0]
    host, member = cast.actors["host"].name, cast.actors["member"].name
    assert f"Host: {host} (20:00–22:00), {member} (22:00–next day 01:00)" in text
    assert "unfilled: Host 22:00–next day 00:00, Control" in text
    assert " · Promotion" in text
    assert text.rstrip().splitlines()[-1].startswith("http")
    assert f'data-copy="#text-{monday}"' in shown


def test_an_empty_week_says_what_to_do_next(client_of: Client, db: Any) -> None:
    lead = client_of("lead").get("/sessions/week-roster?day=2031-01-01").text
    assert "Nothing is planned in this week" in lead and "/sessions/new?day=" in lead
    viewer = client_of("viewer").get("/sessions/week-roster?day=2031-01-01").text
    assert "/sessions/new" not in viewer
    assert "data-print" not in viewer
    narrowed = client_of("lead").get("/sessions/week-roster?day=2031-01-01&tag=没有").text
    assert "No session fits" in narrowed


def test_drafts_are_counted_and_not_shown(cast: Cast, client_of: Client, monday: date, week: list[int]) -> None:
    later = monday + timedelta(days=21)
    with acting(cast.actors["lead"]):
        for day in (monday, later):
            services.draft_session("还没定", Weight.DAILY, cast.channel, None, at(day, 9), 60)
    alone = client_of("lead").get(f"/sessions/week-roster?day={later}").text
    assert "Nothing is fixed in this week yet" in alone and "1 draft waits" in alone
    beside = client_of("lead").get(f"/sessions/week-roster?day={monday}").text
    assert "1 draft is not on the roster yet" in beside and "还没定" not in beside


@pytest.mark.parametrize("query", ["day=x", "day=2026-99-99", "by=x", "channel=0&host=-1", "tag=%00", "day=9999-12-31"])
def test_odd_addresses_are_no_fault(client_of: Client, query: str) -> None:
    for path in ("week-roster", "week-roster.csv", "week-roster.xlsx"):
        assert client_of("viewer").get(f"/sessions/{path}?{query}").status_code == 200


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.engines
def test_the_sheet_is_a_roster_that_can_be_brought_again(
    cast: Cast, client_of: Client, week: list[int], monday: date
) -> None:
    rows = rows_of(client_of("lead").get(f"/sessions/week-roster.csv?day={monday}"))
    assert rows[0] == ["Day", "From – to", "Theme", "Channel", "Studio", "Host", "Control"]
    assert len(rows) == 4
    text = "\n".join("\t".join(row) for row in rows)
    with acting(cast.actors["lead"]):
        found = queries.read_roster(text, {}, None)
        crews = queries.shifts_of(week)
    assert [row.faults for row in found.rows] == [[], [], []]
    for row, session_id in zip(found.rows, week, strict=True):
        assert row.seen is not None and row.seen.there == session_id
        wanted = row.wanted
        assert wanted is not None
        assert {(s.user_id, s.start, s.end) for s in wanted.crew} == {
            (s.user_id, s.start, s.end) for s in crews[session_id]
        }


def test_the_people_can_be_taken_away_too(cast: Cast, client_of: Client, week: list[int], monday: date) -> None:
    rows = rows_of(client_of("lead").get(f"/sessions/week-roster.csv?day={monday}&by=person"))
    assert rows[0][0] == "Person" and rows[0][-1] == "Planned hours" and len(rows[0]) == 9
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name[cast.actors["host"].name][-1] == "8.00"


def test_it_costs_the_same_for_more_shows(app: Flask, cast: Cast, client_of: Client, plan: Plan, monday: date) -> None:
    lead = client_of("lead")
    path = f"/sessions/week-roster?day={monday}&by=person"
    plan(at(monday, 9), 60, crew=[("host", cast.host)])
    lead.get(path)
    with statements(app) as few:
        lead.get(path)
    for n in range(6):
        plan(at(monday + timedelta(days=n), 20), 60, crew=[("host", cast.host), ("control", cast.member)])
    with statements(app) as many:
        lead.get(path)
    assert len(many) == len(few) <= 12


def test_the_way_there_stands_beside_the_calendar_and_on_ones_own_page(
    cast: Cast, client_of: Client, week: list[int], monday: date
) -> None:
    viewer = client_of("viewer")
    for view in ("week", "studios", "list"):
        assert "/sessions/week-roster" in viewer.get(f"/sessions?view={view}&day={monday}&tag=双12大促").text, view
    own = client_of("host").get("/me").text
    assert "/sessions/week-roster?by=person" in own and 'href="/hours"' in own
    assert "My shifts" not in viewer.get("/me").text

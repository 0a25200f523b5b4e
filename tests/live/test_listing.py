"""The list of all sessions: narrowed, sorted, with the figures of higher columns, and added up."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from planner.base.actor import acting
from planner.live import queries, services
from planner.live.queries import ListWanted
from planner.live.rules import State
from planner.outcomes import services as outcomes
from planner.outcomes.queries.sets import results_for
from tests.cast import Cast

Client = Callable[[str], Any]
Plan = Callable[..., int]
LIST = "/sessions?view=list"


def themes(page: str) -> list[str]:
    """The sessions of a list in their order."""
    return [html.unescape(found) for found in re.findall(r'<td><a href="/sessions/\d+">([^<]*)</a>', page)]


def row_of(page: str, theme: str) -> str:
    """The row of one session as its words."""
    (row,) = [found for found in re.findall(r"<tr data-row.*?</tr>", page, re.S) if theme in found]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split())


def totals(page: str) -> str:
    """The line that adds up."""
    found = re.search(r'totals-line">([^<]*)<', page)
    return html.unescape(found[1]) if found else ""


@pytest.fixture
def second(cast: Cast, db: Any) -> int:
    """Another studio."""
    with acting(cast.actors["lead"]):
        return services.add_studio("2号间")


@pytest.fixture
def three(cast: Cast, plan: Plan, evening: datetime, second: int) -> list[int]:
    """Three shows on three days: two hosts, two studios, one of them with a target."""
    day = timedelta(days=1)
    return [
        plan(evening, theme="早场", crew=[("host", cast.host), ("control", cast.member)]),
        plan(evening + day, 90, theme="午场", crew=[("host", cast.member)], studio_id=second),
        plan(evening + 2 * day, theme="晚场", crew=[("host", cast.host)], targets={"gmv": Decimal(80_000)}),
    ]


@pytest.mark.engines
def test_a_list_is_narrowed_by_host_and_studio(cast: Cast, three: list[int], second: int) -> None:
    with acting(cast.actors["lead"]):

        def ids(**wanted: Any) -> list[int]:
            return [b.id for b in queries.listed(None, 10, ListWanted(**wanted))]

        assert ids() == three[::-1]
        assert ids(oldest_first=True) == three
        assert ids(host_id=cast.host) == [three[2], three[0]]
        assert ids(host_id=cast.member) == [three[1]], "who sits at the control is no host"
        assert ids(studio_id=second) == [three[1]]
        assert ids(studio_id=second, host_id=cast.host) == []
        assert ids(q="场", host_id=cast.host, oldest_first=True) == [three[0], three[2]]
        first = queries.brief(three[0])
        key = (first.planned_start, first.id)
        assert [b.id for b in queries.listed(key, 10, ListWanted(oldest_first=True))] == three[1:]
        services.cancel_session(three[2], queries.brief(three[2]).version, "不播了")
        assert queries.count_by_state(ListWanted(host_id=cast.host)) == {State.SCHEDULED: 1, State.CANCELLED: 1}
        assert ids(host_id=cast.host, state=State.CANCELLED) == [three[2]]
    with acting(cast.actors["outsider"]):
        assert queries.listed(None, 10, ListWanted(host_id=cast.host)) == []
        assert queries.reached(three) == {}


@pytest.mark.engines
def test_gmv_comes_through_the_port_as_results_tell_it(cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10))
    bare = plan(datetime.now(UTC) + timedelta(days=1))
    with acting(cast.actors["lead"]):
        services.go_live(made)
        services.end_live(made)
        outcomes.type_figures(made, {"gmv": Decimal("61045.30"), "viewers": Decimal(1000)})
        assert (
            queries.reached([made, bare]) == {made: results_for([made])[made].base["gmv"]} == {made: Decimal("61045.3")}
        )
        outcomes.type_figures(made, {"gmv": None})
        assert queries.reached([made, bare]) == {}


def test_the_page_shows_its_columns_and_adds_up(client_of: Client, cast: Cast, three: list[int], plan: Plan) -> None:
    over = plan(datetime.now(UTC) + timedelta(minutes=10), 60, theme="昨晚", targets={"gmv": Decimal(50_000)})
    with acting(cast.actors["lead"]):
        services.go_live(over)
        services.end_live(over)
        outcomes.type_figures(over, {"gmv": Decimal("61045.30")})
    page = client_of("lead").get(LIST).text
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]*)', page)
    assert heads == ["Business day", "When", "Theme", "Channel", "Studio", "Host", "State", "GMV"]
    assert themes(page) == ["晚场", "午场", "早场", "昨晚"]
    assert re.search(r"2号间 阿强 Scheduled$", row_of(page, "午场"))
    assert row_of(page, "晚场").endswith("Scheduled Target ¥80,000")
    assert row_of(page, "昨晚").endswith("¥61,045.30 / ¥50,000")
    assert totals(page) == "4 sessions · 10 h 30 min planned · GMV ¥61,045.30, of 1 with figures"


def test_links_keep_what_was_chosen(client_of: Client, cast: Cast, three: list[int]) -> None:
    lead = client_of("lead")
    page = lead.get(f"{LIST}&host={cast.host}&rows=1").text
    assert themes(page) == ["晚场"]
    assert totals(page) == "On this page: 1 session · 4 h planned"
    following = re.search(r'rel="next" href="([^"]*)"', page)
    assert following
    assert themes(lead.get(html.unescape(following[1])).text) == ["早场"]
    sort = re.search(r'<a class="sort" href="([^"]*)"', page)
    assert sort
    oldest = lead.get(html.unescape(sort[1])).text
    assert themes(oldest) == ["早场"]
    assert 'aria-sort="ascending"' in oldest
    chips = {html.unescape(url) for url in re.findall(r'class="filter" href="([^"]*)"', page)}
    assert chips and all(f"host={cast.host}" in url for url in chips)
    assert re.search(rf'<option value="{cast.host}" selected>', page)
    assert re.search(r'<details class="fold only-phone" open>', page), "on a phone the fold says what is chosen"
    assert '<details class="fold only-phone">' in lead.get(LIST).text
    hidden = re.findall(r'<form class="narrowing".*?</form>', page, re.S)
    assert len(hidden) == 2 and all('name="rows" value="1"' in form for form in hidden)


@time_machine.travel("2026-03-02T19:30:00+08:00", tick=False)
def test_what_begins_tonight_says_how_ready_it_is(client_of: Client, cast: Cast, plan: Plan) -> None:
    now = datetime.now(UTC)
    soon = plan(now + timedelta(minutes=5), 10, theme="马上开播")
    plan(now + timedelta(days=3), theme="大后天")
    page = client_of("lead").get(LIST).text
    with acting(cast.actors["lead"]):
        found = queries.standing([queries.brief(soon)], datetime.now(UTC))
    assert set(found) == {soon}
    assert row_of(page, "马上开播").endswith("Scheduled Not ready to go live")
    assert row_of(page, "大后天").endswith("Scheduled")


@pytest.mark.parametrize(
    "odd", ["host=x", "host=-1", "host=99999999999999999999", "studio=٣", "sort=up", "rows=0", "state=gone"]
)
def test_an_odd_address_is_no_fault(client_of: Client, db: Any, odd: str) -> None:
    assert client_of("lead").get(f"{LIST}&{odd}").status_code == 200


def test_nothing_that_fits_offers_the_way_back(client_of: Client, three: list[int], cast: Cast) -> None:
    page = client_of("viewer").get(f"{LIST}&host={cast.lead}").text
    assert themes(page) == []
    assert "No session fits" in page

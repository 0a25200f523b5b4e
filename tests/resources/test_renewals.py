"""What recurs: reminded of once a stage, renewed by another request or given up; both stop the reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base import jobs
from planner.base.actor import acting
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.resources import queries, services
from planner.resources.rules import STAGES, Every, Kind, State, a_year, days_until, nth_renewal, stage_of
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.decided import told_to

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]


def recurring(money: Money, left: int, every: Every = Every.YEAR) -> int:
    made = money.ask(kind=Kind.RECURRING, every=every, renews_on=today() + left * DAY)
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED
    return made


def remind(money: Money) -> int:
    with acting(jobs.program_for(money.cast.team)):
        return sum(services.remind_renewal(n) for n in queries.near_renewals())


def reminded(money: Money, who: str) -> int:
    return len([words for words in told_to(money, who) if words.startswith("To be renewed")])


def test_each_stage_is_told_once(db: Any, money: Money) -> None:
    recurring(money, 31)
    assert remind(money) == 0
    recurring(money, 30)
    recurring(money, 5)
    assert (remind(money), remind(money)) == (2, 0)
    assert (reminded(money, "host"), reminded(money, "manager"), reminded(money, "member")) == (2, 2, 0)


def test_what_is_renewed_or_given_up_is_told_of_no_more(db: Any, money: Money) -> None:
    renewed, ended = recurring(money, 6), recurring(money, 6)
    with acting(money.cast.actors["member"]), pytest.raises(Forbidden):
        services.renew(renewed)
    with acting(money.cast.actors["outsider"]), pytest.raises(NotFound):
        services.renew(renewed)
    with acting(money.cast.actors["host"]):
        again = services.renew(renewed)
        assert services.renew(renewed) == again
        assert money.row(again).renews_on == nth_renewal(today() + 6 * DAY, Every.YEAR, 1)
        assert money.row(again).needed_by == today() + 6 * DAY
        services.lapse(ended, "换了一家")
        assert len(queries.renewals().months) == 1
        services.submit(again, money.row(again).version)
        with pytest.raises(Refused):
            services.renew(renewed)
        with pytest.raises(Refused):
            services.renew(ended)
    assert remind(money) == 0
    with acting(money.cast.actors["lead"]):
        row = queries.renewals().months[0].rows[0]
        assert row.again is not None and (row.again.number, row.again.waits) == (money.row(again).number, True)
        assert (row.id, row.mine) == (renewed, False)
        services.refuse(money.seen(again), "太贵")
        assert queries.renewals().months[0].rows[0].mine
    assert remind(money) == 1


def test_a_renewal_stays_in_the_calendar_until_it_is_approved(client_of: Client, money: Money) -> None:
    old = recurring(money, 6, Every.MONTH)
    with acting(money.cast.actors["host"]):
        new = services.renew(old)
        services.submit(new, money.row(new).version)
    host, n = client_of("host").in_english(), money.row(new).number
    page = host.get("/requests/renewals").text
    assert f"Renewal: request No. {n}" in page and f'/requests/{new}"' in page
    assert f'action="/requests/{old}/renew"' not in page
    assert "Renewal <a" in host.get(f"/requests/{old}").text
    assert f"No. {money.row(old).number} " in host.get(f"/requests/{new}").text.split("Renews <a")[1][:80]
    with acting(money.cast.actors["lead"]):
        services.give_back(money.seen(new), "补报价")
    with acting(money.cast.actors["host"]):
        assert services.renew(old) == new, "the same one is mended"
        services.submit(new, money.row(new).version)
    money.approve("lead", new)
    assert money.state(new) is State.APPROVED
    page = host.get("/requests/renewals").text
    assert f'/requests/{old}"' not in page and f'/requests/{new}"' in page
    assert "Renewed by <a" in host.get(f"/requests/{old}").text


def test_the_calendar_has_what_a_month_and_a_year_cost(db: Any, money: Money) -> None:
    recurring(money, 20)
    recurring(money, -3, Every.MONTH)
    with acting(money.cast.actors["viewer"]), pytest.raises(Forbidden):
        queries.renewals()
    with acting(money.cast.actors["member"]):
        view = queries.renewals()
    rows = [row for month in view.months for row in month.rows]
    assert view.a_year == 13_000 * YUAN
    assert [row.left for row in rows if row.first] == [-3, 20]
    assert sum(row.every is Every.MONTH for row in rows) in (12, 13)
    assert all(month.total == sum(row.total for row in month.rows) for month in view.months)
    assert not any(row.mine for row in rows)


def test_the_page_renews_and_gives_up(client_of: Client, money: Money) -> None:
    made = recurring(money, 9)
    host = client_of("host").in_english()
    page = host.get("/requests/renewals")
    assert "<title>Renewals" in page.text and "9 days left" in page.text and "¥1,000.00 a year" in page.text
    assert client_of("viewer").get("/requests/renewals").status_code == 403
    for path in ("renew", "lapse"):
        assert client_of("outsider").post_form(f"/requests/{made}/{path}", {"note": "x"}).status_code == 404
    bad = host.post_form(f"/requests/{made}/lapse", {"note": ""})
    assert bad.status_code == 422
    gone = host.post_form(f"/requests/{made}/lapse", {"note": "不用了"})
    assert gone.status_code == 303
    answer = host.get(gone.headers["Location"]).text
    assert "Nothing comes up for renewal" in answer
    assert "not renewed: 不用了" in host.get(f"/requests/{made}").text
    undo = answer.split('action="/undo/')[1].split('"')[0]
    assert host.post_form(f"/undo/{undo}", {}).status_code == 303
    made_again = host.post_form(f"/requests/{made}/renew", {})
    assert made_again.status_code == 303 and made_again.headers["Location"].endswith("/edit")


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(list(Every)))
def test_days_of_renewals_do_not_drift(day: date, every: Every) -> None:
    found = days_until(day, every, day + timedelta(days=800))
    assert found[0] == day and found == sorted(set(found))
    assert all(one.day == day.day or (one + timedelta(days=1)).day == 1 for one in found)
    assert a_year(120, every) == 120 * 12 // {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[every]


@given(st.integers(-10, 60))
def test_a_stage_is_said_when_it_is_reached_and_once(left: int) -> None:
    stage = stage_of(left, ())
    assert (stage is None) == (left > max(STAGES))
    assert stage is None or (left <= stage and stage_of(left, {stage}) is None)

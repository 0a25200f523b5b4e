"""Working hours of a team: what of a wait lies in them, and requests are chased by them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Stale
from planner.resources import queries, services
from planner.resources.rules import USUAL_HOURS, WorkHours, check_hours, open_minutes, open_time
from tests.resources.conftest import DAY, Money, today
from tests.resources.decided import LEADS, agree, told_to

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "UTC")
BEGIN = datetime(2026, 2, 20, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(), 49 * DAY).map(lambda gone: BEGIN + gone)


@st.composite
def weeks(draw: st.DrawFn) -> WorkHours:
    opens = draw(st.integers(0, 47)) * 30
    closes = draw(st.integers(opens // 30 + 1, min(60, opens // 30 + 48))) * 30
    off = draw(st.frozensets(st.integers(0, 6), max_size=6))
    said = draw(st.dictionaries(st.dates(date(2026, 2, 20), date(2026, 4, 10)), st.booleans(), max_size=6))
    return WorkHours(opens, closes, off, said)


@settings(max_examples=200, deadline=None)
@given(weeks(), st.tuples(INSTANTS, INSTANTS, INSTANTS), st.sampled_from(ZONES))
def test_time_in_working_hours_adds_up_and_is_never_negative(hours: WorkHours, at: Any, zone: str) -> None:
    check_hours(hours)
    a, b, c = sorted(at)
    first, second, whole = (open_time(*pair, zone, hours) for pair in ((a, b), (b, c), (a, c)))
    assert first + second == whole
    assert timedelta() <= whole <= c - a
    assert open_time(c, a, zone, hours) == timedelta()
    assert open_minutes(a, c, zone, hours) == whole // timedelta(minutes=1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), INSTANTS)
def test_a_whole_day_has_its_hours(days: int, since: datetime) -> None:
    day = since.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=6, minute=0, second=0, microsecond=0)
    assert open_time(day, day + days * DAY, "Asia/Shanghai") == days * timedelta(hours=14)


def at(hour: int, day: int = 2) -> datetime:
    """An hour of a day in March 2026, of which the 2nd is a Monday, in Shanghai."""
    return datetime(2026, 3, day, 0, tzinfo=ZoneInfo("Asia/Shanghai")) + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("hours", "since", "until", "minutes"),
    [
        (USUAL_HOURS, at(9), at(11), 60), (USUAL_HOURS, at(23), at(35), 120), (USUAL_HOURS, at(2), at(9), 0),
        (WorkHours(18 * 60, 26 * 60), at(17), at(33), 480), (WorkHours(18 * 60, 26 * 60), at(1), at(3), 60),
        (WorkHours(days_off=frozenset({0})), at(9), at(30), 0), (WorkHours(days_off=frozenset({0})), at(9), at(35), 60),
        (WorkHours(said={date(2026, 3, 2): False}), at(9), at(35), 60),
        (WorkHours(days_off=frozenset({0}), said={date(2026, 3, 2): True}), at(9), at(12), 120),
        (WorkHours(18 * 60, 26 * 60, said={date(2026, 3, 2): False}), at(25), at(27), 0),
    ],
)  # fmt: skip
def test_minutes_that_count(hours: WorkHours, since: datetime, until: datetime, minutes: int) -> None:
    assert open_minutes(since, until, "Asia/Shanghai", hours) == minutes


@pytest.mark.parametrize(
    "wrong", [(600, 600, set()), (600, 500, set()), (1440, 1500, set()), (-30, 600, set()), (0, 1500, set()),
              (600, 1860, set()), (600, 1440, set(range(7))), (600, 1440, {7})],
)  # fmt: skip
def test_a_week_that_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(Invalid):
        check_hours(WorkHours(wrong[0], wrong[1], frozenset(wrong[2])))


def test_the_team_says_when_it_works(db: Any, money: Money) -> None:
    lead, day = money.cast.actors["lead"], date(2026, 10, 1)
    with acting(lead):
        assert queries.versioned_hours()[1] == USUAL_HOURS
        services.set_work_week(0, 14 * 60, 26 * 60, frozenset({0}))
        with pytest.raises(Stale):
            services.set_work_week(0, 600, 1440, frozenset())
        services.set_work_week(1, 14 * 60, 27 * 60, frozenset({0, 1}))
        undo.undo(last_command.get() or "")
        services.add_work_days(day, day + 6 * DAY, False, "国庆")
        made = services.add_work_days(day + 7 * DAY, None, True, "调休")
        for first, last in (
            (day + 6 * DAY, None),
            (day - DAY, day),
            (day + 20 * DAY, day + 19 * DAY),
            (day, day + 99 * DAY),
        ):
            with pytest.raises(Invalid):
                services.add_work_days(first, last, False)
        version, held = queries.versioned_hours()
        assert (held.opens, held.closes, held.days_off) == (14 * 60, 26 * 60, {0})
        assert not held.works_on(day + 2 * DAY) and held.works_on(day + 7 * DAY)
        services.remove_work_days(made)
        assert queries.versioned_hours()[1].said.get(day + 7 * DAY) is None
        undo.undo(last_command.get() or "")
        assert queries.versioned_hours()[1].works_on(day + 7 * DAY)
    assert version == 3
    with acting(money.cast.actors["host"]):
        with pytest.raises(Forbidden):
            services.set_work_week(version, 600, 1440, frozenset())
        with pytest.raises(Forbidden):
            services.add_work_days(day, None, True)
    with acting(money.cast.actors["outsider"]):
        assert queries.versioned_hours() == (0, USUAL_HOURS) and queries.work_days() == []
        with pytest.raises(NotFound):
            services.remove_work_days(made)


def test_requests_are_chased_by_the_hours_of_the_team(db: Any, money: Money) -> None:
    agree(money, LEADS, remind_hours=2, escalate_hours=4)
    noon = datetime.combine(today(), datetime.min.time(), ZoneInfo("Asia/Shanghai")) + timedelta(hours=12)
    with time_machine.travel(noon, tick=False):
        money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        made = services.add_work_days(today(), None, False, "团建")

    def remind(hours: int) -> int:
        with time_machine.travel(noon + timedelta(hours=hours), tick=False), acting(money.cast.actors["manager"]):
            return services.remind()

    assert remind(3) == 0
    with acting(money.cast.actors["lead"]):
        services.remove_work_days(made)
    assert remind(1) == 0
    assert remind(3) == 1 and remind(3) == 0
    assert "Still waits for your decision: %(title)s, %(amount)s" in told_to(money, "lead")
    assert remind(5) == 1 and remind(9) == 0


def test_the_page_says_what_is_wrong_and_keeps_the_rest(client_of: Client, money: Money) -> None:
    lead = client_of("lead").in_english()
    page = lead.get("/settings/working-hours").text
    assert "next day 02:00" in page and "Monday" in page
    wrong = lead.post_form(
        "/settings/working-hours", {"version": "", "opens": "1200", "closes": "600", "days_off": ["0"]}
    )
    assert wrong.status_code == 422 and "Work ends after it begins" in wrong.text
    sent = {"version": "", "opens": "840", "closes": "1560", "days_off": ["0", "1"]}
    assert lead.post_form("/settings/working-hours", sent).status_code == 303
    assert lead.post_form("/settings/working-hours", sent | {"closes": "1500"}).status_code == 409
    bad = lead.post_form("/settings/working-hours/days", {"first": "2026-10-07", "last": "2026-10-01", "name": "国庆"})
    assert (
        bad.status_code == 422
        and "国庆" in bad.text
        and 'value="840" selected' in re.sub(r"selected value=\"(\d+)\"", r'value="\1" selected', bad.text)
    )
    assert (
        lead.post_form(
            "/settings/working-hours/days", {"first": "2026-10-01", "last": "2026-10-07", "works": "", "name": "国庆"}
        ).status_code
        == 303
    )
    assert lead.post_form("/settings/working-hours/days", {"first": "2026-10-10", "works": "y"}).status_code == 303
    page = lead.get("/settings/working-hours").text
    assert "国庆" in page and "Worked in spite of the week" in page
    gone = re.search(r'action="(/settings/working-hours/days/\d+/remove)"', page)
    assert gone
    assert client_of("host").post_form(gone[1], {}).status_code == 403
    assert client_of("outsider").post_form(gone[1], {}).status_code == 404
    assert lead.post_form(gone[1], {}).status_code == 303
    assert "Working hours" in lead.get("/approvals/policy").text

"""The SOP pass rate of a show beside its other execution figures, and as the target of a goal."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.checklists import services as ticks
from planner.figures import queries as figures
from planner.figures.rules import BASE_KEYS, COUNTED, WATCHED, add_up, derive
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import Weight
from planner.outcomes import services
from planner.outcomes.queries import results
from planner.plan import jobs as plan_jobs
from planner.plan import queries as plan
from planner.plan import services as plans
from planner.plan.rules import Aggregation, Way
from tests.cast import Cast
from tests.checklists.conftest import PHOTO
from tests.checklists.conftest import crew_of as crew_of
from tests.live.conftest import client_of as client_of

HOUR = timedelta(hours=1)


@pytest.fixture
def aired(cast: Cast, crew_of: Callable[..., Any]) -> Callable[[datetime, int], int]:
    """A show that is over, with so many of its items before air done in time."""

    def make(start: datetime, done: int) -> int:
        shifts = crew_of(("host", cast.host, start, start + 4 * HOUR))
        with clock.standing(start - timedelta(days=14)), acting(cast.actors["lead"]):
            made = sessions.schedule_session(
                theme="晚间专场", channel_id=cast.channel, studio_id=cast.studio, weight=Weight.DAILY, start=start,
                minutes=240, shifts=shifts,
            )  # fmt: skip
            rows = [i for i in checklists.list_page(made).items if i.due is not None and i.due < start]
        for row in rows[:done]:
            for login in ("lead", "manager"):
                with clock.standing(row.due - HOUR), acting(cast.actors[login]):  # type: ignore[operator]
                    ticks.tick(row.id, secrets.token_hex(16), PHOTO)
        with acting(cast.actors["lead"]):
            with clock.standing(start):
                sessions.go_live(made)
            with clock.standing(start + 4 * HOUR):
                sessions.end_live(made)
        return made

    return make


@pytest.fixture
def last_night() -> datetime:
    """20:00 in the studio, yesterday."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


def test_its_parts_are_neither_typed_nor_imported_nor_chosen() -> None:
    assert not {*COUNTED, "sop_pass_rate"} & set(BASE_KEYS)
    assert "sop_pass_rate" in WATCHED
    assert "sop_pass_rate" in dict(figures.metric_choices())
    assert not set(COUNTED) & {key for key, _name in figures.session_metric_choices()}
    assert not {"start_delay", "faults", *COUNTED} & {key for key, _name in figures.metric_choices()}
    streams = [{"sop_passed": Decimal(3), "sop_due": Decimal(4)}] * 2
    assert add_up(streams) == {}, "a show has one list, however many streams"
    assert derive(streams[0])["sop_pass_rate"] == Decimal("0.75")


@pytest.mark.engines
def test_a_show_without_any_figures_still_tells_its_pass_rate(
    cast: Cast, aired: Callable[[datetime, int], int], last_night: datetime
) -> None:
    made = aired(last_night, 3)
    with acting(cast.actors["lead"]):
        page = results.result_page(made)
        rate = checklists.pass_rates({made: live.brief(made)})[made]
        sessions.set_targets(made, {"sop_pass_rate": Decimal("0.9")})
        judged = next(r for r in results.result_page(made).execution if r.metric == "sop_pass_rate")
        with pytest.raises(Invalid):
            sessions.set_targets(made, {"sop_due": Decimal(9)})
    row = next(r for r in page.execution if r.metric == "sop_pass_rate")
    assert rate.passed == 3
    assert row.value == Decimal(3) / rate.due
    assert row.of == (Decimal(3), Decimal(rate.due))
    assert row.upward
    assert judged.target == Decimal("0.9")
    assert judged.standing == "missed"


@pytest.mark.engines
def test_a_goal_can_aim_at_it_and_moves_with_ticks_that_come_later(
    cast: Cast, aired: Callable[[datetime, int], int], last_night: datetime
) -> None:
    first, second = aired(last_night - timedelta(days=1), 2), aired(last_night, 4)
    day = last_night.date()
    with acting(cast.actors["lead"]):
        period = plans.add_period("十一月", day - timedelta(days=20), day + timedelta(days=20))
        goal = plans.add_goal(period, "流程按时", cast.lead)
        plans.add_target(goal, "sop_pass_rate", Decimal("0.95"), Aggregation.MEAN_RATIO)
        with pytest.raises(Invalid):
            plans.add_target(goal, "sop_passed", Decimal(100), Aggregation.SUM)
        with pytest.raises(Invalid):
            plans.add_target(goal, "start_delay", Decimal(5), Aggregation.BEST_SESSION, Way.DOWN)

    def value() -> tuple[Decimal | None, int]:
        with acting(cast.actors["lead"]):
            (target,) = plan.goal(goal)[0].targets
            return target.value, target.sessions

    def expected() -> Decimal:
        with acting(cast.actors["lead"]):
            rates = checklists.pass_rates(live.briefs([first, second]))
        return Decimal(sum(r.passed for r in rates.values())) / sum(r.due for r in rates.values())

    plan_jobs.follow_shows()
    before = expected()
    found, shows = value()
    assert shows == 2
    assert found is not None
    assert abs(found - before) < Decimal("0.00001"), "the quotient of the sums, not the mean of two rates"
    with acting(cast.actors["lead"]):
        row = next(i for i in checklists.list_page(second).items if i.title.startswith("Data exported"))
        with clock.standing(row.due - timedelta(minutes=3)):  # type: ignore[operator]
            ticks.tick(row.id, secrets.token_hex(16))
    plan_jobs.follow_shows()
    moved = value()[0]
    assert moved is not None
    assert abs(moved - expected()) < Decimal("0.00001")
    assert moved > found
    with acting(cast.actors["lead"]):
        assert plans.follow_carried_out(day - timedelta(days=8), day) == 0, "nothing moved, nothing is written"
    store_figures(cast, second)
    assert value()[0] == moved, "figures of the platform leave it as it is"


def store_figures(cast: Cast, session_id: int) -> None:
    """What the platform says comes next day."""
    with acting(cast.actors["lead"]):
        services.type_figures(session_id, {"gmv": Decimal(5000), "viewers": Decimal(900)})


def test_the_review_page_shows_it_with_what_was_counted(
    cast: Cast, aired: Callable[[datetime, int], int], last_night: datetime, client_of: Callable[[str], Any]
) -> None:
    made = aired(last_night, 3)
    page = client_of("lead").in_english().get(f"/sessions/{made}?phase=review").text
    assert "SOP pass rate" in page
    assert "3 of " in page
    assert f"/sessions/{made}/checklist?show=all" in page

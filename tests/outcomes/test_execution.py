"""执行指标: what follows from times, log and checklist, against a target, and nothing of it typed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.checklists import services as ticks
from planner.checklists.rules import ItemState
from planner.figures.rules import Standing
from planner.kernel.errors import Invalid
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import LogKind
from planner.outcomes import services
from planner.outcomes.queries import actions, results, reviews
from planner.plan import services as plans
from planner.plan.rules import Aggregation
from tests.cast import Cast
from tests.outcomes.conftest import Plan, at, row

Client = Callable[[str], Any]


def watched(cast: Cast, show: int) -> dict[str, Decimal | None]:
    with acting(cast.actors["lead"]):
        return {line.metric: line.value for line in results.result_page(show).execution}


@pytest.fixture
def late(plan: Plan, cast: Cast, noon: time_machine.Traveller) -> int:
    """A show that began seven minutes late, with two faults, one slip and one fault taken back."""
    show = plan("2026-09-09 20:00", faults=1, checks_late=10**6)
    with acting(cast.actors["lead"]):
        sessions.go_live(show, at("2026-09-09 20:07"))
        for kind in (LogKind.SOUND, LogKind.SOUND, LogKind.SLIP, LogKind.PRICE):
            last = sessions.log_entry(show, kind, secrets.token_hex(16))
        sessions.withdraw_log(last)
        sessions.end_live(show, at("2026-09-10 00:00"))
    return show


@pytest.mark.engines
def test_minutes_late_and_faults_come_from_the_show_itself(late: int, cast: Cast) -> None:
    found = watched(cast, late)
    assert (found["start_delay"], found["faults"]) == (7, 2)
    assert "react_minutes" not in found, "no stream broke"


@pytest.mark.engines
def test_checks_count_when_they_were_done_late_or_not_at_all(
    plan: Plan, cast: Cast, noon: time_machine.Traveller
) -> None:
    noon.move_to(at("2026-09-09 12:00"))
    show = plan("2026-09-09 20:00")
    with acting(cast.actors["lead"]):
        items = [i for i in checklists.list_page(show).items if i.state is ItemState.OPEN and i.due is not None]
        items = [i for i in items if i.due is not None and at("2026-09-09 12:00") < i.due < at("2026-09-09 20:00")]
        early, tardy, left = [i for i in items if not i.evidence][:3]
        for item, by in ((early, -5), (tardy, 5)):
            assert item.due is not None
            noon.move_to(item.due + timedelta(minutes=by))
            ticks.tick(item.id, secrets.token_hex(16))
        noon.move_to(at("2026-09-09 20:00"))
        sessions.go_live(show)
        due = {i.id for i in checklists.list_page(show).items if i.due and i.due < at("2026-09-09 20:00")}
        still = {i.id for i in checklists.list_page(show).items if i.id in due and i.state is ItemState.OPEN}
    assert left.id in still
    assert early.id not in still
    assert watched(cast, show)["checks_late"] == len(still) + 1


@pytest.mark.engines
def test_a_stream_that_broke_was_back_after_so_many_minutes(plan: Plan, cast: Cast, take: Callable[..., Any]) -> None:
    show = plan("2026-09-08 20:00", 300)
    take([row("2026-09-08 20:00", 60, gmv=1), row("2026-09-08 21:09", 30, gmv=1), row("2026-09-08 21:41", 60, gmv=1)])
    assert watched(cast, show)["react_minutes"] == 9, "the longest break"
    with acting(cast.actors["lead"]):
        assert len(live.airings(show)) == 3


@pytest.mark.engines
def test_a_target_on_them_is_judged_and_becomes_a_finding(late: int, cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        lines = {line.metric: line for line in results.result_page(late).execution}
        assert (lines["faults"].target, lines["faults"].standing) == (1, Standing.MISSED)
        assert (lines["checks_late"].standing, lines["start_delay"].target) == (Standing.REACHED, None)
        services.type_figures(late, {"gmv": Decimal(5)})
        assert [m[0] for m in reviews.reviews_due()[0].missed] == ["faults"]
        services.open_review(late)
        assert [(f.row.metric, f.row.value) for f in reviews.review_page(late).findings] == [("faults", 2)]
        assert "faults" not in [line.metric for line in results.result_page(late).rows]


def test_they_verify_an_action_and_are_never_typed_nor_a_goal(
    late: int, plan: Plan, cast: Cast, noon: time_machine.Traveller
) -> None:
    later = plan("2026-09-10 13:00", 60)
    with acting(cast.actors["lead"]):
        services.type_figures(late, {"gmv": Decimal(5)})
        finding = services.add_finding(late, "备用麦没电")
        day = at("2026-09-10 12:00").date()
        services.agree_action(finding, "备用麦上架", cast.host, day, "faults", Decimal(1), [later])
        noon.move_to(at("2026-09-10 14:30"))
        sessions.go_live(later, at("2026-09-10 13:00"))
        sessions.end_live(later, at("2026-09-10 14:00"))
        services.type_figures(later, {"gmv": Decimal(5)})
        assert actions.actions_for(later)[0].check.value == 0
        with pytest.raises(Invalid):
            services.type_figures(late, {"faults": Decimal(0)})
        period = plans.add_period("九月", at("2026-09-01 12:00").date(), at("2026-09-30 12:00").date())
        goal = plans.add_goal(period, "少出错")
        with pytest.raises(Invalid):
            plans.add_target(goal, "faults", Decimal(1), Aggregation.SUM)


def test_the_block_is_shown_before_there_are_figures(late: int, client_of: Client) -> None:
    page = client_of("lead").get(f"/sessions/{late}?phase=review")
    for told in ("Execution", "Minutes late at the start", "Faults on air", "at most 1"):
        assert told in page.text, told

"""Withdrawing an import: what counted before counts again, and all that hung on it follows. On both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from planner.base import db as base
from planner.base import jobs, trash
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.tables import Job
from planner.figures import queries as figures
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import State
from planner.outcomes import services
from planner.outcomes.models import FigureSet, ImportRow
from planner.outcomes.queries import actions, imports, results, reviews
from planner.outcomes.rules import sample
from planner.outcomes.services import withdrawing as room
from planner.plan import queries as plan_queries
from planner.plan import services as plans
from planner.plan.rules import Aggregation
from tests.cast import Cast
from tests.outcomes.conftest import Bring, Plan, at, row

pytestmark = pytest.mark.engines
START = "2026-09-09 20:01:09"
ResultOf = Callable[[int], results.Result | None]
Take = Callable[..., int]


@pytest.fixture
def taken(cast: Cast, bring: Bring) -> Take:
    """Bring rows and take them over; answers the import."""

    def both(rows: list[list[str]], at_time: str = "2026-09-10 11:00") -> int:
        made = bring(sample.as_csv(rows), at_time)
        with acting(cast.actors["lead"]):
            services.store_import(made)
        return made

    return both


@pytest.fixture
def withdraw(cast: Cast) -> Callable[[int], dict[str, int]]:
    """Withdraw an import as the lead; answers the counts."""

    def run(made: int) -> dict[str, int]:
        with acting(cast.actors["lead"]):
            return services.withdraw_import(made)

    return run


def gmv(result_of: ResultOf, session_id: int) -> Decimal | None:
    found = result_of(session_id)
    return found.figures.get("gmv") if found else None


def counting(cast: Cast, session_id: int) -> list[tuple[bool, bool]]:
    """All figures of a session, those that count first: whether they do, and whether their file was withdrawn."""
    with acting(cast.actors["lead"]):
        return [(bool(s.current), bool(s.withdrawn)) for s in results.result_page(session_id).sets]


def test_the_figures_before_count_again_and_history_is_kept(
    taken: Take, withdraw: Any, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    show = plan("2026-09-09 20:00")
    first = taken([row(START, 240, gmv=100)], "2026-09-10 00:10")
    second = taken([row(START, 260, gmv=300)], "2026-09-10 10:00")
    found = result_of(show)
    assert found is not None
    assert not found.provisional
    assert withdraw(second) == {"back": 1, "gone": 0}
    found = result_of(show)
    assert found is not None
    assert (found.figures["gmv"], found.taken_at, found.provisional) == (100, at("2026-09-10 00:10"), True)
    assert counting(cast, show) == [(True, False), (False, True)]
    with acting(cast.actors["lead"]):
        view = imports.import_page(second)
        assert (view.file.state, view.withdrawn_by) == ("withdrawn", "林小雨")
        assert [v.row.outcome for v in view.rows] == ["replaced"], "the rows stay for the record"
        b = live.brief(show)
        assert b.real_end == at("2026-09-10 00:01").replace(second=9), "the times of the file that counts"
        with pytest.raises(Refused, match="was withdrawn"):
            services.withdraw_import(second)
    assert withdraw(first) == {"back": 0, "gone": 1}
    assert result_of(show) is None
    assert taken([row(START, 260, gmv=300)], "2026-09-10 10:00") > second
    assert gmv(result_of, show) == 300, "brought again, it counts again"


def test_withdrawing_the_older_of_two_changes_nothing_that_counts(
    taken: Take, withdraw: Any, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    show = plan("2026-09-09 20:00")
    first = taken([row(START, gmv=100)], "2026-09-09 23:00")
    second = taken([row(START, gmv=300)], "2026-09-10 10:00")
    assert withdraw(first) == {"back": 0, "gone": 0}
    assert gmv(result_of, show) == 300
    assert withdraw(second) == {"back": 0, "gone": 1}
    assert result_of(show) is None, "the withdrawn older figures do not come back"


def test_an_older_file_that_was_kept_away_counts_once_the_newer_is_gone(
    taken: Take, withdraw: Any, plan: Plan, result_of: ResultOf
) -> None:
    show = plan("2026-09-09 20:00")
    newer = taken([row(START, gmv=300)], "2026-09-10 10:00")
    taken([row(START, gmv=200)], "2026-09-10 02:00")
    assert gmv(result_of, show) == 300
    assert withdraw(newer) == {"back": 1, "gone": 0}
    found = result_of(show)
    assert found is not None
    assert (found.figures["gmv"], found.taken_at) == (200, at("2026-09-10 02:00"))


def test_figures_that_two_files_say_stand_as_long_as_one_of_them_stands(
    taken: Take, withdraw: Any, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    show = plan("2026-09-09 20:00")
    rows = [row(START, gmv=300)]
    first = taken(rows, "2026-09-09 23:00")
    other = [*rows[0]]
    other[1] = "another file"
    second = taken([other], "2026-09-10 10:00")
    assert withdraw(first) == {"back": 0, "gone": 0}
    found = result_of(show)
    assert found is not None
    assert (found.figures["gmv"], found.taken_at) == (300, at("2026-09-10 10:00"))
    assert withdraw(second) == {"back": 0, "gone": 1}
    assert result_of(show) is None


def test_a_repeat_that_is_withdrawn_leaves_the_figures_as_old_as_they_were(
    taken: Take, withdraw: Any, plan: Plan, result_of: ResultOf
) -> None:
    show = plan("2026-09-09 20:00")
    rows = [row(START, gmv=300)]
    taken(rows, "2026-09-09 23:00")
    other = [*rows[0]]
    other[1] = "another file"
    second = taken([other], "2026-09-10 10:00")
    assert not result_of(show).provisional  # type: ignore[union-attr]
    withdraw(second)
    found = result_of(show)
    assert found is not None
    assert (found.taken_at, found.provisional) == (at("2026-09-09 23:00"), True)


def test_what_the_crew_tapped_stands_again_and_a_stream_nobody_tapped_goes(
    taken: Take, withdraw: Any, plan: Plan, cast: Cast
) -> None:
    show = plan("2026-09-08 20:00", 300)
    with acting(cast.actors["lead"]):
        sessions.go_live(show, at("2026-09-08 20:02"))
        sessions.end_live(show, at("2026-09-09 00:50"))
    made = taken([row("2026-09-08 19:58:03", 131, gmv=1), row("2026-09-08 22:21:40", 144, gmv=2)])
    with acting(cast.actors["lead"]):
        assert len(live.airings(show)) == 2
    withdraw(made)
    with acting(cast.actors["lead"]):
        (left,) = live.airings(show)
        assert (left.source, left.real_start, left.real_end) == (
            "tap", at("2026-09-08 20:02"), at("2026-09-09 00:50"),
        )  # fmt: skip
        b = live.brief(show)
        assert (b.state, b.real_start, b.real_end) == (State.ENDED, left.real_start, left.real_end)
    with acting(cast.actors["lead"]), units.reading():
        assert set(base.session().scalars(select(FigureSet.current))) == {False}


def test_times_set_right_by_hand_come_back_too(taken: Take, withdraw: Any, aired: Any, cast: Cast) -> None:
    show = aired("2026-09-09 20:00")
    with acting(cast.actors["lead"]):
        stream = sessions.StreamIn(live.airings(show)[0].id, at("2026-09-09 20:05"), at("2026-09-09 23:55"))
        sessions.correct_times(show, live.brief(show).version, [stream])
    made = taken([row(START, 240, gmv=100)])
    withdraw(made)
    with acting(cast.actors["lead"]):
        b = live.brief(show)
        assert (b.real_start, b.real_end, b.state) == (at("2026-09-09 20:05"), at("2026-09-09 23:55"), State.ENDED)


def test_a_session_only_the_file_knew_on_air_is_planned_again_and_goals_forget_it(
    taken: Take, withdraw: Any, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    with acting(cast.actors["lead"]):
        period = plans.add_period("九月", date(2026, 9, 1), date(2026, 9, 30))
        goal = plans.add_goal(period, "成交")
        plans.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
    show, other = plan("2026-09-09 20:00"), plan("2026-09-08 20:00")
    taken([row("2026-09-08 20:00", gmv=7)])
    made = taken([row(START, gmv=100)])

    def stands() -> Decimal | None:
        with acting(cast.actors["lead"]):
            return plan_queries.goal(goal)[0].targets[0].value

    assert stands() == 107
    withdraw(made)
    assert stands() == 7
    with acting(cast.actors["lead"]):
        b = live.brief(show)
        assert (b.state, b.real_start, b.real_end, live.airings(show)) == (State.SCHEDULED, None, None, [])
        assert live.brief(other).state is State.ENDED
    assert gmv(result_of, other) == 7


def test_findings_and_proposed_verdicts_follow(taken: Take, withdraw: Any, plan: Plan, cast: Cast) -> None:
    before, show = plan("2026-09-07 20:00", gmv=100), plan("2026-09-09 20:00", gmv=100)
    taken([row("2026-09-07 20:00", gmv=10)])
    with acting(cast.actors["lead"]):
        services.open_review(before)
        finding = reviews.review_page(before).findings[0].row.id
        services.agree_action(finding, "备用麦上架", cast.host, date(2026, 9, 9), "gmv", Decimal(90), [show])
    made = taken([row(START, gmv=50)])
    with acting(cast.actors["lead"]):
        services.open_review(show)
        assert [f.row.value for f in reviews.review_page(show).findings] == [50]
        assert actions.actions_for(show)[0].check.proposed is not None
    withdraw(made)
    with acting(cast.actors["lead"]):
        assert reviews.review_page(show).findings == []
        check = actions.actions_for(show)[0].check
        assert (check.value, check.proposed) == (None, None)


def test_a_closed_review_that_would_be_left_bare_holds_the_import(
    taken: Take, withdraw: Any, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    show, other = plan("2026-09-09 20:00", gmv=100), plan("2026-09-08 20:00")
    made = taken([row(START, gmv=50), row("2026-09-08 20:00", gmv=7)])
    with acting(cast.actors["lead"]):
        cause = next(c.id for c in figures.causes() if c.key == "host")
        services.close_many([show], {show: cause}, {})
        with pytest.raises(Refused, match="Closed reviews") as fault:
            services.withdraw_import(made)
        assert [str(detail) for detail in fault.value.details] == ["专场 2026-09-09 20:00, Wed 9 Sep"]
        assert [gmv(result_of, one) for one in (show, other)] == [50, 7], "nothing half done stays"
        assert imports.import_page(made).file.state == "stored"
        services.reopen_review(show)
    assert withdraw(made) == {"back": 0, "gone": 2}


def test_a_closed_review_stays_closed_where_earlier_figures_remain(
    taken: Take, withdraw: Any, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    show = plan("2026-09-09 20:00")
    taken([row(START, gmv=50)], "2026-09-10 08:00")
    made = taken([row(START, gmv=70)])
    with acting(cast.actors["lead"]):
        services.close_review(show)
    withdraw(made)
    with acting(cast.actors["lead"]):
        assert live.brief(show).state is State.REVIEWED
    assert gmv(result_of, show) == 50


def test_a_session_with_typed_figures_stays_over(taken: Take, withdraw: Any, plan: Plan, cast: Cast) -> None:
    show = plan("2026-09-09 20:00")
    made = taken([row(START, gmv=100)])
    with acting(cast.actors["lead"]):
        services.type_figures(show, {"likes": Decimal(5)})
    assert withdraw(made) == {"back": 1, "gone": 0}
    with acting(cast.actors["lead"]):
        found = results.session_result(show)
        assert found is not None
        assert (found.figures.get("gmv"), found.figures["likes"]) == (None, 5)
        assert live.brief(show).state is State.ENDED


def test_a_session_made_for_the_file_goes_to_the_trash_and_one_people_worked_with_stays(
    bring: Bring, withdraw: Any, cast: Cast
) -> None:
    made = bring(sample.as_csv([row("2026-09-01 20:00", 95, gmv=1), row("2026-09-02 20:00", 95, gmv=2)]))
    with acting(cast.actors["lead"]):
        for view in imports.import_page(made).rows:
            services.link_row(view.row.id, "make")
        services.store_import(made)
        one, two = (v.session.id for v in imports.import_page(made).rows if v.session)
        sessions.set_targets(two, {"gmv": Decimal(5)})
    assert withdraw(made) == {"back": 0, "gone": 2}
    with acting(cast.actors["lead"]):
        with pytest.raises(NotFound):
            live.brief(one)
        assert live.brief(two).state is State.SCHEDULED
        trash.restore(trash.trashed()[0][0])
        assert live.brief(one).state is State.SCHEDULED


def test_a_stream_that_a_file_had_moved_to_another_session_goes_back(
    taken: Take, bring: Bring, withdraw: Any, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    right, wrong = plan("2026-09-09 19:00", 60), plan("2026-09-09 21:20", 60)
    taken([row("2026-09-09 20:00:09", gmv=500)], "2026-09-10 10:00")
    made = bring(sample.as_csv([row("2026-09-09 20:00:09", gmv=600)]))
    with acting(cast.actors["lead"]):
        services.link_row(imports.import_page(made).rows[0].row.id, str(wrong))
        services.store_import(made)
    assert [gmv(result_of, right), gmv(result_of, wrong)] == [None, 600]
    withdraw(made)
    assert [gmv(result_of, right), gmv(result_of, wrong)] == [500, None]
    with acting(cast.actors["lead"]):
        assert [len(live.airings(one)) for one in (right, wrong)] == [1, 0]
        assert live.brief(wrong).state is State.SCHEDULED


def test_an_older_file_does_not_touch_the_times_either(taken: Take, plan: Plan, cast: Cast) -> None:
    show = plan("2026-09-09 20:00")
    taken([row(START, 260, gmv=300)], "2026-09-10 10:00")
    taken([row(START, 200, gmv=200)], "2026-09-10 02:00")
    with acting(cast.actors["lead"]):
        b = live.brief(show)
        assert b.minutes_on_air == 260


def test_a_long_import_is_withdrawn_by_the_worker_or_stays_with_its_reason(
    taken: Take, plan: Plan, cast: Cast, result_of: ResultOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = plan("2026-09-09 20:00")
    made = taken([row(START, gmv=50)])
    monkeypatch.setattr(room, "AT_ONCE", 0)
    with acting(cast.actors["lead"]):
        services.close_review(show)
        assert services.withdraw_import(made) == {"waiting": 1}
        assert imports.import_page(made).file.state == "undoing"
    assert jobs.run_pending() == 1
    assert gmv(result_of, show) == 50
    with acting(cast.actors["lead"]):
        assert imports.import_page(made).file.state == "stored"
        with units.reading():
            job = base.session().scalars(select(Job)).one()
            assert (job.state, "Closed reviews" in (job.error or "")) == ("failed", True)
        services.reopen_review(show)
        services.withdraw_import(made)
    assert jobs.run_pending() == 1
    assert result_of(show) is None
    with acting(cast.actors["lead"]):
        assert imports.import_page(made).withdrawn_by == "林小雨"


def test_only_a_lead_withdraws_and_nobody_of_another_team(taken: Take, plan: Plan, cast: Cast) -> None:
    plan("2026-09-09 20:00")
    made = taken([row(START, gmv=100)])
    for login in ("member", "host", "viewer"):
        with acting(cast.actors[login]), pytest.raises(Forbidden):
            services.withdraw_import(made)
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.withdraw_import(made)
    with acting(cast.actors["manager"]):
        assert services.withdraw_import(made) == {"back": 0, "gone": 1}
    with acting(cast.actors["lead"]), units.reading():
        assert list(base.session().scalars(select(ImportRow.airing_id))) == [None]

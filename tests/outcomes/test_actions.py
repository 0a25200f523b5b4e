"""Actions: what a finding is to change, which show will tell, what the program proposes and a person signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from planner.base import verbs
from planner.base.actor import acting
from planner.base.undo import undo
from planner.figures import queries as figures
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.live import queries as live
from planner.live import services as sessions
from planner.outcomes import services
from planner.outcomes.queries import actions, reviews
from planner.outcomes.rules.reviews import Decision, Verdict
from planner.people import queries as people
from planner.plan import queries as plans
from planner.plan import services as plan_services
from tests.cast import Cast
from tests.outcomes.conftest import Plan, at, row

Aired = Callable[..., int]
DAY = date(2026, 9, 9)


@pytest.fixture
def missed(aired: Aired, cast: Cast) -> tuple[int, int]:
    """A show that missed its target of 100, and its finding."""
    show = aired("2026-09-07 20:00", gmv=100)
    with acting(cast.actors["lead"]):
        services.type_figures(show, {"gmv": Decimal(50)})
        services.open_review(show)
        return show, reviews.review_page(show).findings[0].row.id


def agree(cast: Cast, finding: int, *verify: int, metric: str = "gmv", value: str = "110", login: str = "lead") -> int:
    with acting(cast.actors[login]):
        return services.agree_action(finding, "备用麦上架", cast.host, DAY, metric, Decimal(value), list(verify))


def air(cast: Cast, session_id: int, **held: Any) -> None:
    """The show takes place and its figures come in."""
    with acting(cast.actors["lead"]):
        b = live.brief(session_id)
        sessions.go_live(session_id, b.planned_start)
        sessions.end_live(session_id, b.planned_end)
        if held:
            services.type_figures(session_id, {key: Decimal(str(value)) for key, value in held.items()})


def check_of(cast: Cast, session_id: int) -> Any:
    with acting(cast.actors["lead"]):
        return actions.actions_for(session_id)[0].check


@pytest.mark.engines
def test_an_action_is_a_step_with_a_figure_and_the_shows_that_verify_it(
    missed: tuple[int, int], plan: Plan, cast: Cast
) -> None:
    show, finding = missed
    one, two = plan("2026-09-09 20:00"), plan("2026-09-11 20:00")
    agree(cast, finding, one, two, one, login="host")
    with acting(cast.actors["lead"]):
        view = actions.actions_for(one)[0]
        assert view.step is not None
        assert (view.step.title, view.step.owner_id, view.step.from_session_id) == ("备用麦上架", cast.host, show)
        assert (view.action.metric, view.action.value) == ("gmv", 110)
        assert (view.check.proposed, view.check.verdict) == (None, None)
        assert len(actions.actions_for(one)) == len(actions.actions_for(two)) == 1
        assert reviews.finding(finding).row.decision is Decision.ACTION
        assert [s.id for s in plans.my_steps(cast.host)] == [view.step.id]
        assert not reviews.review_page(show).blocked
        assert actions.verdicts_due() == []


def test_an_action_names_a_figure_a_value_and_later_shows_of_this_team(
    missed: tuple[int, int], plan: Plan, aired: Aired, cast: Cast
) -> None:
    show, finding = missed
    earlier, later = aired("2026-09-05 20:00"), plan("2026-09-11 20:00")
    faults = {
        "verify": [(), (show,), (earlier,), (later, earlier), (later, 999_999)],
        "metric": [(later,)],
        "value": [(later,)],
    }
    for field, choices in faults.items():
        for verify in choices:
            with pytest.raises(Invalid) as fault:
                agree(
                    cast, finding, *verify, metric="nonsense" if field == "metric" else "gmv",
                    value="0" if field == "value" else "110",
                )  # fmt: skip
            assert list(fault.value.fields) == [field], verify
    with acting(cast.actors["lead"]), pytest.raises(Invalid) as fault:
        services.agree_action(finding, " ", cast.host, DAY, "gmv", Decimal(1), [later])
    assert list(fault.value.fields) == ["title"]
    with acting(cast.actors["lead"]), pytest.raises(Invalid) as fault:
        services.agree_action(finding, "x", cast.outsider, DAY, "gmv", Decimal(1), [later])
    assert list(fault.value.fields) == ["owner_id"]
    with acting(cast.actors["lead"]):
        assert actions.actions_for(later) == []
        assert plans.open_count() == 0, "a refused action leaves no step behind"


@pytest.mark.engines
@pytest.mark.parametrize(
    ("before", "value", "proposed", "basis"),
    [
        ([100, 100, 100], 110, Verdict.REACHED_BEYOND, "n=3"),
        ([80, 100, 150], 110, Verdict.REACHED_WITHIN, "n=3"),
        ([80, 100, 150], 109, Verdict.NOT_REACHED, "n=3"),
        ([100, 100], 500, Verdict.TOO_LITTLE, "n=2"),
    ],
)
def test_the_program_proposes_a_verdict_when_the_figures_come(
    before: list[int], value: int, proposed: Verdict, basis: str, missed: tuple[int, int], aired: Aired, plan: Plan,
    cast: Cast,
) -> None:  # fmt: skip
    for day, gmv in enumerate(before, start=1):
        past = aired(f"2026-08-0{day} 20:00")
        with acting(cast.actors["lead"]):
            services.type_figures(past, {"gmv": Decimal(gmv)})
    with acting(cast.actors["lead"]):
        b = live.brief(missed[0])
        sessions.edit_session(missed[0], b.version, b.theme, b.weight, "", [], no_compare=True)
    later = plan("2026-09-09 20:00")
    agree(cast, missed[1], later)
    air(cast, later)
    assert check_of(cast, later).proposed is None, "no figures yet"
    with acting(cast.actors["lead"]):
        services.type_figures(later, {"gmv": Decimal(value)})
        assert [v.check.id for v in actions.verdicts_due()] == [check_of(cast, later).id]
    check = check_of(cast, later)
    assert (check.value, check.proposed, check.verdict) == (value, proposed, None)
    assert check.basis == basis


def test_a_figure_that_nobody_knows_is_too_little_data_until_somebody_types_it(
    missed: tuple[int, int], plan: Plan, cast: Cast
) -> None:
    later = plan("2026-09-09 20:00")
    agree(cast, missed[1], later, metric="likes", value="100")
    air(cast, later, gmv=5)
    assert (check_of(cast, later).value, check_of(cast, later).proposed) == (None, Verdict.TOO_LITTLE)
    with acting(cast.actors["lead"]):
        services.type_figures(later, {"gmv": Decimal(5), "likes": Decimal(99)})
    assert (check_of(cast, later).value, check_of(cast, later).proposed) == (99, Verdict.NOT_REACHED)


@pytest.mark.engines
def test_newer_figures_change_the_proposal_and_never_what_was_signed(
    missed: tuple[int, int], plan: Plan, cast: Cast, take: Callable[..., Any], noon: time_machine.Traveller
) -> None:
    later = plan("2026-09-09 20:00")
    agree(cast, missed[1], later)
    take([row("2026-09-09 20:00", gmv=60)], "2026-09-09 23:59")
    assert check_of(cast, later).proposed is Verdict.NOT_REACHED
    take([row("2026-09-09 20:00", gmv=120)], "2026-09-10 11:00")
    check = check_of(cast, later)
    assert check.proposed is Verdict.TOO_LITTLE, "one show before it is too few to know the swing"
    with acting(cast.actors["lead"]):
        assert services.sign_verdict(check.id, check.version, Verdict.REACHED_WITHIN) == later
        assert actions.verdicts_due() == []
    noon.move_to(at("2026-09-11 12:00"))
    take([row("2026-09-09 20:00", gmv=10)], "2026-09-11 11:00")
    now = check_of(cast, later)
    assert (now.verdict, now.signed_by, now.value, now.proposed) == (
        Verdict.REACHED_WITHIN,
        cast.lead,
        120,
        Verdict.TOO_LITTLE,
    )
    with acting(cast.actors["lead"]):
        assert actions.actions_for(later)[0].signer == "林小雨"


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("state", ["no figures", "figures", "signed"])
def test_every_state_of_a_check_with_every_verdict(
    state: str, verdict: Verdict, missed: tuple[int, int], plan: Plan, cast: Cast
) -> None:
    later = plan("2026-09-09 20:00")
    agree(cast, missed[1], later)
    air(cast, later, **({} if state == "no figures" else {"gmv": 120}))
    check = check_of(cast, later)
    with acting(cast.actors["lead"]):
        if state == "signed":
            services.sign_verdict(check.id, check.version, Verdict.NOT_REACHED)
            with pytest.raises(Stale):
                services.sign_verdict(check.id, check.version, verdict)
            check = check_of(cast, later)
        if state == "no figures" and verdict is not Verdict.TOO_LITTLE:
            with pytest.raises(Refused):
                services.sign_verdict(check.id, check.version, verdict)
            assert check_of(cast, later).verdict is None
        else:
            services.sign_verdict(check.id, check.version, verdict)
            assert check_of(cast, later).verdict is verdict


def test_verdicts_are_signed_by_leads_of_the_team_only(missed: tuple[int, int], plan: Plan, cast: Cast) -> None:
    later = plan("2026-09-09 20:00")
    agree(cast, missed[1], later)
    air(cast, later, gmv=120)
    check = check_of(cast, later)
    for login in ("viewer", "member", "host"):
        with acting(cast.actors[login]), pytest.raises(Forbidden):
            services.sign_verdict(check.id, check.version, Verdict.NOT_REACHED)
    with acting(cast.actors["outsider"]):
        with pytest.raises(NotFound):
            services.sign_verdict(check.id, check.version, Verdict.NOT_REACHED)
        assert actions.verdicts_due() == []
        assert actions.actions_for(later) == []


def test_an_action_on_a_show_that_is_over_is_judged_at_once(missed: tuple[int, int], aired: Aired, cast: Cast) -> None:
    done = aired("2026-09-09 20:00")
    with acting(cast.actors["lead"]):
        services.type_figures(done, {"gmv": Decimal(20)})
    agree(cast, missed[1], done)
    assert check_of(cast, done).proposed is Verdict.NOT_REACHED


@pytest.mark.parametrize(("owner", "due", "field"), [(None, DAY, "owner_id"), ("host", None, "due")])
def test_every_action_has_somebody_who_does_it_until_a_day(
    owner: str | None, due: date | None, field: str, missed: tuple[int, int], plan: Plan, cast: Cast
) -> None:
    later = plan("2026-09-11 20:00")
    with acting(cast.actors["lead"]), pytest.raises(Invalid) as fault:
        services.agree_action(missed[1], "x", cast.host if owner else None, due, "gmv", Decimal(1), [later])
    assert list(fault.value.fields) == [field]


@pytest.mark.parametrize(
    ("cause", "position", "answers"), [("equipment", "tech", True), ("host", "tech", False), (None, "tech", False)]
)
def test_whose_work_the_cause_is_answers_for_the_action_before_the_show_that_verifies_it(
    cause: str | None, position: str, answers: bool, plan: Plan, cast: Cast
) -> None:
    show, later = plan("2026-09-07 20:00", gmv=100), plan("2026-09-12 20:00")
    with acting(cast.actors["lead"]):
        place = next(p.id for p in people.positions() if p.key == position)
        b = live.brief(show)
        span = (b.planned_start, b.planned_end)
        sessions.set_crew(show, b.version, [sessions.ShiftIn(place, cast.member, *span)])
    air(cast, show, gmv=50)
    with acting(cast.actors["lead"]):
        services.open_review(show)
        row = reviews.review_page(show).findings[0].row
        cause_id = next((c.id for c in figures.causes() if c.key == cause), None)
        services.save_finding(row.id, row.version, cause_id, "", "")
        page = reviews.finding(row.id)
        assert page.answers == (cast.member if answers else None)
        assert page.due == date(2026, 9, 11)
        assert [b.id for b in page.later] == [later]


def decide(finding: int) -> list[tuple[str, bool]]:
    return services.decide_finding(finding, Decision.NO_ACTION, "已修好")


def step_of(action: int) -> int:
    return actions.action_page(action).action.step_id


@pytest.mark.engines
def test_no_action_after_all_withdraws_the_check_and_a_step_nobody_touched(
    missed: tuple[int, int], plan: Plan, cast: Cast
) -> None:
    later = plan("2026-09-11 20:00")
    action = agree(cast, missed[1], later)
    with acting(cast.actors["lead"]):
        step = step_of(action)
        assert decide(missed[1]) == [("备用麦上架", False)]
        taken_back = verbs.last_command.get()
        assert taken_back
        assert actions.actions_for(later) == []
        with pytest.raises(NotFound):
            plans.step(step)
        with pytest.raises(NotFound):
            actions.action_page(action)
        undo(taken_back)
        assert reviews.finding(missed[1]).row.decision is Decision.ACTION
        assert [v.action.id for v in actions.actions_for(later)] == [action]
        assert plans.step(step)[0].title == "备用麦上架"


@pytest.mark.engines
def test_a_step_that_somebody_began_stays_and_is_named(missed: tuple[int, int], plan: Plan, cast: Cast) -> None:
    later = plan("2026-09-11 20:00")
    begun, fresh = agree(cast, missed[1], later), agree(cast, missed[1], later, value="120")
    with acting(cast.actors["lead"]):
        mine, other = step_of(begun), step_of(fresh)
    with acting(cast.actors["host"]):
        plan_services.move_step(mine, "start")
    with acting(cast.actors["lead"]):
        assert sorted(decide(missed[1])) == [("备用麦上架", False), ("备用麦上架", True)]
        assert plans.step(mine)[0].state == "doing"
        with pytest.raises(NotFound):
            plans.step(other)
        assert actions.actions_for(later) == []


def test_a_verdict_that_was_signed_is_part_of_the_record(missed: tuple[int, int], plan: Plan, cast: Cast) -> None:
    done, later = plan("2026-09-09 20:00"), plan("2026-09-11 20:00")
    action = agree(cast, missed[1], done, later)
    air(cast, done, gmv=120)
    with acting(cast.actors["lead"]):
        check = check_of(cast, done)
        services.sign_verdict(check.id, check.version, Verdict.TOO_LITTLE)
        assert decide(missed[1]) == [("备用麦上架", True)], "it was done and judged: the step stays"
        assert [v.check.session_id for v in actions.action_page(action).checks] == [done]
        assert decide(missed[1]) == []

"""What a team turns on in its plan: estimates, helpers, criteria of phases, limits of the board. On both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.notifications.models import Notice
from planner.plan import queries, rules, services
from planner.plan.queries import Wanted
from planner.plan.rules import Details, Extras, Gate, PlanRules, StepState
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.steps import Made, page_of, row_of, undo_last
from tests.plan.steps import step as step
from tests.plan.test_pages import speaking

Client = Callable[[str], Any]
engines = pytest.mark.engines

ALL_ON = PlanRules(estimates=True, helpers=True, criteria=True, most_doing=1, most_each=1)


@pytest.fixture
def turned_on(cast: Cast) -> None:
    with acting(cast.actors["manager"]):
        services.set_plan_rules(0, ALL_ON)


@given(st.decimals(0, 1000, places=2))
def test_hours_are_kept_to_the_minute(hours: Decimal) -> None:
    minutes = rules.read_hours(hours)
    assert minutes is not None
    assert abs(Decimal(minutes) - hours * 60) <= Decimal("0.5")
    shown = rules.as_hours(minutes)
    assert shown is not None
    assert rules.read_hours(shown) == minutes, "what is shown reads as what is kept"


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 90), st.integers(-100, 200))
def test_criteria_warn_from_the_first_day_and_after_the_last(start: date, length: int, ahead: int) -> None:
    end, today = start + length * DAY, start + ahead * DAY
    assert rules.criteria_warn(Gate.ENTRY, start, end, today) == (ahead >= 0)
    assert rules.criteria_warn(Gate.EXIT, start, end, today) == (ahead > length)


@given(st.integers(0, 300), st.integers(0, 200))
def test_a_column_is_too_full_beyond_its_limit_only(count: int, most: int) -> None:
    assert rules.too_many(count, most) == (most > 0 and count > most)


@engines
def test_everything_is_off_until_a_manager_turns_it_on(cast: Cast, step: Made) -> None:
    with acting(cast.actors["lead"]):
        assert queries.plan_rules() == PlanRules()
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.set_plan_rules(0, ALL_ON)
    with acting(cast.actors["manager"]):
        with pytest.raises(Invalid) as bad:
            services.set_plan_rules(0, PlanRules(most_doing=-1, most_each=999))
        assert set(bad.value.fields) == {"most_doing", "most_each"}
        services.set_plan_rules(0, ALL_ON)
        with pytest.raises(Stale):
            services.set_plan_rules(0, PlanRules())
        assert queries.versioned_plan_rules() == (1, ALL_ON)


@engines
def test_whoever_helps_is_told_finds_it_and_can_tick_it(cast: Cast, step: Made, turned_on: None) -> None:
    extras = Details(extras=Extras(90, (cast.member, cast.host)))
    made = step("搭景", cast.host, details=extras)
    assert page_of(cast, made).helpers == {cast.member: cast.actors["member"].name}, "the owner is no helper"
    assert row_of(cast, made).planned_minutes == 90
    with acting(cast.actors["member"]):
        assert [s.id for s in queries.my_steps(cast.member)] == [made]
        assert queries.ticked(made).doable
        services.move_step(made, "finish")
    assert row_of(cast, made).state is StepState.DONE
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.move_step(made, "reopen")


@engines
def test_a_new_helper_is_told_once(cast: Cast, step: Made, turned_on: None) -> None:
    made = step("搭景", cast.host)
    version = row_of(cast, made).version
    with acting(cast.actors["lead"]):
        for helpers in ((cast.member,), (cast.member,)):
            extras = Details(extras=Extras(None, helpers))
            services.edit_step(made, version, "搭景", cast.host, None, None, None, "", extras)
            version = queries.ticked(made).version
    asked = select(Notice.about_id, Notice.words).where(Notice.user_id == cast.member)
    with acting(cast.actors["member"]), units.writing("tests.heard") as unit:
        told = [(row_id, words["msg"]) for row_id, words in unit.session.execute(asked)]
    assert told == [(made, "You help with: %(title)s")]


@engines
def test_what_is_typed_wrong_is_said_at_its_field(cast: Cast, step: Made) -> None:
    with pytest.raises(Invalid) as bad:
        step("长活", details=Details(extras=Extras(10**6)))
    assert set(bad.value.fields) == {"estimate"}
    with pytest.raises(Invalid) as bad:
        step("生人", details=Details(extras=Extras(None, (cast.outsider,))))
    assert set(bad.value.fields) == {"helpers"}


@engines
def test_criteria_are_signed_by_a_lead_and_undone(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
        assert services.add_criteria(phase, Gate.ENTRY, "- 场地签好\n\n• 团队到位") == 2
        services.add_criteria(phase, Gate.EXIT, "复盘完成")
        first = queries.phase_criteria(phase).gates[Gate.ENTRY]
        assert [c.text for c in first] == ["场地签好", "团队到位"]
        services.sign_criterion(first[0].id, True)
        services.sign_criterion(first[0].id, True)
        signed = queries.phase_criteria(phase).gates[Gate.ENTRY][0]
        assert signed.signed_by == cast.actors["lead"].name
        with pytest.raises(Invalid):
            services.add_criteria(phase, Gate.EXIT, "\n".join("x" * n for n in range(1, 30)))
        services.remove_criterion(first[1].id)
        undo_last()
        assert len(queries.phase_criteria(phase).gates[Gate.ENTRY]) == 2
    with acting(cast.actors["member"]):
        assert queries.phase_criteria(phase).gates[Gate.EXIT][0].signed_at is None
        with pytest.raises(Forbidden):
            services.sign_criterion(first[1].id, True)
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        queries.phase_criteria(phase)


@engines
def test_a_closed_period_s_criteria_stay(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
        services.add_criteria(phase, Gate.ENTRY, "场地签好")
        row = queries.phase_criteria(phase).gates[Gate.ENTRY][0]
        services.close_period(quarter, queries.period(quarter).version, {}, {})
        with pytest.raises(Refused):
            services.sign_criterion(row.id, True)


@engines
def test_a_period_that_begins_from_another_takes_criteria_and_estimates(
    cast: Cast, quarter: int, today: date, turned_on: None
) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
        services.add_criteria(phase, Gate.ENTRY, "场地签好")
        services.sign_criterion(queries.phase_criteria(phase).gates[Gate.ENTRY][0].id, True)
        services.add_step("搭景", cast.host, today, phase, details=Details(extras=Extras(45, (cast.member,))))
        copy = services.begin_from(f"period:{quarter}", "下一期", date(today.year + 1, 1, 1))
        view = queries.plan_page(copy)
        new = queries.phase_criteria(view.phases[0].id).gates[Gate.ENTRY]
        assert [(c.text, c.signed_at) for c in new] == [("场地签好", None)]
        assert view.minutes(view.phases[0].id) == 45


@engines
def test_a_full_column_says_so_and_takes_more(cast: Cast, step: Made, turned_on: None, today: date) -> None:
    for title in ("一", "二"):
        made = step(title, cast.member, today, details=Details(extras=Extras(30)))
        with acting(cast.actors["lead"]):
            services.move_step(made, "start")
    with acting(cast.actors["lead"]):
        board = queries.by_state(Wanted(), {state: str(state) for state in StepState})
        doing = next(c for c in board.columns if c.key == StepState.DOING)
        assert (doing.crowded, doing.minutes) == (True, 60)
        assert not any(c.crowded for c in board.columns if c.key != StepState.DOING)
        by_owner = queries.by_owner(Wanted(), {cast.member: "阿强"}, "没人")
        assert [c.crowded for c in by_owner.columns if c.rows] == [True]


def test_the_settings_are_a_page_of_their_own(client_of: Client, cast: Cast, quarter: int) -> None:
    manager = speaking(client_of("manager"), "en")
    text = manager.get("/settings/plan").text
    assert "<title>Rules of the plan" in text
    sent = {"estimates": "y", "most_doing": "3", "most_open": "0", "most_blocked": "", "most_each": "nine"}
    wrong = manager.post_form("/settings/plan", sent)
    assert wrong.status_code == 422
    assert "whole number" in wrong.text
    assert 'value="nine"' in wrong.text, "nothing typed is lost"
    assert manager.post_form("/settings/plan", sent | {"most_each": "9"}).status_code == 303
    stale = manager.post_form("/settings/plan", sent | {"most_each": "8"})
    assert stale.status_code == 409
    with acting(cast.actors["lead"]):
        assert queries.plan_rules() == PlanRules(estimates=True, most_doing=3, most_each=9)
    assert client_of("host").get("/settings/plan").status_code == 403


def test_fields_are_there_once_they_are_turned_on_and_kept_when_turned_off(
    client_of: Client, cast: Cast, step: Made, turned_on: None
) -> None:
    made = step("搭景", cast.host, details=Details(extras=Extras(90, (cast.member,))))
    lead = speaking(client_of("lead"), "en")
    form = lead.get(f"/plan/steps/{made}/edit").text
    assert 'name="estimate"' in form
    assert 'value="1.5"' in form
    assert "1.5 h" in lead.get(f"/plan/steps/{made}").text
    bad = lead.post_form(f"/plan/steps/{made}/edit", {"title": "搭景", "version": "1", "estimate": "-3"})
    assert bad.status_code == 422
    assert "More than nothing" in bad.text
    with acting(cast.actors["manager"]):
        services.set_plan_rules(1, PlanRules())
    assert 'name="estimate"' not in lead.get(f"/plan/steps/{made}/edit").text
    assert "1.5 h" not in lead.get(f"/plan/steps/{made}").text
    went = lead.post_form(f"/plan/steps/{made}/edit", {"title": "搭景二", "version": "1", "owner_id": str(cast.host)})
    assert went.status_code == 303
    view = page_of(cast, made)
    assert (view.row.title, view.row.estimate_minutes, set(view.helpers)) == ("搭景二", 90, {cast.member})


def test_criteria_have_a_page_and_a_place_at_their_phase(
    client_of: Client, cast: Cast, quarter: int, today: date, turned_on: None
) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today - DAY, today + DAY)
    lead, place = speaking(client_of("lead"), "en"), f"/plan/phases/{phase}/criteria"
    assert "<title>Criteria: 第一月" in lead.get(place).text
    assert lead.post_form(place, {"gate": "entry", "text": ""}).status_code == 422
    assert lead.post_form(place, {"gate": "entry", "text": "场地<签好>"}).status_code == 303
    text = lead.get("/plan").text
    assert "chip-warn" in text
    assert "0/1" in text, "it has begun without"
    with acting(cast.actors["lead"]):
        row = queries.phase_criteria(phase).gates[Gate.ENTRY][0].id
    assert lead.post_form(f"/plan/criteria/{row}/sign").status_code == 303
    assert "场地&lt;签好&gt;" in lead.get(place).text
    assert lead.post_form(f"/plan/criteria/{row}/unsign").status_code == 303
    assert lead.post_form(f"/plan/criteria/{row}/remove").status_code == 303
    viewer = speaking(client_of("viewer"), "en")
    assert 'name="text"' not in viewer.get(place).text
    assert viewer.post_form(place, {"gate": "entry", "text": "x"}).status_code == 403
    assert client_of("outsider").get(place).status_code == 404

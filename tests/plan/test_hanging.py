"""Days that hang on a show or a phase, and go along with it. On both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import acting
from planner.kernel.errors import Invalid
from planner.kernel.spans import local
from planner.live import queries as live_queries
from planner.live import services as live
from planner.live.rules import Weight
from planner.plan import queries, rules, services
from planner.plan.rules import Details, Hang, HangsOn
from planner.plan.services import Change
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.steps import Made, page_of, row_of, undo_last
from tests.plan.steps import step as step
from tests.plan.test_pages import speaking

engines = pytest.mark.engines


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(-366, 366))
def test_an_offset_is_so_many_days_from_where_it_hangs(day: date, days: int) -> None:
    assert (rules.day_at(day, days) - day).days == days


@engines
def test_a_day_hangs_on_the_phase_and_goes_along(cast: Cast, quarter: int, step: Made, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + 10 * DAY)
        before = Details(hang=Hang(HangsOn.PHASE_START, -3))
        first = step("预热", cast.member, today + 30 * DAY, phase_id=phase, details=before)
        last = step("复盘", None, phase_id=phase, details=Details(hang=Hang(HangsOn.PHASE_END, 2)))
        own = step("自己的日子", None, today, phase_id=phase)
        done = step("做完的", None, phase_id=phase, details=before)
        services.move_step(done, "finish")

        def days() -> list[int | None]:
            rows = [row_of(cast, row_id) for row_id in (first, last, own, done)]
            return [(row.due - today).days if row.due else None for row in rows]

        assert days() == [-3, 12, 0, -3], "what was typed as a day gives way to what it hangs on"
        moves = queries.moves_with_phase(phase, today + DAY, today + 20 * DAY)
        assert [(s.id, (due - today).days) for s, due in moves] == [(first, -2), (last, 22)]
        services.edit_phase(phase, queries.phase(phase).version, "第一月", today + DAY, today + 20 * DAY)
        assert days() == [-2, 22, 0, -3]
        undo_last()
        assert days() == [-3, 12, 0, -3]
        services.change_together({first: row_of(cast, first).version}, Change(frozenset({"days"}), days=5))
        assert days()[0] == 2
        assert page_of(cast, first).row.hangs_on is None, "a day that somebody sets is its own"
        for wrong in (Hang(HangsOn.SESSION, 0, 999), Hang(HangsOn.PHASE_END, 367)):
            with pytest.raises(Invalid):
                services.edit_step(
                    last, row_of(cast, last).version, "复盘", None, None, phase, None, "", Details(hang=wrong)
                )
        with pytest.raises(Invalid) as caught:
            step("没有阶段", details=Details(hang=Hang(HangsOn.PHASE_END)))
        assert "phase_id" in caught.value.fields


@engines
def test_a_day_hangs_on_a_show_and_moves_with_it(cast: Cast, step: Made, today: date) -> None:
    start = local(today + 10 * DAY, 20 * 60, "Asia/Shanghai")
    with acting(cast.actors["lead"]):
        made = live.schedule_session("双12", Weight.DAILY, cast.channel, None, start, 120)
        papers = step("资料核验", cast.member, details=Details(hang=Hang(HangsOn.SESSION, -3, made)))
        assert row_of(cast, papers).due == today + 7 * DAY
        lines = live.move_preview(made, start + 2 * DAY, 120, None)
        assert any(line.group == "moves" and "资料核验" in line.text for line in lines)
        live.move_session(made, live_queries.brief(made).version, start + 2 * DAY, 120, None)
        assert row_of(cast, papers).due == today + 9 * DAY
        undo_last()
        assert row_of(cast, papers).due == today + 7 * DAY
        midnight = local(today + 11 * DAY, 2 * 60, "Asia/Shanghai")
        live.move_session(made, live_queries.brief(made).version, midnight, 120, None)
        assert row_of(cast, papers).due == today + 7 * DAY, "two at night is still the business day before"
        services.move_step(papers, "finish")
        live.move_session(made, live_queries.brief(made).version, start + 5 * DAY, 120, None)
        assert row_of(cast, papers).due == today + 7 * DAY, "what is done stays"
        assert page_of(cast, papers).hangs_on is not None


def test_a_show_names_its_steps_and_goals(
    client_of: Callable[[str], Any], cast: Cast, quarter: int, step: Made, today: date
) -> None:
    start = local(today + 10 * DAY, 20 * 60, "Asia/Shanghai")
    lead = speaking(client_of("lead"), "en")
    with acting(cast.actors["lead"]):
        made = live.schedule_session("双12", Weight.DAILY, cast.channel, None, start, 120)
        assert queries.on_session(made) is None
    assert "Steps for this show" not in lead.get(f"/sessions/{made}").text
    form = lead.get(f"/plan/steps/new?session_id={made}").text
    assert f'selected value="{made}"' in form, "a step of this show hangs on it from the start"
    with acting(cast.actors["lead"]):
        step("资料<核验>", cast.member, details=Details(hang=Hang(HangsOn.SESSION, -3, made)))
        done = step("场景搭建", cast.member, details=Details(hang=Hang(HangsOn.SESSION, -5, made)))
        services.move_step(done, "finish")
        goal = services.add_goal(quarter, "单场破百万", cast.lead)
        services.link_goal(goal, [], [made])
    text = lead.get(f"/sessions/{made}").text
    assert "资料&lt;核验&gt;" in text
    assert f'href="/plan/goals/{goal}"' in text
    assert text.index("资料&lt;核验&gt;") < text.index("场景搭建"), "what is open stands first"

"""Trash: a whole goes and comes back with its parts, through the checks of its creation, for 30 days."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from planner.base import db as house
from planner.base import trash
from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.live import services as live
from planner.live.rules import Weight
from planner.plan import services as plan
from planner.plan.models import Goal, Phase
from tests.cast import Cast

As = Callable[[str], AbstractContextManager[Actor]]
Doing = Callable[..., Callable[..., Any]]
Rows = Callable[..., list[Any]]
pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("db")]


def later(**ahead: float) -> AbstractContextManager[None]:
    return clock.standing(datetime.now(UTC) + timedelta(**ahead))


def lying() -> list[tuple[str, str]]:
    return [(kind, title) for _id, kind, _row, title, _at in trash.trashed()]


@pytest.fixture
def whole(as_: As, doing: Doing) -> tuple[str, int, int]:
    """A goal that went with a phase, which has no page of its own: the trash id and both ids."""

    def throw(goal: int, phase: int) -> str:
        return trash.trash(house.one(Goal, goal), house.one(Phase, phase))

    with as_("lead"):
        period = plan.add_period("第四季度", date(2026, 10, 1), date(2026, 12, 31))
        goal = plan.add_goal(period, "互动翻倍")
        phase = plan.add_phase(period, "预热", date(2026, 10, 1), date(2026, 10, 31))
        return doing(throw)(goal, phase), goal, phase


def test_a_whole_goes_with_its_children_and_comes_back_with_them(
    whole: tuple[str, int, int], as_: As, rows: Rows, cast: Cast
) -> None:
    trash_id, goal, phase = whole
    where = {"goal": goal, "phase": phase}
    with as_("lead"):
        assert lying() == [("goal", "互动翻倍")]
        for table, row_id in where.items():
            assert rows(f"SELECT trash_id FROM {table} WHERE id = :id", id=row_id) == [(trash_id,)]
        trash.restore(trash_id)
        assert lying() == []
        for table, row_id in where.items():
            assert rows(f"SELECT trash_id, trashed_at FROM {table} WHERE id = :id", id=row_id) == [(None, None)]
        with pytest.raises(NotFound):
            trash.restore(trash_id)


def test_the_trash_is_the_leads_and_of_one_team(whole: tuple[str, int, int], as_: As) -> None:
    trash_id, _goal, _phase = whole
    with as_("outsider"):
        assert trash.trashed() == []
        with pytest.raises(NotFound):
            trash.restore(trash_id)
    for login in ("host", "viewer"):
        with as_(login), pytest.raises(Forbidden):
            trash.trashed()
        with as_(login), pytest.raises(Forbidden):
            trash.restore(trash_id)


def test_what_comes_back_must_still_fit(as_: As, cast: Cast) -> None:
    with as_("lead"):
        live.trash_studio(live.add_studio("5号间"))
        ((gone, *_rest),) = trash.trashed()
        live.add_studio("5号间")
        with pytest.raises(Refused, match="already exists"):
            trash.restore(gone)
        assert lying() == [("studio", "5号间")]
        start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
        first = live.schedule_session("先到", Weight.DAILY, cast.channel, cast.studio, start, 60)
        live.trash_session(first)
        live.schedule_session("后到", Weight.DAILY, cast.channel, cast.studio, start, 60)
        session = next(found for found, kind, *_ in trash.trashed() if kind == "session")
        with pytest.raises(Refused):
            trash.restore(session)
        assert ("session", "先到") in lying()


def test_after_thirty_days_it_is_out_of_reach_and_then_destroyed(
    whole: tuple[str, int, int], as_: As, rows: Rows, cast: Cast
) -> None:
    trash_id, goal, phase = whole
    program = Actor(team_id=cast.team, is_system=True, is_admin=True)
    with later(days=29), acting(program):
        assert trash.purge_overdue() == (0, 0)
    with later(days=31):
        with as_("lead"):
            assert lying() == []
            with pytest.raises(NotFound):
                trash.restore(trash_id)
        with acting(program):
            assert trash.purge_overdue() == (1, 0)
            assert trash.purge_overdue() == (0, 0)
    assert rows("SELECT id FROM goal WHERE id = :id", id=goal) == []
    assert rows("SELECT id FROM phase WHERE id = :id", id=phase) == []
    assert rows("SELECT act FROM audit_entry WHERE kind = 'goal' AND object_id = :id ORDER BY id DESC", id=goal)[0] == (
        "delete",
    )

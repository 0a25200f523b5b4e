"""What is open goes on in another period: a goal as a new one, a step in another phase, or not at all."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from planner.base import db
from planner.kernel.errors import Invalid
from planner.kernel.text import clean_line, msg
from planner.plan import rules
from planner.plan.models import Goal, Period, Phase, Step, Target
from planner.plan.queries.standing import GoalView
from planner.plan.rules import Aggregation, Wish
from planner.plan.services import evidence, repeats, steps, told
from planner.plan.services.goals import place_after


def carry_goal(view: GoalView, of: Period, into: Period) -> int:
    """The goal goes on as a new one: the closed period keeps what was missed in it. Where a target is no sum, its way
    begins where the old one ended; a sum begins at nothing again. Answers the new goal."""
    row = Goal(
        period_id=into.id, title=view.title, owner_id=view.owner_id, why=view.why, sort=place_after(into.id),
        carried_from=view.id,
    )  # fmt: skip
    made = db.add(row)
    for t in view.targets:
        known = t.aggregation is not Aggregation.SUM and t.value is not None
        db.add(
            Target(
                goal_id=made.id, metric=t.metric, own_id=t.own_id, way=t.way, aggregation=t.aggregation,
                value=t.target, weight=t.weight,
                baseline=rules.kept(t.value) if t.value is not None and known else t.baseline,
                baseline_first=of.start if known else t.baseline_first,
                baseline_last=of.end if known else t.baseline_last,
            )
        )  # fmt: skip
    evidence.reckon_targets(made)
    return made.id


def carry_step(
    step_id: int, wish: Wish, periods: tuple[Period, Period], goals: dict[int, int], place: int, move_dates: bool
) -> None:
    """The step goes to a phase of the other period or to none, and serves its goal there where that was carried too.
    What hangs on its phase goes by the days of the new one in any case."""
    into = periods[1]
    row = db.one(Step, step_id)
    phase = db.one(Phase, wish.phase_id) if wish.phase_id else None
    if phase is not None and phase.period_id != into.id:
        raise Invalid.at(f"rows.{place}", msg("Choose a phase of the period it is carried into."))
    goal_id = goals.get(row.goal_id or 0, row.goal_id)
    before = db.one(Phase, row.phase_id, with_trash=True) if row.phase_id else None
    repeats.carry(row, phase.id if phase else None, goal_id)
    _edit(row, phase.id if phase else None, goal_id, row.note)
    row.period_id = None if phase else into.id
    if move_dates and row.hangs_on is None:
        both = (before, phase) if before is not None and phase is not None else periods
        _move(row, rules.carried_by(both[0].start, both[1].start))


def _move(row: Step, by: timedelta) -> None:
    """Its days, before whatever else becomes of it."""
    if row.start is not None:
        row.start += by
    if row.due is not None:
        before, row.due = row.due, row.due + by
        told.due_moved(row, before)


def cancel_step(step_id: int, reason: str) -> None:
    """The step is dropped, and says why; it comes no more."""
    steps.move_step(step_id, "drop", clean_line(reason)[: steps.LONGEST_WAIT], stop=True)


def _edit(row: Step, phase_id: int | None, goal_id: int | None, note: str) -> None:
    steps.edit_step(
        row.id, row.version, title=row.title, owner_id=row.owner_id, due=row.due, phase_id=phase_id, goal_id=goal_id,
        note=note,
    )  # fmt: skip
    db.flush()


def goals_on(goal_ids: list[int]) -> set[int]:
    """Those of these goals that go on as another one already."""
    asked = select(Goal.carried_from).where(Goal.carried_from.in_(goal_ids), db.alive(Goal))
    return {row_id for row_id in db.session().scalars(asked) if row_id is not None}

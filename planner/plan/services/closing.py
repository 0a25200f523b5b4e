"""Closing a period: causes for what was missed, and what becomes of what is open, all in one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command
from planner.figures import queries as team_figures
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_text, msg
from planner.plan import rules
from planner.plan.models import Carried, Period, TargetClosing
from planner.plan.news import PeriodClosed, PeriodReopened
from planner.plan.queries import closing
from planner.plan.queries.goals import goals_of
from planner.plan.queries.standing import GoalView, TargetView
from planner.plan.rules import Choice, Health, Wish
from planner.plan.services import carrying, evidence, typed

LONGEST = 1000


@dataclass(frozen=True)
class Answer:
    """Why a target was missed: one of the team's causes, the facts, and what is done in another way from now on."""

    cause_id: int | None = None
    reason: str = ""
    improvement: str = ""


def _faults(missed: list[tuple[GoalView, TargetView, Health]], answers: Mapping[int, Answer]) -> dict[str, Message]:
    causes = {c.id for c in team_figures.causes()}
    faults: dict[str, Message] = {}
    for place, (_goal, target, _health) in enumerate(missed):
        given = answers.get(target.id, Answer())
        if given.cause_id not in causes:
            faults[f"targets.{place}"] = msg("Choose the cause.")
        elif not clean_text(given.improvement).strip():
            faults[f"targets.{place}"] = msg("Say what gets better next time.")
        elif max(len(given.reason), len(given.improvement)) > LONGEST:
            faults[f"targets.{place}"] = msg("Use at most %(n)s characters.", n=LONGEST)
    return faults


def _keep(goals: list[GoalView], answers: Mapping[int, Answer]) -> None:
    ids = [t.id for g in goals for t in g.targets]
    asked = select(TargetClosing).where(TargetClosing.target_id.in_(ids))
    held = {row.target_id: row for row in db.session().scalars(asked)}
    for goal in goals:
        for t in goal.targets:
            health = closing.final(t)
            given = Answer() if health is Health.MET else answers.get(t.id, Answer())
            row = held.get(t.id) or TargetClosing(goal_id=goal.id, target_id=t.id)
            row.value, row.health, row.cause_id = (
                None if t.value is None else rules.kept(t.value),
                health,
                given.cause_id,
            )
            row.reason, row.improvement = clean_text(given.reason).strip(), clean_text(given.improvement).strip()
            db.session().add(row)
    db.flush()


def _note(period: Period, key: tuple[str, int], wish: Wish, into: Period | None, made_id: int | None) -> None:
    kind, object_id = key
    asked = select(Carried).where(Carried.period_id == period.id, Carried.kind == kind, Carried.object_id == object_id)
    row = db.session().scalars(asked).one_or_none() or Carried(period_id=period.id, kind=kind, object_id=object_id)
    carried = wish.choice is Choice.CARRY
    row.choice, row.reason, row.made_id = wish.choice, wish.reason, made_id
    row.into_id = into.id if into and carried else None
    db.session().add(row)


def _sort_out(
    row: Period, goals: list[GoalView], wishes: dict[tuple[str, int], Wish], into: Period | None, move_dates: bool
) -> None:
    by_id, made = {g.id: g for g in goals}, dict[int, int]()
    for place, (key, wish) in enumerate(wishes.items()):
        kind, object_id = key
        if wish.choice is Choice.CARRY and into is not None:
            if kind == "goal":
                made[object_id] = carrying.carry_goal(by_id[object_id], row, into)
            else:
                carrying.carry_step(object_id, wish, (row, into), made, place, move_dates)
        elif wish.choice is Choice.CANCEL and kind == "step":
            carrying.cancel_step(object_id, wish.reason)
        _note(row, key, wish, into, made.get(object_id) if kind == "goal" else None)


@command(P.PLAN_EDIT)
def close_period(
    period_id: int,
    version: int,
    answers: Mapping[int, Answer],
    wishes: Mapping[tuple[str, int], Wish],
    into_id: int | None = None,
    lessons: str = "",
    move_dates: bool = False,
) -> None:
    """Close a period: every target keeps its last word, every missed one its cause and what gets better, and each row
    that is open is carried into another period, left, or cancelled. With `move_dates` the days of carried steps move by
    as many as their phase does. One act, so one undo takes all of it back."""
    row = db.edit(Period, period_id, version)
    state = rules.PERIODS.take("close", row.state)
    into = typed.open_period(into_id) if into_id else None
    if into is not None and into.id == row.id:
        raise Invalid.at("into_id", msg("Choose another period than the one that is closed."))
    goals = goals_of(row)
    faults = _faults(closing.missed_in(goals), answers)
    keys = [part.key for part in closing.open_parts(goals, period_id)]
    try:
        sorted_out = rules.sort_out(keys, wishes, into.id if into else None)
    except Invalid as fault:
        raise Invalid({**faults, **fault.fields}) from None
    if faults:
        raise Invalid(faults)
    _keep(goals, answers)
    _sort_out(row, goals, sorted_out, into, move_dates)
    row.state, row.closed_at, row.closed_by = state, clock.now(), actor.current().user_id
    row.lessons = clean_text(lessons)[: typed.LONGEST_NOTE].strip()
    db.flush()
    tell(PeriodClosed(period_id=period_id))


@command(P.PLAN_EDIT)
def reopen_period(period_id: int) -> None:
    """A closed period can be changed again, and its targets catch up with the figures of the meantime. The causes that
    were given stand in the form when it is closed next; what was carried over stays where it went."""
    row = db.one(Period, period_id)
    row.state = rules.PERIODS.take("reopen", row.state)
    row.closed_at = row.closed_by = None
    db.flush()
    evidence.reckon_period(row)
    tell(PeriodReopened(period_id=period_id))

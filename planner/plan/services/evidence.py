"""Evidence: what the figures of sessions say about targets; reckoned, never typed, so it follows what changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command
from planner.figures import rules as figures
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.spans import business_day
from planner.kernel.text import msg
from planner.live import queries as live
from planner.plan import ports
from planner.plan.models import Evidence, Goal, Period, Target
from planner.plan.news import GoalMoved
from planner.plan.queries import proofs
from planner.plan.rules import PeriodState


@command(P.FIGURES_EDIT)
def record_evidence(session_id: int, base: Mapping[str, Decimal], streams: int) -> None:
    """Write what a session's figures say about every target whose open period holds its day; replaces what was there.

    What was closed stays as it was closed; a period that is opened again catches up.
    """
    b, who = live.brief(session_id), actor.current()
    day = business_day(b.planned_start, who.timezone, who.day_start)
    targets = (
        db.session()
        .execute(
            select(Target, Goal.id)
            .join(Goal, Goal.id == Target.goal_id)
            .join(Period, Period.id == Goal.period_id)
            .where(Period.start <= day, Period.end >= day, Period.state == PeriodState.OPEN)
            .where(db.alive(Goal), db.alive(Period), Target.metric.not_in(figures.WATCHED))
        )
        .all()
    )
    ids = [t.id for t, _goal in targets]
    old = {
        e.target_id: e
        for e in db.session().scalars(select(Evidence).where(Evidence.session_id == session_id))
        if e.target_id in ids
    }
    found = ports.SessionFigures(session_id, day, base, streams)
    for target, goal_id in targets:
        if _prove(target, old.get(target.id), found):
            tell(GoalMoved(goal_id=goal_id, session_id=session_id))


def _counting_lists() -> list[Any]:
    """The targets of open periods that count how shows were carried out, with their goals and periods."""
    asked = (
        select(Target, Goal.id, Period.start, Period.end)
        .join(Goal, Goal.id == Target.goal_id)
        .join(Period, Period.id == Goal.period_id)
        .where(Target.metric.in_(figures.WATCHED), Period.state == PeriodState.OPEN, db.alive(Goal), db.alive(Period))
    )
    return list(db.session().execute(asked))


@command(P.FIGURES_EDIT)
def follow_carried_out(first: date, last: date) -> int:
    """Write what is counted of the shows of these days (执行指标, like the SOP pass rate) about the targets of open
    periods that ask for it; it changes with every tick. Answers how many moved."""
    wanted = [row for row in _counting_lists() if row[2] <= last and row[3] >= first]
    shows = proofs.shows_between(first, last) if wanted else []
    old = {(e.target_id, e.session_id): e for e in _evidence_of([row[0] for row in wanted])} if shows else {}
    moved = 0
    for target, goal_id, start, end in wanted:
        for show in shows:
            if start <= show.day <= end and _prove(target, old.get((target.id, show.session_id)), show):
                tell(GoalMoved(goal_id=goal_id, session_id=show.session_id))
                moved += 1
    return moved


def _prove(target: Target, held: Evidence | None, of: ports.SessionFigures) -> bool:
    """Let the evidence of a target say what a session's figures say; answers whether something moved."""
    parts = proofs.parts(target.metric, of.base)
    if parts is None:
        if held is not None:
            db.session().delete(held)
        return False
    value, top, bottom = parts
    if held is None:
        held = Evidence(target_id=target.id, session_id=of.session_id, day=of.day, numerator=top, denominator=bottom)
        db.session().add(held)
    elif (held.day, held.value, held.numerator, held.denominator) == (of.day, value, top, bottom):
        return False
    held.day, held.value, held.numerator, held.denominator = of.day, value, top, bottom
    held.basis = figures.bound_of(target.metric, of.streams)
    return True


def reckon(targets: list[Target], start: date, end: date) -> None:
    """Write the evidence of targets anew from all figures of these days; what people report needs none."""
    targets = [t for t in targets if t.own_id is None]
    if not targets:
        return
    shows = proofs.shows_between(start, end)
    old = {(e.target_id, e.session_id): e for e in _evidence_of(targets)}
    known = {show.session_id for show in shows}
    for (_target, session_id), held in old.items():
        if session_id not in known:
            db.session().delete(held)
    for target in targets:
        for show in shows:
            _prove(target, old.get((target.id, show.session_id)), show)
    db.flush()


@command(P.FIGURES_EDIT)
def reckon_interactions() -> None:
    """The team counts interactions in another way: the evidence of every target that counts them is written anew."""
    counting = [key for key, metric in figures.METRICS.items() if metric.of_interactions]
    asked = (
        select(Target, Period)
        .join(Goal, Goal.id == Target.goal_id)
        .join(Period, Period.id == Goal.period_id)
        .where(Target.metric.in_(counting), Period.state == PeriodState.OPEN, db.alive(Goal), db.alive(Period))
    )
    for target, period in db.session().execute(asked).all():
        reckon([target], period.start, period.end)


def reckon_period(period: Period) -> None:
    """The days of a period are others: other shows count."""
    targets = select(Target).join(Goal, Goal.id == Target.goal_id).where(Goal.period_id == period.id)
    reckon(list(db.session().scalars(targets)), period.start, period.end)


def reckon_targets(row: Goal) -> None:
    """All targets of a goal, by the days of its period."""
    period = db.one(Period, row.period_id, with_trash=True)
    targets = select(Target).where(Target.goal_id == row.id)
    reckon(list(db.session().scalars(targets)), period.start, period.end)


def forget(target: Target) -> None:
    """A target that goes leaves no evidence."""
    for held in _evidence_of([target]):
        db.session().delete(held)
    db.flush()


def _evidence_of(targets: list[Target]) -> list[Evidence]:
    return list(db.session().scalars(select(Evidence).where(Evidence.target_id.in_([t.id for t in targets]))))


def check_period(row: Any) -> None:
    """A goal or a phase comes back to a period that is there."""
    if db.one(Period, row.period_id, with_trash=True).trashed_at is not None:
        raise Refused(msg("Its period lies in the trash itself: bring that back first."))


def reckon_goal(row: Goal) -> None:
    """Registered with the trash: a goal that comes back knows the shows of the meantime."""
    check_period(row)
    reckon_targets(row)


def forget_evidence(row: Target, act: str) -> None:
    """Registered with undo: a target that was set by mistake goes with what figures have said about it since."""
    if act == "insert":
        forget(row)


def after_targets_undo(goal_id: int) -> None:
    """Registered with undo: targets that stand again, or as before, are reckoned by the figures of today."""
    reckon_targets(db.one(Goal, goal_id, with_trash=True))


def after_goal_undo(row: Goal, fields: frozenset[str]) -> None:
    """Registered with undo: a goal that is back, or in its old period, knows the shows of the meantime."""
    if row.trashed_at is None and fields & {"trashed_at", "period_id"}:
        reckon_goal(row)


def after_period_undo(row: Period, fields: frozenset[str]) -> None:
    """Registered with undo: the old days count the old shows; a period that is open again catches up."""
    if fields & {"start", "end"} or ("state" in fields and row.state is PeriodState.OPEN):
        reckon_period(row)

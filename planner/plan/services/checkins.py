"""Check-ins (进展): what people report of a goal, and who has read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from planner.base import actor, audit, db, show
from planner.base.claim import claim
from planner.base.news import tell
from planner.base.scope import unscoped
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_text, msg
from planner.plan.models import CheckIn, Goal, OwnValue, Period, Target
from planner.plan.news import GoalReported
from planner.plan.queries.checkins import may_acknowledge, may_remove
from planner.plan.queries.goals import one_goal
from planner.plan.rules import SAYABLE, Health, Proof
from planner.plan.rules import kept as kept_number
from planner.plan.services import typed
from planner.plan.services.goals import open_goal

LARGEST = Decimal(10**12)


def _day(day: date | None, period: Period) -> date:
    today = show.today()
    if period.start > today:
        raise Refused(msg("The period has not begun: there is nothing to report yet."))
    found = day or min(max(today, period.start), period.end)
    if not period.start <= found <= period.end:
        raise Invalid.at("day", msg("The day lies outside of the goal's period."))
    if day is not None and found > today:
        raise Invalid.at("day", msg("The day has not come yet."))
    return found


def _check_said(goal: Goal, health: Health | None) -> None:
    who = actor.current()
    if health is None:
        return
    if health not in SAYABLE:
        raise Invalid.at("health", msg("Choose a word."))
    if goal.owner_id != who.user_id and not who.may(P.PLAN_EDIT):
        raise Forbidden(msg("How a goal stands is said by its owner or a lead."))


@command(P.STEP_DO)
def check_in(
    goal_id: int,
    note: str,
    health: Health | None = None,
    values: Mapping[int, Decimal] | None = None,
    day: date | None = None,
) -> int:
    """Report of a goal: words, figures of the team's own by their id, and a word of health against the computed one,
    which asks for a reason. Answers the check-in."""
    goal = open_goal(goal_id)
    period = db.one(Period, goal.period_id)
    kept, said = clean_text(note)[: typed.LONGEST_NOTE].strip(), dict(values or {})
    counted = set(db.session().scalars(select(Target.own_id).where(Target.goal_id == goal_id)))
    for own_id, value in said.items():
        if own_id not in counted or abs(value) > LARGEST:
            raise Invalid.at(f"own_{own_id}", msg("Type a number."))
    if not kept and not said:
        raise Invalid.at("note", msg("Say what moved, or type a figure."))
    _check_said(goal, health)
    on = _day(day, period)
    told = {own_id: Proof(db.LARGEST_ID, on, value, value, Decimal(1)) for own_id, value in said.items()}
    computed = one_goal(goal_id, told)[0].computed
    if health not in (None, computed) and not kept:
        raise Invalid.at("note", msg("Say why you see it in another way."))
    row = db.add(CheckIn(goal_id=goal_id, day=on, note=kept, health=health, computed=computed))
    db.add_all(
        OwnValue(goal_id=goal_id, check_in_id=row.id, own_id=own_id, day=on, value=kept_number(value))
        for own_id, value in said.items()
    )
    tell(GoalReported(goal_id=goal_id))
    return row.id


@command(P.STEP_DO)
def acknowledge(check_in_id: int) -> int:
    """Say that one has read a check-in of somebody else: a lead, a manager, or the goal's owner. Answers the goal."""
    row = db.one(CheckIn, check_in_id)
    goal = open_goal(row.goal_id)
    if not may_acknowledge(row, goal.owner_id):
        raise Forbidden(msg("A lead or the goal's owner reads what others report."))
    claim(CheckIn, row.id, when={"seen_at": None}, set={"seen_at": clock.now(), "seen_by": actor.current().user_id})
    return goal.id


@command(P.STEP_DO)
def remove_check_in(check_in_id: int) -> int:
    """A check-in that was a mistake goes, with its figures: one's own, or anybody's for a lead. Answers the goal."""
    row = db.one(CheckIn, check_in_id)
    goal = open_goal(row.goal_id)
    if not may_remove(row):
        raise Forbidden(msg("Only whoever wrote it, or a lead, can remove it."))
    for value in list(db.session().scalars(select(OwnValue).where(OwnValue.check_in_id == row.id))):
        db.remove(value)
    db.remove(row)
    return goal.id


@command(P.SELF)
def forget_person(user_id: int, name: str) -> None:
    """Registered with people: what somebody who erases their data wrote of goals goes, in all teams; figures stay."""
    with unscoped("erase personal data"):
        rows = list(db.session().scalars(select(CheckIn).where(CheckIn.created_by == user_id)))
        for row in rows:
            row.note = ""
        db.flush()
        audit.erase_values("check_in", [row.id for row in rows])

"""Steps whose day hangs on a show or on their phase: so many days before or after, and moved along with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from planner.base import actor, db, show
from planner.kernel.errors import Invalid
from planner.kernel.spans import business_day
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.ports import FollowerLine, SessionChange
from planner.plan import rules
from planner.plan.models import Phase, Step
from planner.plan.rules import UNFINISHED, Hang, HangsOn
from planner.plan.services import told


def _day_of(hang: Hang, phase: Phase | None) -> date:
    """The day it hangs on: the business day of the show, or an end of the phase."""
    if hang.on is HangsOn.SESSION:
        found = live.briefs([hang.session_id or 0]).get(hang.session_id or 0)
        if found is None:
            raise Invalid.at("hangs_session_id", msg("Choose the session."))
        who = actor.current()
        return business_day(found.planned_start, who.timezone, who.day_start)
    if phase is None:
        raise Invalid.at("phase_id", msg("Choose the phase it hangs on."))
    return phase.start if hang.on is HangsOn.PHASE_START else phase.end


def hang_up(row: Step, hang: Hang | None) -> None:
    """Hang a step there, or let it keep its own day."""
    if hang is None:
        row.hangs_on, row.hangs_session_id, row.offset_days = None, None, 0
        return
    if abs(hang.days) > rules.FURTHEST_OFFSET:
        raise Invalid.at("offset_days", msg("At most a year, earlier or later."))
    phase = db.one(Phase, row.phase_id) if row.phase_id is not None else None
    row.due = rules.day_at(_day_of(hang, phase), hang.days)
    row.hangs_on, row.offset_days = hang.on, hang.days
    row.hangs_session_id = hang.session_id if hang.on is HangsOn.SESSION else None


def _moved(row: Step, due: date) -> None:
    before, row.due = row.due, due
    if row.start is not None and due < row.start:
        row.start = due
    told.due_moved(row, before)


def phase_changed(row: Step) -> None:
    """A step that hangs on its phase goes by the days of another one; in none it keeps the day it has."""
    if row.hangs_on is None or row.hangs_on is HangsOn.SESSION:
        return
    if row.phase_id is None:
        hang_up(row, None)
    else:
        hang_up(row, Hang(row.hangs_on, row.offset_days))


def phase_moved(phase: Phase) -> None:
    """The unfinished steps that hang on a phase go along with its days."""
    asked = select(Step).where(Step.phase_id == phase.id, Step.state.in_(UNFINISHED))
    for row in db.session().scalars(asked.where(Step.hangs_on.in_([HangsOn.PHASE_START, HangsOn.PHASE_END]))):
        day = phase.start if row.hangs_on is HangsOn.PHASE_START else phase.end
        _moved(row, rules.day_at(day, row.offset_days))


def _of_session(session_id: int) -> Iterable[Step]:
    asked = select(Step).where(Step.hangs_session_id == session_id, Step.state.in_(UNFINISHED))
    return db.session().scalars(asked.order_by(Step.due, Step.id))


class StepFollower:
    """Unfinished steps move with the show they hang on; of a show that is called off they keep their days."""

    def _due(self, row: Step, change: SessionChange) -> date:
        who = actor.current()
        day = business_day(change.start_after, who.timezone, who.day_start)
        return rules.day_at(day, row.offset_days)

    def preview(self, change: SessionChange) -> list[FollowerLine]:
        """What would happen to each step."""
        if "move" not in change.kinds:
            return []
        found = [(row, self._due(row, change)) for row in _of_session(change.session_id)]
        moved = [(row, due) for row, due in found if due != row.due]
        return [FollowerLine("moves", f"{row.title} · {show.near(row.due)} → {show.near(due)}") for row, due in moved]

    def apply(self, change: SessionChange) -> None:
        """Make it happen."""
        if "move" in change.kinds:
            for row in _of_session(change.session_id):
                _moved(row, self._due(row, change))


FOLLOWER = StepFollower()

"""How one wants to be told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.notifications import rules
from planner.notifications.models import NoticeHabits
from planner.notifications.rules import Habits


def _check(wanted: Habits) -> None:
    faults: dict[str, Message] = {}
    minutes = {"quiet_from": wanted.quiet_from, "quiet_to": wanted.quiet_to, "daily_at": wanted.daily_at}
    for name, value in minutes.items():
        if value is not None and not 0 <= value < rules.DAY_MINUTES:
            faults[name] = msg("Choose a time of the day.")
    if not set(wanted.before_due) <= set(rules.DAYS_BEFORE):
        faults["before_due"] = msg("Choose one of these.")
    if not set(wanted.before_shift) <= set(rules.MINUTES_BEFORE):
        faults["before_shift"] = msg("Choose one of these.")
    if not faults and wanted.summary_at is not None and rules.is_quiet(wanted.summary_at, wanted):
        faults["daily_at"] = msg("This lies in your quiet hours: choose another hour, or other quiet hours.")
    if faults:
        raise Invalid(faults)


@command(P.INBOX)
def set_habits(wanted: Habits) -> None:
    """From now on I am told like this, in this team."""
    me = actor.current().user_id or 0
    lock("notice habits", me)
    _check(wanted)
    given: dict[str, Any] = {
        "modes": {str(sort): str(mode) for sort, mode in wanted.modes.items()},
        "mentions_only": wanted.mentions_only,
        "daily_at": wanted.daily_at,
        "quiet_from": wanted.quiet_from,
        "quiet_to": wanted.quiet_to,
        "before_due": sorted(set(wanted.before_due), reverse=True),
        "before_shift": sorted(set(wanted.before_shift), reverse=True),
        "aloud": wanted.aloud,
    }
    row = db.session().scalars(select(NoticeHabits).where(NoticeHabits.user_id == me)).one_or_none()
    if row is None:
        db.add(NoticeHabits(user_id=me, **given))
        return
    for name, value in given.items():
        setattr(row, name, value)

"""How people want to be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from planner.base import actor, db, mail
from planner.base.i18n import told
from planner.base.tables import Job
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.telling import SORTS
from planner.notifications.models import Notice, NoticeHabits
from planner.notifications.rules import Habits, Mode
from planner.notifications.words import clock_at

COLUMNS = (
    NoticeHabits.user_id,
    NoticeHabits.modes,
    NoticeHabits.mentions_only,
    NoticeHabits.daily_at,
    NoticeHabits.quiet_from,
    NoticeHabits.quiet_to,
    NoticeHabits.before_due,
    NoticeHabits.before_shift,
    NoticeHabits.aloud,
)


def _habits(modes: dict[str, Any], *rest: Any) -> Habits:
    only, daily_at, quiet_from, quiet_to, before_due, before_shift, aloud = rest
    known = {SORTS[name]: Mode(mode) for name, mode in modes.items() if name in SORTS}
    return Habits(known, only, daily_at, quiet_from, quiet_to, tuple(before_due), tuple(before_shift), aloud)


@query(P.SESSION_VIEW)
def habits_of(ids: Iterable[int]) -> dict[int, Habits]:
    """How these people want to be told; the usual way where they never said."""
    wanted = list(ids)
    asked = select(*COLUMNS).where(NoticeHabits.user_id.in_(wanted))
    rows: Any = db.session().execute(asked) if wanted else ()
    said = {user_id: _habits(*rest) for user_id, *rest in rows}
    return {user_id: said.get(user_id, Habits()) for user_id in wanted}


@query(P.SESSION_VIEW)
def my_habits() -> Habits:
    """How I want to be told."""
    me = actor.current().user_id or 0
    return habits_of([me])[me]


@query(P.SESSION_VIEW)
def my_lost_letter() -> str | None:
    """Why my last letter did not arrive; None where it did, or is on its way."""
    mine = (Notice.user_id == actor.current().user_id, Notice.job_id.is_not(None))
    asked = select(Job.state, Job.message, Job.error).join(Notice, Notice.job_id == Job.id).where(*mine)
    row = db.session().execute(asked.order_by(Job.id.desc()).limit(1)).first()
    if row is None or row.state != "failed":
        return None
    return told(row.message) if row.message else row.error or ""


@query(P.SELF)
def on_me(user_id: int) -> dict[str, Any] | None:
    """On one's own page: the way to how one wants to be told."""
    if not actor.current().may(P.INBOX):
        return None
    held = my_habits()
    quiet = (clock_at(held.quiet_from), clock_at(held.quiet_to)) if held.quiet_from != held.quiet_to else None
    daily = None if held.daily_at is None else clock_at(held.daily_at)
    return {"habits": held, "quiet": quiet, "daily": daily, "mail_on": mail.is_on()}

"""Days on which somebody can't be planned: marked by themselves, or by a lead for them."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from planner.base import actor, db, show
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.people import queries
from planner.people.models import Away
from planner.people.news import DaysAwayMarked, DaysAwayWithdrawn

LONGEST = timedelta(days=365)


def _may_say(user_id: int) -> None:
    who = actor.current()
    if user_id != who.user_id and not who.may(P.PEOPLE_MANAGE):
        raise Forbidden(msg("Only a team lead can say this for somebody else."))


@command(P.SESSION_RUN)
def mark_away(user_id: int, first: date, last: date | None = None, reason: str = "") -> int:
    """Somebody can't be planned from one day to another. Shifts they hold already stay, and are told."""
    _may_say(user_id)
    queries.person(user_id)
    until = last or first
    if until < first:
        raise Invalid.at("last", msg("The last day is not before the first."))
    if until < show.today():
        raise Invalid.at("last" if last else "first", msg("These days are over."))
    if until - first > LONGEST:
        raise Invalid.at("last", msg("Mark at most a year at once."))
    lock("away", user_id)
    same = select(Away.id).where(Away.user_id == user_id, Away.first <= until, Away.last >= first)
    if db.session().scalar(same.limit(1)) is not None:
        raise Invalid.at("first", msg("Some of these days are marked already."))
    made = db.add(Away(user_id=user_id, first=first, last=until, reason=clean_line(reason)[:100]))
    tell(DaysAwayMarked(user_id=user_id, first=first.isoformat(), last=until.isoformat()))
    return made.id


@command(P.SESSION_RUN)
def withdraw_away(away_id: int) -> int:
    """Somebody can be planned on these days after all; answers who."""
    row = db.one(Away, away_id)
    _may_say(row.user_id)
    user_id = row.user_id
    tell(DaysAwayWithdrawn(user_id=user_id, first=row.first.isoformat(), last=row.last.isoformat()))
    db.remove(row)
    return user_id

"""What is kept about a person here, for taking along."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.notifications.models import LetterTurn, Notice, NoticeHabits
from planner.people.models import Team


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: what one was told and when one read it, how one wants to be told, when a letter last left."""
    team = Team.name.label("team")
    told = select(team, Notice.sort, Notice.about_kind, Notice.about_id, Notice.created_at, Notice.seen_at)
    told = told.join(Notice, Notice.team_id == Team.id).where(Notice.user_id == user_id)
    wants = (
        select(
            team, NoticeHabits.modes, NoticeHabits.mentions_only, NoticeHabits.daily_at, NoticeHabits.quiet_from,
            NoticeHabits.quiet_to, NoticeHabits.before_due, NoticeHabits.before_shift, NoticeHabits.aloud,
        )
        .join(NoticeHabits, NoticeHabits.team_id == Team.id)
        .where(NoticeHabits.user_id == user_id)
    )  # fmt: skip
    return {
        "notices": db.dicts(told.order_by(Notice.id)),
        "notice_habits": db.dicts(wants.order_by(NoticeHabits.id)),
        "last_letter": db.dicts(select(LetterTurn.last_at).where(LetterTurn.user_id == user_id)),
    }

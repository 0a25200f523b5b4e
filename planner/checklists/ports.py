"""What checklists answer to people: items that somebody leaves behind, and all that is under their name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, or_, select

from planner.base import db
from planner.base.i18n import gettext as _
from planner.base.reminders import Due
from planner.base.telling import Sort
from planner.base.verbs import query
from planner.checklists.models import ChecklistItem, SopProposal, Tick
from planner.checklists.queries import not_missed
from planner.checklists.rules import ItemState, Stage
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live.models import LiveSession
from planner.live.rules import BEFORE_AIR, OPEN_STATES, State
from planner.people.models import Team
from planner.people.ports import Left, Leftover

SHOWN = 5


@query(P.CHECKLIST_VIEW)
def leaving(user_id: int) -> list[Leftover]:
    """The port's answer: open items of sessions that are not over."""
    after = (LiveSession.state == State.ENDED) & (ChecklistItem.stage == Stage.AFTER)
    asked = (
        select(
            LiveSession.id,
            LiveSession.theme,
            ChecklistItem.id,
            ChecklistItem.title,
            ChecklistItem.title_en,
            ChecklistItem.due,
        )
        .select_from(ChecklistItem)
        .join(LiveSession, LiveSession.id == ChecklistItem.session_id)
        .where(
            ChecklistItem.user_id == user_id,
            ChecklistItem.state == ItemState.OPEN,
            not_missed(ChecklistItem, clock.now()),
            or_(LiveSession.state.in_(list(OPEN_STATES)), after),
            db.alive(LiveSession),
        )
    )
    count = db.session().scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = db.session().execute(asked.order_by(ChecklistItem.due, ChecklistItem.id).limit(SHOWN))
    first: list[Left] = []
    for made, theme, row_id, title, english, due in rows:
        whole = url_for("checklists.run", session_id=made, show="all")
        first.append(Left(f"{title_of(title, english)} · {theme}", due, f"{whole}#tick-{row_id}"))
    return [Leftover(_("Open checklist items"), count, first)]


@query(P.CHECKLIST_VIEW)
def due_between(start: datetime, end: datetime) -> list[Due]:
    """The port's answer to reminders: open items by person, show and due time; what has been missed is over.

    Work on air is told on air, by the page of the show; a person's items of one moment are one thing to do.
    """
    before = LiveSession.state.in_(list(BEFORE_AIR)) & (ChecklistItem.stage.not_in([Stage.AIR, Stage.AFTER]))
    after = (LiveSession.state == State.ENDED) & (ChecklistItem.stage == Stage.AFTER)
    moment = (ChecklistItem.user_id, ChecklistItem.session_id, ChecklistItem.due)
    asked = (
        select(*moment, LiveSession.theme, func.count(ChecklistItem.id))
        .join(LiveSession, LiveSession.id == ChecklistItem.session_id)
        .where(
            ChecklistItem.user_id.is_not(None),
            ChecklistItem.state == ItemState.OPEN,
            ChecklistItem.due >= start,
            ChecklistItem.due < end,
            not_missed(ChecklistItem, clock.now()),
            before | after,
            db.alive(LiveSession),
        )
        .group_by(*moment, LiveSession.theme)
        .order_by(ChecklistItem.due)
    )
    rows: Any = db.session().execute(asked)
    return [
        Due(user_id, "session", session_id, theme, due, None, Sort.DUE, count)
        for user_id, session_id, due, theme, count in rows
    ]


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: items, ticks by and for oneself, and proposals made or decided."""
    session = (Team.name.label("team"), LiveSession.theme.label("session"), LiveSession.planned_start)
    item = (ChecklistItem.title.label("item"),)
    items = (
        select(*session, *item, ChecklistItem.due, ChecklistItem.state)
        .join(LiveSession, LiveSession.team_id == Team.id)
        .join(ChecklistItem, ChecklistItem.session_id == LiveSession.id)
    )
    mine, on_behalf = (Tick.user_id == user_id).label("by_me"), (Tick.for_user_id == user_id).label("for_me")
    ticks = (
        select(*session, *item, Tick.act, Tick.tapped_at, Tick.note, mine, on_behalf)
        .join(LiveSession, LiveSession.team_id == Team.id)
        .join(ChecklistItem, ChecklistItem.session_id == LiveSession.id)
        .join(Tick, Tick.item_id == ChecklistItem.id)
    )
    proposals = select(
        Team.name.label("team"),
        SopProposal.text,
        SopProposal.reason,
        SopProposal.state,
        SopProposal.created_at,
        SopProposal.decided_at,
    ).join(SopProposal, SopProposal.team_id == Team.id)
    of_me = or_(SopProposal.created_by == user_id, SopProposal.decided_by == user_id)
    return {
        "checklist_items": db.dicts(items.where(ChecklistItem.user_id == user_id).order_by(ChecklistItem.id)),
        "ticks": db.dicts(ticks.where(or_(Tick.user_id == user_id, Tick.for_user_id == user_id)).order_by(Tick.id)),
        "sop_proposals": db.dicts(proposals.where(of_me).order_by(SopProposal.id)),
    }

"""What of live is somebody's: the shifts they leave behind, and all that is under their name."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import func, select

from planner.base import db
from planner.base.i18n import gettext as _
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live.models import (
    Handover,
    HandoverEnd,
    LiveSession,
    LogEntry,
    LogNote,
    LogPhoto,
    LogTime,
    Reading,
    Shift,
    Slip,
)
from planner.live.rules import OPEN_STATES
from planner.people.models import Position, Team
from planner.people.ports import Left, Leftover
from planner.people.words import position_word

SHOWN = 5


@query(P.SESSION_VIEW)
def leaving(user_id: int) -> list[Leftover]:
    """The port's answer: shifts that are not over, of sessions that are not over."""
    asked = (
        select(LiveSession.id, LiveSession.theme, Position.key, Position.name, Shift.start)
        .select_from(Shift)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .join(Position, Position.id == Shift.position_id)
        .where(
            Shift.user_id == user_id,
            Shift.end > clock.now(),
            LiveSession.state.in_(list(OPEN_STATES)),
            db.alive(LiveSession),
        )
        .execution_options(with_trash=True)
    )
    count = db.session().scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = db.session().execute(asked.order_by(Shift.start, Shift.id).limit(SHOWN))
    first = [
        Left(f"{theme} · {position_word(key, name)}", start, url_for("live.session", session_id=row_id))
        for row_id, theme, key, name, start in rows
    ]
    return [Leftover(_("Shifts to come"), count, first)]


def _of_session(*columns: Any) -> Any:
    named = (Team.name.label("team"), LiveSession.theme.label("session"), LiveSession.planned_start)
    return select(*named, *columns).join(LiveSession, LiveSession.team_id == Team.id)


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: shifts, what was noted on air, goes, and the sessions one planned."""
    shifts = _of_session(Position.key.label("position"), Shift.start, Shift.end, Shift.override_reason)
    shifts = shifts.join(Shift, Shift.session_id == LiveSession.id).join(Position, Position.id == Shift.position_id)
    entries = _of_session(LogEntry.kind, LogEntry.at).join(LogEntry, LogEntry.session_id == LiveSession.id)
    notes = _of_session(LogEntry.kind, LogNote.created_at.label("written_at"), LogNote.text, LogNote.withdrawn)
    notes = notes.join(LogEntry, LogEntry.session_id == LiveSession.id).join(LogNote, LogNote.entry_id == LogEntry.id)
    read = _of_session(Reading.at, Reading.online, Reading.gmv, Reading.orders, Reading.viewers, Reading.ad_spend)
    read = read.add_columns(Reading.withdrawn).join(Reading, Reading.session_id == LiveSession.id)
    times = _of_session(LogEntry.kind, LogTime.created_at.label("written_at"), LogTime.moment, LogTime.at)
    times = times.join(LogEntry, LogEntry.session_id == LiveSession.id).join(LogTime, LogTime.entry_id == LogEntry.id)
    slips = _of_session(Slip.created_at.label("written_at"), Slip.said, Slip.put_right, Slip.at, Slip.heard_by)
    slips = slips.join(LogEntry, LogEntry.session_id == LiveSession.id).join(Slip, Slip.entry_id == LogEntry.id)
    told = (Handover.figures, Handover.stock, Handover.promises, Handover.next_item)
    given = _of_session(Handover.at, *told).join(Handover, Handover.session_id == LiveSession.id)
    taken = _of_session(HandoverEnd.at, HandoverEnd.act).join(Handover, Handover.session_id == LiveSession.id)
    taken = taken.join(HandoverEnd, HandoverEnd.handover_id == Handover.id)
    shots = _of_session(LogEntry.kind, LogPhoto.created_at.label("brought_at"), LogPhoto.trashed_at)
    shots = shots.join(LogEntry, LogEntry.session_id == LiveSession.id).join(LogPhoto, LogPhoto.entry_id == LogEntry.id)
    goes = _of_session(LiveSession.go_at, LiveSession.go_note)
    return {
        "shifts": db.dicts(shifts.where(Shift.user_id == user_id).order_by(Shift.start, Shift.id)),
        "log_entries": db.dicts(entries.where(LogEntry.user_id == user_id).order_by(LogEntry.at, LogEntry.id)),
        "log_notes": db.dicts(notes.where(LogNote.created_by == user_id).order_by(LogNote.id)),
        "log_photos": db.dicts(shots.where(LogPhoto.created_by == user_id).order_by(LogPhoto.id)),
        "readings": db.dicts(read.where(Reading.created_by == user_id).order_by(Reading.id)),
        "log_times": db.dicts(times.where(LogTime.created_by == user_id).order_by(LogTime.id)),
        "slips_put_right": db.dicts(slips.where(Slip.created_by == user_id).order_by(Slip.id)),
        "handovers": db.dicts(given.where(Handover.user_id == user_id).order_by(Handover.id)),
        "handovers_signed": db.dicts(taken.where(HandoverEnd.user_id == user_id).order_by(HandoverEnd.id)),
        "goes": db.dicts(goes.where(LiveSession.go_by == user_id).order_by(LiveSession.go_at)),
        "sessions_planned": db.dicts(_of_session().where(LiveSession.created_by == user_id).order_by(LiveSession.id)),
    }

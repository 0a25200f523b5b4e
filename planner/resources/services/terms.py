"""The row of an envelope beside its request: written with the draft, copied with a duplicate."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from planner.base import db, show
from planner.resources.models import Envelope
from planner.resources.rules.envelopes import DAYS_AT_FIRST, Drawers, Scope, Terms


def envelope_of(request_id: int) -> Envelope | None:
    """The envelope of a request."""
    return db.session().scalar(select(Envelope).where(Envelope.request_id == request_id))


def write(request_id: int, terms: Terms) -> Envelope:
    """What it allows, new or instead of what stood there."""
    row = envelope_of(request_id) or Envelope(request_id=request_id)
    row.scope, row.session_cap, row.floor, row.seconds = terms.scope, terms.session_cap, terms.floor, terms.seconds
    days = terms.scope is Scope.DAYS
    row.first, row.last = (terms.first, terms.last) if days else (None, None)
    row.channels = sorted(terms.channels) if days else []
    row.sessions = [] if days else sorted(terms.sessions)
    row.drawing_users, row.drawing_positions = sorted(terms.drawers.users), sorted(terms.drawers.positions)
    row.drawing_roles, row.duty = sorted(str(role) for role in terms.drawers.roles), list(terms.duty)
    if row.id is None:
        return db.add(row)
    db.flush()
    return row


def copy(old_id: int, new_id: int, total: int) -> None:
    """The same terms for the days that follow; chosen sessions are chosen anew."""
    row = envelope_of(old_id)
    if row is None:
        return
    held = row.terms(total)
    first, last = held.first, held.last
    if first is not None and last is not None:
        step = timedelta(days=(last - first).days + 1)
        first, last = first + step, last + step
    drawers = Drawers(held.drawers.users, held.drawers.roles, held.drawers.positions)
    write(
        new_id,
        Terms(
            held.scope, total, held.session_cap, drawers, first, last, held.channels, (), held.floor, held.seconds,
            held.duty,
        ),
    )  # fmt: skip


def begin(request_id: int, total: int) -> None:
    """The usual terms of a draft that has just become an envelope; its own where it has some already."""
    if envelope_of(request_id) is None:
        first = show.today()
        days = (first, first + timedelta(days=DAYS_AT_FIRST - 1))
        write(request_id, Terms(Scope.DAYS, total, max(total, 1), Drawers(), *days))

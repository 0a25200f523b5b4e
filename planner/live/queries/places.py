"""Channels and studios."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import (
    Channel,
    Studio,
)


@query(P.SESSION_VIEW)
def channels() -> list[Channel]:
    """The team's channels by name."""
    return list(db.session().scalars(select(Channel).order_by(Channel.name)))


@query(P.SESSION_VIEW)
def studios() -> list[Studio]:
    """The team's studios by name."""
    return list(db.session().scalars(select(Studio).order_by(Studio.name)))


@query(P.SESSION_VIEW)
def channel(channel_id: int) -> Channel:
    """One channel."""
    return db.one(Channel, channel_id)


@query(P.SESSION_VIEW)
def studio(studio_id: int) -> Studio:
    """One studio."""
    return db.one(Studio, studio_id)

"""Channels and studios."""

from __future__ import annotations

from typing import Any

from sqlalchemy import literal, select, union_all

from planner.base import db
from planner.base.ready import ready
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


@ready
def _names() -> Any:
    """Names of channels and of studios, those of channels marked."""
    channels_of = select(literal(True).label("is_channel"), Channel.id.label("id"), Channel.name.label("name"))
    studios_of = select(literal(False), Studio.id, Studio.name)
    both = union_all(channels_of.where(db.alive(Channel)), studios_of.where(db.alive(Studio))).subquery()
    return select(both.c.is_channel, both.c.id, both.c.name).order_by(both.c.name)


@query(P.SESSION_VIEW)
def names_of_places() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The ids and names of the team's channels and studios, for what narrows a list."""
    rows = _names.rows()
    return [(i, name) for is_one, i, name in rows if is_one], [(i, name) for is_one, i, name in rows if not is_one]


@query(P.SESSION_VIEW)
def channel(channel_id: int) -> Channel:
    """One channel."""
    return db.one(Channel, channel_id)


@query(P.SESSION_VIEW)
def studio(studio_id: int) -> Studio:
    """One studio."""
    return db.one(Studio, studio_id)

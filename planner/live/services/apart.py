"""A session of a series that is changed on its own."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.live.models import SeriesPart


def stand_apart(session_id: int) -> None:
    """It goes its own way from now on: a change of its series leaves it alone unless it is chosen."""
    part = db.session().scalars(select(SeriesPart).where(SeriesPart.session_id == session_id)).one_or_none()
    if part is not None and not part.apart:
        part.apart = True

"""Photos of what was noted on air: a phone's queue may bring one twice, and two people never replace each other's."""

from __future__ import annotations

from sqlalchemy import func, select

from planner.base import db, pictures, trash
from planner.base.pictures import Picture
from planner.base.verbs import command
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries
from planner.live.models import LogPhoto
from planner.live.services.log import entry_of
from planner.live.services.steps import must_be_crew

MOST_PHOTOS = 8
"""What one note may have."""


def _room_for_one(entry_id: int) -> None:
    held = select(func.count()).select_from(LogPhoto).where(LogPhoto.entry_id == entry_id, db.alive(LogPhoto))
    if (db.session().scalar(held) or 0) >= MOST_PHOTOS:
        raise Refused(msg("A note has %(n)s photos at most.", n=MOST_PHOTOS))


@command(P.SESSION_RUN)
def add_photo(entry_id: int, photo: Picture, client_id: str) -> int:
    """A photo of what was noted; the same client id has the same effect. Answers the session."""
    entry = entry_of(entry_id)
    known = select(LogPhoto.id).where(LogPhoto.client_id == client_id).execution_options(with_trash=True)
    if db.session().scalar(known) is not None:
        return entry.session_id
    _room_for_one(entry_id)
    kept = pictures.keep(photo, f"session-{entry.session_id}-note-{entry_id}")
    theme = queries.brief(entry.session_id).theme
    db.add(LogPhoto(session_id=entry.session_id, entry_id=entry_id, client_id=client_id, name=theme, **vars(kept)))
    return entry.session_id


@command(P.SESSION_RUN)
def trash_photo(photo_id: int) -> int:
    """It shows the wrong thing; answers the session. It lies in the trash for 30 days."""
    row = db.one(LogPhoto, photo_id)
    must_be_crew(row.session_id)
    trash.trash(row)
    return row.session_id


def check_photo(row: LogPhoto) -> None:
    """Registered with the trash: a photo comes back while its note has room for it."""
    _room_for_one(row.entry_id)

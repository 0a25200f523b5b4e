"""Photos of what was noted on air."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from planner.base import db, files
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import LiveSession, LogPhoto
from planner.live.queries.briefs import SessionBrief, brief
from planner.live.queries.log import LogRow, log
from planner.people.models import User


@dataclass(frozen=True)
class PhotoRow:
    """A photo with its note (None where it was withdrawn); width and height in pixels."""

    id: int
    width: int
    height: int
    who: str
    at: datetime
    entry_id: int
    session: SessionBrief
    entry: LogRow | None
    beside: tuple[int, ...]
    """The photos of the same note, this one among them, in the order in which they came."""

    def next_of(self, step: int) -> int | None:
        """The photo before (-1) or after (1) this one."""
        place = self.beside.index(self.id) + step if self.id in self.beside else -1
        return self.beside[place] if 0 <= place < len(self.beside) else None


@query(P.SESSION_VIEW)
def log_photo(photo_id: int) -> PhotoRow:
    """A photo by its id."""
    row = db.one(LogPhoto, photo_id)
    b, entries = brief(row.session_id), log(row.session_id)
    entry = next((each for each in entries if each.id == row.entry_id), None)
    who = db.session().scalar(select(User.name).where(User.id == row.created_by)) or ""
    beside = entry.photos if entry else ()
    return PhotoRow(row.id, row.width, row.height, who, row.created_at, row.entry_id, b, entry, beside)


@query(P.SESSION_VIEW)
def photo_file(photo_id: int, small: bool) -> tuple[str, bytes]:
    """The name and the bytes of a photo, whole or small; of a session in the trash none."""
    row = db.one(LogPhoto, photo_id)
    db.one(LiveSession, row.session_id)
    kept, data = files.read(row.small_id if small else row.file_id)
    return kept.name, data

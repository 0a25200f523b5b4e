"""When something noted on air happened, when it was over, and what was put right after a slip. Rows are only added."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from planner.base import db
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg
from planner.live import rules
from planner.live.models import LiveSession, LogEntry, LogTime, Slip
from planner.live.news import SlipPutRight
from planner.live.queries import people_of
from planner.live.rules import LogKind, Moment
from planner.live.services.log import entry_of, tapped

BEFORE_AIR = timedelta(hours=1)
"""How long before the start of the show something noted may have happened."""


def _stands(entry: LogEntry) -> dict[Moment, datetime | None]:
    """What was said of a note so far, the latest of each moment."""
    asked = select(LogTime.moment, LogTime.at).where(LogTime.entry_id == entry.id).order_by(LogTime.id)
    return {row.moment: row.at for row in db.session().execute(asked)}


def _say(entry: LogEntry, moment: Moment, at: datetime | None, client_id: str = "") -> None:
    db.add(LogTime(entry_id=entry.id, moment=moment, at=at, client_id=client_id or secrets.token_hex(16)))


def _known(client_id: str) -> bool:
    asked = select(LogTime.id).where(LogTime.client_id == client_id)
    return db.session().scalar(asked) is not None


@command(P.SESSION_RUN, once=False)
def restore_entry(entry_id: int, client_id: str, at: datetime | None = None) -> int:
    """恢复: it runs again, which stops its clock. Whoever says so first counts; the same client id has the same effect.

    Answers the session.
    """
    entry = entry_of(entry_id)
    held = _stands(entry)
    if not _known(client_id) and held.get(Moment.ENDED) is None:
        _say(entry, Moment.ENDED, max(tapped(at), held.get(Moment.HAPPENED) or entry.at), client_id)
    return entry.session_id


@command(P.SESSION_RUN, once=False)
def unrestore_entry(entry_id: int, client_id: str) -> int:
    """Not over after all: its clock runs on, since it happened. Answers the session."""
    entry = entry_of(entry_id)
    if not _known(client_id) and _stands(entry).get(Moment.ENDED) is not None:
        _say(entry, Moment.ENDED, None, client_id)
    return entry.session_id


@command(P.SESSION_RUN, once=False)
def start_clip(entry_id: int, seconds: int, client_id: str) -> int:
    """A highlight began so many seconds before the tap. Answers the session."""
    entry = entry_of(entry_id)
    longest = int(rules.LONGEST_BACK.total_seconds())
    if not 0 <= seconds <= longest:
        raise Invalid.at("seconds", msg("Choose a number between %(low)s and %(high)s.", low=0, high=longest))
    row = db.one(LiveSession, entry.session_id)
    if not _known(client_id):
        began = rules.clip_start(entry.at, row.real_start or entry.at, timedelta(seconds=seconds))
        _say(entry, Moment.HAPPENED, began, client_id)
    return entry.session_id


@command(P.SESSION_RUN)
def correct_moments(entry_id: int, happened: datetime, ended: datetime | None) -> int:
    """Set right when it happened and when it was over; when it was noted stays. Answers the session."""
    entry, now = entry_of(entry_id), clock.now()
    row, held, faults = db.one(LiveSession, entry.session_id), _stands(entry), dict[str, Message]()
    first = (row.real_start or entry.at) - BEFORE_AIR
    if not first <= happened <= now:
        faults["happened"] = msg("It happened during the show, and not in the future.")
    if ended is not None and not happened <= ended <= now:
        faults["ended"] = msg("It was over after it happened, and not in the future.")
    if faults:
        raise Invalid(faults)
    if happened != (held.get(Moment.HAPPENED) or entry.at):
        _say(entry, Moment.HAPPENED, happened)
    if ended != held.get(Moment.ENDED):
        _say(entry, Moment.ENDED, ended)
    return entry.session_id


@command(P.SESSION_RUN)
def record_slip(entry_id: int, said: str, put_right: str, at: datetime | None, heard_by: int | None) -> int:
    """What was said, what was put right, when, and who listened back; earlier wordings stay. Answers the session."""
    entry, now = entry_of(entry_id), clock.now()
    if entry.kind != LogKind.SLIP:
        raise Refused(msg("Only a slip has a record of what was put right."))
    told = (clean_line(said)[:500], clean_line(put_right)[:500])
    row, faults = db.one(LiveSession, entry.session_id), dict[str, Message]()
    if not told[0]:
        faults["said"] = msg("Write what was said.")
    if bool(told[1]) != (at is not None):
        faults["at" if told[1] else "put_right"] = msg("What was put right and when belong together.")
    if at is not None and not (row.real_start or entry.at) - BEFORE_AIR <= at <= now:
        faults["at"] = msg("It was put right after the show began, and not in the future.")
    was = select(Slip.at).where(Slip.entry_id == entry_id).order_by(Slip.id.desc()).limit(1)
    if at is None and not faults and db.session().scalar(was) is not None:
        faults["put_right"] = msg("What was put right is on record. Correct its words, but leave it there.")
    if heard_by is not None and heard_by not in people_of(entry.session_id):
        faults["heard_by"] = msg("Choose somebody of this show.")
    if faults:
        raise Invalid(faults)
    db.add(Slip(entry_id=entry_id, said=told[0], put_right=told[1], at=at, heard_by=heard_by))
    if at is not None:
        tell(SlipPutRight(session_id=entry.session_id))
    return entry.session_id

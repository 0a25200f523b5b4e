"""Files that people attach: read outside of a transaction, kept inside a command, several in one go or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from planner.base import db, files, pictures
from planner.base import trash as trashing
from planner.base.kinds import readers, whose
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.pictures import Picture
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.discussions import ports, queries, rules
from planner.discussions.models import Attachment
from planner.discussions.news import Attached
from planner.discussions.queries.beside import may_remove
from planner.discussions.rules import Format
from planner.discussions.services.hanging import must_hang
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg


@dataclass(frozen=True)
class Brought:
    """A file that may be kept: its clean name, what it is, and its bytes, or the picture that was drawn of it."""

    name: str
    format: Format
    data: bytes | Picture


def _read(sent: str, data: bytes) -> Brought:
    name = rules.clean_name(sent)
    fault = rules.fault_of(name, data, current_app.config["MAX_FILE_SIZE"])
    if fault is not None:
        raise Invalid.at("files", fault)
    name, known = rules.format_of(name, data)
    if known.sort is not rules.FileSort.PICTURE:
        return Brought(name, known, data)
    try:
        return Brought(name, known, pictures.read(data))
    except Invalid as told:
        raise Invalid.at("files", msg("%(name)s: %(why)s", name=name, why=told.fields["photo"])) from None


def read_files(sent: Sequence[tuple[str, bytes]]) -> list[Brought]:
    """What came with a form, made fit to be kept; Invalid at `files` says what is wrong with each that is not."""
    if not sent:
        raise Invalid.at("files", msg("Choose a file first."))
    if len(sent) > rules.MOST_AT_ONCE:
        raise Invalid.at("files", msg("At most %(n)s files can be attached at once.", n=rules.MOST_AT_ONCE))
    found: list[Brought] = []
    faults: dict[str, Message] = {}
    for place, (name, data) in enumerate(sent):
        try:
            found.append(_read(name, data))
        except Invalid as fault:
            faults[f"files.{place}"] = fault.fields["files"]
    if faults:
        raise Invalid(faults)
    return found


def _kept(kind: str, object_id: int, one: Brought) -> Attachment:
    """Its bytes on the shelf under a name of ours: what people called it stands in the row alone."""
    shelf = f"{kind}-{object_id}"
    row = Attachment(kind=kind, object_id=object_id, name=one.name, sort=one.format.sort)
    if isinstance(one.data, Picture):
        kept = pictures.keep(one.data, shelf)
        row.file_id, row.small_id, row.width, row.height = kept.file_id, kept.small_id, kept.width, kept.height
        row.size = len(one.data.full)
    else:
        row.file_id, row.size = files.store(one.data, shelf, one.format.mime), len(one.data)
    return row


def _room_for(kind: str, object_id: int, more: int) -> None:
    held = select(func.count()).select_from(Attachment)
    held = held.where(Attachment.kind == kind, Attachment.object_id == object_id, db.alive(Attachment))
    if (db.session().scalar(held) or 0) + more > rules.MOST_FILES:
        raise Refused(msg("At most %(n)s files can be attached here.", n=rules.MOST_FILES))


@command(P.COMMENT)
def add_files(kind: str, object_id: int, brought: Sequence[Brought]) -> list[int]:
    """Attach files to an object that one may see; answers their ids."""
    queries.reachable(kind, object_id)
    lock("attachments", f"{kind}-{object_id}")
    _room_for(kind, object_id, len(brought))
    rows = db.add_all(_kept(kind, object_id, one) for one in brought)
    tell(Attached(attachment_id=rows[0].id, kind=kind, object_id=object_id, files=len(rows)))
    more = len(rows) - 1
    words = msg("Attached: %(name)s", name=rows[0].name)
    if more:
        words = msg("Attached: %(name)s and %(n)s more", name=rows[0].name, n=more)
    others = readers(kind, object_id, [*whose(kind, object_id), *queries.speakers(kind, object_id)])
    concern(others, Sort.REPLIED, (kind, object_id), words)
    _follow(kind, object_id)
    return [row.id for row in rows]


def _follow(kind: str, object_id: int) -> None:
    for follow in ports.on_files:
        follow(kind, object_id)


def after_restore(attachment_id: int) -> None:
    """Registered with the trash: a file is back."""
    row = db.one(Attachment, attachment_id)
    _follow(row.kind, row.object_id)


@command(P.COMMENT)
def add_picture(kind: str, object_id: int, name: str, picture: Picture, client_id: str) -> int:
    """A photo of what is done to an object that one may see; the same client id has the same effect.

    Answers the attachment; whoever the object is of is told by what is done, not of each photo.
    """
    queries.reachable(kind, object_id)
    lock("attachments", f"{kind}-{object_id}")
    known = select(Attachment.id, Attachment.kind, Attachment.object_id).where(Attachment.client_id == client_id)
    held = db.session().execute(known.execution_options(with_trash=True)).one_or_none()
    if held is not None and (held.kind, held.object_id) != (kind, object_id):
        raise Refused(msg("This photo was counted for something else."))
    if held is not None:
        return held.id
    _room_for(kind, object_id, 1)
    row = _kept(kind, object_id, Brought(name, rules.ENDINGS["jpg"], picture))
    row.client_id = client_id
    return db.add(row).id


@command(P.COMMENT)
def remove_file(attachment_id: int) -> None:
    """A file goes to the trash: one's own, or anybody's for a lead."""
    row = db.one(Attachment, attachment_id)
    queries.reachable(row.kind, row.object_id)
    if not may_remove(row.created_by):
        raise Forbidden(msg("Only whoever attached a file, or a lead, can remove it."))
    trashing.trash(row)
    _follow(row.kind, row.object_id)


def check_file(row: Attachment) -> None:
    """Registered with the trash: a file comes back to something that is there and has room for it."""
    must_hang(row)
    _room_for(row.kind, row.object_id, 1)

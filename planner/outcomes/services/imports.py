"""A platform's file: recognise it and match its rows with sessions; what counts is stored in `storing.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from planner.base import actor, db, files, show
from planner.base.sheets import Sheet
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg
from planner.live import queries as live
from planner.live.models import Channel
from planner.live.queries import Match, SessionBrief
from planner.live.rules import Platform, State
from planner.outcomes.models import ImportFile, ImportRow
from planner.outcomes.queries.imports import last_told
from planner.outcomes.rules import compass, linking, origins
from planner.outcomes.rules.linking import TOLERANCE_MINUTES
from planner.outcomes.services.streams import counting_all

TOGETHER = 500
UPLOAD_KEPT = timedelta(days=30)
A_MINUTE = timedelta(minutes=1)
"""People tell a time of day without its seconds."""
MAKE = "make"
"""The choice of a row whose missing session is planned when the file is taken over."""

_ORIGINS: dict[str, Message] = {
    "kuaishou": msg("This seems to be a file of Kuaishou."),
    "shipinhao": msg("This seems to be a file of WeChat Channels."),
    "xiaohongshu": msg("This seems to be a file of Xiaohongshu."),
    "taobao": msg("This seems to be a file of Taobao or Tmall."),
    "jd": msg("This seems to be a file of JD."),
    "pdd": msg("This seems to be a file of Pinduoduo."),
    "tiktok": msg("This seems to be a file of TikTok Shop."),
    "douyin": msg("This seems to be another list of Douyin."),
}


class Doubtful(Refused):
    """A link that may well be wrong: it is made only after a person has seen the reasons and said yes."""


def recognise(sheet: Sheet, name: str = "") -> compass.Recognised:
    """What the sheet holds, or Invalid at `file` that says which columns are missing and what the file seems to be."""
    found = compass.recognise(sheet.rows)
    if found is None:
        missing = "、".join(compass.nearest_header(sheet.rows)) or "主播抖音号、直播开始时间"
        told = msg(
            "This is not the session list of 抖音电商罗盘: among the first %(rows)s rows of “%(sheet)s” "
            "none names the columns %(columns)s.",
            sheet=sheet.name or sheet.kind,
            rows=compass.HEADER_ROWS,
            columns=missing,
        )
        origin = _ORIGINS.get(origins.seems(sheet.rows, name) or "")
        if origin is not None:
            told = msg(
                "%(origin)s %(told)s Type the figures on the page of the session, or paste them there as lines.",
                origin=origin,
                told=told,
            )
        raise Invalid.at("file", told)
    if not found.rows:
        told = msg(
            "“%(sheet)s” has a header in row %(row)s, but no row below it.",
            sheet=sheet.name or sheet.kind,
            row=found.header_row,
        )
        raise Invalid.at("file", told)
    return found


def _instant(wall: datetime | None) -> datetime | None:
    return wall.replace(tzinfo=ZoneInfo(actor.current().timezone)).astimezone(ZoneInfo("UTC")) if wall else None


@command(P.FIGURES_EDIT)
def upload(name: str, data: bytes, sheet: Sheet, taken_at: datetime | None = None) -> int:
    """Keep the file with its rows as read and matched; nothing counts yet. Answers the import.

    Without the time of its download it is kept all the same, and waits for `date_import`.
    """
    found = recognise(sheet, name)
    name = clean_line(name)[:200] or "file"
    file = db.add(
        ImportFile(
            name=name,
            digest=hashlib.sha256(data).hexdigest(),
            file_id=files.store(data, name, "application/octet-stream"),
            kind=sheet.kind,
            sheet=sheet.name[:100],
            state="undated",
            taken_at=clock.now(),
            header=found.known,
            unknown=found.unknown,
        )
    )
    rows = [_row(file.id, row) for row in found.rows]
    _match(rows)
    db.add_all(rows)
    if taken_at is not None:
        date_import(file.id, taken_at)
    return file.id


@command(P.FIGURES_EDIT)
def date_import(import_id: int, taken_at: datetime | None) -> int:
    """Say when a file was downloaded: newer figures replace older ones by this time. Answers the import."""
    file = opened(import_id, "undated")
    if taken_at is None:
        raise Invalid.at("taken_at", msg("Say when the file was downloaded; its name does not tell."))
    if taken_at > clock.now():
        raise Invalid.at("taken_at", msg("The file can't have been downloaded in the future."))
    last = last_told(db.session().scalars(select(ImportRow).where(ImportRow.import_id == import_id)))
    if last is not None and taken_at + A_MINUTE <= last[1]:
        ended = f"{show.day(last[1])} {show.clock_of(last[1])}"
        told = msg("Row %(row)s tells of %(ended)s, so the file was downloaded after that.", row=last[0], ended=ended)
        raise Invalid.at("taken_at", told)
    before = select(func.min(ImportFile.taken_at)).where(ImportFile.digest == file.digest, ImportFile.state == "stored")
    seen_at = db.session().scalar(before)
    file.taken_at = min(taken_at, seen_at) if seen_at else taken_at  # the very same file says nothing newer
    file.state = "preview"
    return file.id


def _row(import_id: int, row: compass.Row) -> ImportRow:
    faults: list[Any] = [[column, cell] for column, cell in row.errors]
    if row.twice is not None:
        faults.append(["", "", row.twice])
    return ImportRow(
        import_id=import_id,
        number=row.number,
        account=row.account,
        start=_instant(row.start),
        end=_instant(row.end),
        figures={key: format(value, "f") for key, value in row.values.items()},
        checks={key: format(value, "f") for key, value in row.checks.items()},
        extra=dict(row.extra),
        faults=faults,
    )


def _match(rows: list[ImportRow]) -> None:
    """The sessions of these accounts that fit; a stream that counts somewhere already stays there.

    Neighbours in time are asked about together, so that a long file costs few statements.
    """
    ours = set(db.session().scalars(select(Channel.account).execution_options(with_trash=True)))
    dated = [(row.start, row) for row in rows if row.start is not None and not row.faults and row.account in ours]
    dated.sort(key=lambda pair: pair[0])
    for place in range(0, len(dated), TOGETHER):
        some = dated[place : place + TOGETHER]
        asked = [(row.account, start) for start, row in some]
        found = zip(some, live.match_airings(asked, TOLERANCE_MINUTES), counting_all(asked), strict=True)
        for (_start, row), hits, held in found:
            _match_row(row, hits, held)


def _match_row(row: ImportRow, hits: Sequence[Match], held: Container[int | None]) -> None:
    now = clock.now()
    hits = [
        hit
        for hit in hits
        if hit.session.platform is Platform.DOUYIN and not linking.lies_ahead(hit.session.start, now)
    ]
    hit = next((hit for hit in hits if hit.airing_id in held), hits[0] if hits else None)
    if hit is not None:
        row.session_id, row.airing_id, row.minutes_off = hit.session.id, hit.airing_id, hit.minutes_off


def opened(import_id: int, *states: str) -> ImportFile:
    """The import, if it is in one of these states."""
    file = db.one(ImportFile, import_id)
    if file.state not in states:
        raise Refused(
            {
                "dropped": msg("This file was dropped. Bring it again."),
                "withdrawn": msg("This import was withdrawn. Bring the file again."),
                "preview": msg("This file is not taken over yet."),
                "undated": msg("Say first when this file was downloaded."),
            }.get(file.state, msg("This file is already taken over."))
        )
    return file


@command(P.FIGURES_EDIT)
def link_row(row_id: int, choice: str, sure: bool = False) -> int:
    """Say which session a row belongs to: its id, `skip`, or `make` for the missing one. Answers the import.

    Another account or a start far away asks first (`Doubtful`); another platform or a session to come is refused.
    """
    row = db.one(ImportRow, row_id)
    opened(row.import_id, "preview")
    if row.faults:
        raise Refused(msg("This row has errors; correct the file and bring it again."))
    if choice == "skip":
        row.session_id = row.airing_id = row.minutes_off = None
        row.outcome = "skip"
    elif choice == MAKE:
        channel_of(row)
        if not actor.current().may(P.SESSION_EDIT):
            raise Forbidden()
        row.session_id = row.airing_id = row.minutes_off = None
        row.outcome = MAKE
    elif choice.isdecimal() and len(choice) < 19:
        _link(row, live.brief(int(choice)), sure)
    else:
        raise Invalid.at("choice", msg("Choose a session for this row."))
    return row.import_id


def _link(row: ImportRow, b: SessionBrief, sure: bool) -> None:
    if b.state is State.CANCELLED:
        raise Refused(msg("This session is cancelled."))
    if b.platform is not Platform.DOUYIN:
        raise Refused(msg("This file is of Douyin, and the channel of this session is not."))
    if linking.lies_ahead(b.start, clock.now()):
        raise Refused(msg("This session is still to come; a file can't tell of it yet."))
    doubts: list[Message] = []
    if b.account != row.account:
        accounts = {"row": row.account, "session": b.account}
        doubts.append(msg("Another account: the row is of %(row)s, the session of %(session)s.", **accounts))
    start = row.start or b.start
    off = linking.minutes_apart(b.start, start)
    if not linking.fits(start, b.start, b.planned_start, b.planned_end):
        doubts.append(msg("They began %(minutes)s minutes apart.", minutes=off))
    if doubts and not sure:
        raise Doubtful(msg("This session may be the wrong one."), tuple(doubts))
    row.session_id, row.airing_id, row.outcome, row.minutes_off = b.id, None, "", off


def channel_of(row: ImportRow) -> Channel:
    """The channel that the missing session of a row would be on."""
    mine = [c for c in live.channels() if c.account == row.account and c.platform is Platform.DOUYIN]
    if not mine or row.start is None:
        raise Refused(
            msg("No Douyin channel has the account %(account)s. Add it under Settings first.", account=row.account)
        )
    return mine[0]


@command(P.FIGURES_EDIT)
def drop_import(import_id: int) -> None:
    """A preview nobody wants; nothing of it counted."""
    file = opened(import_id, "undated", "preview", "waiting")
    file.state = "dropped"


@command(P.INSTALLATION)
def forget_upload() -> bool:
    """Take away the oldest file that was brought long ago and never taken over; answers whether there was one."""
    never = ImportFile.state.in_(("undated", "preview", "waiting", "dropped"))
    old = (never, ImportFile.created_at < clock.now() - UPLOAD_KEPT)
    asked = select(ImportFile).where(*old).order_by(ImportFile.id).limit(1).with_for_update(skip_locked=True)
    file = db.session().scalars(asked).one_or_none()
    if file is None:
        return False
    while db.sweep(ImportRow, ImportRow.import_id == file.id):
        pass
    db.remove(file)
    files.forget(file.file_id)
    return True

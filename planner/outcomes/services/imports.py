"""A platform's file: recognise it, match its rows with sessions, and take all of it over at once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from planner.base import actor, db, files
from planner.base.lock import lock
from planner.base.sheets import Sheet
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import State, Weight
from planner.outcomes.models import ImportFile, ImportRow
from planner.outcomes.rules import compass
from planner.outcomes.services.figures import after_figures, store_set

TOLERANCE_MINUTES = 90
UPLOAD_KEPT = timedelta(days=30)


def recognise(sheet: Sheet) -> compass.Recognised:
    """What the sheet holds, or Invalid at `file` that says which columns are missing."""
    found = compass.recognise(sheet.rows)
    if found is None:
        missing = "、".join(compass.nearest_header(sheet.rows)) or "主播抖音号、直播开始时间"
        raise Invalid.at(
            "file",
            msg(
                "This is not the session list of 抖音电商罗盘: among the first %(rows)s rows "
                "none names the columns %(columns)s.",
                rows=compass.HEADER_ROWS,
                columns=missing,
            ),
        )
    if not found.rows:
        raise Invalid.at("file", msg("There is a header in row %(row)s, but no row below it.", row=found.header_row))
    return found


def _instant(wall: datetime | None) -> datetime | None:
    return wall.replace(tzinfo=ZoneInfo(actor.current().timezone)).astimezone(ZoneInfo("UTC")) if wall else None


@command(P.FIGURES_EDIT)
def upload(name: str, data: bytes, sheet: Sheet, taken_at: datetime) -> int:
    """Keep the file with its rows as read and matched; nothing counts yet. Answers the import."""
    found = recognise(sheet)
    if taken_at > clock.now():
        raise Invalid.at("taken_at", msg("The file can't have been downloaded in the future."))
    file = db.add(
        ImportFile(
            name=name[:200],
            digest=hashlib.sha256(data).hexdigest(),
            file_id=files.store(data, name, "application/octet-stream"),
            kind=sheet.kind,
            taken_at=taken_at,
            header=found.known,
            unknown=found.unknown,
        )
    )
    rows = [_row(file.id, row) for row in found.rows]
    for row in rows:
        _match(row)
    db.add_all(rows)
    return file.id


def _row(import_id: int, row: compass.Row) -> ImportRow:
    faults: list[Any] = [[column, cell] for column, cell in row.errors]
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


def _match(row: ImportRow) -> None:
    if row.faults or row.start is None:
        return
    hits = live.match_airing(row.account, row.start, TOLERANCE_MINUTES)
    if hits:
        row.session_id, row.airing_id, row.minutes_off = hits[0].session.id, hits[0].airing_id, hits[0].minutes_off


def _open(import_id: int) -> ImportFile:
    file = db.one(ImportFile, import_id)
    if file.state != "preview":
        raise Refused(msg("This file is already taken over."))
    return file


@command(P.FIGURES_EDIT)
def link_row(row_id: int, choice: str) -> int:
    """Say which session a row belongs to: its id, `skip`, or `new` for the missing one. Answers the import."""
    row = db.one(ImportRow, row_id)
    _open(row.import_id)
    if row.faults:
        raise Refused(msg("This row has errors; correct the file and bring it again."))
    if choice == "skip":
        row.session_id = row.airing_id = row.minutes_off = None
        row.outcome = "skip"
    elif choice == "new":
        row.session_id, row.airing_id, row.outcome = _missing_session(row), None, ""
    elif choice.isdecimal() and len(choice) < 19:
        b = live.brief(int(choice))
        row.session_id, row.airing_id, row.outcome = b.id, None, ""
        row.minutes_off = int(abs((b.planned_start - row.start).total_seconds()) // 60) if row.start else None
    else:
        raise Invalid.at("choice", msg("Choose a session for this row."))
    return row.import_id


def _missing_session(row: ImportRow) -> int:
    channels = [c for c in live.channels() if c.account == row.account]
    if not channels or row.start is None:
        raise Refused(msg("No channel has the account %(account)s. Add it under Settings first.", account=row.account))
    minutes = max(5, min(1440, int((row.end - row.start).total_seconds() // 60) if row.end else 240))
    theme = "补录 · imported"
    return sessions.schedule_session(theme, Weight.DAILY, channels[0].id, None, row.start, minutes)


@command(P.FIGURES_EDIT)
def drop_import(import_id: int) -> None:
    """A preview nobody wants; nothing of it counted."""
    file = _open(import_id)
    file.state = "dropped"


@command(P.INSTALLATION)
def forget_upload() -> bool:
    """Take away the oldest file that was brought long ago and never taken over; answers whether there was one."""
    old = (ImportFile.state != "stored", ImportFile.created_at < clock.now() - UPLOAD_KEPT)
    asked = select(ImportFile).where(*old).order_by(ImportFile.id).limit(1).with_for_update(skip_locked=True)
    file = db.session().scalars(asked).one_or_none()
    if file is None:
        return False
    while db.sweep(ImportRow, ImportRow.import_id == file.id):
        pass
    db.remove(file)
    files.forget(file.file_id)
    return True


@command(P.FIGURES_EDIT)
def store_import(import_id: int) -> dict[str, int]:
    """Take the rows over, all in one transaction; the same file twice changes nothing. Answers the counts."""
    lock("import", import_id)
    file = _open(import_id)
    rows = (
        db.session().scalars(select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.number)).all()
    )
    counts: dict[str, int] = {}
    touched: list[int] = []
    for row in rows:
        row.outcome = _store_row(row, file.taken_at)
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
        if row.outcome in ("new", "replaced") and row.session_id is not None:
            touched.append(row.session_id)
    file.state, file.stored_at = "stored", clock.now()
    db.flush()
    for session_id in dict.fromkeys(touched):
        after_figures(session_id)
    return counts


def _store_row(row: ImportRow, taken_at: datetime) -> str:
    if row.faults:
        return "error"
    if row.session_id is None or row.start is None:
        return "skip"
    b = live.brief(row.session_id)
    if b.state is State.CANCELLED:
        return "skip"
    channel = next((c.id for c in live.channels() if c.account == row.account), b.channel_id)
    held = live.airings(b.id)
    same = next((a for a in held if abs((a.real_start - row.start).total_seconds()) < 60), None)
    tapped = [a for a in held if a.source == "tap"]
    near = min(tapped, key=lambda a: abs((a.real_start - row.start).total_seconds()), default=None)  # type: ignore[operator]
    chosen = same or near
    if chosen is None or (chosen.real_start, chosen.real_end, chosen.source) != (row.start, row.end, "file"):
        row.airing_id = sessions.set_airing(b.id, chosen.id if chosen else None, channel, row.start, row.end, "file")
    else:
        row.airing_id = chosen.id
    figures = {key: Decimal(value) for key, value in row.figures.items()}
    return store_set(b.id, row.airing_id, "file", taken_at, figures, row.id)

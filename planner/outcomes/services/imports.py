"""A platform's file: recognise it, match its rows with sessions, and take all of it over at once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from planner.base import actor, db, files, jobs
from planner.base.lock import lock
from planner.base.sheets import Sheet
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.models import Airing, Channel
from planner.live.rules import Platform, State, Weight
from planner.outcomes.models import FigureSet, ImportFile, ImportRow
from planner.outcomes.rules import compass
from planner.outcomes.services.figures import after_figures, store_set

TOLERANCE_MINUTES = 90
SAME_STREAM = timedelta(seconds=59)
AT_ONCE = 200
"""More rows than this are taken over by the worker, so that nobody waits for an answer."""

UPLOAD_KEPT = timedelta(days=30)


def recognise(sheet: Sheet) -> compass.Recognised:
    """What the sheet holds, or Invalid at `file` that says which columns are missing."""
    found = compass.recognise(sheet.rows)
    if found is None:
        missing = "、".join(compass.nearest_header(sheet.rows)) or "主播抖音号、直播开始时间"
        raise Invalid.at(
            "file",
            msg(
                "This is not the session list of 抖音电商罗盘: among the first %(rows)s rows of “%(sheet)s” "
                "none names the columns %(columns)s.",
                sheet=sheet.name or sheet.kind,
                rows=compass.HEADER_ROWS,
                columns=missing,
            ),
        )
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
def upload(name: str, data: bytes, sheet: Sheet, taken_at: datetime) -> int:
    """Keep the file with its rows as read and matched; nothing counts yet. Answers the import."""
    found = recognise(sheet)
    if taken_at > clock.now():
        raise Invalid.at("taken_at", msg("The file can't have been downloaded in the future."))
    name = clean_line(name)[:200] or "file"
    digest = hashlib.sha256(data).hexdigest()
    before = select(func.min(ImportFile.taken_at)).where(ImportFile.digest == digest, ImportFile.state == "stored")
    seen_at = db.session().scalar(before)
    taken_at = min(taken_at, seen_at) if seen_at else taken_at  # the very same file says nothing newer
    file = db.add(
        ImportFile(
            name=name,
            digest=digest,
            file_id=files.store(data, name, "application/octet-stream"),
            kind=sheet.kind,
            sheet=sheet.name[:100],
            taken_at=taken_at,
            header=found.known,
            unknown=found.unknown,
        )
    )
    rows = [_row(file.id, row) for row in found.rows]
    ours = set(db.session().scalars(select(Channel.account).execution_options(with_trash=True)))
    for row in rows:
        if row.account in ours:
            _match(row)
    db.add_all(rows)
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


def _match(row: ImportRow) -> None:
    if row.faults or row.start is None:
        return
    hits = live.match_airing(row.account, row.start, TOLERANCE_MINUTES)
    hits = [hit for hit in hits if hit.session.platform is Platform.DOUYIN] or hits
    counting = _counting(row.account, row.start)
    hit = next((hit for hit in hits if hit.airing_id in counting), hits[0] if hits else None)
    if hit is not None:
        row.session_id, row.airing_id, row.minutes_off = hit.session.id, hit.airing_id, hit.minutes_off


def _counting(account: str, start: datetime) -> dict[int, FigureSet]:
    """The figures that count now for the stream of this account and start, by airing."""
    asked = (
        select(FigureSet)
        .join(Airing, Airing.id == FigureSet.airing_id)
        .join(Channel, Channel.id == Airing.channel_id)
        .where(
            FigureSet.current,
            FigureSet.source == "file",
            Channel.account == account,
            Airing.real_start.between(start - SAME_STREAM, start + SAME_STREAM),
        )
    )
    return {row.airing_id: row for row in db.session().scalars(asked) if row.airing_id is not None}


def _open(import_id: int, *states: str) -> ImportFile:
    file = db.one(ImportFile, import_id)
    if file.state not in (states or ("preview",)):
        raise Refused(
            msg("This file was dropped. Bring it again.")
            if file.state == "dropped"
            else msg("This file is already taken over.")
        )
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
        if b.state is State.CANCELLED:
            raise Refused(msg("This session is cancelled."))
        row.session_id, row.airing_id, row.outcome = b.id, None, ""
        row.minutes_off = int(abs((b.planned_start - row.start).total_seconds()) // 60) if row.start else None
    else:
        raise Invalid.at("choice", msg("Choose a session for this row."))
    return row.import_id


def _missing_session(row: ImportRow) -> int:
    if not actor.current().may(P.SESSION_EDIT):
        raise Forbidden()
    channels = [c for c in live.channels() if c.account == row.account]
    channels.sort(key=lambda c: c.platform is not Platform.DOUYIN)
    if not channels or row.start is None:
        raise Refused(msg("No channel has the account %(account)s. Add it under Settings first.", account=row.account))
    minutes = max(5, min(1440, int((row.end - row.start).total_seconds() // 60) if row.end else 240))
    theme = "补录 · imported"
    return sessions.schedule_session(theme, Weight.DAILY, channels[0].id, None, row.start, minutes)


@command(P.FIGURES_EDIT)
def drop_import(import_id: int) -> None:
    """A preview nobody wants; nothing of it counted."""
    file = _open(import_id, "preview", "waiting")
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
    """Take the rows over, all in one transaction; the same file twice changes nothing. Answers the counts.

    A long file waits for the worker: then the only count is `waiting`.
    """
    lock("import", import_id)
    file = _open(import_id, "preview", "waiting")
    linked = select(func.count(ImportRow.id)).where(ImportRow.import_id == import_id, ImportRow.session_id.is_not(None))
    count = db.session().scalar(linked) or 0
    if count > AT_ONCE:
        file.state = "waiting"
        jobs.enqueue("outcomes.take_over", import_id=import_id)
        return {"waiting": count}
    return _take_over(file)


@command(P.FIGURES_EDIT)
def finish_import(import_id: int) -> None:
    """What the worker does with a long file; nothing where it is done already, or was dropped meanwhile."""
    lock("import", import_id)
    file = db.one(ImportFile, import_id)
    if file.state == "waiting":
        _take_over(file)


def _take_over(file: ImportFile) -> dict[str, int]:
    asked = select(ImportRow).where(ImportRow.import_id == file.id).order_by(ImportRow.start, ImportRow.number)
    channels = sorted(live.channels(), key=lambda c: c.platform is Platform.DOUYIN)
    known = {c.account: c.id for c in channels}
    counts: dict[str, int] = {}
    touched: list[int] = []
    for row in db.session().scalars(asked).all():
        row.outcome, moved = _store_row(row, file.taken_at, known)
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
        touched += moved
    file.state, file.stored_at = "stored", clock.now()
    db.flush()
    for session_id in dict.fromkeys(touched):
        after_figures(session_id)
    return counts


def _store_row(row: ImportRow, taken_at: datetime, channels: dict[str, int]) -> tuple[str, list[int]]:
    """What became of a row, and the sessions whose figures it changed.

    A stream counts for one session only: where it was linked to another one before, its figures leave that one.
    """
    if row.faults:
        return "error", []
    if row.session_id is None or row.start is None:
        return "skip", []
    b = live.brief(row.session_id)
    if b.state is State.CANCELLED:
        return "skip", []
    others = [one for one in _counting(row.account, row.start).values() if one.session_id != b.id]
    if any(one.taken_at > taken_at for one in others):
        return "older", []
    for one in others:
        one.current = False
    channel = channels.get(row.account, b.channel_id)
    held = live.airings(b.id)
    same = next((a for a in held if abs(a.real_start - row.start) <= SAME_STREAM), None)
    tapped = [a for a in held if a.source != "file"]
    near = min(tapped, key=lambda a: abs((a.real_start - row.start).total_seconds()), default=None)  # type: ignore[operator]
    chosen = same or near
    if chosen is None or (chosen.real_start, chosen.real_end, chosen.source) != (row.start, row.end, "file"):
        row.airing_id = sessions.set_airing(b.id, chosen.id if chosen else None, channel, row.start, row.end, "file")
    else:
        row.airing_id = chosen.id
    figures = {key: Decimal(value) for key, value in row.figures.items()}
    outcome = store_set(b.id, row.airing_id, "file", taken_at, figures, row.id)
    mine = [b.id] if outcome in ("new", "replaced") else []
    return outcome, [*mine, *(one.session_id for one in others)]

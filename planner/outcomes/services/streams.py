"""Streams as figures know them: which figures count for one, and which row of which file speaks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from planner.base import db
from planner.live.models import Airing, Channel
from planner.outcomes.models import FigureSet, ImportFile, ImportRow
from planner.outcomes.rules.linking import SAME_STREAM

SPOKE = ("new", "replaced", "unchanged", "older")
"""What became of rows that say something about a stream, be it older than what counts."""


def counting(account: str, start: datetime) -> dict[int, FigureSet]:
    """The figures that count now for the stream of this account and start, by airing."""
    return counting_all([(account, start)])[0]


def counting_all(rows: Sequence[tuple[str, datetime]]) -> list[dict[int, FigureSet]]:
    """The same for many rows in one statement; best for rows of about the same time."""
    if not rows:
        return []
    accounts, starts = {account for account, _start in rows}, [start for _account, start in rows]
    asked = (
        select(FigureSet, Channel.account, Airing.real_start)
        .join(Airing, Airing.id == FigureSet.airing_id)
        .join(Channel, Channel.id == Airing.channel_id)
        .where(
            FigureSet.current,
            FigureSet.source == "file",
            Channel.account.in_(accounts),
            Airing.real_start.between(min(starts) - SAME_STREAM, max(starts) + SAME_STREAM),
        )
    )
    held = [(one, account, start) for one, account, start in db.session().execute(asked)]
    return [
        {
            one.airing_id: one
            for one, whose, began in held
            if one.airing_id is not None and whose == account and abs(began - start) <= SAME_STREAM
        }
        for account, start in rows
    ]


def told_by_rows(account: str, start: datetime) -> list[FigureSet]:
    """All figures that rows of this stream have become, whatever happened to the stream's times since."""
    asked = (
        select(FigureSet)
        .join(ImportRow, ImportRow.id == FigureSet.import_row_id)
        .where(ImportRow.account == account, ImportRow.start.between(start - SAME_STREAM, start + SAME_STREAM))
        .order_by(FigureSet.id)
    )
    return list(db.session().scalars(asked))


def newest_row(account: str, start: datetime) -> tuple[ImportRow, ImportFile] | None:
    """The row that speaks for a stream now: the one of the newest file that still stands."""
    asked = (
        select(ImportRow, ImportFile)
        .join(ImportFile, ImportFile.id == ImportRow.import_id)
        .where(
            ImportRow.account == account,
            ImportRow.start.between(start - SAME_STREAM, start + SAME_STREAM),
            ImportRow.session_id.is_not(None),
            ImportRow.outcome.in_(SPOKE),
            ImportFile.state == "stored",
        )
        .order_by(ImportFile.taken_at.desc(), ImportFile.stored_at.desc(), ImportRow.id.desc())
        .limit(1)
    )
    found = db.session().execute(asked).first()
    return (found[0], found[1]) if found else None

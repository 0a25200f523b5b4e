"""Files that were brought, as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from planner.base import db, files
from planner.base.verbs import query
from planner.figures import rules as figures
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.outcomes.models import ImportFile, ImportRow

ROUNDING = Decimal("0.0001")
MOST_SHOWN = 500


@dataclass(frozen=True)
class RowView:
    """A row with its session and what differs between the file's own ratios and ours."""

    row: ImportRow
    session: SessionBrief | None
    differs: list[tuple[str, Decimal, Decimal]]


@dataclass(frozen=True)
class ImportPage:
    """What was recognised, row by row: the first ones of a long file, those with errors before all others."""

    file: ImportFile
    rows: list[RowView]
    near: list[SessionBrief]
    again: bool
    total: int
    linked: int


def _differences(row: ImportRow) -> list[tuple[str, Decimal, Decimal]]:
    ours = figures.derive({key: Decimal(value) for key, value in row.figures.items()})
    found: list[tuple[str, Decimal, Decimal]] = []
    for key, told in row.checks.items():
        mine = ours.get(key)
        if mine is not None and abs(figures.rounded(mine, 4) - Decimal(told)) > ROUNDING:
            found.append((key, Decimal(told), mine))
    return found


@query(P.FIGURES_VIEW)
def import_page(import_id: int) -> ImportPage:
    """One file."""
    file = db.one(ImportFile, import_id)
    asked = select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.number)
    every = list(db.session().scalars(asked))
    rows = every if len(every) <= MOST_SHOWN else sorted(every, key=lambda row: not row.faults)[:MOST_SHOWN]
    known = live.briefs({row.session_id for row in rows if row.session_id})
    starts = [row.start for row in rows if row.start is not None]
    near: list[SessionBrief] = []
    if file.state == "preview" and starts:
        first, last = min(starts), max(starts)
        room = timedelta(days=2)
        near = [b for b in live.briefs_between(first - room, last + room) if b.state != "cancelled"]
    again = db.session().scalar(
        select(ImportFile.id)
        .where(ImportFile.digest == file.digest, ImportFile.state == "stored", ImportFile.id != file.id)
        .limit(1)
    )
    shown = [RowView(row, known.get(row.session_id or 0), _differences(row)) for row in rows]
    linked = sum(1 for row in every if row.session_id is not None)
    return ImportPage(file, shown, near[:200], again is not None, len(every), linked)


@query(P.FIGURES_VIEW)
def recent_imports(limit: int = 20) -> list[ImportFile]:
    """The last files."""
    asked = select(ImportFile).where(ImportFile.state != "dropped").order_by(ImportFile.id.desc()).limit(limit)
    return list(db.session().scalars(asked))


@query(P.FIGURES_VIEW)
def original(import_id: int) -> tuple[str, bytes]:
    """The file as it was brought."""
    row = db.one(ImportFile, import_id)
    stored, data = files.read(row.file_id or 0)
    return stored.name, data

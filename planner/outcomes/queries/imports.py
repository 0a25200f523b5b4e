"""Files that were brought, as their pages show them."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from planner.base import actor, db, files, jobs
from planner.base.jobs import AtWork
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.models import Channel
from planner.live.queries import SessionBrief
from planner.live.rules import Platform, State
from planner.outcomes.models import ImportFile, ImportRow
from planner.outcomes.queries.foreseeing import foresee
from planner.outcomes.rules import checking, compass, linking
from planner.outcomes.rules.checking import Difference
from planner.outcomes.rules.foreseeing import Foreseen
from planner.people import queries as people

MOST_SHOWN = 500
OFFERED = 10
NEAR = timedelta(days=7)


@dataclass(frozen=True)
class Candidate:
    """A session a row may be linked to by hand: how far apart they began, and whether it is the row's account."""

    session: SessionBrief
    minutes: int
    same_account: bool


@dataclass(frozen=True)
class RowView:
    """A row with its session, those near it, and what differs between the file's own ratios and ours."""

    row: ImportRow
    session: SessionBrief | None
    near: list[Candidate]
    channel: Channel | None
    differs: list[Difference]
    foreseen: Foreseen | None


@dataclass(frozen=True)
class LeftOut:
    """How many rows are not taken over, by what keeps them out."""

    broken: int
    by_hand: int
    unlinked: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.broken + self.by_hand + self.unlinked


@dataclass(frozen=True)
class Progress:
    """How far the worker is with a long file; `rows` of them come first, what follows from them second."""

    file: ImportFile
    rows: int
    work: AtWork | None

    @property
    def running(self) -> bool:
        """Whether a worker has it before it, or will."""
        return self.work is not None and self.work.state != "failed"


@dataclass(frozen=True)
class ImportPage:
    """What was recognised, row by row: the first ones of a long file, those with errors before all others.

    `last` is the row and the instant that it tells of last; `became` counts what became of the rows. Before it is
    taken over, `changing` of its linked rows change a figure, and `replacing` of these put another in its place.
    """

    file: ImportFile
    rows: list[RowView]
    columns: compass.Columns
    again: bool
    total: int
    linked: int
    left: LeftOut
    withdrawn_by: str
    last: tuple[int, datetime] | None
    progress: Progress
    became: Mapping[str, int]
    changing: int
    replacing: int

    @property
    def may_take_over(self) -> bool:
        """Whether it is new, or waits for a worker that failed or was never asked."""
        return self.file.state == "preview" or (self.file.state == "waiting" and not self.progress.running)

    @property
    def may_withdraw(self) -> bool:
        """Whether it counts, or the worker that should withdraw it failed or was never asked."""
        return self.file.state == "stored" or (self.file.state == "undoing" and not self.progress.running)


@dataclass(frozen=True)
class LinkQuestion:
    """A link that may be wrong: the row beside the session."""

    file: ImportFile
    row: ImportRow
    session: SessionBrief
    minutes: int


def last_told(rows: Iterable[ImportRow]) -> tuple[int, datetime] | None:
    """The row and the instant that a file tells of last; rows with errors tell of none."""
    told = [(row.end or row.start, row.number) for row in rows if row.start is not None and not row.faults]
    at, number = max(((at, number) for at, number in told if at is not None), default=(None, 0))
    return (number, at) if at is not None else None


def _left_out(rows: Sequence[ImportRow]) -> LeftOut:
    good = [row for row in rows if not row.faults]
    out = [row for row in good if row.session_id is None and row.outcome != "make"]
    by_hand = sum(1 for row in out if row.outcome == "skip")
    return LeftOut(len(rows) - len(good), by_hand, len(out) - by_hand)


def _numbers(kept: Mapping[str, str]) -> dict[str, Decimal]:
    return {key: Decimal(value) for key, value in kept.items()}


def _differences(row: ImportRow, places: Mapping[str, int]) -> list[Difference]:
    if row.faults:
        return []
    return checking.differences(_numbers(row.figures), _numbers(row.checks), row.start, row.end, places)


def _linkable(rows: Sequence[ImportRow]) -> list[SessionBrief]:
    """Sessions around these rows that a file of Douyin can tell of, in the order in which they began."""
    starts = [row.start for row in rows if row.start is not None]
    if not starts:
        return []
    around, now = live.briefs_between(min(starts) - NEAR, max(starts) + NEAR), clock.now()
    some = [
        b
        for b in around
        if b.platform is Platform.DOUYIN and b.state is not State.CANCELLED and not linking.lies_ahead(b.start, now)
    ]
    return sorted(some, key=lambda b: (b.start, b.id))


def _near(row: ImportRow, sessions: list[SessionBrief], starts: list[datetime]) -> list[Candidate]:
    """The nearest ones first."""
    if row.start is None or row.faults:
        return []
    place = bisect.bisect(starts, row.start)
    around = sessions[max(0, place - OFFERED) : place + OFFERED]
    found = [Candidate(b, linking.minutes_apart(b.start, row.start), b.account == row.account) for b in around]
    return sorted(found, key=lambda c: (c.minutes, c.session.id))[:OFFERED]


@query(P.FIGURES_VIEW)
def import_page(import_id: int) -> ImportPage:
    """One file."""
    file = db.one(ImportFile, import_id)
    asked = select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.number)
    every = list(db.session().scalars(asked))
    rows = every if len(every) <= MOST_SHOWN else sorted(every, key=lambda row: not row.faults)[:MOST_SHOWN]
    known = live.briefs({row.session_id for row in rows if row.session_id})
    open_now = file.state == "preview"
    sessions = _linkable(rows) if open_now and actor.current().may(P.FIGURES_EDIT) else []
    starts = [b.start for b in sessions]
    channels = {c.account: c for c in live.channels() if c.platform is Platform.DOUYIN} if open_now else {}
    again = db.session().scalar(
        select(ImportFile.id)
        .where(ImportFile.digest == file.digest, ImportFile.state == "stored", ImportFile.id != file.id)
        .limit(1)
    )
    ahead = foresee(every, file.taken_at) if file.state in ("preview", "waiting") else {}
    places = checking.places(_numbers(row.checks) for row in every)
    shown = [
        RowView(
            row,
            known.get(row.session_id or 0),
            _near(row, sessions, starts),
            channels.get(row.account),
            _differences(row, places),
            ahead.get(row.id),
        )
        for row in rows
    ]
    left = _left_out(every)
    return ImportPage(
        file=file,
        rows=shown,
        columns=compass.sort_columns([*file.header, *file.unknown]),
        again=again is not None,
        total=len(every),
        linked=len(every) - left.all,
        left=left,
        withdrawn_by=people.names([file.withdrawn_by]).get(file.withdrawn_by, "") if file.withdrawn_by else "",
        last=last_told(every),
        progress=Progress(file, len(every), _work(file)),
        became=Counter(row.outcome for row in every),
        changing=sum(one.changes for one in ahead.values()),
        replacing=sum(one.outcome == "replaced" for one in ahead.values()),
    )


def _work(file: ImportFile) -> AtWork | None:
    name = {"waiting": "outcomes.take_over", "undoing": "outcomes.take_back"}.get(file.state)
    return jobs.find(name, import_id=file.id) if name else None


@query(P.FIGURES_VIEW)
def import_progress(import_id: int) -> Progress:
    """How far the worker is with a file."""
    file = db.one(ImportFile, import_id)
    rows = db.session().scalar(select(func.count(ImportRow.id)).where(ImportRow.import_id == import_id))
    return Progress(file, rows or 0, _work(file))


@query(P.FIGURES_VIEW)
def link_question(row_id: int, session_id: int) -> LinkQuestion:
    """A row beside the session somebody wants to link it to."""
    row, b = db.one(ImportRow, row_id), live.brief(session_id)
    return LinkQuestion(db.one(ImportFile, row.import_id), row, b, linking.minutes_apart(b.start, row.start or b.start))


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

"""Reviews with their findings, and what waits for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from planner.base import actor, db, show
from planner.base.ready import columns_of, ready
from planner.base.verbs import query
from planner.figures import queries as figures
from planner.figures.queries import CauseRow
from planner.figures.rules import USUAL, WATCHED, Standing
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.kernel.spans import business_day
from planner.live import queries as live
from planner.live.queries import HandoverRow, LogRow, SessionBrief
from planner.outcomes.models import Finding, Review
from planner.outcomes.queries import results
from planner.outcomes.queries.actions import ActionView, actions_around, around
from planner.outcomes.queries.execution import carried_out, with_execution
from planner.outcomes.queries.results import Judged, ResultPage, ResultRow
from planner.outcomes.rules.reviews import ANSWERS, Decision, Missed, ReviewState, may_close


@dataclass(frozen=True)
class FindingView:
    """A finding with what it ended in."""

    row: Any
    cause: str
    actions: list[ActionView]
    tolerance: Decimal

    @property
    def standing(self) -> Standing | None:
        """How the figure stands against its target now; None for what somebody saw."""
        f = self.row
        if f.metric is None or f.value is None or f.target is None:
            return None
        if not results.figures.is_missed(f.value, f.target, results.METRICS[f.metric].direction):
            return Standing.REACHED
        return Standing.MISSED if f.beyond else Standing.WITHIN

    @property
    def reached(self) -> bool:
        """Whether newer figures reach the target after all."""
        return self.standing is Standing.REACHED

    @property
    def unexplained(self) -> bool:
        """Whether it is a miss whose cause nobody has named."""
        return self.standing in (Standing.WITHIN, Standing.MISSED) and self.row.cause_id is None

    @property
    def blocks(self) -> bool:
        """Whether the review can't be closed while it is like this."""
        return not may_close([Missed(self.row.beyond, self.row.cause_id is not None, self.row.decision)])


@dataclass(frozen=True)
class ReviewPage:
    """Everything a review needs on one page."""

    session: SessionBrief
    review: Any
    result: ResultPage
    findings: list[FindingView]
    log: list[LogRow]
    causes: list[CauseRow]
    next_sessions: list[SessionBrief]
    blocked: bool
    missing: list[live.Missing]
    tolerance: Decimal
    handovers: list[HandoverRow]

    @property
    def open_slips(self) -> list[LogRow]:
        """Slips of which nobody has recorded that they were put right."""
        return [entry for entry in self.log if entry.open_slip]

    @property
    def faults(self) -> list[LogRow]:
        """What went wrong on air, each kind once: a night that says little about others."""
        return list({entry.kind: entry for entry in reversed(self.log) if entry.fault}.values())[::-1]

    @property
    def unexplained(self) -> list[FindingView]:
        """The misses whose cause nobody has named, those that keep the review open first."""
        return sorted((f for f in self.findings if f.unexplained), key=lambda f: not f.blocks)

    @property
    def blocking(self) -> list[FindingView]:
        """What keeps the review open."""
        return [f for f in self.findings if f.blocks]


@dataclass(frozen=True)
class Due:
    """A session that waits for its figures or its review."""

    session: SessionBrief
    result: results.Result | None
    judged: Judged

    @property
    def missed(self) -> list[tuple[str, Decimal, Decimal]]:
        """The targets that were not reached, with figure and target."""
        return self.judged.missed

    @property
    def beyond(self) -> bool:
        """Whether one of them was missed by more than a normal swing explains."""
        return self.judged.standing is Standing.MISSED

    @property
    def smooth(self) -> bool:
        """Whether nothing is left to explain: all targets are known, and none was missed beyond tolerance."""
        return self.judged.standing in (Standing.REACHED, Standing.WITHIN) and not self.judged.unknown


@ready
def _review_of() -> Any:
    asked = select(*columns_of(Review), *columns_of(Finding)).outerjoin(Finding, Finding.review_id == Review.id)
    return asked.where(Review.session_id == bindparam("id")).order_by(Finding.beyond.desc(), Finding.id)


def _row(model: Any, values: Sequence[Any]) -> Any:
    return SimpleNamespace(**dict(zip((c.key for c in columns_of(model)), values, strict=True)))


def _review(session_id: int) -> tuple[Any, list[Any]]:
    """The review of a session with its findings, in one statement; None where nobody began it."""
    rows: list[Any] = list(_review_of.rows(id=session_id))
    if not rows:
        return None, []
    width = len(columns_of(Review))
    found = [_row(Finding, row[width:]) for row in rows if any(value is not None for value in row[width:])]
    return _row(Review, rows[0][:width]), found


def _findings(review: Any, rows: list[Any]) -> list[FindingView]:
    """The findings of a review with what each ended in."""
    names = {c.id: c.name for c in figures.causes()} if any(f.cause_id for f in rows) else {}
    views = actions_around(review.session_id) if rows else []
    tolerance = _tolerance(results.result_page(review.session_id)) if rows else USUAL.tolerance
    return [
        FindingView(f, names.get(f.cause_id or 0, ""), [v for v in views if v.action.finding_id == f.id], tolerance)
        for f in rows
    ]


def _tolerance(page: ResultPage) -> Decimal:
    """The team's, which comes along with a result."""
    return page.result.rules.tolerance if page.result else figures.tolerance()


@query(P.RESULT_VIEW)
def review_short(session_id: int) -> tuple[Any, list[FindingView]]:
    """The review as the session page shows it."""
    review, rows = _review(session_id)
    return review, _findings(review, rows)


@query(P.RESULT_VIEW)
def review_page(session_id: int) -> ReviewPage:
    """The review of a session."""
    page = results.result_page(session_id)
    review, rows = _review(session_id)
    causes = figures.causes()
    findings = _findings(review, rows)
    blocked = any(f.blocks for f in findings)
    b = page.session
    later = live.next_briefs(b.channel_id, b.planned_start, 8)
    log, missing, tolerance = live.log(session_id), live.missing_of(b), _tolerance(page)
    told = live.handovers(session_id)
    return ReviewPage(b, review, page, findings, log, causes, later, blocked, missing, tolerance, told)


@query(P.RESULT_VIEW)
def reviews_due(limit: int = 20) -> list[Due]:
    """Ended sessions that are not reviewed yet, the oldest first."""
    known = {b.id: b for b in live.ended_briefs(limit)}
    return due_of(known, results.results_for(known, known), live.targets_of(known))


def due_of(
    known: Mapping[int, SessionBrief], found: dict[int, results.Result], targets: Mapping[int, Mapping[str, Decimal]]
) -> list[Due]:
    """What waits, of sessions that are over and not reviewed, with their results and targets."""
    mine = {session_id: found[session_id] for session_id in known if session_id in found}
    if any(key in WATCHED for session_id in known for key in targets.get(session_id, {})):
        mine = with_execution(mine, carried_out(known))
    return [Due(b, mine.get(b.id), results.judge(mine.get(b.id), targets.get(b.id, {}))) for b in known.values()]


@query(P.RESULT_VIEW)
def closed_reviews() -> int:
    """How many reviews are closed."""
    return db.session().scalar(select(func.count(Review.id)).where(Review.state == ReviewState.CLOSED)) or 0


@dataclass(frozen=True)
class FindingPage:
    """One finding with what its forms offer."""

    row: Finding
    review: Review
    session: SessionBrief
    causes: list[CauseRow]
    later: list[SessionBrief]
    answers: int | None
    due: date
    view: FindingView
    line: ResultRow | None
    log: list[LogRow]
    next_id: int | None


@query(P.RESULT_VIEW)
def finding(finding_id: int) -> FindingPage:
    """One finding, with the figures and notes of the show that may explain it."""
    row, review, next_id = _finding(finding_id)
    b, causes = live.brief(review.session_id), figures.causes()
    later = live.next_briefs(b.channel_id, b.planned_start, 8)
    key = next((c.key for c in causes if c.id == row.cause_id), "")
    crew = {s.position_key: s.user_id for s in reversed(live.shifts(b.id))}
    page = results.result_page(b.id, with_sets=False)
    agreed = around(b.id, b, *later)
    mine = [view for view in agreed if view.action.finding_id == row.id]
    lines = [line for line in (*page.rows, *page.execution) if line.metric == row.metric]
    return FindingPage(
        row,
        review,
        b,
        causes,
        later,
        crew.get(ANSWERS.get(key, "")),
        _before(later),
        FindingView(row, "", mine, _tolerance(page)),
        next(iter(lines), None),
        live.log(b.id),
        next_id,
    )


def _finding(finding_id: int) -> tuple[Finding, Review, int | None]:
    """A finding, its review, and another finding of it that nobody has looked at."""
    other = aliased(Finding)
    bare = (other.decision == Decision.NONE, other.cause_id.is_(None), other.id != Finding.id)
    further = select(other.id).where(other.review_id == Finding.review_id, *bare).correlate(Finding)
    further = further.order_by(other.beyond.desc(), other.id).limit(1)
    asked = select(Finding, Review, further.scalar_subquery()).join(Review, Review.id == Finding.review_id)
    known = 0 < finding_id <= db.LARGEST_ID
    found = db.session().execute(asked.where(Finding.id == finding_id)).one_or_none() if known else None
    if found is None:
        raise NotFound()
    return found[0], found[1], found[2]


def _before(later: list[SessionBrief]) -> date:
    """The day before the next show, so that it can tell; today where that is over, a week where none is planned."""
    today, who = show.today(), actor.current()
    if not later:
        return today + timedelta(days=7)
    return max(today, business_day(later[0].planned_start, who.timezone, who.day_start) - timedelta(days=1))


@query(P.RESULT_VIEW)
def causes() -> list[CauseRow]:
    """What a miss may be put down to."""
    return figures.causes()

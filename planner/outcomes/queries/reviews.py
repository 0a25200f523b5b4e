"""Reviews, what waits for them, and open actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from planner.base import actor, db, show
from planner.base.ready import columns_of, ready
from planner.base.verbs import query
from planner.figures import queries as figures
from planner.figures.queries import CauseRow
from planner.figures.rules import USUAL, WATCHED, Standing
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.kernel.spans import business_day
from planner.live import queries as live
from planner.live.queries import LogRow, SessionBrief
from planner.live.rules import FAULTS, LogKind
from planner.outcomes.models import Action, ActionCheck, Finding, Review
from planner.outcomes.queries import results
from planner.outcomes.queries.execution import carried_out, with_execution
from planner.outcomes.queries.results import Judged, ResultPage, ResultRow
from planner.outcomes.rules.reviews import ANSWERS, Decision, Missed, ReviewState, Verdict, may_close
from planner.people.models import User
from planner.plan import queries as plan
from planner.plan.models import Step
from planner.plan.queries import StepRow
from planner.plan.rules import StepState


@dataclass(frozen=True)
class ActionView:
    """An action with its step and one session that verifies it; `check` and `action` hold their tables' columns.

    `instead_of` is the session that should have verified it and was called off.
    """

    check: Any
    action: Any
    step: StepRow | None
    source: SessionBrief | None
    verifies: SessionBrief | None
    instead_of: SessionBrief | None
    signer: str

    @property
    def verdicts(self) -> list[Verdict]:
        """What may be signed: what the program proposes first, each once."""
        first = [self.check.proposed] if self.check.proposed else []
        return [*first, *(one for one in Verdict if one not in first)]


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

    @property
    def faults(self) -> list[LogKind]:
        """What went wrong on air, each kind once: a night that says little about others."""
        return list(dict.fromkeys(entry.kind for entry in self.log if entry.kind in FAULTS))

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


OFFERED = 12
_CHECK, _ACTION = columns_of(ActionCheck), columns_of(Action)
_CHECK_NAMES, _ACTION_NAMES = [c.key for c in _CHECK], [c.key for c in _ACTION]


def _asked() -> Any:
    return (
        select(*_CHECK, *_ACTION, User.name, *plan.STEP_COLUMNS)
        .select_from(ActionCheck)
        .join(Action, Action.id == ActionCheck.action_id)
        .outerjoin(User, User.id == ActionCheck.signed_by)
        .outerjoin(Step, Step.id == Action.step_id)
        .outerjoin(plan.Owner, plan.Owner.id == Step.owner_id)
        .order_by(ActionCheck.id)
    )


@ready
def _around() -> Any:
    return _asked().where(
        (ActionCheck.session_id == bindparam("verifies")) | (Action.session_id == bindparam("reviewed"))
    )


@ready
def _waits() -> Any:
    other, somehow = aliased(ActionCheck), ActionCheck.proposed.is_not(None) | ActionCheck.adrift
    told = exists().where(other.action_id == ActionCheck.action_id, other.adrift.is_(False))
    lost = ActionCheck.adrift.is_(False) | ~told
    return _asked().where(somehow, ActionCheck.verdict.is_(None), lost).limit(bindparam("most"))


@ready
def _review_of() -> Any:
    return select(*columns_of(Review)).where(Review.session_id == bindparam("id"))


@ready
def _findings_of() -> Any:
    asked = select(*columns_of(Finding)).where(Finding.review_id == bindparam("id"))
    return asked.order_by(Finding.beyond.desc(), Finding.id)


def _read(found: Any, *held: SessionBrief) -> list[ActionView]:
    """The rows as actions; sessions that were read before need not be read again."""
    wide, whole = len(_CHECK), len(_CHECK) + len(_ACTION)
    rows = [
        (
            SimpleNamespace(**dict(zip(_CHECK_NAMES, row[:wide], strict=True))),
            SimpleNamespace(**dict(zip(_ACTION_NAMES, row[wide:whole], strict=True))),
            *row[whole:],
        )
        for row in found
    ]
    ids = {row[0].session_id for row in rows} | {row[1].session_id for row in rows}
    ids |= {row[0].was_session_id for row in rows if row[0].was_session_id}
    known = {b.id: b for b in held}
    known |= live.briefs(ids - {*known})
    return [
        ActionView(
            c,
            a,
            plan.step_row(step) if step[0] is not None else None,
            known.get(a.session_id),
            known.get(c.session_id),
            known.get(c.was_session_id),
            name or "",
        )
        for c, a, name, *step in rows
    ]


@query(P.RESULT_VIEW, remember=True)
def actions_around(session_id: int) -> list[ActionView]:
    """The actions that a session verifies, and those its own review decided on."""
    return _read(_around.rows(verifies=session_id, reviewed=session_id))


@query(P.RESULT_VIEW)
def actions_for(session_id: int) -> list[ActionView]:
    """The actions that a session verifies: open ones to know about before air, verdicts to sign after."""
    views = actions_around(session_id)
    return [view for view in views if view.check.session_id == session_id and not view.check.adrift]


def _findings(review: Any) -> list[FindingView]:
    """The findings of a review with what each ended in."""
    if review is None:
        return []
    rows = list(_findings_of.rows(id=review.id))
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
    review = _review_of.first(id=session_id)
    return review, _findings(review)


@query(P.RESULT_VIEW)
def review_page(session_id: int) -> ReviewPage:
    """The review of a session."""
    page = results.result_page(session_id)
    review = _review_of.first(id=session_id)
    causes = figures.causes()
    findings = _findings(review)
    blocked = any(f.blocks for f in findings)
    b = page.session
    later = live.next_briefs(b.channel_id, b.planned_start, 8)
    log, missing, tolerance = live.log(session_id), live.missing_of(b), _tolerance(page)
    return ReviewPage(b, review, page, findings, log, causes, later, blocked, missing, tolerance)


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


@dataclass(frozen=True)
class Waiting:
    """Checks whose figures are there and that nobody has signed, and actions that no session will verify."""

    verdicts: list[ActionView] = field(default_factory=list[ActionView])
    adrift: list[ActionView] = field(default_factory=list[ActionView])


@query(P.RESULT_VIEW)
def waiting(limit: int = 20) -> Waiting:
    """What of the actions waits for a lead."""
    views = _read(_waits.rows(most=limit * 4))
    verdicts = [view for view in views if not view.check.adrift]
    adrift = {view.action.id: view for view in views if view.check.adrift and not _dropped(view.step)}
    return Waiting(verdicts[:limit], list(adrift.values())[:limit])


def _dropped(step: StepRow | None) -> bool:
    return step is not None and step.state is StepState.DROPPED


@query(P.RESULT_VIEW)
def verdicts_due(limit: int = 20) -> list[ActionView]:
    """Checks whose figures are there and that nobody has signed."""
    return waiting(limit).verdicts


@dataclass(frozen=True)
class ActionPage:
    """An action with its checks, and the sessions that could verify it."""

    action: Action
    title: str
    source: SessionBrief
    checks: list[ActionView]
    offered: list[SessionBrief]

    @property
    def chosen(self) -> list[int]:
        """The sessions that are to verify it and have not done so."""
        return [v.check.session_id for v in self.checks if not v.check.adrift and not v.check.verdict]


@ready
def _of_action() -> Any:
    return _asked().where(ActionCheck.action_id == bindparam("id"))


@query(P.RESULT_VIEW)
def action_page(action_id: int) -> ActionPage:
    """Which sessions verify an action, and which others could."""
    action = db.one(Action, action_id)
    source, checks = live.brief(action.session_id), _read(_of_action.rows(id=action_id))
    held = [v.verifies for v in checks if v.verifies and not v.check.verdict and not v.check.adrift]
    coming = live.next_briefs(source.channel_id, max(source.planned_start, clock.now()), OFFERED)
    offered = {b.id: b for b in (*held, *coming)}
    title = next((v.step.title for v in checks if v.step), "")
    return ActionPage(action, title, source, checks, sorted(offered.values(), key=lambda b: b.planned_start))


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
    around = _read(_around.rows(verifies=b.id, reviewed=b.id), b, *later)
    mine = [view for view in around if view.action.finding_id == row.id]
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

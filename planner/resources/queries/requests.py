"""The page of a request: what it buys, who signs, what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, union_all
from sqlalchemy.orm import aliased

from planner.base import actor, db, kinds
from planner.base.ready import ready
from planner.base.verbs import query
from planner.checklists import queries as checklists
from planner.checklists.queries import EmergencyRow
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.people.models import User
from planner.plan.models import Period
from planner.resources.models import (
    ApprovalLevel,
    ApprovalSeat,
    Budget,
    BudgetCategory,
    RequestAct,
    RequestCopy,
    RequestLine,
    RequestQuote,
    ResourceRequest,
)
from planner.resources.queries import afterwards, budgets, seen, signers, verdicts, waiting
from planner.resources.queries.afterwards import CARRIED, Addition, After
from planner.resources.queries.days import day_of
from planner.resources.queries.reading import readable
from planner.resources.queries.renewals import Again, renewal_of
from planner.resources.rules import (
    DECIDABLE,
    EDITABLE,
    NUDGE_AGAIN,
    Act,
    Kind,
    LevelState,
    Origin,
    SeatState,
    Standing,
    State,
    in_capitals,
)
from planner.resources.words import category_name, level_name


@dataclass(frozen=True)
class SeatRow:
    """A signature as the page shows it."""

    user_id: int
    name: str
    state: SeatState
    by: str
    """Who signed, where it was somebody else."""
    at: datetime | None
    note: str
    origin: Origin = Origin.POLICY


@dataclass(frozen=True)
class LevelRow:
    """A level on the way, and whose turn it is there."""

    id: int
    name: str
    state: LevelState
    needed: int
    seats: list[SeatRow]
    since: datetime | None
    stuck: bool
    covered_by: str = ""


@dataclass(frozen=True)
class ActRow:
    """A row of the trail."""

    at: datetime
    act: Act
    by: str
    for_name: str
    to_name: str
    level: str
    note: str
    amount: int
    round: int


@dataclass(frozen=True)
class CameBack:
    """Who returned a request (for whom, where they stood in), when and why."""

    by: str
    for_name: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Similar:
    """An earlier request for the same kind of thing: what it cost, and what came of it."""

    id: int
    number: int
    title: str
    state: State
    total: int
    at: datetime | None


@dataclass(frozen=True)
class Page:
    """All that the page of a request shows. `digest` is what an approver has before their eyes; `turn` is whether the
    actor may decide now, and for whom they would."""

    row: ResourceRequest
    names: dict[int, str]
    category: str
    lines: list[RequestLine]
    quotes: list[RequestQuote]
    levels: list[LevelRow]
    acts: list[ActRow]
    standing: Standing | None
    own: Standing
    digest: str
    turn: bool
    on_behalf: str
    barred: bool
    mine: bool
    copies: list[str]
    similar: list[Similar]
    titles: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    after: After | None = None
    follows: Addition | None = None
    past: verdicts.History = verdicts.NOTHING
    incident: EmergencyRow | None = None
    renewals: tuple[Again | None, Again | None] = (None, None)
    """Which request this one renews, and which renews it."""
    period: str = ""
    """The period of the budget it is paid from, or would be."""
    budget_id: int | None = None
    """That budget."""

    @property
    def capitals(self) -> str:
        """The amount in the capitals of vouchers."""
        return in_capitals(self.row.total)

    @property
    def asked(self) -> list[str]:
        """Whose answer it waits for now."""
        active = [level for level in self.levels if level.state is LevelState.ACTIVE]
        return [seat.name for level in active for seat in level.seats if seat.state is SeatState.ASKED]

    @property
    def others_asked(self) -> bool:
        """Whether it waits for anybody but the reader, who can't be asked for an answer by themselves."""
        me = actor.current().user_id
        active = [level for level in self.levels if level.state is LevelState.ACTIVE]
        return any(seat.state is SeatState.ASKED and seat.user_id != me for level in active for seat in level.seats)

    @property
    def nudge_from(self) -> datetime | None:
        """From when on they can be asked for an answer once more; None where that is now."""
        last = max((act.at for act in self.acts if act.act is Act.NUDGE), default=None)
        return last + NUDGE_AGAIN if last is not None and clock.now() < last + NUDGE_AGAIN else None

    @property
    def came_back(self) -> CameBack | None:
        """Who returned it last, when and why, while it waits to be changed."""
        given = [act for act in self.acts if act.act is Act.GIVE_BACK]
        if self.row.state is not State.RETURNED or not given:
            return None
        return CameBack(given[-1].by, given[-1].for_name, given[-1].at, given[-1].note)

    @property
    def decided(self) -> bool:
        """Whether anybody has signed this round."""
        return any(seat.state is SeatState.APPROVED for level in self.levels for seat in level.seats)


@query(P.REQUEST_VIEW, remember=True)
def one_request(request_id: int) -> ResourceRequest:
    """A request that may be read."""
    row = db.one(ResourceRequest, request_id)
    if not readable(row):
        raise NotFound()
    return row


@query(P.REQUEST_VIEW)
def came_back(row: ResourceRequest) -> CameBack | None:
    """The same of a request that is being changed, in one statement; nothing is asked of one in another state."""
    if row.state is not State.RETURNED:
        return None
    instead, mine = aliased(User), (RequestAct.request_id == row.id, RequestAct.act == Act.GIVE_BACK)
    asked = select(User.name, instead.name, RequestAct.created_at, RequestAct.note).select_from(RequestAct)
    asked = asked.outerjoin(User, User.id == RequestAct.created_by).outerjoin(
        instead, instead.id == RequestAct.for_user
    )
    last = db.session().execute(asked.where(*mine).order_by(RequestAct.id.desc()).limit(1)).first()
    return CameBack(last[0] or "", last[1] or "", last[2], last[3] or "") if last is not None else None


@ready
def _seats() -> Any:
    seat = ApprovalSeat
    columns = (seat.level_id, seat.user_id, seat.state, seat.acted_by, seat.acted_at, seat.note, seat.origin)
    mine = (seat.request_id == bindparam("id"), seat.round == bindparam("round"))
    return select(*columns).where(*mine).order_by(seat.id)


def _levels(row: ResourceRequest, names: dict[int, str]) -> list[LevelRow]:
    mine = (ApprovalLevel.request_id == row.id, ApprovalLevel.round == row.round)
    rows = list(db.session().scalars(select(ApprovalLevel).where(*mine).order_by(ApprovalLevel.place)))
    seats: dict[int, list[SeatRow]] = {}
    for level_id, user_id, state, acted_by, at, note, origin in _seats.rows(id=row.id, round=row.round):
        other = names.get(acted_by, "") if acted_by not in (None, user_id) else ""
        told = SeatRow(user_id, names.get(user_id, ""), state, other, at, note, origin)
        seats.setdefault(level_id, []).append(told)
    by_place = {level.place: level_name(level.name) for level in rows}
    return [
        LevelRow(
            level.id, level_name(level.name), level.state, level.needed, seats.get(level.id, []), level.active_at,
            level.state is LevelState.ACTIVE and level.escalated_at is not None,
            by_place.get(level.covered_by or 0, ""),
        )
        for level in rows
    ]  # fmt: skip


FACTS = (Act.ORDER, Act.RECEIVE, Act.PAY, Act.CLOSE, Act.REVERSE)
"""Shown with what they were about: `queries.after`."""


def _acts(row: ResourceRequest, names: dict[int, str]) -> list[ActRow]:
    mine = (RequestAct.request_id == row.id, RequestAct.act.not_in(FACTS))
    asked = select(RequestAct).where(*mine).order_by(RequestAct.id)
    return [
        ActRow(
            act.created_at, act.act, names.get(act.created_by or 0, ""), names.get(act.for_user or 0, ""),
            names.get(act.to_user or 0, ""), level_name(act.level) if act.level else "", act.note or "", act.amount,
            act.round,
        )
        for act in db.session().scalars(asked)
    ]  # fmt: skip


@ready
def _people() -> Any:
    own = bindparam("id")
    mine = select(ApprovalSeat.user_id).where(ApprovalSeat.request_id == own)
    acted = select(RequestAct.created_by).where(RequestAct.request_id == own)
    given = select(RequestAct.to_user).where(RequestAct.request_id == own)
    stood = select(RequestAct.for_user).where(RequestAct.request_id == own)
    copied = select(RequestCopy.user_id).where(RequestCopy.request_id == own)
    ids = mine.union(acted, given, stood, copied)
    return select(User.id, User.name).where(or_(User.id.in_(ids), User.id.in_(bindparam("own", expanding=True))))


def _everybody(row: ResourceRequest) -> dict[int, str]:
    """The names of all who have to do with it, in one statement."""
    own = [each for each in (row.requester_id, row.payee_id) if each is not None]
    return {user_id: name for user_id, name in _people.rows(id=row.id, own=own)}


SIMILAR = 3


@ready
def _likes() -> Any:
    r, other = ResourceRequest, aliased(ResourceRequest)
    undecided = [state for state in State if state not in (State.APPROVED, State.CLOSED, State.REFUSED)]
    like = select(other.id).where(other.category_id == bindparam("category"), other.id != bindparam("id"))
    like = like.where(other.state.not_in(undecided)).order_by(other.id.desc()).limit(SIMILAR)
    same = like.where(other.title == bindparam("title"))
    ids = union_all(select(same.subquery().c.id), select(like.subquery().c.id))
    asked = select(r.id, r.number, r.title, r.state, r.total, r.decided_at).where(r.id.in_(ids))
    return asked.order_by(r.id.desc())


def _similar(row: ResourceRequest) -> list[Similar]:
    """The last requests of the same category that were decided, those of the same title first."""
    if row.category_id is None:
        return []
    found = [Similar(*told) for told in _likes.rows(id=row.id, category=row.category_id, title=row.title)]
    return sorted(found, key=lambda each: each.title != row.title)[:SIMILAR]


def _after(row: ResourceRequest, own: Standing) -> After | None:
    """What happened since it was approved; what an envelope spends comes from results instead."""
    return afterwards.after_of(row, own) if row.state in CARRIED and row.kind is not Kind.ENVELOPE else None


def _past(row: ResourceRequest) -> verdicts.History:
    supplier = "" if row.payee_id is not None else row.payee
    return verdicts.histories([(row.id, supplier, row.category_id)]).get(row.id, verdicts.NOTHING)


def _incident(row: ResourceRequest) -> EmergencyRow | None:
    named = row.incident_id is not None and actor.current().may(P.CHECKLIST_VIEW)
    return checklists.one_emergency(row.incident_id or 0) if named else None


def _paid_from(row: ResourceRequest) -> tuple[Budget | None, str]:
    """The budget it is reserved in, with the name of the period; while it is written, the one it would be."""
    if row.budget_id is not None and row.state not in EDITABLE:
        return budgets.named_budget(row.budget_id)
    return budgets.named_budget_for(row.category_id, day_of(row)) if row.category_id is not None else (None, "")


@query(P.REQUEST_VIEW)
def page_of(request_id: int) -> Page:
    """All that the page of a request shows."""
    row = one_request(request_id)
    me = actor.current().user_id or 0
    names = _everybody(row)
    levels = _levels(row, names)
    now = seen.digest_of(row)
    whom = waiting.whose_turns() if row.state in DECIDABLE else (me,)
    active = [seat for level in levels if level.state is LevelState.ACTIVE for seat in level.seats]
    asked = [seat for seat in active if seat.state is SeatState.ASKED and seat.user_id in whom]
    barred = me in {row.requester_id, row.created_by, row.payee_id}
    turn = row.state in DECIDABLE and bool(asked) and not barred and actor.current().may(P.REQUEST_DECIDE)
    behalf = "" if not turn or any(seat.user_id == me for seat in asked) else asked[0].name
    budget, period = _paid_from(row)
    copied = select(RequestCopy.user_id).where(RequestCopy.request_id == row.id).order_by(RequestCopy.id)
    pairs = {
        (kind, row_id)
        for kind, row_id in (("goal", row.goal_id), ("session", row.session_id), ("step", row.step_id))
        if row_id is not None
    }
    called = budgets.category_names({row.category_id}) if row.category_id else {}
    own = budgets.of_request(row.id)
    return Page(
        row, names, called.get(row.category_id or 0, ""), seen.lines_of(row.id), seen.quotes_of(row.id), levels,
        _acts(row, names), budget.standing if budget is not None else None, own, now, turn,
        behalf, barred, row.requester_id == me, [names.get(user_id, "") for user_id in db.session().scalars(copied)],
        _similar(row), kinds.titles(pairs), _after(row, own), afterwards.followed(row), _past(row), _incident(row),
        renewal_of(row), period, budget.id if budget is not None else None,
    )  # fmt: skip


@query(P.REQUEST_VIEW)
def total_of(request_ids: list[int]) -> int:
    """What requests ask for together, in minor units; what is cancelled asks for nothing."""
    free = (State.DRAFT, State.CANCELLING, State.CANCELLED)
    mine = (ResourceRequest.id.in_(request_ids), ResourceRequest.state.not_in(free))
    return int(db.session().scalar(select(func.sum(ResourceRequest.total)).where(*mine)) or 0)


@query(P.REQUEST_VIEW)
def paid_from(request_id: int) -> tuple[int, str] | None:
    """The budget a request was handed in to last, by its id and its category and period; None where it had none."""
    mine = ResourceRequest.id == request_id
    asked = (
        select(Budget.id, BudgetCategory.key, BudgetCategory.name, Period.name)
        .join(ResourceRequest, ResourceRequest.budget_id == Budget.id)
        .join(BudgetCategory, BudgetCategory.id == Budget.category_id)
        .join(Period, Period.id == Budget.period_id)
    )
    found = db.session().execute(asked.where(mine)).first()
    return (found[0], f"{category_name(found[1], found[2])} · {found[3]}") if found else None


@dataclass(frozen=True)
class Head:
    """What stands above a form about a request."""

    row: ResourceRequest
    requester: str
    digest: str


@query(P.REQUEST_VIEW)
def head_of(request_id: int) -> Head:
    """The request a form is about, with the digest of what is seen."""
    row = one_request(request_id)
    return Head(row, people.names([row.requester_id]).get(row.requester_id, ""), seen.digest_of(row))


@query(P.REQUEST_VIEW)
def signers_to_choose(request_id: int) -> list[tuple[int, str]]:
    """Who can be asked to sign besides: the team, without whoever may not."""
    row = one_request(request_id)
    out = {row.requester_id, row.created_by, row.payee_id}
    here = [user_id for user_id in signers.present() if user_id not in out]
    names = people.names(here)
    return sorted(((user_id, names.get(user_id, "")) for user_id in here), key=lambda pair: pair[1])

"""Requests in lists, by tabs: what waits for me, what I asked for, what I decided, what was copied to me."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from planner.base import actor, db, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P, Role
from planner.live.models import LiveSession
from planner.people.models import User
from planner.plan.models import Goal
from planner.resources.models import (
    ApprovalLevel,
    ApprovalSeat,
    Budget,
    RequestAct,
    RequestCopy,
    ResourceRequest,
)
from planner.resources.queries import budgets, verdicts
from planner.resources.queries.finding import holding
from planner.resources.queries.nexts import nexts
from planner.resources.queries.reading import readable_by
from planner.resources.queries.waiting import by_need, is_waiting, waiting_count
from planner.resources.rules import DECIDABLE, Act, Kind, LevelState, Next, SeatState, Standing, State


class Tab(StrEnum):
    """Which requests a list shows."""

    WAITING = "waiting"
    """待我审批."""
    MINE = "mine"
    """我发起的."""
    CARRY = "carry"
    """待执行: approved, to be ordered, received and paid; one's own, a lead's all of them."""
    DONE = "done"
    """已处理."""
    COPIED = "copied"
    """抄送我的."""
    WORTH = "worth"
    """待评价: approved, has had time to show, and nobody has said whether it was worth it."""
    ALL = "all"


A_PAGE, QUEUE = 50, 30
"""So many rows a page has; of what waits fewer, as each tells more."""


@dataclass(frozen=True)
class RequestRow:
    """A request in a list."""

    id: int
    number: int
    title: str
    kind: Kind
    state: State
    total: int
    requester_id: int
    requester: str
    category: str
    waits_since: datetime | None
    needed_by: date | None
    seen: str
    over_budget: bool
    budget_id: int | None
    version: int
    waits_for: tuple[str, ...] = ()
    standing: Standing | None = None
    purpose: str = ""
    on_behalf: str = ""
    past: verdicts.History = verdicts.NOTHING
    metric: str = ""
    effect: Decimal | None = None
    gates: bool = False
    serves: tuple[tuple[str, int, str], ...] = ()
    """What it serves, by kind, id and title."""
    next: Next | None = None
    """What is to be done next, where it is to be carried out."""

    @property
    def after(self) -> int | None:
        """What its budget would have left, in minor units; a cancellation takes nothing."""
        if self.standing is None:
            return None
        return self.standing.available - (self.total if self.state is State.PENDING else 0)

    @property
    def crowded(self) -> int:
        """How much its budget would lack if all that waits was approved, where it holds this one."""
        holds = self.standing is not None and self.state is State.PENDING and (self.after or 0) >= 0
        return max(0, -self.standing.free) if self.standing is not None and holds else 0


@dataclass(frozen=True)
class RequestList:
    """A page of a tab; `waiting` is how many wait for me, `before` leads to older ones, `skip` to less urgent ones."""

    tab: Tab
    rows: list[RequestRow]
    waiting: int
    before: int | None = None
    skip: int | None = None
    state: State | None = None
    words: str = ""
    """What the reader looks for."""


def _columns() -> tuple[Any, ...]:
    r = ResourceRequest
    return (
        r.id, r.number, r.title, r.kind, r.state, r.total, r.requester_id, User.name, r.category_id, r.waits_since,
        r.needed_by, r.seen, r.over_budget, r.budget_id, r.version, r.purpose, r.payee, r.payee_id, r.metric, r.effect,
        r.gates, Goal.title, r.goal_id, LiveSession.theme, r.session_id, LiveSession.planned_start,
    )  # fmt: skip


def _of_tab(tab: Tab, me: int) -> Any:
    if tab is Tab.WAITING:
        return is_waiting(me, show.today())
    if tab is Tab.MINE:
        return ResourceRequest.requester_id == me
    if tab is Tab.CARRY:
        own = () if may_see_all() else (ResourceRequest.requester_id == me,)
        return and_(ResourceRequest.state == State.APPROVED, ResourceRequest.follows_id.is_(None), *own)
    if tab is Tab.WORTH:
        due = verdicts.waits_for_verdict()
        return due if actor.current().may(P.BUDGET_VIEW) else and_(due, ResourceRequest.requester_id == me)
    return ResourceRequest.state != State.DRAFT


def readable_in(state: State | None) -> list[Any]:
    """What the reader may see, of one state where that is said: a draft is its writer's alone."""
    me = actor.current().user_id or 0
    held = [readable_by(me), db.alive(ResourceRequest)]
    return held if state is None else [*held, ResourceRequest.state == state]


DECIDED = (Act.APPROVE, Act.REFUSE, Act.GIVE_BACK, Act.TRANSFER, Act.ADD_AFTER, Act.ADD_BEFORE, Act.KEEP)


def _with_my_act(asked: Any, me: int) -> tuple[Any, Any]:
    """Of everything somebody decided the last act on each request, read in the order of the requests."""
    act, later = RequestAct, aliased(RequestAct)
    again = select(later.id).where(
        later.created_by == me, later.request_id == act.request_id, later.id > act.id, later.act.in_(DECIDED)
    )
    mine = (act.created_by == me, act.act.in_(DECIDED), ~again.exists())
    return act.request_id, asked.join(act, act.request_id == ResourceRequest.id).where(*mine)


def _with_my_copy(asked: Any, me: int) -> tuple[Any, Any]:
    mine = RequestCopy.user_id == me
    return RequestCopy.request_id, asked.join(RequestCopy, RequestCopy.request_id == ResourceRequest.id).where(mine)


BESIDE = {Tab.DONE: _with_my_act, Tab.COPIED: _with_my_copy}
"""Tabs that are read along the rows of another table, so that a page costs the same however long the list is."""


def conditions(tab: Tab, state: State | None = None, words: str = "") -> list[Any]:
    """All that is in a tab, in this state, and holds these words."""
    me, narrowed = actor.current().user_id or 0, [*readable_in(state), *holding(words)]
    if tab not in BESIDE:
        return [_of_tab(tab, me), *narrowed]
    _by, beside = BESIDE[tab](select(ResourceRequest.id), me)
    return [ResourceRequest.id.in_(beside), *narrowed]


@query(P.REQUEST_VIEW)
def request_list(
    tab: Tab, before: int | None = None, state: State | None = None, skip: int = 0, words: str = ""
) -> RequestList:
    """A page of a tab. What waits for me comes by need: the earliest day first; the others the latest first."""
    me = actor.current().user_id or 0
    if tab is Tab.WAITING:
        return _queue(me, state, skip, words)
    asked, by = _listed().where(*readable_in(state), *holding(words)), ResourceRequest.id
    if tab in BESIDE:
        by, asked = BESIDE[tab](asked, me)
    else:
        asked = asked.where(_of_tab(tab, me))
    if before is not None:
        asked = asked.where(by < before)
    found: list[Any] = list(db.session().execute(asked.order_by(by.desc()).limit(A_PAGE + 1)))
    shown = found[:A_PAGE]
    rows = _rows(shown, False)
    if tab is Tab.CARRY:
        coming = nexts([row.id for row in rows])
        rows = [replace(row, next=coming.get(row.id)) for row in rows]
    return RequestList(
        tab, rows, waiting_count(), shown[-1][0] if len(found) > len(shown) else None,
        state=state, words=words,
    )  # fmt: skip


def _listed() -> Any:
    return (
        select(*_columns())
        .join(User, User.id == ResourceRequest.requester_id)
        .outerjoin(Goal, (Goal.id == ResourceRequest.goal_id) & db.alive(Goal))
        .outerjoin(LiveSession, (LiveSession.id == ResourceRequest.session_id) & db.alive(LiveSession))
    )


@ready
def _by_need() -> Any:
    asked = _listed().where(is_waiting(bindparam("me"), bindparam("today")))
    return asked.order_by(*by_need()).offset(bindparam("skip")).limit(bindparam("most"))


def _queue(me: int, state: State | None, skip: int, words: str) -> RequestList:
    """By need, so many a page: what is decided makes room for what comes next."""
    today = show.today()
    if state is None and not words:
        found = list[Any](_by_need.rows(me=me, today=today, skip=skip, most=QUEUE + 1))
    else:
        narrowed = (*readable_in(state), *holding(words))
        asked = _listed().where(is_waiting(me, today), *narrowed).order_by(*by_need())
        found = list[Any](db.session().execute(asked.offset(skip).limit(QUEUE + 1)))
    rest, shown = len(found) > QUEUE, found[:QUEUE]
    waiting = waiting_count() if rest or skip or words or state else len(found)
    more = skip + QUEUE if rest else None
    return RequestList(Tab.WAITING, _rows(shown, True), waiting, skip=more, state=state, words=words)


def _rows(found: list[Any], with_past: bool) -> list[RequestRow]:
    behind = [(row[0], "" if row[17] is not None else row[16], row[8]) for row in found] if with_past else []
    past = verdicts.histories(behind)
    called = budgets.category_names({row[8] for row in found if row[8] is not None})
    pending = [row[0] for row in found if row[4] in DECIDABLE]
    asked = {} if with_past else asked_names(pending)
    held = db.some(Budget, {row[13] for row in found if row[13] is not None})
    make: Any = RequestRow
    return [
        make(
            *row[:8], called.get(row[8], ""), *row[9:15], tuple(asked.get(row[0], ())),
            held[row[13]].standing if row[13] in held else None, row[15],
            past=past.get(row[0], verdicts.NOTHING), metric=row[18], effect=row[19], gates=row[20], serves=_serves(row),
        )
        for row in found
    ]  # fmt: skip


def _serves(row: Any) -> tuple[tuple[str, int, str], ...]:
    goal, goal_id, theme, session_id, start = row[21:26]
    found = [("goal", goal_id, goal)] if goal else []
    if theme:
        found.append(("session", session_id, f"{show.day(start)} {theme}"))
    return tuple(found)


def asked_names(request_ids: list[int]) -> dict[int, list[str]]:
    """Whose answer requests wait for."""
    if not request_ids:
        return {}
    asked = (
        select(ApprovalSeat.id, ApprovalSeat.request_id, User.name)
        .join(ApprovalLevel, ApprovalLevel.id == ApprovalSeat.level_id)
        .join(User, User.id == ApprovalSeat.user_id)
        .where(
            ApprovalSeat.request_id.in_(request_ids),
            ApprovalSeat.state == SeatState.ASKED,
            ApprovalLevel.state == LevelState.ACTIVE,
        )
    )  # sorted here: asked for in order, SQLite would go through all seats
    found: dict[int, list[str]] = {}
    rows: Any = db.session().execute(asked)
    for _id, request_id, name in sorted(tuple(row) for row in rows):
        found.setdefault(request_id, []).append(name)
    return found


@query(P.REQUEST_VIEW)
def being_decided() -> list[int]:
    """The requests that wait for anybody's decision."""
    asked = select(ResourceRequest.id).where(ResourceRequest.state.in_(list(DECIDABLE)), db.alive(ResourceRequest))
    return list(db.session().scalars(asked.order_by(ResourceRequest.id)))


def may_see_all() -> bool:
    """Whether the tab with all of the team's requests is shown."""
    return actor.current().role in (Role.LEAD, Role.MANAGER)


@dataclass(frozen=True)
class FoundRequest:
    """A request that somebody looked for; its total in minor units."""

    id: int
    number: int
    title: str
    state: State
    total: int


@query(P.REQUEST_VIEW)
def find_requests(words: str, most: int) -> list[FoundRequest]:
    """The latest requests that the reader may see and that hold the words."""
    r = ResourceRequest
    asked = select(r.id, r.number, r.title, r.state, r.total).where(*readable_in(None), *holding(words))
    rows: Any = db.session().execute(asked.order_by(r.id.desc()).limit(most))
    return [FoundRequest(*row) for row in rows]

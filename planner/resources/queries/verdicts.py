"""What was said of a spending afterwards, what still waits for a word, and what the last such spending brought."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Text, and_, bindparam, case, cast, func, null, or_, select, union_all
from sqlalchemy.orm import aliased

from planner.base import actor, db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import business_day, day_span
from planner.live.models import LiveSession
from planner.live.rules import AFTER_AIR
from planner.people.models import User
from planner.resources.models import LedgerEntry, RequestEvent, RequestVerdict, ResourceRequest
from planner.resources.rules import (
    JUDGE_AFTER_DAYS,
    JUDGE_AFTER_SESSIONS,
    JUDGED,
    Entry,
    Fact,
    Kind,
    State,
    Worth,
)


@dataclass(frozen=True)
class VerdictRow:
    """What somebody said: `before` and `after` are what was measured then, in the unit of the request's metric."""

    id: int
    user_id: int
    name: str
    worth: Worth
    words: str
    at: datetime
    before: Decimal | None
    after: Decimal | None
    sessions_before: int
    sessions_after: int
    version: int


@dataclass(frozen=True)
class Since:
    """From when on a spending can show, on which channel (None: any), and what was said of it."""

    at: datetime
    channel_id: int | None
    verdicts: list[VerdictRow]


@ready
def _since() -> Any:
    v, entry = RequestVerdict, LedgerEntry
    spent = select(func.min(entry.created_at)).where(entry.request_id == bindparam("id"), entry.kind == Entry.SPEND)
    return (
        select(
            ResourceRequest.decided_at, LiveSession.channel_id, LiveSession.planned_start, spent.scalar_subquery(),
            v.id, v.user_id, User.name, v.worth, v.words, v.said_at, v.before, v.after, v.sessions_before,
            v.sessions_after, v.version,
        )
        .select_from(ResourceRequest)
        .outerjoin(LiveSession, LiveSession.id == ResourceRequest.session_id)
        .outerjoin(v, v.request_id == ResourceRequest.id)
        .outerjoin(User, User.id == v.user_id)
        .where(ResourceRequest.id == bindparam("id"))
        .order_by(v.id)
    )  # fmt: skip


@query(P.REQUEST_VIEW)
def since_when(row: ResourceRequest) -> Since | None:
    """When a spending took effect: the day it was spent on where it was asked for afterwards, its session's start where
    it is for one, else the business day of the first payment, else of the approval. None while nothing was approved."""
    if row.state not in JUDGED:
        return None
    found = _since.rows(id=row.id)
    decided, channel_id, start, paid = found[0][:4]
    who = actor.current()
    if row.kind is Kind.AFTERWARDS and row.spent_on is not None:
        at = day_span(row.spent_on, who.timezone, who.day_start).start
    elif row.kind is Kind.PER_SESSION and start is not None:
        at = start
    else:
        day = business_day(paid or decided or row.created_at, who.timezone, who.day_start)
        at = day_span(day, who.timezone, who.day_start).start
    return Since(at, channel_id, [VerdictRow(*told[4:]) for told in found if told[4] is not None])


def may_judge(row: ResourceRequest) -> bool:
    """Whoever asked for it, and whoever looks after budgets, says whether it was worth it."""
    who = actor.current()
    return who.may(P.REQUEST_MAKE) and (row.requester_id == who.user_id or who.may(P.BUDGET_VIEW))


def waits_for_verdict() -> Any:
    """The condition of requests that had time to show and of which nobody has said anything: so many sessions were on
    air since they were approved, on the channel of theirs where they name one, or so many days have passed."""
    now, own = clock.now(), aliased(LiveSession)
    channel = select(own.channel_id).where(own.id == ResourceRequest.session_id)
    channel = channel.correlate(ResourceRequest).scalar_subquery()
    shows = (
        select(func.count(LiveSession.id))
        .where(
            LiveSession.planned_start >= ResourceRequest.decided_at,
            LiveSession.state.in_(list(AFTER_AIR)),
            db.alive(LiveSession),
            or_(ResourceRequest.session_id.is_(None), LiveSession.channel_id == channel),
        )
        .correlate(ResourceRequest)
        .scalar_subquery()
    )
    said = select(RequestVerdict.id).where(RequestVerdict.request_id == ResourceRequest.id)
    return and_(
        ResourceRequest.state.not_in([state for state in State if state not in JUDGED]),
        ~said.exists(),
        or_(
            ResourceRequest.decided_at < now - timedelta(days=JUDGE_AFTER_DAYS),
            and_(ResourceRequest.metric != "", shows >= JUDGE_AFTER_SESSIONS),
        ),
    )


@dataclass(frozen=True)
class Last:
    """An earlier request. `worth` is what was said of it last, None where nobody has said anything."""

    id: int
    title: str
    total: int
    at: datetime | None
    metric: str
    worth: Worth | None
    words: str
    before: Decimal | None
    after: Decimal | None
    sessions_after: int


COUNTED = 50
"""So many of the latest requests to a supplier, or of a category, are looked at."""


@dataclass(frozen=True)
class History:
    """What an approver wants to know of the past: what this supplier was asked for and paid, minor units, and what the
    last spending of the category that somebody judged has brought. Of `COUNTED` approved requests at most."""

    approved: int = 0
    """How many requests were approved, paid or not."""
    promised: int = 0
    """What these come to."""
    payments: tuple[tuple[date, int], ...] = ()
    """What was paid, by day, the latest first; what was taken back is none of it."""
    last: Last | None = None
    brought: Last | None = None

    @property
    def paid(self) -> int:
        """What was paid in all."""
        return sum(amount for _day, amount in self.payments)

    @property
    def days(self) -> list[date]:
        """The last days on which something was paid."""
        return list(dict.fromkeys(day for day, _amount in self.payments))[:DAYS_SHOWN]

    @property
    def more(self) -> bool:
        """Whether there were more requests than are counted."""
        return self.approved >= COUNTED


DAYS_SHOWN = 3


NOTHING = History()
"""Nobody was paid before, and nothing like it was judged."""


@query(P.REQUEST_VIEW)
def histories(asked: Iterable[tuple[int, str, int | None]]) -> dict[int, History]:
    """The history behind requests, given by id, supplier and category: one statement, however many there are."""
    wanted = list(asked)
    payees = {payee for _id, payee, _category in wanted if payee}
    categories = {category for _id, _payee, category in wanted if category is not None}
    if not payees and not categories:
        return {}
    ids = [row_id for row_id, _payee, _category in wanted]
    by_payee: dict[str, tuple[int, int, tuple[tuple[date, int], ...], Last]] = {}
    by_category: dict[int, Last] = {}
    made: Any = Last
    for *told, payee, category_id, before in _histories.rows(ids=ids, but=ids if len(ids) == 1 else [0]):
        last = made(*told[:6], told[6] or "", told[7], told[8], told[9] or 0)
        if category_id is None:
            by_payee[payee] = (*_with_supplier(before), last)
        else:
            by_category[category_id] = last
    nothing = (0, 0, (), None)
    return {
        row_id: History(*by_payee.get(payee, nothing), by_category.get(category or 0))
        for row_id, payee, category in wanted
    }


def _with_supplier(told: str) -> tuple[int, int, tuple[tuple[date, int], ...]]:
    """Requests, what they come to, and the payments, the latest first: out of the words of the statement."""
    totals, payments = dict[str, int](), list[tuple[date, int]]()
    for each in told.split(","):
        request_id, total, day, amount = each.split("/")
        totals[request_id] = int(total)
        if day:
            payments.append((date.fromisoformat(day[:10]), int(amount)))
    return len(totals), sum(totals.values()), tuple(sorted(payments, reverse=True))


@ready
def _histories() -> Any:
    groups = _groups().subquery()
    row, v = aliased(ResourceRequest), aliased(RequestVerdict)
    newest = select(func.max(RequestVerdict.id)).where(RequestVerdict.request_id == row.id).correlate(row)
    columns = (
        row.id, row.title, row.total, row.decided_at, row.metric, v.worth, v.words, v.before, v.after, v.sessions_after,
    )  # fmt: skip
    return (
        select(*columns, groups.c.payee, groups.c.category_id, groups.c.before)
        .select_from(groups)
        .join(row, row.id == groups.c.last_id)
        .outerjoin(v, v.id == newest.scalar_subquery())
    )


def _groups() -> Any:
    """By supplier its requests and payments as words, and the last request; by category the last that was judged. Each
    looks once at so many of the latest only, so it costs the same however many there are. A request and what asks for
    more money for it are no past of theirs."""
    ids, but = bindparam("ids", expanding=True), bindparam("but", expanding=True)
    w, r = aliased(ResourceRequest), aliased(ResourceRequest)
    named = select(w.payee.label("payee")).where(w.id.in_(ids), w.payee != "", w.payee_id.is_(None))
    named = named.distinct().subquery()
    kinds = select(w.category_id.label("id")).where(w.id.in_(ids), w.category_id.is_not(None)).distinct().subquery()

    def latest(group: Any, *mine: Any, most: int = COUNTED) -> Any:
        own = or_(r.follows_id.is_(None), r.follows_id.not_in(but))
        others = (r.state.in_(list(JUDGED)), db.alive(r), r.id.not_in(but), own)
        found = select(r.id, r.total, r.kind, r.spent_on).where(*mine, *others).order_by(r.id.desc()).limit(most)
        return found.correlate(group).subquery()

    supplier = (r.payee == named.c.payee, r.payee_id.is_(None))
    paid, last = latest(named, *supplier), latest(named, *supplier, most=1)
    spent = latest(kinds, r.category_id == kinds.c.id)
    said = select(RequestVerdict.id).where(RequestVerdict.request_id == spent.c.id)
    judged = select(func.max(spent.c.id)).where(said.exists()).correlate(kinds)
    fact, back = aliased(RequestEvent), aliased(RequestEvent)
    stands = ~select(back.id).where(back.reverses_id == fact.id).exists()
    afterwards = paid.c.kind == Kind.AFTERWARDS
    day = case((afterwards, cast(paid.c.spent_on, Text())), else_=cast(fact.day, Text()))
    amount = case((afterwards, paid.c.total), else_=fact.amount)
    parts = [cast(each, Text()) for each in (paid.c.id, paid.c.total)]
    parts += [func.coalesce(each, "") for each in (day, cast(amount, Text()))]
    before = (
        select(func.aggregate_strings(functools.reduce(lambda one, more: one.concat("/").concat(more), parts), ","))
        .select_from(paid)
        .outerjoin(fact, and_(fact.request_id == paid.c.id, fact.fact == Fact.PAY, stands))
        .correlate(named)
        .scalar_subquery()
    )
    suppliers = select(
        named.c.payee.label("payee"), cast(null(), w.category_id.type).label("category_id"), before.label("before"),
        select(last.c.id).correlate(named).scalar_subquery().label("last_id"),
    )  # fmt: skip
    likes = select(
        cast(null(), Text()).label("payee"), kinds.c.id.label("category_id"), cast(null(), Text()).label("before"),
        judged.scalar_subquery().label("last_id"),
    )  # fmt: skip
    return union_all(suppliers, likes)

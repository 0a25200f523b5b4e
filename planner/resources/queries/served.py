"""What the money of a period served: by goal and by session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, true

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import LiveSession
from planner.plan import queries as plan
from planner.plan.models import Goal
from planner.resources.models import Budget, Envelope, EnvelopeSum, LedgerEntry, ResourceRequest
from planner.resources.rules import Kind, State


class By(StrEnum):
    """What sums are told by."""

    GOAL = "goal"
    SESSION = "session"


@dataclass(frozen=True)
class ServedRow:
    """Sums in minor units for one goal or session; `id` is None for what serves none. `asked` is what was handed in,
    whatever became of it; `committed` and `spent` are what the ledger comes to now."""

    id: int | None
    title: str
    requests: int
    asked: int
    committed: int
    spent: int


@dataclass(frozen=True)
class Served:
    """The rows of a period, the dearest first, what serves nothing last; and their total."""

    period: Any
    periods: list[Any]
    by: By
    rows: list[ServedRow]
    total: ServedRow


HANDED_IN = (State.PENDING, State.APPROVED, State.CANCELLING, State.CANCELLED, State.CLOSED, State.REFUSED)


@query(P.BUDGET_VIEW)
def served(period_id: int, by: By) -> Served:
    """By goal or by session of the requests that are paid from the period's budgets. An entry that names a session
    itself counts for that one; what an envelope holds for a session counts for it too."""
    chosen = plan.period(period_id)
    r, entry = ResourceRequest, LedgerEntry
    key = r.goal_id if by is By.GOAL else r.session_id
    moved = r.goal_id if by is By.GOAL else func.coalesce(entry.session_id, r.session_id)
    shared = r.kind == Kind.ENVELOPE
    budgets = select(Budget.id).where(Budget.period_id == chosen.id)
    asked = (
        select(key, func.count(r.id), func.sum(r.total))
        .where(r.budget_id.in_(budgets), r.state.in_(HANDED_IN), db.alive(r))
        .group_by(key)
    )
    booked = (
        select(moved, func.sum(entry.committed), func.sum(entry.spent))
        .join(r, r.id == entry.request_id)
        .where(entry.budget_id.in_(budgets), true() if by is By.GOAL else ~shared)
        .group_by(moved)
    )
    found: dict[int | None, list[int]] = {}
    for row_id, count, total in db.session().execute(asked):
        found[row_id] = [count, int(total), 0, 0]
    for row_id, committed, spent in db.session().execute(booked):
        sums = found.setdefault(row_id, [0, 0, 0, 0])
        sums[2], sums[3] = int(committed), int(spent)
    for row_id, committed, spent in _of_envelopes(budgets) if by is By.SESSION else ():
        sums = found.setdefault(row_id, [0, 0, 0, 0])
        sums[2], sums[3] = sums[2] + committed, sums[3] + spent
    titles = _titles(by, {row_id for row_id in found if row_id is not None})
    rows = [
        ServedRow(row_id, titles.get(row_id or 0, ""), *sums)
        for row_id, sums in sorted(found.items(), key=lambda one: (one[0] is None, -one[1][1], one[0] or 0))
        if any(sums)
    ]
    sums = [sum(getattr(row, name) for row in rows) for name in ("requests", "asked", "committed", "spent")]
    return Served(chosen, plan.every_period(), by, rows, ServedRow(None, "", *sums))


def _of_envelopes(budgets: Any) -> Iterator[tuple[int | None, int, int]]:
    """What envelopes of these budgets hold and have spent, by session. The ledger commits an envelope as a whole: what
    a session has drawn and not booked yet stands under it, the rest under none; they come to what is committed."""
    r, entry = ResourceRequest, LedgerEntry
    booked = (
        select(r.id, entry.session_id, func.sum(entry.committed), func.sum(entry.spent))
        .join(entry, entry.request_id == r.id)
        .where(entry.budget_id.in_(budgets), r.kind == Kind.ENVELOPE)
        .group_by(r.id, entry.session_id)
    )
    left: dict[int, int] = defaultdict(int)
    spent: dict[tuple[int, int | None], int] = {}
    for request_id, session_id, committed, amount in db.session().execute(booked):
        left[request_id] += int(committed)
        spent[request_id, session_id] = int(amount)
    drawn = (
        select(Envelope.request_id, EnvelopeSum.session_id, EnvelopeSum.drawn)
        .join(Envelope, Envelope.id == EnvelopeSum.envelope_id)
        .where(Envelope.request_id.in_(list(left)), EnvelopeSum.session_id.is_not(None), EnvelopeSum.drawn > 0)
        .order_by(EnvelopeSum.id)
    )
    for request_id, session_id, amount in db.session().execute(drawn):
        held = 0 if spent.get((request_id, session_id)) else max(0, min(amount, left[request_id]))
        left[request_id] -= held
        yield session_id, held, 0
    yield from ((session_id, 0, amount) for (_request, session_id), amount in spent.items())
    yield from ((None, committed, 0) for committed in left.values())


def _titles(by: By, ids: set[int]) -> dict[int, str]:
    if by is By.GOAL:
        return {row.id: row.title for row in db.some(Goal, ids, with_trash=True).values()}
    return {row.id: row.theme for row in db.some(LiveSession, ids, with_trash=True).values()}


@query(P.BUDGET_VIEW)
def spent_by_category(period_id: int) -> list[tuple[int, int, int]]:
    """By category what is committed and spent in a period, in minor units."""
    asked = select(Budget.category_id, Budget.committed, Budget.spent).where(Budget.period_id == period_id)
    return [(row[0], row[1], row[2]) for row in db.session().execute(asked.order_by(Budget.category_id))]

"""Transfers between budgets that nobody has decided yet: shown wherever somebody may decide, or take one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from planner.base import actor, db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import User
from planner.plan.models import Period
from planner.resources.models import Budget, BudgetCategory, BudgetTransfer
from planner.resources.rules import TransferState
from planner.resources.words import category_name

MOST_TRANSFERS = 20
"""So many are shown at once; what is decided makes room."""


@dataclass(frozen=True)
class TransferRow:
    """A transfer that waits: from where to where, and how much is left where it would come from."""

    id: int
    amount: int
    source: str
    target: str
    period: str
    reason: str
    by: int | None
    who: str
    version: int
    source_available: int
    frozen: bool
    """Whether the source is frozen: nothing moves out of it until it is opened again."""

    @property
    def short(self) -> bool:
        """Whether the source lacks the money by now."""
        return self.source_available < self.amount


def waiting_transfers(*conditions: Any) -> list[TransferRow]:
    """The transfers of the team that wait, the oldest first, in one statement."""
    source, target = aliased(Budget), aliased(Budget)
    out_of, into = aliased(BudgetCategory), aliased(BudgetCategory)
    t = BudgetTransfer
    left = source.allocated - source.committed - source.spent
    asked = (
        select(
            t.id, t.amount, out_of.key, out_of.name, into.key, into.name, Period.name, t.reason, t.created_by,
            User.name, t.version, left, source.frozen_at,
        )
        .join(source, source.id == t.from_id)
        .join(target, target.id == t.to_id)
        .join(out_of, out_of.id == source.category_id)
        .join(into, into.id == target.category_id)
        .join(Period, Period.id == source.period_id)
        .outerjoin(User, User.id == t.created_by)
        .where(t.state == TransferState.PROPOSED, *conditions)
        .order_by(t.id)
        .limit(MOST_TRANSFERS)
    )  # fmt: skip
    make: Any = TransferRow
    return [
        make(
            row[0], row[1], category_name(row[2], row[3]), category_name(row[4], row[5]), *row[6:9], row[9] or "",
            *row[10:12], row[12] is not None,
        )
        for row in db.session().execute(asked)
    ]  # fmt: skip


@query(P.BUDGET_VIEW)
def transfers_of(budget_id: int) -> list[TransferRow]:
    """Those that would take out of a budget or add to it."""
    return waiting_transfers(or_(BudgetTransfer.from_id == budget_id, BudgetTransfer.to_id == budget_id))


@query(P.REQUEST_VIEW, remember=True)
def transfers_for_me() -> list[TransferRow]:
    """What others proposed and the reader may decide on; nothing, and no statement, for who decides on none."""
    who = actor.current()
    return waiting_transfers(BudgetTransfer.created_by != who.user_id) if who.may(P.BUDGET_EDIT) else []


@query(P.REQUEST_VIEW)
def transfers_of_mine() -> list[TransferRow]:
    """What the reader proposed and nobody has decided."""
    who = actor.current()
    return waiting_transfers(BudgetTransfer.created_by == who.user_id) if who.may(P.BUDGET_MOVE) else []

"""Money between budgets, before it moves: a transfer that somebody decides on; what a period can carry forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from planner.base import actor, db
from planner.base.verbs import query
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P, Role
from planner.kernel.text import msg
from planner.people import queries as people
from planner.plan import queries as plan
from planner.plan.models import Period
from planner.plan.rules import PeriodState
from planner.resources.models import Budget, BudgetTransfer
from planner.resources.queries import signers
from planner.resources.queries.budgets import category_names
from planner.resources.rules import Standing, Stays, TransferState


@dataclass(frozen=True)
class Transfer:
    """A transfer with both budgets as they stand."""

    id: int
    period_id: int
    amount: int
    reason: str
    state: TransferState
    by: int | None
    version: int
    from_id: int
    source: str
    target: str
    left: Standing
    held: Standing
    frozen: bool
    period: str = ""
    who: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    answer: str = ""

    @property
    def short(self) -> int:
        """How much the source lacks, in minor units."""
        return max(0, self.amount - self.left.available)


@query(P.BUDGET_VIEW)
def transfer_page(transfer_id: int) -> Transfer:
    """What somebody decides on."""
    row = db.one(BudgetTransfer, transfer_id)
    source, target = db.one(Budget, row.from_id), db.one(Budget, row.to_id)
    names = category_names({source.category_id, target.category_id})
    called = people.names([row.created_by, row.decided_by])
    return Transfer(
        row.id, source.period_id, row.amount, row.reason, row.state, row.created_by, row.version, source.id,
        names[source.category_id], names[target.category_id], source.standing, target.standing,
        source.frozen_at is not None, plan.period(source.period_id).name, called.get(row.created_by or 0, ""),
        called.get(row.decided_by or 0, ""), row.decided_at, row.answer,
    )  # fmt: skip


@query(P.BUDGET_VIEW)
def other_managers() -> list[str]:
    """The names of those who may decide on what the reader proposes."""
    me = actor.current().user_id
    ids = [user_id for user_id, role in signers.present().items() if role is Role.MANAGER and user_id != me]
    return sorted(people.names(ids).values())


@dataclass(frozen=True)
class CarryRow:
    """What is left of a budget, and what of it would go along; `why` nothing would."""

    id: int
    category: str
    standing: Standing
    moving: int
    """What proposed transfers would take out of it."""
    amount: int
    target: int
    """What the same category has in the other period now."""
    why: Stays | None


@dataclass(frozen=True)
class CarryPage:
    """What a period would carry into another one; `into` is None where no period can take it."""

    period: Any
    targets: list[Any]
    into: Any
    rows: list[CarryRow]

    @property
    def amounts(self) -> dict[int, int]:
        """What would be carried, by budget."""
        return {row.id: row.amount for row in self.rows if row.amount}

    @property
    def total(self) -> int:
        """All of it, in minor units."""
        return sum(self.amounts.values())


def follows(old: Any, new: Any) -> bool:
    """Whether what is left of a period may go into another one: an open one that begins on or after its end."""
    return new.id != old.id and new.start >= old.end and new.state is PeriodState.OPEN


def moving_out(ids: Sequence[int]) -> dict[int, int]:
    """What proposed transfers would take out of budgets, so that they can still be approved."""
    asked = (
        select(BudgetTransfer.from_id, func.sum(BudgetTransfer.amount))
        .where(BudgetTransfer.from_id.in_(list(ids)), BudgetTransfer.state == TransferState.PROPOSED)
        .group_by(BudgetTransfer.from_id)
    )
    return {budget_id: int(amount) for budget_id, amount in db.session().execute(asked)}


def to_carry(row: Budget, moving: int) -> tuple[int, Stays | None]:
    """How much of a budget would go along, or why nothing would."""
    if row.standing.available <= 0:
        return 0, Stays.EMPTY
    if row.frozen_at is not None:
        return 0, Stays.FROZEN
    left = row.standing.free - moving
    return (left, None) if left > 0 else (0, Stays.WAITING)


@query(P.BUDGET_EDIT)
def carry_page(period_id: int, into_id: int | None = None) -> CarryPage:
    """What would be carried forward, category by category. Nothing is written."""
    period = db.one(Period, period_id)
    targets = sorted((p for p in plan.every_period() if follows(period, p)), key=lambda p: (p.start, p.end, p.id))
    into = next((p for p in targets if p.id == into_id), None) if into_id else next(iter(targets), None)
    if into_id and into is None:
        raise Invalid.at("into_id", msg("What is left goes forward: choose a period that begins after this one."))
    rows = list(db.session().scalars(select(Budget).where(Budget.period_id == period_id).order_by(Budget.id)))
    names = category_names({row.category_id for row in rows})
    moving = moving_out([row.id for row in rows])
    asked = select(Budget.category_id, Budget.allocated).where(Budget.period_id == (into.id if into else 0))
    held = {category_id: allocated for category_id, allocated in db.session().execute(asked)}
    shown = [
        CarryRow(
            row.id, names[row.category_id], row.standing, moving.get(row.id, 0), *_split(row, moving, held)
        )
        for row in rows
        if row.standing.allocated
    ]  # fmt: skip
    return CarryPage(period, targets, into, shown)


def _split(row: Budget, moving: dict[int, int], held: dict[int, int]) -> tuple[int, int, Stays | None]:
    amount, why = to_carry(row, moving.get(row.id, 0))
    return amount, held.get(row.category_id, 0), why

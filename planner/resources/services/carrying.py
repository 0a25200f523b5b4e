"""What is left of a period goes on in a later one (结转): what was looked at, all or none; taken back as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select

from planner.base import db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Invalid, NotFound, Refused
from planner.kernel.money import show_money
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.plan.models import Period
from planner.resources.models import Budget, LedgerEntry
from planner.resources.queries.moving import follows, moving_out, to_carry
from planner.resources.rules import CARRIED_FROM, CARRIED_TO, allocate
from planner.resources.services import ledger
from planner.resources.services.budgets import budget_in


@command(P.BUDGET_EDIT)
def carry_forward(period_id: int, into_id: int, amounts: Mapping[int, int], token: str) -> int:
    """Carry what was looked at (`amounts`, by budget) under a token that takes it back. A budget that has changed
    since refuses the whole. Answers how many budgets went along."""
    old, new = db.one(Period, period_id), db.one(Period, into_id)
    if not follows(old, new):
        raise Invalid.at("into_id", msg("What is left goes forward: choose a period that begins after this one."))
    if not amounts:
        raise Refused(msg("Nothing is chosen that could be carried forward."))
    lock(("budgets", period_id), ("budgets", into_id))
    asked = select(Budget).where(Budget.period_id == period_id, Budget.id.in_(list(amounts))).order_by(Budget.id)
    rows = list(db.session().scalars(asked))
    if len(rows) < len(amounts):
        raise NotFound()
    targets = [budget_in(into_id, row.category_id) for row in rows]
    lock(*{("budget", row.id) for row in [*rows, *targets]})
    moving = moving_out([row.id for row in rows])
    for row, target in zip(rows, targets, strict=True):
        db.session().refresh(row)
        left = to_carry(row, moving.get(row.id, 0))[0]
        if not left or left != amounts[row.id]:
            raise Refused(msg("Somebody changed this meanwhile. Look at it again."))
        if not ledger.book(row.id, allocate(-left), f"{CARRIED_TO}{token}/{row.id}", note=new.name):
            raise Refused(msg("Many people changed this at the same moment. Try again."))
        ledger.book(target.id, allocate(left), f"{CARRIED_FROM}{token}/{row.id}", note=old.name)
        row.carried_into = target.id
    return len(rows)


@command(P.BUDGET_EDIT)
def take_carried_back(token: str) -> int:
    """What was carried at once goes back by opposite entries (冲回), all of it or nothing. Answers the period it came
    from. Refused where the later period has used the money."""
    mine = [LedgerEntry.key.startswith(f"{half}{token}/", autoescape=True) for half in (CARRIED_TO, CARRIED_FROM)]
    entries = list(db.session().scalars(select(LedgerEntry).where(or_(*mine)).order_by(LedgerEntry.id)))
    if not entries:
        raise NotFound()
    lock(*{("budget", entry.budget_id) for entry in entries})
    held = db.some(Budget, {entry.budget_id for entry in entries})
    entries.sort(key=lambda entry: (entry.allocated < 0, entry.id))  # out of the later period first
    for entry in entries:
        if not ledger.take_back(entry, entry.note or ""):
            left = show_money(held[entry.budget_id].standing.available)
            raise Refused(msg("Only %(left)s of it are still free to take away.", left=left))
    sources = [held[entry.budget_id] for entry in entries if entry.allocated < 0]
    for row in sources:
        row.carried_into = None
    return sources[0].period_id

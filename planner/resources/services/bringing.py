"""Budgets out of a sheet: each amount sets a budget, all or none; taken back as a whole by opposite entries."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from planner.base import db
from planner.base import trash as trashing
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Invalid, NotFound, Refused
from planner.kernel.money import show_money
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg, plain
from planner.resources.models import Budget, BudgetCategory, LedgerEntry, ResourceRequest
from planner.resources.queries.bringing import BroughtRow
from planner.resources.rules import allocate
from planner.resources.services import budgets, ledger

MADE = "made"
"""Ends the key of an entry whose category came with it."""


@command(P.BUDGET_EDIT)
def bring_budgets(rows: Sequence[BroughtRow], token: str, source: str = "") -> int:
    """Set what was looked at, under a token that takes it back; answers how many budgets changed. A budget that
    somebody changed since it was read refuses the whole, at its row (`rows.N`). `source` is the name of the file."""
    wanted = [(n, row) for n, row in enumerate(rows) if row.kind in ("new", "changed")]
    if not wanted or len(wanted) < sum(row.kind != "same" for row in rows):
        raise Refused(msg("No row makes or changes anything."))
    lock(*{("budgets", row.period_id or 0) for _n, row in wanted})
    made = {plain(row.category): row.category for _n, row in wanted if row.category_id is None}
    ids = {name: budgets.add_category(shown) for name, shown in made.items()}
    held = {n: budgets.budget_in(row.period_id or 0, row.category_id or ids[plain(row.category)]) for n, row in wanted}
    lock(*{("budget", each.id) for each in held.values()})
    faults: dict[str, Message] = {}
    for n, row in wanted:
        db.session().refresh(held[n])
        key = f"brought/{token}/{n}" + (f"/{MADE}" if row.category_id is None else "")
        if held[n].allocated != row.before:
            faults[f"rows.{n}"] = msg("Somebody changed this meanwhile. Look at it again.")
        elif not ledger.book(held[n].id, allocate(row.after - row.before), key, note=row.note or source):
            left = show_money(held[n].standing.available)
            faults[f"rows.{n}"] = msg("Only %(left)s of it are still free to take away.", left=left)
    if faults:
        raise Invalid(faults)
    return len(wanted)


@command(P.BUDGET_EDIT)
def take_brought_back(token: str) -> int:
    """What one sheet brought is taken back by opposite entries (冲回), all of them or none; a category that came with
    it goes to the trash unless something else is in it by now. Answers the period of the first."""
    asked = select(LedgerEntry).where(LedgerEntry.key.startswith(f"brought/{token}/", autoescape=True))
    entries = list(db.session().scalars(asked.order_by(LedgerEntry.id)))
    if not entries:
        raise NotFound()
    lock(*{("budget", entry.budget_id) for entry in entries})
    held = db.some(Budget, {entry.budget_id for entry in entries})
    for entry in entries:
        if not ledger.take_back(entry):
            left = show_money(held[entry.budget_id].standing.available)
            raise Refused(msg("Only %(left)s of it are still free to take away.", left=left))
    for category_id in {held[entry.budget_id].category_id for entry in entries if entry.key.endswith(f"/{MADE}")}:
        if not _in_use(category_id):
            trashing.trash(db.one(BudgetCategory, category_id))
    return held[entries[0].budget_id].period_id


def _in_use(category_id: int) -> bool:
    """Whether money or a request is in a category."""
    some = (Budget.allocated + Budget.reserved + Budget.committed + Budget.spent) > 0
    session = db.session()
    budget = session.scalar(select(Budget.id).where(Budget.category_id == category_id, some).limit(1))
    asked = select(ResourceRequest.id).where(ResourceRequest.category_id == category_id).limit(1)
    return budget is not None or session.scalar(asked) is not None

"""Budgets: what is allocated (下达), frozen, and moved between categories by two people."""

from __future__ import annotations

from sqlalchemy import func, select

from planner.base import actor, db
from planner.base import trash as trashing
from planner.base.claim import claim
from planner.base.lock import lock
from planner.base.telling import Sort, concern, nobody, settle
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.money import LARGEST, show_money
from planner.kernel.permissions import P, Role
from planner.kernel.text import Message, clean_line, msg
from planner.plan.models import Period
from planner.plan.rules import PeriodState
from planner.resources.models import Budget, BudgetCategory, BudgetTransfer, LedgerEntry
from planner.resources.queries import signers
from planner.resources.rules import BY_HAND, CATEGORIES, Entry, TransferState, allocate
from planner.resources.services import ledger
from planner.resources.words import category_words

LONGEST_NAME = 40


@command(P.BUDGET_EDIT)
def ensure_categories() -> None:
    """What money usually goes into, once a team is made."""
    asked = select(BudgetCategory.key).execution_options(with_trash=True)
    held = set(db.session().scalars(asked))
    db.add_all(BudgetCategory(key=key, sort=n) for n, key in enumerate(CATEGORIES, start=1) if key not in held)


def _name(name: str, own: int | None = None) -> str:
    shown = clean_line(name)
    if not 1 <= len(shown) <= LONGEST_NAME:
        raise Invalid.at("name", msg("Give the category a name of at most 40 characters."))
    asked = select(BudgetCategory.id).where(BudgetCategory.name == shown)
    if db.session().scalar(asked.where(BudgetCategory.id != (own or 0))) is not None:
        raise Invalid.at("name", msg("There already is a category of this name."))
    return shown


@command(P.BUDGET_EDIT)
def add_category(name: str) -> int:
    """A category of the team's own."""
    lock("budget categories", db.team_id())
    last = db.session().scalar(select(func.max(BudgetCategory.sort)).execution_options(with_trash=True)) or 0
    return db.add(BudgetCategory(name=_name(name), sort=last + 1)).id


@command(P.BUDGET_EDIT)
def rename_category(category_id: int, version: int, name: str) -> None:
    """Another name; budgets and requests go along."""
    lock("budget categories", db.team_id())
    row = db.edit(BudgetCategory, category_id, version)
    row.name = _name(name, category_id)


@command(P.BUDGET_EDIT)
def trash_category(category_id: int) -> None:
    """It is offered no more; budgets and requests keep it."""
    trashing.trash(db.one(BudgetCategory, category_id))


def check_category(row: BudgetCategory) -> None:
    """Registered with the trash: a category comes back unless another of its name has taken its place."""
    asked = select(BudgetCategory.id).where(BudgetCategory.key == row.key, BudgetCategory.name == row.name)
    if db.session().scalar(asked) is not None:
        raise Refused(msg("There already is a category of this name."))


def budget_in(period_id: int, category_id: int) -> Budget:
    """The budget of a category in an open period, made where there is none; under the period's lock."""
    period = db.one(Period, period_id)
    if period.state is not PeriodState.OPEN:
        raise Refused(msg("The period is closed: open it again to change it."))
    lock("budgets", period_id)
    asked = select(Budget).where(Budget.period_id == period_id, Budget.category_id == category_id)
    held = db.session().scalars(asked).one_or_none()
    if held is None:
        db.one(BudgetCategory, category_id)
        held = db.add(Budget(period_id=period_id, category_id=category_id))
    return held


def _amount(amount: int | None, field: str = "amount") -> int:
    if amount is None or amount == 0:
        raise Invalid.at(field, msg("Type an amount that is not 0."))
    if abs(amount) > LARGEST:
        raise Invalid.at(field, msg("This amount is too large."))
    return amount


def _sequence(budget_id: int) -> int:
    asked = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.budget_id == budget_id)
    return db.session().scalar(asked) or 0


@command(P.BUDGET_EDIT)
def allocate_budget(period_id: int, category_id: int, amount: int | None, note: str = "") -> int:
    """More for a category in a period, or less where the amount is negative. Answers the budget."""
    wanted = _amount(amount)
    row = budget_in(period_id, category_id)
    lock("budget", row.id)
    key = f"{BY_HAND}{row.id}/{_sequence(row.id)}"
    if not ledger.book(row.id, allocate(wanted), key, note=clean_line(note)):
        left = db.one(Budget, row.id).standing.available
        raise Invalid.at("amount", msg("Only %(left)s of it are still free to take away.", left=show_money(left)))
    return row.id


@command(P.BUDGET_EDIT)
def reverse_entry(entry_id: int, note: str = "") -> int:
    """Take an allocation back (冲回). Answers the budget. What requests wrote is reversed with the request."""
    entry = db.one(LedgerEntry, entry_id)
    if entry.kind is not Entry.ALLOCATE or not entry.key.startswith(BY_HAND):
        raise Refused(msg("Only what was allocated by hand can be reversed by hand."))
    lock("budget", entry.budget_id)
    if not ledger.take_back(entry, clean_line(note)):
        left = db.one(Budget, entry.budget_id).standing.available
        raise Refused(msg("Only %(left)s of it are still free to take away.", left=show_money(left)))
    return entry.budget_id


@command(P.BUDGET_EDIT)
def freeze(budget_id: int, frozen: bool) -> None:
    """Nothing more can be asked for or committed from it until it is opened again; what was committed can be spent."""
    lock("budget", budget_id)
    row = db.one(Budget, budget_id)
    row.frozen_at, row.frozen_by = (clock.now(), actor.current().user_id) if frozen else (None, None)


# ------------------------------------------------------------------- transfers


@command(P.BUDGET_MOVE)
def propose_transfer(from_id: int, to_id: int, amount: int | None, reason: str) -> int:
    """From one category to another of the same period: somebody else approves it."""
    source, target = db.one(Budget, from_id), db.one(Budget, to_id)
    said = clean_line(reason)[:200]
    if from_id == to_id or source.period_id != target.period_id:
        raise Invalid.at("to_id", msg("Choose another category of the same period."))
    if amount is None or amount <= 0:
        raise Invalid.at("amount", msg("The amount is more than 0."))
    if source.frozen_at is not None:
        raise Invalid.at("from_id", msg("The budget is frozen: unfreeze it before money moves out of it."))
    if amount > source.standing.available:
        raise Invalid.at("amount", ledger.lacks(from_id, amount))
    if not said:
        raise Invalid.at("reason", msg("Say why."))
    row = db.add(BudgetTransfer(from_id=from_id, to_id=to_id, amount=amount, reason=said))
    managers = [user_id for user_id, role in signers.present().items() if role is Role.MANAGER]
    concern(managers, Sort.ASSIGNED, ("budget_transfer", row.id), _asks(row, source, target))
    return row.id


def _asks(row: BudgetTransfer, source: Budget, target: Budget) -> Message:
    """What managers are told of a transfer, while nobody has decided."""
    return msg(
        "Move %(amount)s: %(source)s → %(target)s? %(why)s",
        amount=show_money(row.amount), why=row.reason, **_ends(source, target),
    )  # fmt: skip


def _ends(source: Budget, target: Budget) -> dict[str, Message]:
    """Both budgets by category and period, in the language of whoever reads it."""
    called = db.some(BudgetCategory, {source.category_id, target.category_id}, with_trash=True)
    period = db.one(Period, source.period_id).name
    ends = {"source": called[source.category_id], "target": called[target.category_id]}
    return {
        end: msg("%(category)s %(period)s", category=category_words(row.key, row.name), period=period)
        for end, row in ends.items()
    }


@command(P.BUDGET_EDIT)
def decide_transfer(transfer_id: int, version: int, approve: bool, answer: str = "") -> None:
    """Approve or refuse what somebody else proposed. The money moves at once, whole or not at all."""
    lock("transfer", transfer_id)
    row, me = db.edit(BudgetTransfer, transfer_id, version), actor.current().user_id
    if row.state is not TransferState.PROPOSED:
        raise Refused(msg("Somebody has decided this already."))
    if row.created_by == me or me is None:
        raise Forbidden(msg("Nobody decides on what they proposed themselves."))
    said = clean_line(answer)[:200]
    if not approve and not said:
        raise Invalid.at("answer", msg("Say why."))
    if approve:
        _move(row)
    now = TransferState.APPROVED if approve else TransferState.REFUSED
    row.state, row.decided_by, row.decided_at, row.answer = now, me, clock.now(), said
    settle("budget_transfer", row.id, nobody)
    ends = _ends(db.one(Budget, row.from_id), db.one(Budget, row.to_id))
    told = msg("Approved: %(amount)s were moved, %(source)s → %(target)s", amount=show_money(row.amount), **ends)
    refused = msg("Refused: %(amount)s stay where they are. %(why)s", amount=show_money(row.amount), why=said)
    concern([row.created_by], Sort.CHANGED, ("budget_transfer", row.id), told if approve else refused)


def _move(row: BudgetTransfer) -> None:
    lock(("budget", row.from_id), ("budget", row.to_id))
    if db.one(Budget, row.from_id).frozen_at is not None:
        raise Refused(msg("The budget is frozen: unfreeze it before money moves out of it."))
    if not ledger.book(row.from_id, allocate(-row.amount), f"transfer/{row.id}/out", transfer_id=row.id):
        raise Refused(ledger.lacks(row.from_id, row.amount))
    if not ledger.book(row.to_id, allocate(row.amount), f"transfer/{row.id}/in", transfer_id=row.id):
        raise NotFound()


@command(P.BUDGET_MOVE)
def take_transfer_back(transfer_id: int) -> None:
    """What one proposed oneself, while nobody has decided."""
    row = db.one(BudgetTransfer, transfer_id)
    if row.created_by != actor.current().user_id:
        raise Forbidden(msg("Only whoever proposed it can take it back."))
    gone = {"state": TransferState.TAKEN_BACK, "decided_at": clock.now()}
    if not claim(BudgetTransfer, row.id, when={"state": TransferState.PROPOSED}, set=gone):
        raise Refused(msg("Somebody has decided this already."))
    settle("budget_transfer", row.id, nobody)

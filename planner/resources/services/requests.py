"""Asking for money: a draft is written, handed in, recalled, copied; a decision itself is made in `decisions`."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import attributes

from planner.base import actor, db
from planner.base import trash as trashing
from planner.base.lock import lock
from planner.base.verbs import command
from planner.checklists.models import Checklist
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, clean_text, msg
from planner.live.models import LiveSession
from planner.plan.models import Goal, Step
from planner.resources.models import BudgetCategory, RequestLine, RequestQuote, ResourceRequest
from planner.resources.queries import invoices, missing, seen, signers
from planner.resources.queries.budgets import budget_for, of_request
from planner.resources.queries.days import day_of
from planner.resources.rules import (
    EDITABLE,
    REQUESTS,
    STANDING,
    Act,
    Asked,
    Kind,
    Line,
    SeatState,
    State,
    Wish,
    check_lines,
    reserve,
)
from planner.resources.services import holding, ledger, terms, turns

LONGEST_TITLE = 120
LONGEST_PURPOSE = 4000


PLAIN = (
    "kind", "category_id", "needed_by", "goal_id", "session_id", "step_id", "payee_id", "pay_way", "invoice",
    "tax", "metric", "effect", "every", "renews_on", "spent_on", "incident_id", "gates",
)  # fmt: skip
LINES = {"payee": 120, "invoice_number": 40, "effect_note": 200, "reason": 200}


def _check_named(wish: Wish) -> None:
    """What is named must be this team's and still there."""
    named = (
        (BudgetCategory, wish.category_id), (Goal, wish.goal_id), (LiveSession, wish.session_id),
        (Step, wish.step_id), (Checklist, wish.incident_id), (ResourceRequest, wish.follows_id),
    )  # fmt: skip
    for model, row_id in named:
        if row_id is not None:
            db.one(model, row_id)


def _check(wish: Wish, own: int | None = None) -> None:
    _check_named(wish)
    faults = missing.faults_of_wish(wish, own)
    if faults:
        raise Invalid(faults)


def _write(row: ResourceRequest, wish: Wish) -> None:
    row.total = check_lines(wish.lines) if wish.lines else 0
    row.title = clean_line(wish.title)[:LONGEST_TITLE]
    row.purpose = clean_text(wish.purpose)[:LONGEST_PURPOSE]
    for name in PLAIN:
        setattr(row, name, getattr(wish, name))
    for name, longest in LINES.items():
        setattr(row, name, clean_line(getattr(wish, name))[:longest])


def _write_parts(row: ResourceRequest, wish: Wish) -> bool:
    """Lines and offers; answers whether they are others than those that stood there."""
    lines, quotes = seen.lines_of(row.id), seen.quotes_of(row.id)
    stand = [(one.item, one.quantity, one.unit_price, one.supplier, one.link) for one in lines]
    told = [(one.item[:120], one.quantity, one.unit_price, one.supplier[:80], one.link[:500]) for one in wish.lines]
    offers = [(one.supplier, one.amount, one.note) for one in quotes]
    if stand == told and offers == [(one.supplier[:80], one.amount, one.note) for one in wish.quotes]:
        return False
    for old in (*lines, *quotes):
        db.remove(old)
    db.add_all(
        RequestLine(
            request_id=row.id, sort=place, item=line.item[:120], quantity=line.quantity, unit_price=line.unit_price,
            amount=line.amount, supplier=line.supplier[:80], link=line.link[:500],
        )
        for place, line in enumerate(wish.lines)
    )  # fmt: skip
    db.add_all(
        RequestQuote(request_id=row.id, sort=place, supplier=each.supplier[:80], amount=each.amount, note=each.note)
        for place, each in enumerate(wish.quotes)
    )
    return True


@command(P.REQUEST_MAKE)
def draft(wish: Wish) -> int:
    """A new request, which nobody else sees yet. Answers its id."""
    who = actor.current()
    if who.user_id is None:
        raise Forbidden()
    lock("request numbers", db.team_id())
    _check(wish)
    last = db.session().scalar(select(func.max(ResourceRequest.number)).execution_options(with_trash=True)) or 0
    row = ResourceRequest(number=last + 1, requester_id=who.user_id, state=State.DRAFT, follows_id=wish.follows_id)
    _write(row, wish)
    db.add(row)
    _write_parts(row, wish)
    return row.id


@command(P.REQUEST_MAKE)
def edit(request_id: int, version: int, wish: Wish) -> int:
    """Another wording, amount, payee. Once it is handed in, it is recalled or returned first. Answers the version it
    came to, also where the same is sent again."""
    lock("request", request_id)
    row = db.edit(ResourceRequest, request_id, version)
    _must_be_mine(row)
    if row.state not in EDITABLE:
        raise Refused(msg("It is being decided: recall it to change it."))
    if row.kind is Kind.ENVELOPE and wish.kind is not Kind.ENVELOPE:
        raise Invalid.at("kind", msg("An envelope stays one: begin a new request."))
    _check(wish, row.id)
    if row.gates and (not wish.gates or (wish.step_id, wish.session_id) != (row.step_id, row.session_id)):
        holding.let_go(row)
    _write(row, wish)
    db.flush()
    if _write_parts(row, wish) and row.version == version:
        attributes.flag_modified(row, "title")  # a form that shows other lines is told
    if wish.kind is Kind.ENVELOPE:
        terms.begin(row.id, row.total)
    db.flush()
    return row.version


def _must_be_mine(row: ResourceRequest) -> None:
    if not turns.is_mine(row):
        raise Forbidden(msg("Only whoever asked for it can do this."))


@command(P.REQUEST_MAKE)
def submit(request_id: int, version: int) -> int:
    """Hand it in: the money is reserved, the first level is asked. Invalid says what is missing."""
    first = db.session().scalar(select(ResourceRequest.follows_id).where(ResourceRequest.id == request_id))
    lock(*(("request", each) for each in (request_id, first) if each is not None))
    row = db.edit(ResourceRequest, request_id, version)
    if first is not None and db.one(ResourceRequest, first).state is not State.APPROVED:
        raise Refused(msg("What it adds to is not approved, or closed by now."))
    before = row.state
    to = REQUESTS.take("submit", row.state, Asked(turns.is_mine(row)))
    lacks = missing.missing_in(row)
    if lacks:
        raise Invalid(lacks)
    assert row.category_id is not None
    found = budget_for(row.category_id, day_of(row))
    row.budget_id = found.id if found else None
    row.over_budget = found is None or found.frozen_at is not None or found.standing.available < row.total
    last, row.seen = row.seen, seen.digest_of(row)
    row.submitted_at = clock.now()
    if found is not None and found.frozen_at is None:
        ledger.book(found.id, reserve(row.total), ledger.key_of(row.id), request_id=row.id, session_id=row.session_id)
    turns.move(row, to)
    holding.hold(row)
    goes_on = before is State.RETURNED and row.seen == last and turns.take_up_again(row)
    turns.note(row, Act.SUBMIT)
    if not goes_on:
        turns.begin(row)
    return row.id


@command(P.REQUEST_MAKE)
def recall(request_id: int, version: int) -> int:
    """Take it back before anybody has decided: it is a draft again."""
    lock("request", request_id)
    row = db.edit(ResourceRequest, request_id, version)
    decided = any(seat.state is SeatState.APPROVED for seat in turns.seats_of(row))
    to = REQUESTS.take("recall", row.state, Asked(turns.is_mine(row), decided))
    turns.free_reserved(row)
    turns.void(row)
    turns.note(row, Act.RECALL)
    turns.move(row, to)
    holding.let_go(row)
    return row.id


@command(P.REQUEST_MAKE)
def cancel(request_id: int, version: int, reason: str) -> int:
    """What was approved is not needed after all: to cancel it is to be approved, too."""
    lock("request", request_id)
    row = db.edit(ResourceRequest, request_id, version)
    if row.kind is Kind.ENVELOPE:
        raise Refused(msg("An envelope is closed, not cancelled: what was not drawn is free again at once."))
    said = clean_line(reason)[:200]
    to = REQUESTS.take("cancel", row.state, Asked(turns.is_mine(row)))
    if not said:
        raise Invalid.at("reason", msg("Say why."))
    if of_request(row.id).spent:
        raise Refused(msg("Money was paid for it: take the payment back, or close it."))
    if _added_to(row):
        raise Refused(msg("More was asked for it: cancel that first."))
    row.seen = seen.digest_of(row)  # receipts may have come since it was approved
    turns.note(row, Act.CANCEL, said)
    turns.move(row, to)
    turns.begin_cancelling(row)
    return row.id


def _added_to(row: ResourceRequest) -> bool:
    """Whether a request for more money for the same thing stands."""
    mine = (ResourceRequest.follows_id == row.id, ResourceRequest.state.in_([*STANDING, State.PENDING]))
    return db.session().scalar(select(ResourceRequest.id).where(*mine).limit(1)) is not None


@command(P.REQUEST_MAKE)
def duplicate(request_id: int) -> int:
    """A new draft like an earlier request: everything but its days, its invoice and its papers."""
    old = db.one(ResourceRequest, request_id)
    if old.state is State.DRAFT:
        _must_be_mine(old)
    made = draft(like(old))
    terms.copy(old.id, made, old.total)
    return made


def like(old: ResourceRequest) -> Wish:
    """What an earlier request asks for, as far as it can be asked for today: without days, invoice and papers."""
    lines = tuple(Line(one.item, one.quantity, one.unit_price, one.supplier, one.link) for one in seen.lines_of(old.id))
    same = ("kind", "title", "purpose", "goal_id", "payee", "payee_id", "pay_way", "metric", "effect", "every")
    held = {name: getattr(old, name) for name in same}
    if held["payee_id"] not in signers.present():
        held["payee_id"] = None
    offered = db.some(BudgetCategory, {old.category_id} if old.category_id else set())
    live_goal = db.some(Goal, {old.goal_id} if old.goal_id else set())
    held["goal_id"] = old.goal_id if live_goal else None
    return Wish(**held, lines=lines, category_id=old.category_id if offered else None)


@command(P.REQUEST_MAKE)
def trash_request(request_id: int) -> None:
    """A draft that is not wanted; what was handed in stays, with its trail."""
    lock("request", request_id)
    row = db.one(ResourceRequest, request_id)
    _must_be_mine(row)
    if row.state is not State.DRAFT:
        raise Refused(msg("Only a draft can be deleted: what was submitted stays, with its trail."))
    trashing.trash(row)


def check_request(row: ResourceRequest) -> None:
    """Registered with the trash: a draft comes back unless its invoice has been taken meanwhile."""
    if row.invoice_number:
        held = invoices.holder(row.invoice_number, row.id)
        if held is not None:
            raise Refused(invoices.is_taken(held))

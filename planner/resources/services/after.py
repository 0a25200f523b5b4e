"""After the approval: ordered, received, paid, closed. Every fact is one row, and can be taken back while it is open.

Everything runs under the lock of the request. A form says which fact was the last it knew of (`seen`): sent twice, or
from a second window, the first of them counts and the other is told that something was recorded meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from planner.base import actor, db, show
from planner.base.i18n import told as in_words
from planner.base.lock import lock
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.money import LARGEST, show_money
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, clean_text, msg
from planner.resources.models import LedgerEntry, RequestEvent, ResourceRequest
from planner.resources.queries import afterwards, invoices, seen
from planner.resources.queries.budgets import of_request
from planner.resources.queries.reading import readable
from planner.resources.rules import (
    LONGEST_REASON,
    REQUESTS,
    Act,
    Fact,
    Kind,
    Line,
    PayWay,
    State,
    Wish,
    commit,
    fold,
    missing_of,
    release,
    spend,
)
from planner.resources.services import kit, ledger, turns
from planner.resources.services.gate import lock_requests
from planner.resources.services.requests import draft

UNDER_WAY = frozenset({State.PENDING, State.RETURNED, State.CANCELLING})
ACTS = {
    Fact.ORDER: Act.ORDER,
    Fact.RECEIVE: Act.RECEIVE,
    Fact.PAY: Act.PAY,
    Fact.CLOSE: Act.CLOSE,
    Fact.REVERSE: Act.REVERSE,
}
LONGEST_NUMBER = 40


def _approved(request_id: int) -> ResourceRequest:
    """A request that something can be recorded for, under its lock."""
    lock_requests(request_id)
    row = db.one(ResourceRequest, request_id)
    if not readable(row):
        raise NotFound()
    reason = afterwards.why_not_recorded(row)
    if reason is not None:
        raise Refused(reason)
    return row


def _must_work(row: ResourceRequest) -> None:
    if not afterwards.may_work(row):
        raise Forbidden(msg("Whoever asked for it, a lead or a manager records this."))


def _must_be_last(row: ResourceRequest, known: int) -> None:
    if afterwards.last_fact(row.id) != known:
        raise Refused(msg("Something was recorded meanwhile: look at it, and send yours again if it is more."))


def _past(day: date) -> None:
    if day > show.today():
        raise Invalid.at("day", msg("The day has not come yet."))


def _record(row: ResourceRequest, fact: Fact, day: date, note: str = "", **more: object) -> RequestEvent:
    """One fact, and one row of the trail beside it: so a decision can't be taken back under it."""
    said = clean_text(note)[:LONGEST_REASON].strip()
    event = RequestEvent(request_id=row.id, fact=fact, day=day, note=said, **more)
    db.add(event)
    db.flush()
    turns.note(row, ACTS[fact], said)
    return event


@command(P.REQUEST_MAKE)
def order(request_id: int, known: int, day: date, number: str = "", note: str = "") -> int:
    """Ordered (下单) at the supplier, on a day, under the supplier's number. Answers the id of the fact."""
    row = _approved(request_id)
    _must_work(row)
    _must_be_last(row, known)
    _past(day)
    return _record(row, Fact.ORDER, day, note, number=clean_line(number)[:LONGEST_NUMBER]).id


@command(P.REQUEST_MAKE)
def receive(request_id: int, known: int, day: date, came: Mapping[int, Decimal], note: str = "") -> list[int]:
    """Received (收货): so much of each line, perhaps in part; more than was asked for only with a word about it."""
    row = _approved(request_id)
    _must_work(row)
    _must_be_last(row, known)
    _past(day)
    lines = {line.id: line for line in seen.lines_of(row.id)}
    if not came:
        raise Invalid.at("day", msg("Say of at least one line how much has come."))
    missing = missing_of(
        {line.id: line.quantity for line in lines.values()}, fold(afterwards.happened(afterwards.facts_of(row.id)))
    )
    places = {line_id: place for place, line_id in enumerate(lines)}
    faults: dict[str, Message] = {}
    for line_id, quantity in came.items():
        if line_id not in lines:
            raise NotFound()
        if not quantity.is_finite() or not 0 < quantity <= 1_000_000:
            faults[f"came.{places[line_id]}"] = msg("The quantity is more than 0.")
        elif quantity > missing[line_id] and not clean_text(note).strip():
            faults["note"] = msg("More has come than was asked for: say why.")
    if faults:
        raise Invalid(faults)
    return [_record(row, Fact.RECEIVE, day, note, line_id=n, quantity=quantity).id for n, quantity in came.items()]


def _must_be_new(row: ResourceRequest, number: str, note: str) -> None:
    """A receipt is of one request; another part of the same one is paid with a word what it is for. What was taken
    back frees its number."""
    lock("receipts", db.team_id())
    held = invoices.holder(number, row.id)
    if held is not None:
        raise Invalid.at("number", invoices.is_taken(held))
    if not clean_text(note).strip() and invoices.holder(number, row.id, paid_too=True) is not None:
        raise Invalid.at("note", msg("A payment with this number is recorded already: say what this one is for."))


def _must_pay(row: ResourceRequest) -> None:
    if not afterwards.may_pay(row):
        raise Forbidden(msg("Nobody records a payment to themselves: another lead or a manager does."))


@command(P.REQUEST_PAY)
def pay(
    request_id: int, known: int, day: date, amount: int, way: PayWay, number: str = "", note: str = ""
) -> int:  # fmt: skip
    """Paid (付款), in minor units: what was committed is spent. A little more than approved is committed and spent with
    it, as far as the budget and the team's threshold allow; more is asked for again. Answers the fact's id."""
    row = _approved(request_id)
    _must_pay(row)
    if row.kind is Kind.AFTERWARDS:
        raise Refused(msg("It was paid before it was asked for: the payment is recorded."))
    _must_be_last(row, known)
    _past(day)
    if not 0 < amount <= LARGEST:
        raise Invalid.at("amount", msg("The amount is more than 0."))
    told = clean_line(number)[:LONGEST_NUMBER]
    if told:
        _must_be_new(row, told, note)
    more = [each.id for each in afterwards.additions_to(row.id) if each.state is State.APPROVED]
    lock_requests(*more)
    parts = [
        row,
        *(each for each in afterwards.additions_to(row.id) if each.id in more and each.state is State.APPROVED),
    ]
    held = {each.id: of_request(each.id) for each in parts}
    approved = sum(each.total for each in parts)
    over = sum(each.spent for each in held.values()) + amount - approved
    if over > afterwards.may_exceed(row, approved):
        raise Invalid.at("amount", _too_much(over, afterwards.may_exceed(row, approved)))
    event = _record(row, Fact.PAY, day, note, amount=amount, way=way, number=told)
    _spend(event, parts, {each.id: held[each.id].committed for each in parts})
    words = msg("Paid: %(title)s, %(amount)s", title=row.title, amount=show_money(amount))
    concern([row.requester_id, row.payee_id], Sort.CHANGED, ("request", row.id), words)
    return event.id


def _too_much(over: int, most: int) -> Message:
    return msg(
        "That is %(over)s more than was approved; at most %(most)s more may be paid without asking again.",
        over=show_money(over), most=show_money(most),
    )  # fmt: skip


def _spend(event: RequestEvent, parts: list[ResourceRequest], committed: Mapping[int, int]) -> None:
    """Out of what is committed, the first request's first; what is missing is committed now."""
    left, place = event.amount, 0
    for each in parts:
        take = min(left, committed[each.id])
        if take and each.budget_id is not None:
            _book(event, each, spend(take, take), place)
            left, place = left - take, place + 1
    if not left:
        return
    row = parts[0]
    _book(event, row, commit(left, 0), place)
    _book(event, row, spend(left, left), place + 1)


def _book(event: RequestEvent, row: ResourceRequest, booking: ledger.Booking, place: int) -> None:
    assert row.budget_id is not None
    key = f"event/{event.id}/{place}"
    note = event.number or ""
    booked = ledger.book(row.budget_id, booking, key, note=note, request_id=row.id, session_id=row.session_id)
    if not booked:
        raise Refused(ledger.lacks(row.budget_id, max(booking.takes, booking.amount)))


def _unbook(event: RequestEvent) -> None:
    """The opposite of everything that was booked with a fact, the last first."""
    mine = LedgerEntry.key.like(f"event/{event.id}/%")
    for entry in list(db.session().scalars(select(LedgerEntry).where(mine).order_by(LedgerEntry.id.desc()))):
        if not ledger.take_back(entry):
            raise Refused(ledger.lacks(entry.budget_id, -entry.committed - entry.spent))


@command(P.REQUEST_MAKE)
def close(request_id: int, known: int, note: str = "") -> int:
    """Nothing more comes: what was committed and not spent is free again, also of what was added to it."""
    row = _approved(request_id)
    _must_work(row)
    _must_be_last(row, known)
    more = afterwards.additions_to(row.id)
    lock_requests(*(each.id for each in more))
    more = afterwards.additions_to(row.id)
    if any(each.state in UNDER_WAY for each in more):
        raise Refused(msg("More was asked for, and that is not decided yet."))
    parts = [row, *(each for each in more if each.state is State.APPROVED)]
    free = {each.id: of_request(each.id).committed for each in parts}
    event = _record(row, Fact.CLOSE, show.today(), note, amount=sum(free.values()))
    for place, each in enumerate(parts):
        if free[each.id]:
            _book(event, each, release(committed=free[each.id]), place)
        turns.move(each, REQUESTS.take("close", each.state))
    paid = sum(of_request(each.id).spent for each in parts)
    words = msg(
        "Closed: %(title)s, %(paid)s of %(approved)s paid",
        title=row.title, paid=show_money(paid), approved=show_money(sum(each.total for each in parts)),
    )  # fmt: skip
    concern([row.requester_id], Sort.CHANGED, ("request", row.id), words)
    return event.id


def _said(reason: str) -> str:
    told = clean_text(reason)[:LONGEST_REASON].strip()
    if not told:
        raise Invalid.at("note", msg("Say why."))
    return told


@command(P.BUDGET_EDIT)
def open_again(request_id: int, reason: str) -> int:
    """A close was too early: what it set free is committed again, if the budget still has it."""
    lock_requests(request_id)
    row = db.one(ResourceRequest, request_id)
    to = REQUESTS.take("open_again", row.state)
    said = _said(reason)
    rows = afterwards.facts_of(row.id)
    back = {each.reverses_id for each in rows}
    closed = next((each for each in reversed(rows) if each.fact is Fact.CLOSE and each.id not in back), None)
    if closed is None:
        raise Refused(msg("It adds to another request: open that again."))
    more = [each.id for each in afterwards.additions_to(row.id)]
    lock_requests(*more)
    event = _record(row, Fact.REVERSE, show.today(), said, reverses_id=closed.id)
    _unbook(closed)
    for each in (row, *(one for one in afterwards.additions_to(row.id) if one.state is State.CLOSED)):
        turns.move(each, to)
    concern([row.requester_id], Sort.CHANGED, ("request", row.id), msg("Open again: %(title)s", title=row.title))
    return event.id


@command(P.REQUEST_MAKE)
def reverse_fact(event_id: int, reason: str) -> int:
    """Take a fact back (冲回) while the request is open; of a payment, the money is committed again, not spent."""
    event = db.one(RequestEvent, event_id)
    row = _approved(event.request_id)
    if event.fact is Fact.PAY:
        if not actor.current().may(P.REQUEST_PAY):
            raise Forbidden()
        _must_pay(row)
    else:
        _must_work(row)
    if event.fact in (Fact.REVERSE, Fact.CLOSE):
        raise Refused(msg("This can't be taken back."))
    if db.session().scalar(select(RequestEvent.id).where(RequestEvent.reverses_id == event.id)) is not None:
        raise Refused(msg("It was taken back already."))
    said = _said(reason)
    if event.fact is Fact.RECEIVE:
        kit.must_stay(row.id, event.line_id, event.quantity or Decimal())
    made = _record(row, Fact.REVERSE, show.today(), said, reverses_id=event.id)
    if event.fact is Fact.PAY:
        lock_requests(*(each.id for each in afterwards.additions_to(row.id)))
        _unbook(event)
        words = msg("A payment was taken back: %(title)s, %(amount)s", title=row.title, amount=show_money(event.amount))
        concern([row.requester_id, row.payee_id], Sort.CHANGED, ("request", row.id), words)
    return made.id


@command(P.REQUEST_MAKE)
def ask_more(request_id: int, amount: int) -> int:
    """A draft that asks for more money for the same thing (追加申请); it goes the whole way of an approval. One's own
    draft that is there already is answered instead of another."""
    row = _approved(request_id)
    _must_work(row)
    if not 0 < amount <= LARGEST:
        raise Invalid.at("amount", msg("The amount is more than 0."))
    mine = (ResourceRequest.follows_id == row.id, ResourceRequest.requester_id == actor.current().user_id)
    held = db.session().scalar(select(ResourceRequest.id).where(*mine, ResourceRequest.state == State.DRAFT))
    if held is not None:
        return held
    kind = Kind.PER_SESSION if row.kind is Kind.PER_SESSION else Kind.ONE_OFF
    title = in_words(msg("%(title)s (more)", title=row.title[:100]))
    wish = Wish(
        kind, title, row.purpose, row.category_id, None if kind is Kind.PER_SESSION else show.today(),
        (Line(row.title, Decimal(1), amount, row.payee[:80]),), goal_id=row.goal_id, session_id=row.session_id,
        step_id=row.step_id, payee=row.payee, payee_id=row.payee_id, pay_way=row.pay_way, follows_id=row.id,
    )  # fmt: skip
    return draft(wish)

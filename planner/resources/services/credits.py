"""Credit of ad accounts: recharge (充值) and gifted credit (赠款), kept apart from what is spent.

No entry is changed. What was wrong is taken back by an opposite row of the same day, brought back by the opposite of
that, or corrected: taken back, and written anew by a row that names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from planner.base import actor, db, show, undo
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.money import LARGEST
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg
from planner.live.models import Channel, LiveSession
from planner.resources.models import AdCredit
from planner.resources.rules.credits import chains, stands
from planner.resources.rules.envelopes import CreditKind
from planner.resources.services import settling

LONGEST_NOTE = 200
SAID = ("channel_id", "kind", "amount", "day", "session_id", "note")


@dataclass(frozen=True)
class CreditIn:
    """What an entry says: `amount` in minor units, below zero for what was paid back."""

    channel_id: int
    kind: CreditKind
    amount: int
    day: date
    session_id: int | None = None
    note: str = ""


@command(P.BUDGET_MOVE)
def add_credit(
    channel_id: int, kind: CreditKind, amount: int, day: date, session_id: int | None = None, note: str = ""
) -> int:
    """Paid in, given, or used of what was given: `amount` in minor units, below zero for what was paid back.

    What was paid with gifted credit is no cash: the show's spend is booked anew without it."""
    row = _write(CreditIn(channel_id, kind, amount, day, session_id, note))
    _settle(row)
    return row.id


def _write(told: CreditIn, corrects_id: int | None = None) -> AdCredit:
    spent = told.kind is CreditKind.GIFTED_SPENT
    _check(told, spent)
    row = AdCredit(
        channel_id=told.channel_id, kind=told.kind, amount=told.amount, day=told.day,
        session_id=told.session_id if spent else None, note=clean_line(told.note)[:LONGEST_NOTE],
        corrects_id=corrects_id,
    )  # fmt: skip
    return db.add(row)


def _check(told: CreditIn, spent: bool) -> None:
    db.one(Channel, told.channel_id)
    faults: dict[str, Message] = {}
    if not told.amount or abs(told.amount) > LARGEST:
        faults["amount"] = msg("The amount is not 0.")
    if told.day > show.today():
        faults["day"] = msg("The day has not come yet.")
    if spent and told.session_id is None:
        faults["session_id"] = msg("Choose the session.")
    if faults:
        raise Invalid(faults)
    if told.session_id is not None and spent and db.one(LiveSession, told.session_id).channel_id != told.channel_id:
        raise Invalid.at("session_id", msg("This session is of another channel."))


def _settle(*rows: AdCredit) -> None:
    """Shows whose gifted credit has changed are booked anew, once all is written."""
    for session_id in sorted({row.session_id for row in rows if row.session_id is not None}):
        settling.follow_result(session_id)


def _chain(credit_id: int) -> tuple[AdCredit, list[AdCredit]]:
    """An entry with what took it back and brought it back, under its lock."""
    lock("credit", credit_id)
    row = db.one(AdCredit, credit_id)
    if row.reverses_id is not None:
        raise Refused(msg("This is what took another entry back: look at that one."))
    mine = (AdCredit.channel_id == row.channel_id, AdCredit.day == row.day, AdCredit.kind == row.kind)
    return row, chains(db.session().scalars(select(AdCredit).where(*mine).order_by(AdCredit.id)))[row.id]


def _opposite(row: AdCredit, chain: list[AdCredit], note: str = "") -> None:
    """Take back the last row that was written of an entry."""
    last = chain[-1] if chain else row
    made = AdCredit(
        channel_id=row.channel_id, kind=row.kind, amount=-last.amount, day=row.day, session_id=row.session_id,
        note=note, reverses_id=last.id,
    )  # fmt: skip
    db.add(made)


def _said(reason: str) -> str:
    said = clean_line(reason)[:LONGEST_NOTE]
    if not said:
        raise Invalid.at("reason", msg("Say why."))
    return said


def _is_fresh(row: AdCredit) -> bool:
    """Whether it is one's own of just now: that is taken back without a word."""
    return row.created_by == actor.current().user_id and clock.now() - row.created_at <= undo.WITHIN


@command(P.BUDGET_MOVE)
def take_credit_back(credit_id: int, reason: str = "") -> None:
    """It was a mistake: an opposite row of the same day says so, with the reason."""
    row, chain = _chain(credit_id)
    said = clean_line(reason) if _is_fresh(row) and not clean_line(reason) else _said(reason)
    if not stands(chain):
        raise Refused(msg("It was taken back already."))
    _opposite(row, chain, said)
    _settle(row)


@command(P.BUDGET_MOVE)
def bring_credit_back(credit_id: int) -> None:
    """What was taken back counts again; what it had been corrected to counts no more."""
    row, chain = _chain(credit_id)
    if stands(chain):
        raise Refused(msg("It counts already."))
    touched = [row]
    for later_id in later_than(credit_id):
        later, since = _chain(later_id)
        if any(stands(_chain(each)[1]) for each in later_than(later_id)):
            raise Refused(msg("It was corrected once more since: bring that one back first."))
        if stands(since):
            _opposite(later, since)
            touched.append(later)
    _opposite(row, chain)
    _settle(*touched)


def later_than(credit_id: int) -> list[int]:
    """What an entry was corrected to, the first time and again."""
    asked = select(AdCredit.id).where(AdCredit.corrects_id == credit_id).order_by(AdCredit.id)
    return list(db.session().scalars(asked))


@command(P.BUDGET_MOVE)
def correct_credit(credit_id: int, told: CreditIn, reason: str) -> int:
    """Taken back with the reason, and written anew as it should have been; answers the new entry."""
    said = _said(reason)
    row, chain = _chain(credit_id)
    if not stands(chain):
        raise Refused(msg("It was taken back already."))
    made = _write(told, row.id)
    if all(getattr(made, name) == getattr(row, name) for name in SAID):
        raise Invalid.at("amount", msg("Nothing is different."))
    _opposite(row, chain, said)
    _settle(row, made)
    return made.id

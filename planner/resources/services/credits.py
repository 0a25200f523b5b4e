"""Credit of ad accounts: recharge (充值) and gifted credit (赠款), kept apart from what is spent."""

from __future__ import annotations

from datetime import date

from planner.base import db, show
from planner.base.verbs import command
from planner.kernel.errors import Invalid
from planner.kernel.money import LARGEST
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg
from planner.live.models import Channel, LiveSession
from planner.resources.models import AdCredit
from planner.resources.rules.envelopes import CreditKind
from planner.resources.services import settling


@command(P.BUDGET_MOVE)
def add_credit(
    channel_id: int, kind: CreditKind, amount: int, day: date, session_id: int | None = None, note: str = ""
) -> int:
    """Paid in, given, or used of what was given: `amount` in minor units, negative to put a mistake right.

    What was paid with gifted credit is no cash: the show's spend is booked anew without it."""
    db.one(Channel, channel_id)
    faults: dict[str, Message] = {}
    if not amount or abs(amount) > LARGEST:
        faults["amount"] = msg("The amount is not 0.")
    if day > show.today():
        faults["day"] = msg("The day has not come yet.")
    if kind is CreditKind.GIFTED_SPENT and session_id is None:
        faults["session_id"] = msg("Choose the session.")
    if faults:
        raise Invalid(faults)
    spent = kind is CreditKind.GIFTED_SPENT
    if session_id is not None and spent and db.one(LiveSession, session_id).channel_id != channel_id:
        raise Invalid.at("session_id", msg("This session is of another channel."))
    row = AdCredit(
        channel_id=channel_id, kind=kind, amount=amount, day=day, session_id=session_id if spent else None,
        note=clean_line(note)[:200],
    )  # fmt: skip
    db.add(row)
    if session_id is not None and spent:
        settling.follow_result(session_id)
    return row.id

"""Whose an invoice is: one number stands for one request in the team, and is paid once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.resources.models import RequestEvent, ResourceRequest
from planner.resources.queries.reading import readable
from planner.resources.rules import Fact


@dataclass(frozen=True)
class Taken:
    """The request that has an invoice already; without a title where the reader may not see it."""

    id: int
    number: int
    title: str


def invoice_is(number: str) -> Any:
    """The condition of requests with this invoice, in the words of the index that finds them."""
    return and_(ResourceRequest.invoice_number == number, ResourceRequest.invoice_number != "")


def holder(number: str, own: int, paid_too: bool = False) -> ResourceRequest | None:
    """Another request with this invoice, or that was paid for by it; `paid_too`: this one, where it was. What was taken
    back frees its number."""
    if not number:
        return None
    back = aliased(RequestEvent)
    paid = select(RequestEvent.request_id).where(
        RequestEvent.number == number,
        RequestEvent.number != "",  # in the words of the index that finds them
        RequestEvent.fact == Fact.PAY,
        ~select(back.id).where(back.reverses_id == RequestEvent.id).correlate(RequestEvent).exists(),
    )
    if not paid_too:
        paid = paid.where(RequestEvent.request_id != own)
    held = db.session().scalar(paid.order_by(RequestEvent.id).limit(1))
    if held is None:
        held = db.session().scalar(select(ResourceRequest.id).where(invoice_is(number), ResourceRequest.id != own))
    return None if held is None else db.one(ResourceRequest, held, with_trash=True)


def is_taken(held: ResourceRequest) -> Message:
    """An invoice stands for another request; the page links it for whoever may see it."""
    return msg("This invoice belongs to request No. %(number)s already.", number=held.number)


@query(P.REQUEST_VIEW)
def invoice_of(number: str, own: int, paid_too: bool = False) -> Taken | None:
    """Whose an invoice is, to be named where it was typed once more."""
    row = holder(number.strip(), own, paid_too)
    return None if row is None else Taken(row.id, row.number, row.title if readable(row) else "")

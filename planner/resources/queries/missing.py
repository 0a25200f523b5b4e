"""What a request lacks to be handed in, and what makes no sense in it: as it stands, and as somebody types it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from planner.base import db, show
from planner.base.verbs import query
from planner.figures.rules import METRICS
from planner.kernel.errors import Invalid
from planner.kernel.money import LARGEST
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg
from planner.resources.models import Envelope, ResourceRequest
from planner.resources.queries import invoices, policies, seen, signers
from planner.resources.queries.requests import one_request
from planner.resources.rules import EDITABLE, Kind, Line, Wish, check_lines, lacking, lacking_offers
from planner.resources.rules.envelopes import check_terms

EMPTY = Line("–", Decimal(1), 1)
"""In the place of lines that nobody has typed yet: a draft may lack them."""


@query(P.REQUEST_MAKE)
def faults_of_wish(wish: Wish, own: int | None = None) -> dict[str, Message]:
    """All that makes no sense in what was typed, by the name of its field; nothing is held back for another round."""
    faults: dict[str, Message] = {}
    if not clean_line(wish.title):
        faults["title"] = msg("Say in a few words what it is.")
    if not 0 <= wish.tax <= LARGEST:
        faults["tax"] = msg("Type an amount like 80000 or 80,000.00.")
    if wish.spent_on is not None and wish.spent_on > show.today():
        faults["spent_on"] = msg("The day has not come yet.")
    for place, quote in enumerate(wish.quotes):
        if not quote.supplier or not 0 < quote.amount <= LARGEST:
            faults[f"quotes.{place}.{'amount' if quote.supplier else 'supplier'}"] = msg(
                "An offer has a supplier and an amount of more than 0."
            )
    if wish.payee_id is not None and wish.payee_id not in signers.present():
        faults["payee_id"] = msg("Choose somebody of the team.")
    if wish.metric and wish.metric not in METRICS:
        faults["metric"] = msg("Choose a figure.")
    try:
        check_lines(wish.lines or (EMPTY,))
    except Invalid as fault:
        faults |= fault.fields
    return faults | _taken(wish, own)


def _taken(wish: Wish, own: int | None) -> dict[str, Message]:
    held = invoices.holder(clean_line(wish.invoice_number), own or 0)
    return {} if held is None else {"invoice_number": invoices.is_taken(held)}


@query(P.REQUEST_VIEW)
def is_complete(request_id: int) -> bool:
    """Whether what is being written lacks nothing, so that it can be handed in as it stands."""
    row = one_request(request_id)
    return row.state in EDITABLE and not _missing(row)


@query(P.REQUEST_MAKE)
def missing_in(row: ResourceRequest) -> dict[str, Message]:
    """What it lacks as it stands, by the name of the field."""
    return _missing(row)


def _missing(row: ResourceRequest) -> dict[str, Message]:
    lines, papers = bool(seen.lines_of(row.id)), bool(seen.papers_of(row.id))
    lacks = lacking(row, lines=lines, papers=papers) | _offers(row.kind, row.total, len(seen.quotes_of(row.id)))
    return lacks | _terms(row) if row.kind is Kind.ENVELOPE else lacks


@query(P.REQUEST_MAKE)
def missing_of(request_id: int, wish: Wish) -> dict[str, Message]:
    """What it lacks and what makes no sense as it is typed, also where something else keeps that from being kept."""
    total = sum(line.amount for line in wish.lines)
    lacks = lacking(wish, lines=bool(wish.lines), papers=bool(seen.papers_of(request_id)))
    return lacks | _offers(wish.kind, total, len(wish.quotes)) | faults_of_wish(wish, request_id)


def _offers(kind: Kind, total: int, held: int) -> dict[str, Message]:
    _id, policy = policies.newest()
    return lacking_offers(held, policy.offers_for(total, kind))


def _terms(row: ResourceRequest) -> dict[str, Message]:
    held = db.session().scalar(select(Envelope).where(Envelope.request_id == row.id))
    if held is None:
        return {"kind": msg("Say what may be drawn, by whom and when.")}
    try:
        check_terms(held.terms(row.total))
    except Invalid as fault:
        return dict(fault.fields)
    return {}

"""What a request lacks to be handed in."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.resources.models import Envelope, ResourceRequest
from planner.resources.queries import policies, seen
from planner.resources.queries.requests import one_request
from planner.resources.rules import EDITABLE, Kind, PayWay


@query(P.REQUEST_VIEW)
def is_complete(request_id: int) -> bool:
    """Whether what is being written lacks nothing, so that it can be handed in as it stands."""
    row = one_request(request_id)
    return row.state in EDITABLE and not missing(row)


def missing(row: ResourceRequest) -> dict[str, Message]:
    """What it lacks to be handed in, by the name of the field."""
    lacks: dict[str, Message] = {}
    if not seen.lines_of(row.id):
        lacks["lines"] = msg("Say what it is for: at least one line.")
    if not row.purpose:
        lacks["purpose"] = msg("Say what it is good for.")
    if row.category_id is None:
        lacks["category_id"] = msg("Choose a category.")
    if row.pay_way is None:
        lacks["pay_way"] = msg("Choose how it is paid.")
    if row.pay_way is PayWay.REIMBURSE and row.payee_id is None:
        lacks["payee_id"] = msg("Choose who has paid.")
    if row.pay_way is not PayWay.REIMBURSE and not row.payee:
        lacks["payee"] = msg("Say who is paid.")
    return lacks | _missing_of_kind(row) | _missing_offers(row)


def _missing_of_kind(row: ResourceRequest) -> dict[str, Message]:
    lacks: dict[str, Message] = {}
    if row.kind is Kind.ENVELOPE and not _has_terms(row):
        lacks["kind"] = msg("Say what may be drawn, by whom and when.")
    if row.kind is Kind.PER_SESSION and row.session_id is None:
        lacks["session_id"] = msg("Choose the session.")
    if row.kind is Kind.RECURRING:
        if row.every is None:
            lacks["every"] = msg("Choose how often.")
        if row.renews_on is None:
            lacks["renews_on"] = msg("Say when it is renewed.")
    if row.kind is Kind.AFTERWARDS:
        if row.spent_on is None:
            lacks["spent_on"] = msg("Say when it was spent.")
        if not row.reason:
            lacks["reason"] = msg("Say why it could not wait.")
        if not seen.papers_of(row.id):
            lacks["papers"] = msg("Attach the receipt.")
    elif row.kind is not Kind.PER_SESSION and row.needed_by is None:
        lacks["needed_by"] = msg("Say until when it is needed.")
    return lacks


def _missing_offers(row: ResourceRequest) -> dict[str, Message]:
    _id, held = policies.newest()
    wanted = held.offers_for(row.total, row.kind)
    if not wanted or len(seen.quotes_of(row.id)) >= wanted:
        return {}
    return {"quotes": msg("From this amount on %(n)s offers are compared.", n=wanted)}


def _has_terms(row: ResourceRequest) -> bool:
    return db.session().scalar(select(Envelope.id).where(Envelope.request_id == row.id)) is not None

"""What an approver looks at, in one digest: the kind, the amount, who is paid and how, every line, every paper."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.discussions.models import Attachment
from planner.kernel.permissions import P
from planner.resources.models import Envelope, RequestLine, RequestQuote, ResourceRequest
from planner.resources.rules import Kind, digest

KIND = "request"


@query(P.REQUEST_VIEW, remember=True)
def lines_of(request_id: int) -> list[RequestLine]:
    """The lines of a request, in order."""
    asked = select(RequestLine).where(RequestLine.request_id == request_id)
    return list(db.session().scalars(asked.order_by(RequestLine.sort, RequestLine.id)))


@query(P.REQUEST_VIEW, remember=True)
def quotes_of(request_id: int) -> list[RequestQuote]:
    """What suppliers offer, in order."""
    asked = select(RequestQuote).where(RequestQuote.request_id == request_id)
    return list(db.session().scalars(asked.order_by(RequestQuote.sort, RequestQuote.id)))


@query(P.REQUEST_VIEW)
def papers_of(request_id: int) -> list[int]:
    """The stored files of the papers that hang on a request: another file is another paper."""
    mine = (Attachment.kind == KIND, Attachment.object_id == request_id)
    return list(db.session().scalars(select(Attachment.file_id).where(*mine).order_by(Attachment.id)))


def _terms_of(row: ResourceRequest) -> dict[str, Any]:
    """Of an envelope: all it allows."""
    if row.kind is not Kind.ENVELOPE:
        return {}
    held = db.session().scalar(select(Envelope).where(Envelope.request_id == row.id))
    return {"envelope": str(held.terms(row.total))} if held is not None else {}


@query(P.REQUEST_VIEW)
def digest_of(row: ResourceRequest) -> str:
    """The digest of what stands now."""
    return digest(
        _terms_of(row)
        | {
            "kind": [str(row.kind), str(row.every or "")],
            "amount": row.total,
            "category": row.category_id,
            "payee": [row.payee, row.payee_id, str(row.pay_way or "")],
            "invoice": [str(row.invoice), row.invoice_number, row.tax],
            "lines": [
                [one.item, str(one.quantity), one.unit_price, one.amount, one.supplier, one.link]
                for one in lines_of(row.id)
            ],
            "quotes": [[one.supplier, one.amount, one.note] for one in quotes_of(row.id)],
            "papers": papers_of(row.id),
        }
    )

"""What an approver looks at, in one digest: the kind, the amount, who is paid and how, every line, every paper."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.discussions.models import Attachment
from planner.kernel.permissions import P
from planner.resources.models import Envelope, RequestLine, RequestQuote, ResourceRequest
from planner.resources.rules import Kind, digest

KIND = "request"


def _parts(model: Any) -> Any:
    """The parts of a request in order; built once, as every decision asks for them."""
    asked = select(model).where(model.request_id == bindparam("request_id"))
    return asked.order_by(model.sort, model.id).execution_options(kept=True)


_LINES, _QUOTES = _parts(RequestLine), _parts(RequestQuote)


@ready
def _papers() -> Any:
    mine = (Attachment.kind == KIND, Attachment.object_id == bindparam("request_id"), Attachment.trashed_at.is_(None))
    return select(Attachment.file_id).where(*mine).order_by(Attachment.id)


@query(P.REQUEST_VIEW, remember=True)
def lines_of(request_id: int) -> list[RequestLine]:
    """The lines of a request, in order."""
    return list(db.session().scalars(_LINES, {"request_id": request_id}))


@query(P.REQUEST_VIEW, remember=True)
def quotes_of(request_id: int) -> list[RequestQuote]:
    """What suppliers offer, in order."""
    return list(db.session().scalars(_QUOTES, {"request_id": request_id}))


@query(P.REQUEST_VIEW)
def papers_of(request_id: int) -> list[int]:
    """The stored files of the papers that hang on a request: another file is another paper."""
    return [file_id for (file_id,) in _papers.rows(request_id=request_id)]


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

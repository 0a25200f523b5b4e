"""What an approver looks at, in one digest: the kind, the amount, who is paid and how, every line, every paper."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, literal_column, select, union_all

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
def _looked_at() -> Any:
    """Lines, offers and papers in order, in one statement; of a paper the stored file stands as its amount."""
    line, quote, paper, mine, none = RequestLine, RequestQuote, Attachment, bindparam("request_id"), literal_column("0")
    empty, kind = literal_column("''"), literal_column(f"'{KIND}'")
    both = union_all(
        select(
            literal_column("1").label("part"), line.sort, line.id, line.item, line.quantity, line.unit_price,
            line.amount, line.supplier, line.link,
        ).where(line.request_id == mine),
        select(
            literal_column("2"), quote.sort, quote.id, quote.supplier, none, none, quote.amount, quote.note, empty
        ).where(quote.request_id == mine),
        select(literal_column("3"), none, paper.id, empty, none, none, paper.file_id, empty, empty).where(
            paper.kind == kind, paper.object_id == mine, paper.trashed_at.is_(None)
        ),
    ).subquery()  # fmt: skip
    held = (both.c.part, both.c.item, both.c.quantity, both.c.unit_price, both.c.amount, both.c.supplier, both.c.link)
    return select(*held).order_by(both.c.part, both.c.sort, both.c.id)


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
    """The stored files of the papers that hang on a request."""
    return [row.amount for row in _looked_at.rows(request_id=request_id) if row.part == 3]


def _terms_of(row: ResourceRequest) -> dict[str, Any]:
    """Of an envelope: all it allows."""
    if row.kind is not Kind.ENVELOPE:
        return {}
    held = db.session().scalar(select(Envelope).where(Envelope.request_id == row.id))
    return {"envelope": str(held.terms(row.total))} if held is not None else {}


@query(P.REQUEST_VIEW)
def digest_of(row: ResourceRequest) -> str:
    """The digest of what stands now; of a paper the stored file counts: another file is another paper."""
    lines, quotes, papers = list[Any](), list[Any](), list[Any]()
    for part, name, quantity, price, amount, told, link in _looked_at.rows(request_id=row.id):
        if part == 1:
            lines.append([name, str(quantity), price, amount, told, link])
        elif part == 2:
            quotes.append([name, amount, told])
        else:
            papers.append(amount)
    return digest(
        _terms_of(row)
        | {
            "kind": [str(row.kind), str(row.every or "")],
            "amount": row.total,
            "category": row.category_id,
            "payee": [row.payee, row.payee_id, str(row.pay_way or "")],
            "invoice": [str(row.invoice), row.invoice_number, row.tax],
            "lines": lines,
            "quotes": quotes,
            "papers": papers,
        }
    )

"""What is to be done next with what was approved, for the rows of a list: one statement, however many there are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, literal, select, type_coerce
from sqlalchemy.orm import aliased

from planner.base.ready import ready
from planner.resources.models import BudgetCategory, RequestEvent, RequestLine, ResourceRequest
from planner.resources.queries.afterwards import CARRIED
from planner.resources.rules import Done, Fact, Kind, Next, is_delivered, next_of


@ready
def _told() -> Any:
    r, line, more = ResourceRequest, RequestLine, aliased(ResourceRequest)
    fact, back = aliased(RequestEvent), aliased(RequestEvent)
    stands = ~select(back.id).where(back.reverses_id == fact.id).exists()

    def of(what: Fact, told: Any, *where: Any) -> Any:
        mine = (fact.request_id == r.id, fact.fact == what, stands, *where)
        return select(func.coalesce(told, literal(0))).where(*mine)

    came = of(Fact.RECEIVE, func.sum(type_coerce(fact.quantity, BigInteger)), fact.line_id == line.id)
    lacks = type_coerce(line.quantity, BigInteger) > came.correlate(r, line).scalar_subquery()
    missing = select(func.count(line.id)).where(line.request_id == r.id, lacks)
    added = select(func.coalesce(func.sum(more.total), 0)).where(more.follows_id == r.id, more.state.in_(list(CARRIED)))
    sums = (
        of(Fact.ORDER, func.count(fact.id)), of(Fact.RECEIVE, func.count(fact.id)), of(Fact.PAY, func.sum(fact.amount)),
        missing, added,
    )  # fmt: skip
    return (
        select(r.id, r.kind, r.total, BudgetCategory.key, *(one.correlate(r).scalar_subquery() for one in sums))
        .outerjoin(BudgetCategory, BudgetCategory.id == r.category_id)
        .where(r.id.in_(bindparam("ids", expanding=True)), r.kind != Kind.ENVELOPE)
        .execution_options(with_trash=True)
    )


def nexts(request_ids: list[int]) -> dict[int, Next | None]:
    """What comes next of approved requests; of an envelope nothing, as its shows spend it."""
    if not request_ids:
        return {}
    found: dict[int, Next | None] = {}
    for row_id, kind, total, key, orders, receipts, paid, missing, added in _told.rows(ids=request_ids):
        open_lines = {0: Decimal(1)} if missing and (receipts or is_delivered(kind, key or "")) else {}
        spent = total if kind is Kind.AFTERWARDS else int(paid)
        done = Done(orders, {-1: Decimal(1)} if receipts else {}, spent)
        found[row_id] = next_of(open_lines, done, spent, total + int(added))
    return found

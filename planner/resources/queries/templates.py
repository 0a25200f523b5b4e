"""The templates of a team's requests."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from planner.base import actor, db, show
from planner.base.verbs import query
from planner.kernel.permissions import P, Role
from planner.people import queries as people
from planner.resources.models import BudgetCategory, RequestTemplate
from planner.resources.queries import budgets
from planner.resources.rules import Kind, Wish
from planner.resources.rules.envelopes import Terms
from planner.resources.rules.templates import lines_kept, terms_kept


@dataclass(frozen=True)
class TemplateRow:
    """A template in a list; `mine` is whether the actor may rename and delete it. `total` in minor units."""

    id: int
    name: str
    kind: Kind
    title: str
    category: str
    total: int
    by: str
    mine: bool


def may_keep(row: RequestTemplate) -> bool:
    """Whether the actor may change a template: their own, leads and managers all of them."""
    who = actor.current()
    return (who.user_id is not None and row.created_by == who.user_id) or who.role in (Role.LEAD, Role.MANAGER)


@query(P.REQUEST_VIEW)
def request_templates() -> list[TemplateRow]:
    """All of the team's, by name."""
    rows = list(db.session().scalars(select(RequestTemplate).order_by(RequestTemplate.name, RequestTemplate.id)))
    called = budgets.category_names({row.category_id for row in rows if row.category_id})
    names = people.names({row.created_by for row in rows if row.created_by})
    return [
        TemplateRow(
            row.id, row.name, row.kind, row.title, called.get(row.category_id or 0, ""), row.total,
            names.get(row.created_by or 0, ""), may_keep(row),
        )
        for row in rows
    ]  # fmt: skip


@query(P.REQUEST_VIEW)
def request_template(template_id: int) -> RequestTemplate:
    """One template."""
    return db.one(RequestTemplate, template_id)


@query(P.REQUEST_VIEW)
def filled(template_id: int) -> tuple[Wish, Terms | None]:
    """What a template asks for today, as far as it can be asked for: without a category that is gone; of an envelope,
    what it allows from today on."""
    row = db.one(RequestTemplate, template_id)
    offered = db.some(BudgetCategory, {row.category_id} if row.category_id else set())
    wish = Wish(
        row.kind, row.title, row.purpose, row.category_id if offered else None, lines=lines_kept(row.lines),
        payee=row.payee, pay_way=row.pay_way, invoice=row.invoice, metric=row.metric, effect=row.effect,
        effect_note=row.effect_note, every=row.every,
    )  # fmt: skip
    return wish, terms_kept(row.terms, row.total, show.today()) if row.terms is not None else None

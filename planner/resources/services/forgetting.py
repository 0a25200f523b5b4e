"""Taking somebody's name out of what was kept as text, when they erase their data. Amounts, days and decisions stay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from planner.base import audit, db
from planner.base.scope import unscoped
from planner.base.verbs import command
from planner.kernel.permissions import P
from planner.people.models import Membership
from planner.resources.models import (
    AdCredit,
    ApprovalPolicy,
    ApprovalSeat,
    BudgetTransfer,
    Delegation,
    DrawStep,
    EnvelopeDraw,
    LedgerEntry,
    RequestAct,
    RequestEvent,
    RequestLine,
    RequestQuote,
    RequestTemplate,
    RequestVerdict,
    ResourceRequest,
    StudioKit,
    WorkDays,
)

TEXTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (ResourceRequest, ("title", "purpose", "payee", "effect_note", "reason", "lapse_reason", "invoice_number")),
    (RequestLine, ("item", "supplier", "link")),
    (RequestQuote, ("supplier", "note")),
    (RequestVerdict, ("words",)),
    (RequestTemplate, ("name", "title", "purpose", "payee", "effect_note")),
    (WorkDays, ("name",)),
    (StudioKit, ("name", "serial", "gone_reason", "note")),
    (BudgetTransfer, ("reason", "answer")),
    (Delegation, ("note",)),
    (ApprovalPolicy, ("note",)),
    (ApprovalSeat, ("note",)),
)
"""Where people write freely; the name goes, the rest of the sentence stays."""

GONE = "–"
SHORTEST = 2
"""A name of one letter stands in half of all sentences, and means nobody there."""


@command(P.SELF)
def forget_person(user_id: int, name: str) -> None:
    """Registered with people: the name stands in no text of a request any more, and what they said with their decisions
    is gone; who decided what stays under their id."""
    with unscoped("erase personal data"):
        teams = list(db.session().scalars(select(Membership.team_id).where(Membership.user_id == user_id)))
        for model, fields in TEXTS if len(name) >= SHORTEST else ():
            _take_out(model, fields, name, teams)
        if len(name) >= SHORTEST:
            _out_of_templates(name, teams)
        for act in (RequestAct, LedgerEntry, RequestEvent, EnvelopeDraw, DrawStep, AdCredit):
            for row in db.session().scalars(select(act).where(act.created_by == user_id, act.note.is_not(None))):
                row.note = None
            named = select(act).where(act.team_id.in_(teams), act.note.contains(name, autoescape=True))
            for row in db.session().scalars(named) if len(name) >= SHORTEST else ():
                row.note = None
        numbered = select(RequestEvent).where(
            RequestEvent.team_id.in_(teams), RequestEvent.number.contains(name, autoescape=True)
        )
        for event in db.session().scalars(numbered) if len(name) >= SHORTEST else ():
            event.number = None
        db.flush()


def _out_of_templates(name: str, teams: list[int]) -> None:
    """The lines that a template keeps are texts, too."""
    asked = select(RequestTemplate).where(RequestTemplate.team_id.in_(teams)).execution_options(with_trash=True)
    changed: list[int] = []
    for row in list(db.session().scalars(asked)):
        lines = [{k: v.replace(name, GONE) if isinstance(v, str) else v for k, v in line.items()} for line in row.lines]
        if lines != row.lines:
            row.lines = lines
            changed.append(row.id)
    db.flush()
    audit.erase_values(RequestTemplate.__tablename__, changed)


def _take_out(model: Any, fields: tuple[str, ...], name: str, teams: list[int]) -> None:
    holds = or_(*(getattr(model, field).contains(name, autoescape=True) for field in fields))
    asked = select(model).where(model.team_id.in_(teams), holds).execution_options(with_trash=True)
    rows: list[Any] = list(db.session().scalars(asked))
    for row in rows:
        for field in fields:
            setattr(row, field, getattr(row, field).replace(name, GONE))
    db.flush()
    if model.__audited__:
        audit.erase_values(model.__tablename__, [row.id for row in rows])

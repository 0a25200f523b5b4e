"""Templates of requests (申请模板): kept out of a request, renamed, deleted, and begun from."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from planner.base import db
from planner.base import trash as trashing
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg
from planner.resources.models import RequestTemplate, ResourceRequest
from planner.resources.queries import seen
from planner.resources.queries.reading import readable
from planner.resources.queries.templates import filled, may_keep
from planner.resources.rules import Kind, Line
from planner.resources.rules.templates import LONGEST_TEMPLATE, lines_to_keep, terms_to_keep
from planner.resources.services import terms
from planner.resources.services.requests import draft

SAME = (
    "kind",
    "title",
    "purpose",
    "category_id",
    "total",
    "payee",
    "pay_way",
    "metric",
    "effect",
    "effect_note",
    "every",
)
"""What is kept of a request as it stands; who of the team has paid is said anew each time."""


def _there_is_one() -> Message:
    return msg("There already is a template of this name.")


def _name(name: str, own: int = 0) -> str:
    lock("request templates", db.team_id())
    shown = clean_line(name)
    if not 1 <= len(shown) <= LONGEST_TEMPLATE:
        raise Invalid.at("name", msg("Give the template a name of at most 60 characters."))
    asked = select(RequestTemplate.id).where(RequestTemplate.name == shown, RequestTemplate.id != own)
    if db.session().scalar(asked) is not None:
        raise Invalid.at("name", _there_is_one())
    return shown


@command(P.REQUEST_MAKE)
def keep_template(request_id: int, name: str) -> int:
    """What a request asks for, kept for all of the team: never its days, session, invoice number and papers."""
    old = db.one(ResourceRequest, request_id)
    if not readable(old):
        raise NotFound()
    lines = [Line(one.item, one.quantity, one.unit_price, one.supplier, one.link) for one in seen.lines_of(old.id)]
    held = terms.envelope_of(old.id) if old.kind is Kind.ENVELOPE else None
    row = RequestTemplate(
        name=_name(name), **{field: getattr(old, field) for field in SAME}, invoice=old.invoice,
        lines=lines_to_keep(lines), terms=terms_to_keep(held.terms(old.total)) if held else None,
    )  # fmt: skip
    return db.add(row).id


def _kept(template_id: int, version: int | None = None) -> RequestTemplate:
    row = db.one(RequestTemplate, template_id) if version is None else db.edit(RequestTemplate, template_id, version)
    if not may_keep(row):
        raise Forbidden(msg("Whoever made the template, a lead or a manager changes it."))
    return row


@command(P.REQUEST_MAKE)
def rename_template(template_id: int, version: int, name: str) -> None:
    """Another name."""
    row = _kept(template_id, version)
    row.name = _name(name, row.id)


@command(P.REQUEST_MAKE)
def trash_template(template_id: int) -> None:
    """It is offered no more; requests that began with it stay."""
    trashing.trash(_kept(template_id))


def check_request_template(row: RequestTemplate) -> None:
    """Registered with the trash: it comes back unless another of its name has taken its place."""
    asked = select(RequestTemplate.id).where(RequestTemplate.name == row.name, RequestTemplate.id != row.id)
    if db.session().scalar(asked) is not None:
        raise Refused(_there_is_one())


@command(P.REQUEST_MAKE)
def begin_from(template_id: int, session_id: int | None = None) -> int:
    """A draft that is filled with a template, perhaps for a session. Answers the request."""
    wish, allowed = filled(template_id)
    if allowed is not None or wish.kind is Kind.ENVELOPE:
        raise Refused(msg("An envelope begins with its days: fill in its form."))
    return draft(replace(wish, session_id=session_id))

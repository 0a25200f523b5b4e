"""Envelopes: asked for like anything else, signed with all their terms, and closed when they are over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import attributes

from planner.base import db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live.models import Channel, LiveSession
from planner.people import queries as people
from planner.resources.models import ResourceRequest
from planner.resources.queries import signers
from planner.resources.rules import REQUESTS, Act, Kind, Line, Wish
from planner.resources.rules.envelopes import EnvelopeWish, Scope, Terms, check_terms
from planner.resources.services import requests, settling, terms, turns


def _check_named(held: Terms) -> None:
    """What is named must be this team's and still there."""
    for model, ids in ((Channel, held.channels), (LiveSession, held.sessions)):
        for row_id in ids:
            db.one(model, row_id)
    here, places = signers.present(), {row.id for row in people.positions()}
    if set(held.drawers.users) - here.keys():
        raise Invalid.at("users", msg("Choose somebody of the team."))
    if set(held.drawers.positions) - places:
        raise Invalid.at("positions", msg("Choose a position of the team."))
    if set(held.duty) - here.keys():
        raise Invalid.at("duty", msg("Choose somebody of the team."))


def _begins(held: Terms) -> date | None:
    """The day it counts on: its first day, or that of the first session that was chosen."""
    if held.scope is Scope.DAYS:
        return held.first
    rows = [db.one(LiveSession, row_id) for row_id in held.sessions]
    return min((settling.business_day_of(row) for row in rows), default=None)


def _wish(wish: EnvelopeWish) -> Wish:
    lines = (Line(wish.title.strip() or "–", Decimal(1), wish.terms.total),)
    return Wish(
        Kind.ENVELOPE, wish.title, wish.purpose, wish.category_id, _begins(wish.terms), lines, payee=wish.payee,
        pay_way=wish.pay_way, goal_id=wish.goal_id,
    )  # fmt: skip


@command(P.REQUEST_MAKE)
def draft_envelope(wish: EnvelopeWish) -> int:
    """A new envelope, as the draft of a request. Answers the request's id."""
    check_terms(wish.terms)
    _check_named(wish.terms)
    made = requests.draft(_wish(wish))
    terms.write(made, wish.terms)
    return made


@command(P.REQUEST_MAKE)
def edit_envelope(request_id: int, version: int, wish: EnvelopeWish) -> int:
    """Other terms, while nobody decides on it. Answers the version it came to."""
    lock("request", request_id)
    check_terms(wish.terms)
    _check_named(wish.terms)
    row = db.one(ResourceRequest, request_id)
    if row.kind is not Kind.ENVELOPE:
        raise Refused(msg("This request is no envelope."))
    if requests.edit(request_id, version, _wish(wish)) == version:
        attributes.flag_modified(row, "title")  # a form that shows other terms is told
    db.flush()
    terms.write(request_id, wish.terms)
    return row.version


@command(P.REQUEST_DECIDE)
def close_envelope(request_id: int, version: int) -> None:
    """Nothing more is drawn. What was drawn stays committed until the figures are final, the rest is free at once; what
    waits for a decision is not approved. For managers, and for whoever asked for it."""
    lock("request", request_id)
    row = db.edit(ResourceRequest, request_id, version)
    held = terms.envelope_of(request_id)
    if held is None or row.kind is not Kind.ENVELOPE:
        raise Refused(msg("This request is no envelope."))
    if not (turns.is_mine(row) or signers.manages()):
        raise Forbidden(msg("A manager closes it, or whoever asked for it."))
    to = REQUESTS.take("close", row.state)
    lock("envelope", held.id)
    turns.note(row, Act.CLOSE)
    turns.move(row, to)
    db.flush()
    settling.end_calls(held, row)
    settling.settle(held, row)


__all__ = ["close_envelope", "draft_envelope", "edit_envelope"]

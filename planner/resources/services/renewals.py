"""What recurs: it is renewed by another request, or given up; until then people are reminded of it, once a stage."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from planner.base import actor, db, show
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.money import show_money
from planner.kernel.permissions import P, Role
from planner.kernel.text import clean_line, msg
from planner.resources.models import RenewalNotice, ResourceRequest
from planner.resources.queries import signers
from planner.resources.queries.afterwards import may_work
from planner.resources.queries.reading import readable
from planner.resources.queries.renewals import GONE_AGAIN, near_renewals
from planner.resources.rules import State, nth_renewal, stage_of
from planner.resources.services.gate import lock_requests
from planner.resources.services.requests import draft, like


def _recurring(request_id: int) -> ResourceRequest:
    """A recurring request that is to be renewed or given up, under its lock."""
    lock_requests(request_id)
    row = db.one(ResourceRequest, request_id)
    if not readable(row):
        raise NotFound()
    if not may_work(row):
        raise Forbidden(msg("Whoever asked for it, a lead or a manager records this."))
    if row.state not in (State.APPROVED, State.CLOSED) or row.every is None or row.renews_on is None:
        raise Refused(msg("Only what recurs and was approved is renewed."))
    if row.lapsed_at is not None:
        raise Refused(msg("It was given up: it is not renewed."))
    return row


@command(P.REQUEST_MAKE)
def renew(request_id: int) -> int:
    """A draft for the next time, with its days; handed in, it takes the place of this one. Answers the draft: one's
    own that is there already, instead of another."""
    row = _recurring(request_id)
    assert row.every is not None and row.renews_on is not None
    held = db.some(ResourceRequest, {row.renewed_by} if row.renewed_by else set()).get(row.renewed_by or 0)
    if held is not None and held.state not in GONE_AGAIN:
        raise Refused(msg("It is renewed by request %(number)s already.", number=held.number))
    own = held is not None and held.requester_id == actor.current().user_id
    if held is not None and own and held.state in (State.DRAFT, State.RETURNED):
        return held.id
    wish = replace(like(row), needed_by=row.renews_on, renews_on=nth_renewal(row.renews_on, row.every, 1))
    made = draft(wish)
    row.renewed_by = made
    return made


@command(P.REQUEST_MAKE)
def lapse(request_id: int, reason: str) -> int:
    """It won't be renewed, and why; nobody is reminded of it any more."""
    row = _recurring(request_id)
    said = clean_line(reason)[:200]
    if not said:
        raise Invalid.at("note", msg("Say why."))
    row.lapsed_at, row.lapse_reason = clock.now(), said
    return row.id


@command(P.REQUEST_DECIDE)
def remind_renewal(request_id: int) -> bool:
    """Whoever asked for it and the managers are reminded 30, 7 and 1 days before, once each; False where they were."""
    lock_requests(request_id)
    row = db.one(ResourceRequest, request_id)
    if row.renews_on is None or row.id not in near_renewals():
        return False
    mine = (RenewalNotice.request_id == row.id, RenewalNotice.day == row.renews_on)
    told = set(db.session().scalars(select(RenewalNotice.stage).where(*mine)))
    stage = stage_of((row.renews_on - show.today()).days, told)
    if stage is None:
        return False
    db.add(RenewalNotice(request_id=row.id, day=row.renews_on, stage=stage))
    people = signers.present()
    whom = [user_id for user_id, role in people.items() if role is Role.MANAGER or user_id == row.requester_id]
    words = msg(
        "To be renewed on %(day)s: %(title)s, %(amount)s",
        day={"date": row.renews_on.isoformat()}, title=row.title, amount=show_money(row.total),
    )  # fmt: skip
    concern(whom, Sort.DUE, ("request", row.id), words)
    return True

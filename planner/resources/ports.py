"""What resources answers to people: requests that somebody leaves behind, and all that is under their name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import or_, select

from planner.base import db
from planner.base.i18n import gettext as _
from planner.base.ports import Port
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import Team
from planner.people.ports import Left, Leftover
from planner.resources.models import (
    AdCredit,
    ApprovalSeat,
    Delegation,
    DrawStep,
    EnvelopeDraw,
    RequestAct,
    RequestEvent,
    RequestTemplate,
    RequestVerdict,
    ResourceRequest,
    StudioKit,
)
from planner.resources.rules import OPEN, SeatState

SHOWN = 5


@dataclass(frozen=True)
class ShowFigures:
    """What a show came to, in minor units; None what nobody knows. `final`: no longer 暂估."""

    spend: int | None
    gmv: int | None
    final: bool


show_figures: Port[Callable[[list[int]], dict[int, ShowFigures]]] = Port("resources.show_figures")
"""The ad spend and GMV of shows; those without figures are left out."""


@query(P.REQUEST_VIEW)
def leaving(user_id: int) -> list[Leftover]:
    """The port's answer: what somebody asked for and is not decided, and what waits for their signature."""
    waits = select(ApprovalSeat.request_id).where(
        ApprovalSeat.user_id == user_id, ApprovalSeat.state.in_([SeatState.ASKED, SeatState.WAITING])
    )
    mine = (ResourceRequest.requester_id == user_id) & ResourceRequest.state.in_(list(OPEN))
    own = (ResourceRequest.requester_id == user_id).label("own")
    asked = select(ResourceRequest.id, ResourceRequest.title, ResourceRequest.needed_by, own)
    rows: Any = db.session().execute(asked.where(mine | ResourceRequest.id.in_(waits)).order_by(ResourceRequest.id))
    found: dict[bool, list[Left]] = {True: [], False: []}
    for row_id, title, day, is_own in rows:
        found[bool(is_own)].append(Left(title, day, url_for("resources.request", request_id=row_id)))
    words = {True: _("Open requests"), False: _("Requests that wait for an answer")}
    return [Leftover(words[own_one], len(held), held[:SHOWN]) for own_one, held in found.items()]


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: requests, what was done with them, and who stood in for whom."""
    requests = (
        select(
            Team.name.label("team"), ResourceRequest.number, ResourceRequest.title, ResourceRequest.purpose,
            ResourceRequest.state, ResourceRequest.total, ResourceRequest.created_at,
        )
        .join(ResourceRequest, ResourceRequest.team_id == Team.id)
        .where(or_(ResourceRequest.requester_id == user_id, ResourceRequest.payee_id == user_id))
        .order_by(ResourceRequest.id)
    )  # fmt: skip
    acts = (
        select(Team.name.label("team"), RequestAct.request_id, RequestAct.act, RequestAct.created_at, RequestAct.note)
        .join(RequestAct, RequestAct.team_id == Team.id)
        .where(or_(RequestAct.created_by == user_id, RequestAct.for_user == user_id))
        .order_by(RequestAct.id)
    )
    stood = (
        select(Team.name.label("team"), Delegation.first, Delegation.last, Delegation.note)
        .join(Delegation, Delegation.team_id == Team.id)
        .where(or_(Delegation.user_id == user_id, Delegation.deputy_id == user_id))
        .order_by(Delegation.id)
    )
    facts = (
        select(
            Team.name.label("team"), RequestEvent.request_id, RequestEvent.fact, RequestEvent.day, RequestEvent.amount,
            RequestEvent.number, RequestEvent.note,
        )
        .join(RequestEvent, RequestEvent.team_id == Team.id)
        .where(RequestEvent.created_by == user_id)
        .order_by(RequestEvent.id)
    )  # fmt: skip
    drawn = (
        select(Team.name.label("team"), EnvelopeDraw.session_id, EnvelopeDraw.amount, EnvelopeDraw.reason,
               EnvelopeDraw.created_at, EnvelopeDraw.note)
        .join(EnvelopeDraw, EnvelopeDraw.team_id == Team.id)
        .where(EnvelopeDraw.created_by == user_id)
        .order_by(EnvelopeDraw.id)
    )  # fmt: skip
    decided = (
        select(Team.name.label("team"), DrawStep.draw_id, DrawStep.act, DrawStep.created_at, DrawStep.note)
        .join(DrawStep, DrawStep.team_id == Team.id)
        .where(or_(DrawStep.created_by == user_id, DrawStep.to_user == user_id))
        .order_by(DrawStep.id)
    )
    credit = (
        select(Team.name.label("team"), AdCredit.kind, AdCredit.amount, AdCredit.day, AdCredit.note)
        .join(AdCredit, AdCredit.team_id == Team.id)
        .where(AdCredit.created_by == user_id)
        .order_by(AdCredit.id)
    )
    kept = (
        select(Team.name.label("team"), RequestTemplate.name, RequestTemplate.title, RequestTemplate.created_at)
        .join(RequestTemplate, RequestTemplate.team_id == Team.id)
        .where(RequestTemplate.created_by == user_id)
        .order_by(RequestTemplate.id)
    )
    kit = (
        select(Team.name.label("team"), StudioKit.name, StudioKit.quantity, StudioKit.serial, StudioKit.created_at,
               StudioKit.note)
        .join(StudioKit, StudioKit.team_id == Team.id)
        .where(StudioKit.created_by == user_id)
        .order_by(StudioKit.id)
    )  # fmt: skip
    said = (
        select(
            Team.name.label("team"), RequestVerdict.request_id, RequestVerdict.worth, RequestVerdict.words,
            RequestVerdict.said_at,
        )
        .join(RequestVerdict, RequestVerdict.team_id == Team.id)
        .where(RequestVerdict.user_id == user_id)
        .order_by(RequestVerdict.id)
    )  # fmt: skip
    return {
        "requests": db.dicts(requests), "request_acts": db.dicts(acts),
        "request_events": db.dicts(facts), "delegations": db.dicts(stood),
        "request_verdicts": db.dicts(said), "kit": db.dicts(kit), "request_templates": db.dicts(kept),
        "draws": db.dicts(drawn), "draw_steps": db.dicts(decided), "ad_credit": db.dicts(credit),
    }  # fmt: skip

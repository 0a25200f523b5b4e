"""What resources answers to people: requests that somebody leaves behind, and all that is under their name."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import or_, select

from planner.base import db
from planner.base.i18n import gettext as _
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import Team
from planner.people.ports import Left, Leftover
from planner.resources.models import ApprovalSeat, Delegation, RequestAct, RequestVerdict, ResourceRequest
from planner.resources.rules import OPEN, SeatState

SHOWN = 5


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
        "requests": db.dicts(requests),
        "request_acts": db.dicts(acts),
        "request_verdicts": db.dicts(said),
        "delegations": db.dicts(stood),
    }

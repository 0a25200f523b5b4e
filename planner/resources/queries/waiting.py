"""What waits for somebody's decision: their own turns, and of those they stand in for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, or_, select, union
from sqlalchemy.orm import aliased

from planner.base import actor, db, identity, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import User
from planner.resources.models import ApprovalLevel, ApprovalSeat, Delegation, ResourceRequest
from planner.resources.queries import signers
from planner.resources.rules import DECIDABLE, LevelState, SeatState

MOST_COUNTED = 100
"""The navigation says 99+ from here on: it is counted on every page."""


def whose_turns() -> tuple[int, ...]:
    """Whose turns are mine: my own, and of those I stand in for today."""
    me = actor.current().user_id or 0
    return (me, *sorted(signers.stands_in_for(me)))


def is_waiting(me: Any, today: Any) -> Any:
    """The condition of requests that wait for somebody, or for whom they stand in for on a day, and that they may sign.

    `me` and `today` are values or parameters; who asks is one of the team's, so their own presence is not asked for.
    """
    asked = select(ApprovalSeat.request_id).join(ApprovalLevel, ApprovalLevel.id == ApprovalSeat.level_id)
    own = asked.where(ApprovalSeat.user_id == me, *_IS_TURN)
    stood = asked.join(Delegation, Delegation.user_id == ApprovalSeat.user_id)
    both = union(own, stood.where(*_stands_in(me, today), *_IS_TURN))  # each by its index; an OR of both takes neither
    return and_(ResourceRequest.id.in_(both), *_may_sign(me))


def _is(column: Any, state: SeatState) -> Any:
    """That a seat stands at a state, written out: where a bound value may decide whether an index of some rows is used,
    SQLite prepares the statement anew each time."""
    return column == literal_column(f"'{state}'")


_IS_ASKED = _is(ApprovalSeat.state, SeatState.ASKED)
_IS_TURN = (_IS_ASKED, ApprovalLevel.state == LevelState.ACTIVE)
"""The conditions of seats whose turn it is."""


def _stands_in(me: Any, today: Any) -> tuple[Any, ...]:
    """The conditions of delegations by which somebody stands in for others on a day."""
    return Delegation.deputy_id == me, Delegation.first <= today, Delegation.last >= today, db.alive(Delegation)


def _whom(me: Any, today: Any) -> Any:
    """For whom somebody stands in on a day."""
    return select(Delegation.user_id).where(*_stands_in(me, today)).correlate_except(Delegation)


_OF_MINE = aliased(ApprovalSeat)


def _may_sign(me: Any) -> tuple[Any, ...]:
    """The conditions of requests that somebody may sign and has not signed in this round."""
    r = ResourceRequest
    return (
        r.state.in_([literal_column(f"'{state}'") for state in sorted(DECIDABLE)]),
        r.requester_id != me,
        or_(r.payee_id.is_(None), r.payee_id != me),
        _not_signed(me, r.id, r.round),
        db.alive(r),
    )


def _not_signed(me: Any, request_id: Any, number: Any) -> Any:
    """The condition that somebody has not signed a round of a request."""
    seat = _OF_MINE
    mine = (seat.acted_by == me, seat.round == number, seat.request_id == request_id)
    signed = select(seat.request_id).where(_is(seat.state, SeatState.APPROVED), *mine)
    return ~signed.correlate_except(seat).exists()


def asked_of(user_id: Any, team_id: Any) -> Any:
    """The port's answer: how many requests wait for somebody, counted by the statement that every page asks anyway.

    Of one's own seats the index alone is read: whoever is barred gets none, and none stays asked when its level ends
    (the model of a request's life holds the number against the list at every step). Those of somebody one stands in
    for are looked at as the list does. The day, on which a stand-in counts, is that of most teams (`day`): elsewhere
    it can be some hours off.
    """
    most, of_team = literal_column(str(MOST_COUNTED)), ApprovalSeat.team_id == team_id
    own = select(ApprovalSeat.request_id).where(
        ApprovalSeat.user_id == user_id,
        of_team,
        _IS_ASKED,
        _not_signed(user_id, ApprovalSeat.request_id, ApprovalSeat.round),
    )
    stood = (
        select(ApprovalSeat.request_id)
        .join(ApprovalLevel, ApprovalLevel.id == ApprovalSeat.level_id)
        .join(ResourceRequest, ResourceRequest.id == ApprovalSeat.request_id)
        .where(ApprovalSeat.user_id.in_(_whom(user_id, bindparam("day"))), of_team, *_may_sign(user_id), *_IS_TURN)
    )
    both = union(*(_first(each, most) for each in (own, stood))).subquery()
    counted = select(both.c.request_id).limit(most).subquery()
    return select(func.count()).select_from(counted).scalar_subquery()


def _first(asked: Any, most: Any) -> Any:
    """The first of what is asked, as a part of a union: an engine takes a limit in there only by a name of its own."""
    held = asked.correlate_except(ApprovalSeat, ApprovalLevel, ResourceRequest).limit(most).subquery()
    return select(held.c.request_id)


def for_whom(request_ids: Collection[int]) -> dict[int, str]:
    """For whom the reader would sign these, where it is not their own turn."""
    me, today, seat_of = actor.current().user_id or 0, show.today(), ApprovalSeat.user_id
    asked = (
        select(ApprovalSeat.request_id, ApprovalSeat.user_id, User.name)
        .join(ApprovalLevel, ApprovalLevel.id == ApprovalSeat.level_id)
        .join(User, User.id == ApprovalSeat.user_id)
        .where(ApprovalSeat.request_id.in_(request_ids), or_(seat_of == me, seat_of.in_(_whom(me, today))), *_IS_TURN)
        .order_by(ApprovalSeat.id)
    )
    rows: Any = db.session().execute(asked).all()
    own = {request_id for request_id, user_id, _name in rows if user_id == me}
    return {request_id: name for request_id, _user_id, name in reversed(rows) if request_id not in own}


def by_need() -> tuple[Any, ...]:
    """What waits, in the order in which it should be decided: the earliest day first, then who waits the longest."""
    late = ResourceRequest.needed_by.is_(None)
    return (late, ResourceRequest.needed_by, ResourceRequest.waits_since, ResourceRequest.id)


def asked_of_me() -> int:
    """How many wait for the reader, as the page's own statement has counted."""
    return max(0, identity.counted().asked) if actor.current().may(P.REQUEST_DECIDE) else 0


def while_asked() -> dict[str, str] | None:
    """A place that is there while something waits for the reader."""
    return {} if asked_of_me() else None


@query(P.REQUEST_VIEW, remember=True)
def waiting_count() -> int:
    """How many requests wait for my decision."""
    who = actor.current()
    if not who.may(P.REQUEST_DECIDE):
        return 0
    row = _how_many.first(me=who.user_id or 0, today=show.today())
    return row[0] if row else 0


@ready
def _how_many() -> Any:
    return select(func.count(ResourceRequest.id)).where(is_waiting(bindparam("me"), bindparam("today")))

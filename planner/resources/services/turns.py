"""Whose turn it is: the levels of a round are made when a request is handed in and gone through one after the other.

A level finds its signers when its turn comes, among those who are there then: the policy is the one of the day the
request was handed in, the people are today's. Everything here runs under the lock of the request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select, true

from planner.base import actor, db
from planner.base import unit as units
from planner.base.news import tell
from planner.base.telling import Sort, concern, settle
from planner.kernel import clock
from planner.kernel.errors import NotFound, Refused
from planner.kernel.money import show_money
from planner.kernel.permissions import Role
from planner.kernel.text import Message, msg
from planner.people.models import Membership, User
from planner.resources.models import ApprovalLevel, ApprovalSeat, RequestAct, ResourceRequest
from planner.resources.news import RequestMoved, RequestSigned
from planner.resources.queries import policies, seen, signers
from planner.resources.queries.asked import still_asked
from planner.resources.queries.budgets import budget_for
from planner.resources.queries.days import day_of
from planner.resources.rules import (
    NOBODY_ASKED,
    UNDO_SECONDS,
    Act,
    Facts,
    Kind,
    LevelRule,
    LevelState,
    Mode,
    Origin,
    SeatState,
    Signed,
    State,
    asked_levels,
    commit,
    passes,
    release,
    route,
    spend,
)
from planner.resources.services import holding, ledger
from planner.resources.services.ledger import Held

HELD_BACK = timedelta(seconds=UNDO_SECONDS)
"""What follows from a decision is told when it can't be taken back any more; what somebody hands in, at once."""
GAP = 1000
"""Between the places of two levels: so many can be added in between."""


def barred(row: ResourceRequest) -> set[int]:
    """Who may not sign: whoever asked, wrote or gets the money."""
    return {user_id for user_id in (row.requester_id, row.created_by, row.payee_id) if user_id is not None}


def note(row: ResourceRequest, act: Act, words: str = "", **more: object) -> None:
    """A row of the trail; whose turn ends by it is asked no longer."""
    settle("request", row.id, still_asked)
    db.note(
        RequestAct, request_id=row.id, act=act, round=row.round, amount=row.total, seen=row.seen, note=words,
        batch=units.current().command_id, **more,
    )  # fmt: skip


def _of_round(model: Any, by: Any) -> Any:
    """What belongs to a round of a request; built once."""
    mine = (model.request_id == bindparam("request_id"), model.round == bindparam("round"))
    return select(model).where(*mine).order_by(by).execution_options(kept=True)


_LEVELS, _SEATS = _of_round(ApprovalLevel, ApprovalLevel.place), _of_round(ApprovalSeat, ApprovalSeat.id)


@dataclass(frozen=True)
class Round:
    """How a round stands: its levels in order, its seats in the order in which they were made, and what the ledger
    has of the request."""

    levels: list[ApprovalLevel]
    seats: list[ApprovalSeat]
    money: Held
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    """Of those who have a seat and can sign, the role they have by now."""


def _standing() -> Any:
    """A request with its round and its sums, in one statement."""
    request, level, seat, held = ResourceRequest, ApprovalLevel, ApprovalSeat, ledger.held_of().subquery()
    return (
        select(request, level, seat, Membership.role, held)
        .outerjoin(level, and_(level.request_id == request.id, level.round == request.round))
        .outerjoin(seat, seat.level_id == level.id)
        .outerjoin(User, and_(User.id == seat.user_id, User.disabled_at.is_(None)))
        .outerjoin(Membership, and_(Membership.user_id == User.id, Membership.left_at.is_(None)))
        .join(held, true())
        .where(request.id == bindparam("request_id"))
        .order_by(level.place, seat.id)
        .execution_options(kept=True)
    )


_STANDING = _standing()


def standing(request_id: int) -> tuple[ResourceRequest, Round]:
    """A request of this team as it is being decided; NotFound for strangers and trash."""
    if not 0 < request_id <= db.LARGEST_ID:
        raise NotFound()
    rows: Any = db.session().execute(_STANDING, {"request_id": request_id}).all()
    if not rows:
        raise NotFound()
    levels = list(dict.fromkeys(row[1] for row in rows if row[1] is not None))
    seats = sorted((row[2] for row in rows if row[2] is not None), key=lambda seat: seat.id)
    roles = {row[2].user_id: row[3] for row in rows if row[3] not in (None, Role.VIEWER)}
    return rows[0][0], Round(levels, seats, ledger.read_held(request_id, rows[0][4:]), roles)


def round_of(row: ResourceRequest) -> Round:
    """How the round of a request stands by now."""
    return Round(levels_of(row), seats_of(row), ledger.held_by(row.id))


def levels_of(row: ResourceRequest) -> list[ApprovalLevel]:
    """The levels of the round, in order."""
    return list(db.session().scalars(_LEVELS, {"request_id": row.id, "round": row.round}))


def seats_of(row: ResourceRequest) -> list[ApprovalSeat]:
    """The seats of the round, in the order in which they were made."""
    return list(db.session().scalars(_SEATS, {"request_id": row.id, "round": row.round}))


def signed_by(seats: list[ApprovalSeat]) -> set[int]:
    """Who has signed this round; one person counts once."""
    return {seat.acted_by for seat in seats if seat.state is SeatState.APPROVED and seat.acted_by is not None}


def fits(level: ApprovalLevel, seat: ApprovalSeat, role: Role | None) -> bool:
    """Whether somebody who was asked because of their role still has it, who has `role` by now (None: can't sign at
    all); whoever was named has no role to keep."""
    rule = LevelRule.from_json(level.rule)
    return role is None or seat.origin is not Origin.POLICY or role in rule.roles or seat.user_id in rule.persons


def facts_of(row: ResourceRequest) -> Facts:
    """What a policy may ask of a request."""
    role = signers.present().get(row.requester_id)
    return Facts(row.total, row.kind, row.category_id or 0, row.over_budget, role)


def begin(row: ResourceRequest) -> None:
    """A new round under the policy in force: its levels, and the first one's turn."""
    row.round += 1
    row.policy_id, held = policies.newest()
    _make_levels(row, asked_levels(held.levels, facts_of(row)))
    go_on(row)


def begin_cancelling(row: ResourceRequest) -> None:
    """A round about the cancellation: who signed last decides, or a manager."""
    signed = (ApprovalSeat.request_id == row.id, ApprovalSeat.state == SeatState.APPROVED)
    last = db.session().scalar(select(ApprovalSeat.acted_by).where(*signed).order_by(ApprovalSeat.id.desc()).limit(1))
    row.round += 1
    _make_levels(row, [LevelRule("", Mode.ANY, NOBODY_ASKED.roles, (last,) if last else ())])
    go_on(row)


def _make_levels(row: ResourceRequest, rules: list[LevelRule]) -> None:
    stops = route(rules, signers.present(), barred(row))
    db.add_all(
        ApprovalLevel(
            request_id=row.id, round=row.round, place=(place + 1) * GAP, name=stop.rule.name, mode=stop.rule.mode,
            needed=stop.needed, rule=stop.rule.as_json(),
            covered_by=None if stop.covered_by is None else (stop.covered_by + 1) * GAP,
        )
        for place, stop in enumerate(stops)
    )  # fmt: skip


def go_on(row: ResourceRequest, now: str = "", stands: Round | None = None) -> None:
    """From level to level as far as what is signed carries; at the end it is decided. `now` is the digest of what
    stands, and `stands` the round, where whoever calls has just read them."""
    now, stands = now or seen.digest_of(row), stands or round_of(row)
    rows, held = stands.levels, stands.seats
    while True:
        active = next((level for level in rows if level.state is LevelState.ACTIVE), None)
        if active is not None:
            if not _is_done(active, held, now):
                return
            _pass(active, held)
            continue
        waiting = [level for level in rows if level.state is LevelState.WAITING]
        if not waiting:
            _finish(row, stands.money)
            return
        _activate(row, waiting, held)
        held = seats_of(row)


def _is_done(level: ApprovalLevel, seats: list[ApprovalSeat], now: str) -> bool:
    mine = [seat for seat in seats if seat.level_id == level.id]
    return passes(level.needed, (Signed(s.state, s.acted_by, s.seen, s.origin) for s in mine), now)


def _pass(level: ApprovalLevel, seats: list[ApprovalSeat]) -> None:
    level.state = LevelState.PASSED
    for seat in seats:
        if seat.level_id == level.id and seat.state in (SeatState.ASKED, SeatState.WAITING):
            seat.state = SeatState.NOT_NEEDED


def _activate(row: ResourceRequest, waiting: list[ApprovalLevel], seats: list[ApprovalSeat]) -> None:
    """The next level's turn: its signers are those who are there now and have not signed yet."""
    level, people = waiting[0], signers.present()
    out = barred(row) | signed_by(seats)
    stops = route([LevelRule.from_json(each.rule) for each in waiting], people, out)
    stop = stops[0]
    if stop.covered_by is not None:
        level.state, level.covered_by = LevelState.COVERED, waiting[stop.covered_by].place
        note(row, Act.COVER, level=level.name)
        db.flush()
        return
    level.state, level.needed, level.active_at = LevelState.ACTIVE, stop.needed, clock.now()
    row.waits_since = clock.now()
    ask(row, level, stop.signers, Origin.POLICY)
    if stop.stuck:
        escalate(row, level)
    db.flush()


def ask(
    row: ResourceRequest, level: ApprovalLevel, user_ids: tuple[int, ...], origin: Origin, by_seat: int | None = None
) -> None:
    """It is these people's turn: each gets a seat, and is told, as are those who stand in for them."""
    db.add_all(
        ApprovalSeat(
            level_id=level.id, request_id=row.id, round=row.round, requester_id=row.requester_id, user_id=user_id,
            origin=origin, by_seat=by_seat, asked_at=clock.now(), state=SeatState.ASKED,
        )
        for user_id in user_ids
    )  # fmt: skip
    tell_asked(row, user_ids)
    holding.name_asked(row, level.id)


def with_deputies(row: ResourceRequest, user_ids: Iterable[int]) -> list[int]:
    """These people and who stands in for them today, but for whoever may not sign it."""
    held = signers.deputies()
    asked = set(user_ids)
    return sorted({*asked, *(deputy for user_id in asked for deputy in held.get(user_id, ()))} - barred(row))


def tell_asked(row: ResourceRequest, user_ids: tuple[int, ...]) -> None:
    """Those whose turn it is, and who stands in for them, but for whoever may not sign it."""
    if row.state is State.CANCELLING:
        words = msg("Cancel it? %(title)s, %(amount)s", title=row.title, amount=show_money(row.total))
    else:
        words = msg("To approve: %(title)s, %(amount)s", title=row.title, amount=show_money(row.total))
    if units.current().memory.get("papers"):
        words = msg(
            "To sign again, its papers have changed: %(title)s, %(amount)s",
            title=row.title,
            amount=show_money(row.total),
        )
    concern(with_deputies(row, user_ids), Sort.ASSIGNED, ("request", row.id), words)


def escalate(row: ResourceRequest, level: ApprovalLevel, waited: bool = False) -> None:
    """Nobody can sign, or nobody does (`waited`): the managers are told, who may add somebody."""
    level.escalated_at = clock.now()
    note(row, Act.ESCALATE, level=level.name)
    managers = [user_id for user_id, role in signers.present().items() if role is Role.MANAGER]
    told = managers or [user_id for user_id, role in signers.present().items() if role is Role.LEAD]
    what = {"title": row.title, "amount": show_money(row.total)}
    words = msg("Nobody can sign it: %(title)s, %(amount)s", **what)
    if waited:
        words = msg("Not decided for long: %(title)s, %(amount)s", **what)
    concern(told, Sort.LATE, ("request", row.id), words)


def move(row: ResourceRequest, to: State) -> None:
    """Another state, and the news of it."""
    before, row.state = row.state, to
    if to not in (State.PENDING, State.CANCELLING):
        row.waits_since = None
    tell(RequestMoved(row.id, str(before), str(to)), flush=False)


def free_reserved(row: ResourceRequest) -> None:
    """What waited for a decision waits no more."""
    held = ledger.held_by(row.id)
    if held.reserved and row.budget_id is not None:
        ledger.book(row.budget_id, release(reserved=held.reserved), held.key, request_id=row.id)


def _finish(row: ResourceRequest, money: Held) -> None:
    """All levels have signed: the money is committed, or what was committed is free again."""
    if row.state is State.CANCELLING:
        if money.committed and row.budget_id is not None:
            ledger.book(row.budget_id, release(committed=money.committed), money.key, request_id=row.id)
        move(row, State.CANCELLED)
        holding.let_go(row)
        tell_requester(row, msg("Cancelled: %(title)s", title=row.title))
        return
    _commit(row, money)
    row.decided_at = clock.now()
    move(row, State.APPROVED)
    holding.fulfil(row)
    tell_requester(row, msg("Approved: %(title)s, %(amount)s", title=row.title, amount=show_money(row.total)))


def _commit(row: ResourceRequest, money: Held) -> None:
    if row.budget_id is None and row.category_id is not None:
        found = budget_for(row.category_id, day_of(row))
        row.budget_id = found.id if found else None
    if row.budget_id is None:
        raise Refused(msg("No budget of this category is there for the day: a manager sets one up first."))
    booked = ledger.book(
        row.budget_id, commit(row.total, money.reserved), money.key, request_id=row.id, session_id=row.session_id
    )
    if not booked:
        raise Refused(ledger.lacks(row.budget_id, row.total))
    if row.kind is Kind.AFTERWARDS:
        ledger.book(
            row.budget_id, spend(row.total, row.total), ledger.key_of(row.id), request_id=row.id,
            session_id=row.session_id,
        )  # fmt: skip


def tell_requester(row: ResourceRequest, words: Message) -> None:
    """Whoever asked for it, and those it is copied to."""
    concern([row.requester_id], Sort.CHANGED, ("request", row.id), words)


def signed(row: ResourceRequest, level: ApprovalLevel) -> None:
    """The news of a signature."""
    tell(RequestSigned(row.id, level.name), flush=False)


def zone() -> str:
    """The team's clock."""
    return actor.current().timezone


def is_mine(row: ResourceRequest) -> bool:
    """Whether the actor asked for it."""
    return row.requester_id == actor.current().user_id


def void(row: ResourceRequest) -> None:
    """What was signed in this round counts no more, and nobody is asked any longer."""
    for level in levels_of(row):
        level.state = LevelState.VOID
    for seat in seats_of(row):
        if seat.state in (SeatState.ASKED, SeatState.WAITING):
            seat.state = SeatState.NOT_NEEDED
    db.flush()


def take_up_again(row: ResourceRequest) -> bool:
    """After a return, with nothing changed that was signed: whoever returned it decides again, where the policy of the
    round says so. False where it is to begin anew."""
    rows = levels_of(row)
    level = next((each for each in rows if each.state is LevelState.RETURNED), None)
    if level is None or policies.policy(row.policy_id).restart:
        void(row)
        return False
    level.state = LevelState.WAITING
    db.flush()
    go_on(row)
    return True

"""Drawing of an envelope while a show is on air: at once where the caps and the ROI allow it, else a person is asked.

Whoever is on duty has so many seconds; then it passes on to the next, and after the last nothing is approved. Whose
turn it is follows from the clock alone (`rules.turn_at`): the round only tells people, and gives back what waited.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.claim import count
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.telling import Sort, concern, settle
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.money import LARGEST, show_money
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import queries as live
from planner.live.rules import OPEN_STATES
from planner.people import queries as people
from planner.resources.models import DrawStep, Envelope, EnvelopeDraw, EnvelopeSum, ResourceRequest
from planner.resources.news import DrawMoved
from planner.resources.queries import draws as reading
from planner.resources.queries import signers
from planner.resources.queries.asked import still_called
from planner.resources.queries.draws import DECIDING, DrawRow
from planner.resources.rules import GRACE_SECONDS, UNDO_SECONDS, State
from planner.resources.rules.envelopes import DrawAct, DrawState, Moment, Reason, Terms, Why, duty_of, needs_a_person
from planner.resources.services.gate import me_now

LONGEST_NOTE = 200


def sum_row(envelope_id: int, session_id: int | None, cap: int) -> EnvelopeSum:
    """The sums of the whole or of a session, made where there are none; under the lock of the envelope."""
    mine = (EnvelopeSum.envelope_id == envelope_id, EnvelopeSum.session_id == session_id)
    if session_id is None:
        mine = (EnvelopeSum.envelope_id == envelope_id, EnvelopeSum.session_id.is_(None))
    found = db.session().scalar(select(EnvelopeSum).where(*mine))
    return found or db.add(
        EnvelopeSum(envelope_id=envelope_id, session_id=session_id, cap=cap, drawn=0, waiting=0, alone=0)
    )


def move_sums(row: EnvelopeDraw | DrawRow, terms: Terms, **moved: int) -> bool:
    """Both sums of a draw, or none; False where the whole does not hold it."""
    whole = sum_row(row.envelope_id, None, terms.total)
    mine = sum_row(row.envelope_id, row.session_id, terms.session_cap)
    more = sum(moved.values())
    holds = [EnvelopeSum.drawn + EnvelopeSum.waiting + more <= EnvelopeSum.cap] if more > 0 else []
    if not count(EnvelopeSum, whole.id, moved, holds, EnvelopeDraw):
        return False
    return count(EnvelopeSum, mine.id, moved, [], EnvelopeDraw)


def _take_alone(envelope_id: int, session_id: int, terms: Terms, amount: int) -> bool:
    """What nobody is asked for, in one conditional update: False where the session's own cap does not hold it."""
    mine = sum_row(envelope_id, session_id, terms.session_cap)
    holds = [EnvelopeSum.drawn + EnvelopeSum.waiting + amount <= EnvelopeSum.cap]
    return count(EnvelopeSum, mine.id, {"alone": amount}, holds, EnvelopeDraw)


def step(draw_id: int, drawer: int, place: int, act: DrawAct, to_user: int | None = None, note: str = "") -> None:
    """One row of what became of a draw; whoever was asked before is asked no longer."""
    if place or act is not DrawAct.GRANT:
        settle("draw", draw_id, still_called)
    db.add(DrawStep(draw_id=draw_id, place=place, act=act, drawer_id=drawer, to_user=to_user, note=note))


@command(P.REQUEST_MAKE)
def draw(envelope_id: int, session_id: int, amount: int, reason: Reason, note: str = "") -> dict[str, Any]:
    """So much more ad spend in this show, now, in minor units.

    Answers the `id`, whether it was `granted` at once, and where not, whether somebody was `called`."""
    me = me_now()
    lock("envelope", envelope_id)
    held = db.one(Envelope, envelope_id)
    cover = next((each for each in reading.covers(session_id) if each.envelope_id == held.id), None)
    if cover is None:
        raise Refused(msg("Nothing can be drawn from this envelope in this session."))
    if not cover.may_draw:
        raise Forbidden(msg("The envelope does not name you among those who may draw."))
    if not 0 < amount <= LARGEST:
        raise Invalid.at("amount", msg("The amount is more than 0."))
    give_back_what_ended(envelope_id, cover.terms)
    moment = reading.moment_of(session_id)
    why = needs_a_person(moment, cover.terms.floor, amount, amount)
    if not why and not _take_alone(held.id, session_id, cover.terms, amount):
        why = (Why.OVER_CAP,)
    elif why and amount > cover.session_left:
        why = (*why, Why.OVER_CAP)
    managers, crew, here = reading.on_duty(session_id, cover.terms, me)
    duty = duty_of(me, managers, crew, cover.terms.duty, here) if why else ()
    row = _write(held.id, session_id, amount, reason, note, moment, why, duty, cover.terms.seconds)
    if not move_sums(row, cover.terms, **{"waiting" if why else "drawn": amount}):
        left = sum_row(held.id, None, cover.terms.total)
        rest = show_money(left.cap - left.drawn - left.waiting)
        raise Refused(msg("Only %(left)s are left in the envelope: more is asked for with another request.", left=rest))
    tell(DrawMoved(session_id, row.id, str(DrawState.WAITING if why else DrawState.GRANTED)))
    if not why:
        step(row.id, me, 0, DrawAct.GRANT)
    elif duty:
        _ask(row.id, me, session_id, amount, duty, 0)
    else:
        _end(row, me, 0, cover.terms)
    return {"id": row.id, "granted": not why, "called": bool(why and duty)}


def _write(
    envelope_id: int, session_id: int, amount: int, reason: Reason, note: str, moment: Moment | None,
    why: tuple[Why, ...], duty: tuple[int, ...], seconds: int,
) -> EnvelopeDraw:  # fmt: skip
    row = EnvelopeDraw(
        envelope_id=envelope_id, session_id=session_id, amount=amount, reason=reason,
        note=clean_line(note)[:LONGEST_NOTE], why=[str(each) for each in why], seconds=seconds, duty=list(duty),
    )  # fmt: skip
    if moment is not None:
        row.reading_id, row.read_at, row.gmv, row.ad_spend = moment.reading_id, moment.at, moment.gmv, moment.ad_spend
        row.roi = moment.roi
    return db.add(row)


def _ask(draw_id: int, drawer: int, session_id: int, amount: int, duty: tuple[int, ...], place: int) -> None:
    step(draw_id, drawer, place, DrawAct.ASK, duty[place])
    words = msg(
        "Approve %(amount)s more ad spend now? %(title)s", amount=show_money(amount), title=live.brief(session_id).theme
    )
    concern([duty[place]], Sort.ASSIGNED, ("draw", draw_id), words)


def _end(row: EnvelopeDraw | DrawRow, drawer: int, place: int, terms: Terms) -> None:
    """Nobody has decided: what waited is free again, and whoever wanted it is told."""
    step(row.id, drawer, place, DrawAct.END)
    move_sums(row, terms, waiting=-row.amount)
    tell(DrawMoved(row.session_id, row.id, str(DrawState.NOT_APPROVED)))
    words = msg("Not approved, keep the plan: %(amount)s", amount=show_money(row.amount))
    concern([drawer], Sort.CHANGED, ("draw", row.id), words)


def give_back_what_ended(envelope_id: int, terms: Terms, all_of_them: bool = False) -> None:
    """Calls whose time is over (or all that wait) have their end written; under the lock of the envelope."""
    for row in reading.draws_of_envelope(envelope_id):
        if row.decided_at is None and (all_of_them or row.state is DrawState.NOT_APPROVED):
            _end(row, row.user_id or 0, row.asked, terms)


@command(P.REQUEST_DECIDE)
def decide_draw(draw_id: int, approve: bool, note: str = "") -> str:
    """Say yes or no, in time. Answers the state it has now."""
    me = me_now()
    lock("envelope", reading.one_draw(draw_id).envelope_id)
    row = reading.one_draw(draw_id)
    held = db.one(Envelope, row.envelope_id)
    request = db.one(ResourceRequest, held.request_id)
    _may_decide(row, me, request)
    act = DrawAct.APPROVE if approve else DrawAct.REFUSE
    step(row.id, row.user_id or 0, row.asked, act, note=clean_line(note)[:LONGEST_NOTE])
    moved = {"waiting": -row.amount, "drawn": row.amount} if approve else {"waiting": -row.amount}
    move_sums(row, held.terms(request.total), **moved)
    state = DrawState.APPROVED if approve else DrawState.REFUSED
    tell(DrawMoved(row.session_id, row.id, str(state)))
    amount = show_money(row.amount)
    said = (
        msg("Approved: %(amount)s", amount=amount)
        if approve
        else msg("Refused, keep the plan: %(amount)s", amount=amount)
    )
    concern([row.user_id], Sort.CHANGED, ("draw", row.id), said)
    return str(state)


def _may_decide(row: DrawRow, me: int, request: ResourceRequest) -> None:
    if me == row.user_id:
        raise Forbidden(msg("Nobody decides on their own draw."))
    if row.decided_at is not None:
        raise Refused(msg("It has been decided already."))
    if row.state is DrawState.NOT_APPROVED:
        raise Refused(msg("Its time is over: nothing was approved."))
    if row.turn != me:
        name = people.names([row.turn]).get(row.turn or 0, "")
        if me in row.duty[: row.duty.index(row.turn or 0)]:
            raise Refused(msg("Your time for it is over: it has passed on to %(name)s.", name=name))
        raise Forbidden(msg("It is %(name)s’s turn to decide on this.", name=name))
    if signers.present().get(me) not in DECIDING:
        raise Forbidden(msg("It is not your turn to decide on this."))
    if request.state is not State.APPROVED:
        raise Refused(msg("The envelope is closed."))


@command(P.REQUEST_MAKE)
def take_back_draw(draw_id: int) -> int:
    """A wrong tap: what was granted at once is free again, while it can't have been put in yet. Answers the session."""
    me = me_now()
    lock("envelope", reading.one_draw(draw_id).envelope_id)
    row = reading.one_draw(draw_id)
    held = db.one(Envelope, row.envelope_id)
    request = db.one(ResourceRequest, held.request_id)
    if row.user_id != me:
        raise Forbidden(msg("Only whoever drew it takes it back."))
    if row.state is not DrawState.GRANTED or clock.now() - row.at > timedelta(seconds=UNDO_SECONDS + GRACE_SECONDS):
        raise Refused(msg("It can't be taken back any more: what is not spent is free again with the final figures."))
    if request.state is not State.APPROVED or live.brief(row.session_id).state not in OPEN_STATES:
        raise Refused(msg("It can't be taken back any more: somebody has gone on with it."))
    terms = held.terms(request.total)
    step(row.id, me, 1, DrawAct.TAKE_BACK)
    move_sums(row, terms, drawn=-row.amount)
    count(EnvelopeSum, sum_row(held.id, row.session_id, terms.session_cap).id, {"alone": -row.amount}, [], EnvelopeDraw)
    tell(DrawMoved(row.session_id, row.id, str(DrawState.TAKEN_BACK)))
    return row.session_id


@command(P.REQUEST_DECIDE)
def pass_calls_on() -> int:
    """The next one is told that it is their turn; what nobody decided on ends. Answers how many calls moved."""
    moved = 0
    for envelope_id in sorted({row.envelope_id for row in reading.draws_that_wait()}):
        lock("envelope", envelope_id)
        held = db.one(Envelope, envelope_id)
        terms = held.terms(db.one(ResourceRequest, held.request_id).total)
        for row in reading.draws_of_envelope(envelope_id):
            if row.decided_at is not None:
                continue
            if row.state is DrawState.NOT_APPROVED:
                _end(row, row.user_id or 0, row.asked, terms)
                moved += 1
            elif row.turn is not None and row.asked <= row.duty.index(row.turn):
                for place in range(row.asked, row.duty.index(row.turn)):
                    step(row.id, row.user_id or 0, place, DrawAct.ASK, row.duty[place])
                _ask(row.id, row.user_id or 0, row.session_id, row.amount, row.duty, row.duty.index(row.turn))
                tell(DrawMoved(row.session_id, row.id, str(DrawState.WAITING)))
                moved += 1
    return moved


__all__ = ["decide_draw", "draw", "give_back_what_ended", "pass_calls_on", "take_back_draw"]

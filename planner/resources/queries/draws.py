"""Draws of an envelope as they stand at this instant, with whose turn it is; read without writing anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import bindparam, select

from planner.base import actor, db
from planner.base.i18n import gettext as _
from planner.base.ready import ready
from planner.base.urgent import Urgent
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.money import show_money
from planner.kernel.permissions import P, Role
from planner.kernel.spans import business_day
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.live.rules import OPEN_STATES
from planner.people import queries as people
from planner.people.models import User
from planner.resources.models import DrawStep, Envelope, EnvelopeDraw, EnvelopeSum, ResourceRequest
from planner.resources.queries import signers
from planner.resources.rules import State
from planner.resources.rules.envelopes import (
    AT_AN_END,
    QUICK,
    TAKEN,
    DrawAct,
    DrawState,
    Moment,
    Reason,
    Terms,
    Why,
    fresh,
    needs_a_person,
    turn_at,
    until,
)

DECIDING = (Role.MANAGER, Role.LEAD)
"""Who may be asked to decide on draws."""


@dataclass(frozen=True)
class DrawRow:
    """A draw as it stands now. `turn` is whose turn it is, by `until`; both None when nobody's."""

    id: int
    envelope_id: int
    session_id: int
    at: datetime
    user_id: int | None
    who: str
    amount: int
    reason: Reason
    note: str
    moment: Moment | None
    roi: Decimal | None
    why: tuple[Why, ...]
    state: DrawState
    turn: int | None
    until: datetime | None
    decided_by: int | None
    decided_at: datetime | None
    answer: str
    duty: tuple[int, ...]
    asked: int
    """How many have been told so far that it is their turn."""
    over: datetime | None
    """When the time of the last one who is asked is over; None where nobody is."""

    @property
    def taken(self) -> int:
        """What may be spent of it, in minor units."""
        return self.amount if self.state in TAKEN else 0

    @property
    def unanswered(self) -> bool:
        """Whether all who are asked have let their time go by."""
        late = self.decided_at is None or (self.over is not None and self.decided_at >= self.over)
        return self.state is DrawState.NOT_APPROVED and self.over is not None and late


def _columns() -> Any:
    d, s = EnvelopeDraw, DrawStep
    columns = (
        d.id, d.envelope_id, d.session_id, d.created_at, d.created_by, User.name, d.amount, d.reason, d.note,
        d.reading_id, d.read_at, d.gmv, d.ad_spend, d.roi, d.why, d.seconds, d.duty, s.act, s.created_by, s.created_at,
        s.note,
    )  # fmt: skip
    made = select(*columns).select_from(d).outerjoin(s, s.draw_id == d.id).outerjoin(User, User.id == d.created_by)
    return made.order_by(d.id, s.place)


@ready
def _of_session() -> Any:
    return _columns().where(EnvelopeDraw.session_id == bindparam("id"))


@ready
def _of_envelope() -> Any:
    return _columns().where(EnvelopeDraw.envelope_id == bindparam("id"))


@ready
def _of_one() -> Any:
    return _columns().where(EnvelopeDraw.id == bindparam("id"))


@ready
def _that_wait() -> Any:
    waits = select(EnvelopeSum.envelope_id).where(EnvelopeSum.session_id.is_(None), EnvelopeSum.waiting > 0)
    return _columns().where(EnvelopeDraw.envelope_id.in_(waits))


def _fold(rows: Iterable[Any], now: datetime) -> list[DrawRow]:
    """Every draw with its last step; without an end, the clock says whose turn it is."""
    held: dict[int, list[Any]] = {}
    for row in rows:
        held.setdefault(row[0], []).append(row)
    return [_draw(found, now) for found in held.values()]


def _draw(rows: list[Any], now: datetime) -> DrawRow:
    (
        draw_id, envelope_id, session_id, at, user_id, who, amount, reason, note, reading_id, read_at, gmv, spend, roi,
        why, seconds, duty, *_last,
    ) = rows[-1]  # fmt: skip
    moment = Moment(read_at, gmv, spend, reading_id) if read_at is not None else None
    steps = [row[-4:] for row in rows if row[-4] is not None]
    end = next((step for step in reversed(steps) if step[0] in AT_AN_END), None)
    place = None if end else turn_at(at, seconds, len(duty), now)
    state = AT_AN_END[end[0]] if end else DrawState.NOT_APPROVED if place is None else DrawState.WAITING
    by = end[1] if end and end[0] is not DrawAct.END else None
    return DrawRow(
        draw_id, envelope_id, session_id, at, user_id, who or "", amount, reason, note or "", moment, roi,
        tuple(Why(each) for each in why), state, None if place is None else duty[place],
        None if place is None else until(at, seconds, place), by, end[2] if end else None,
        (end[3] or "") if end else "", tuple(duty), sum(step[0] is DrawAct.ASK for step in steps),
        until(at, seconds, len(duty) - 1) if duty else None,
    )  # fmt: skip


@query(P.SESSION_VIEW)
def draws_of_session(session_id: int) -> list[DrawRow]:
    """What was drawn in a session, in order."""
    return _fold(_of_session.rows(id=session_id), clock.now())


@query(P.REQUEST_VIEW)
def draws_of_envelope(envelope_id: int) -> list[DrawRow]:
    """What was drawn of an envelope, in order."""
    return _fold(_of_envelope.rows(id=envelope_id), clock.now())


@query(P.REQUEST_VIEW)
def draws_that_wait() -> list[DrawRow]:
    """Calls without an end, those whose time is over too: of envelopes in which anything waits."""
    open_ones = _fold(_that_wait.rows(), clock.now())
    return [row for row in open_ones if row.decided_at is None]


@query(P.REQUEST_VIEW)
def calls_wait() -> bool:
    """Whether anything waits at all: asked every few seconds, of a few rows."""
    asked = select(EnvelopeSum.id).where(EnvelopeSum.session_id.is_(None), EnvelopeSum.waiting > 0).limit(1)
    return db.session().scalar(asked) is not None


@query(P.REQUEST_VIEW)
def one_draw(draw_id: int) -> DrawRow:
    """One draw."""
    found = _fold(_of_one.rows(id=draw_id), clock.now()) if 0 < draw_id <= db.LARGEST_ID else []
    if not found:
        raise NotFound()
    return found[0]


@query(P.SESSION_VIEW)
def moment_of(session_id: int) -> Moment | None:
    """What the platform showed last in a session, if that says something of now."""
    return fresh(_latest(session_id), clock.now())


def _latest(session_id: int) -> Moment | None:
    now = clock.now()
    read = [row for row in live.readings(session_id) if row.figures["gmv"] is not None and row.at <= now]
    if not read:
        return None
    last = read[-1]
    return Moment(last.at, last.figures["gmv"], last.figures["ad_spend"], last.row_id)


def day_of(b: SessionBrief) -> date:
    """The business day of a session."""
    who = actor.current()
    return business_day(b.planned_start, who.timezone, who.day_start)


@dataclass(frozen=True)
class Cover:
    """An envelope that a session may draw from: what is left of the whole, and of the session, in minor units;
    `session_used` is what the session has drawn, with what waits."""

    envelope_id: int
    request_id: int
    title: str
    terms: Terms
    left: int
    session_left: int
    may_draw: bool
    session_used: int

    @property
    def free(self) -> int:
        """What the session may still draw without anybody being asked, as far as money goes."""
        return min(self.left, self.session_left)


@dataclass(frozen=True)
class Tap:
    """A button of one tap: the amount, and why a person would be asked; nobody is where `why` is empty."""

    amount: int
    why: tuple[Why, ...]


def taps(cover: Cover, moment: Moment | None) -> list[Tap]:
    """What one tap may draw of an envelope, the small amounts first; more than the whole holds is not offered."""
    return [
        Tap(amount, needs_a_person(moment, cover.terms.floor, cover.session_left, amount))
        for amount in QUICK
        if amount <= cover.left
    ]


def reason_of_a_tap(cover: Cover, moment: Moment | None) -> Reason:
    """Why money is drawn by one tap: that figures rise is said only of figures that are read and good enough."""
    read = moment is not None and moment.roi is not None
    good = read and not needs_a_person(moment, cover.terms.floor, 0, 0)
    return Reason.RISING if good else Reason.OTHER


def _open() -> Any:
    columns = (Envelope, ResourceRequest.id, ResourceRequest.title, ResourceRequest.total)
    joined = select(*columns).join(ResourceRequest, ResourceRequest.id == Envelope.request_id)
    return joined.where(ResourceRequest.state == State.APPROVED, ResourceRequest.trashed_at.is_(None))


@ready
def _sums() -> Any:
    columns = (EnvelopeSum.envelope_id, EnvelopeSum.session_id, EnvelopeSum.drawn + EnvelopeSum.waiting)
    mine = EnvelopeSum.session_id.is_(None) | (EnvelopeSum.session_id == bindparam("id"))
    return select(*columns).where(EnvelopeSum.envelope_id.in_(bindparam("ids", expanding=True)), mine)


@query(P.SESSION_VIEW)
def covers(session_id: int) -> list[Cover]:
    """The approved envelopes a session may draw from, the oldest first; none once it is over."""
    b = live.brief(session_id)
    if b.state not in OPEN_STATES:
        return []
    day = day_of(b)
    rows: Any = db.session().execute(_open())
    held = [
        (envelope, request_id, title, envelope.terms(total))
        for envelope, request_id, title, total in rows
        if envelope.terms(total).covers(b.id, b.channel_id, day)
    ]
    if not held:
        return []
    used = {(row[0], row[1]): row[2] for row in _sums.rows(id=session_id, ids=[each[0].id for each in held])}
    who = actor.current()
    mine = [s.position_id for s in live.shifts(session_id) if s.user_id == who.user_id]
    drawn = {envelope.id: used.get((envelope.id, session_id), 0) for envelope, *_rest in held}
    return [
        Cover(
            envelope.id, request_id, title, terms, terms.total - used.get((envelope.id, None), 0),
            max(0, terms.session_cap - drawn[envelope.id]),
            who.may(P.REQUEST_MAKE) and terms.drawers.lets(who.user_id or 0, who.role, mine), drawn[envelope.id],
        )
        for envelope, request_id, title, terms in sorted(held, key=lambda each: each[0].id)
    ]  # fmt: skip


@query(P.REQUEST_VIEW)
def on_duty(session_id: int, terms: Terms, drawer: int) -> tuple[list[int], list[int], list[int]]:
    """Who may be asked about a draw: managers by name, who works in the session, and who is there at all."""
    here = signers.present()
    known = people.names(here)
    managers = sorted((u for u, role in here.items() if role is Role.MANAGER), key=lambda u: (known.get(u, ""), u))
    deciding = [u for u, role in here.items() if role in DECIDING]
    return managers, [s.user_id for s in live.shifts(session_id)], deciding


@query(P.REQUEST_DECIDE)
def calls_today(user_id: int) -> dict[str, Any] | None:
    """On Today of whoever may be on duty: a place that asks for the calls by itself, every few seconds."""
    return {"ask": True} if actor.current().role in DECIDING else None


@query(P.REQUEST_DECIDE)
def calls_me() -> list[Urgent]:
    """The port's answer: the calls that are mine to answer now, for the strip of every page."""
    who = actor.current()
    rows = [row for row in draws_that_wait() if row.turn == who.user_id] if who.role in DECIDING else []
    shows = live.briefs({row.session_id for row in rows})
    titles = {session_id: b.theme for session_id, b in shows.items()}
    return [
        Urgent(
            f"draw-{row.id}", _("%(amount)s more ad spend?", amount=show_money(row.amount)),
            titles.get(row.session_id, ""), url_for("resources.one_draw", draw_id=row.id), row.until,
        )
        for row in sorted(rows, key=lambda row: (row.until, row.id) if row.until else (row.at, row.id))
        if row.until is not None
    ]  # fmt: skip


@query(P.REQUEST_DECIDE)
def my_calls() -> dict[str, Any]:
    """The calls that wait for me now."""
    me = actor.current().user_id
    rows = [row for row in draws_that_wait() if me is not None and row.turn == me]
    sessions = live.briefs({row.session_id for row in rows})
    return {"rows": rows, "now": clock.now(), "sessions": sessions, "held": held_of(rows)}


@dataclass(frozen=True)
class Held:
    """The envelope behind a call as it stands without the call itself, in minor units."""

    request_id: int
    title: str
    left: int
    session_used: int
    session_cap: int


def held_of(rows: Iterable[DrawRow]) -> dict[int, Held]:
    """What stands behind each call, by draw: three statements however many there are, none where there is none."""
    wanted = list(rows)
    if not wanted:
        return {}
    envelopes = db.some(Envelope, {row.envelope_id for row in wanted})
    requests = db.some(ResourceRequest, {each.request_id for each in envelopes.values()}, with_trash=True)
    columns = select(EnvelopeSum.envelope_id, EnvelopeSum.session_id, EnvelopeSum.drawn + EnvelopeSum.waiting)
    found: Any = db.session().execute(columns.where(EnvelopeSum.envelope_id.in_(envelopes)))
    used = {(envelope_id, session_id): amount for envelope_id, session_id, amount in found}
    return {
        row.id: Held(
            envelopes[row.envelope_id].request_id, (request := requests[envelopes[row.envelope_id].request_id]).title,
            request.total - used.get((row.envelope_id, None), 0) + own,
            used.get((row.envelope_id, row.session_id), 0) - own, envelopes[row.envelope_id].session_cap,
        )
        for row in wanted
        for own in (row.amount if row.decided_at is None else 0,)
    }  # fmt: skip

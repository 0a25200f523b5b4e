"""The page of an envelope: what is left, show by show; the credit of ad accounts; and what a show has drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, literal, select, union_all

from planner.base import actor, db
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P, Role
from planner.live import queries as live
from planner.live.models import Channel, LiveSession
from planner.live.queries import SessionBrief
from planner.live.rules import AFTER_AIR, OPEN_STATES
from planner.people import queries as people
from planner.people.models import Position, User
from planner.people.words import position_word
from planner.resources import ports
from planner.resources.models import AdCredit, Envelope, LedgerEntry, ResourceRequest
from planner.resources.queries import draws, requests, signers
from planner.resources.queries.draws import DrawRow
from planner.resources.rules import Entry, Kind, State
from planner.resources.rules.envelopes import CreditKind, Terms, roi_of

DAY = timedelta(days=1)


@dataclass(frozen=True)
class ShowRow:
    """A show of an envelope: what was drawn and waits, what is booked; minor units."""

    session: SessionBrief
    drawn: int
    waiting: int
    spent: int


@dataclass(frozen=True)
class TermsShown:
    """What an envelope allows, with the names of channels, positions and people in it."""

    terms: Terms
    channels: dict[int, str]
    positions: list[str]
    names: dict[int, str]


@dataclass(frozen=True)
class EnvelopePage:
    """All that the page of an envelope shows; sums in minor units."""

    row: ResourceRequest
    envelope: Envelope
    terms: Terms
    shows: list[ShowRow]
    draws: list[DrawRow]
    names: dict[int, str]
    channels: dict[int, str]
    positions: list[str]
    booked: int
    credit: dict[CreditKind, int]
    may_close: bool
    may_draw: list[SessionBrief]

    @property
    def drawn(self) -> int:
        """What may be spent of it so far."""
        return sum(draw.taken for draw in self.draws)

    @property
    def waiting(self) -> int:
        """What somebody is asked for just now."""
        return sum(draw.amount for draw in self.draws if draw.turn is not None)

    @property
    def left(self) -> int:
        """What can still be drawn."""
        return self.terms.total - self.drawn - self.waiting


def envelope_row(request_id: int) -> Envelope:
    """The envelope of a request, else as if it did not exist."""
    found = db.session().scalar(select(Envelope).where(Envelope.request_id == request_id))
    if found is None:
        raise NotFound()
    return found


@query(P.REQUEST_VIEW)
def terms_of(request_id: int) -> TermsShown | None:
    """What an envelope allows, with the names in it; None for any other request."""
    row = requests.one_request(request_id)
    if row.kind is not Kind.ENVELOPE:
        return None
    held = envelope_row(request_id).terms(row.total)
    named = _named(held)
    return TermsShown(
        held,
        {row_id: name for kind, row_id, _key, name in named if kind == "channel"},
        [position_word(key, name) for kind, _id, key, name in named if kind == "position"],
        {row_id: name for kind, row_id, _key, name in named if kind == "person"},
    )


def _named(held: Terms) -> Sequence[Any]:
    """Kind, id, key and name of all that its terms name, in one statement."""
    wanted = {
        "channel": (Channel, held.channels, literal("")),
        "position": (Position, held.drawers.positions, Position.key),
        "person": (User, (*held.drawers.users, *held.duty), literal("")),
    }
    parts = [
        select(literal(kind).label("kind"), model.id, key.label("key"), model.name).where(model.id.in_(ids))
        for kind, (model, ids, key) in wanted.items()
        if ids
    ]
    return db.session().execute(select(union_all(*parts).subquery())).all() if parts else []


@query(P.REQUEST_VIEW)
def envelope_terms(request_id: int) -> Terms:
    """What an envelope allows; any other request answers as if it did not exist."""
    return envelope_row(request_id).terms(requests.one_request(request_id).total)


@dataclass(frozen=True)
class DrawPage:
    """A call for money: the show, the envelope behind it, who decides, and whether it is the actor's turn."""

    draw: DrawRow
    session: SessionBrief
    held: draws.Held
    names: dict[int, str]
    turn: bool
    now: datetime


@query(P.REQUEST_VIEW)
def draw_page(draw_id: int) -> DrawPage:
    """One draw, with what an answer needs before one's eyes."""
    found, me = draws.one_draw(draw_id), actor.current()
    envelope = db.one(Envelope, found.envelope_id)
    row = db.one(ResourceRequest, envelope.request_id)
    held = draws.held_of([found])[found.id]
    turn = found.turn == me.user_id and me.user_id != found.user_id and me.may(P.REQUEST_DECIDE)
    names = people.names({found.turn, found.decided_by, *(found.duty if found.unanswered else ())})
    brief = live.brief(found.session_id)
    return DrawPage(found, brief, held, names, turn and row.state is State.APPROVED, clock.now())


def _booked(request_id: int) -> dict[int, int]:
    """What is spent under a request, by show, after what was reversed."""
    kinds = LedgerEntry.kind.in_([Entry.SPEND, Entry.REVERSE])
    asked = select(LedgerEntry.session_id, func.sum(LedgerEntry.spent))
    asked = asked.where(LedgerEntry.request_id == request_id, LedgerEntry.session_id.is_not(None), kinds)
    rows: Any = db.session().execute(asked.group_by(LedgerEntry.session_id))
    return {session_id: int(spent) for session_id, spent in rows}


def _credit(held: Terms) -> dict[CreditKind, int]:
    """What was paid in, given and used of what was given on the channels it covers, whenever that was: an account keeps
    what it has, and a recharge of last week is spent this week."""
    asked = select(AdCredit.kind, func.sum(AdCredit.amount)).group_by(AdCredit.kind)
    if held.channels:
        asked = asked.where(AdCredit.channel_id.in_(held.channels))
    if held.sessions:
        channels = select(LiveSession.channel_id).where(LiveSession.id.in_(held.sessions))
        asked = asked.where(AdCredit.channel_id.in_(channels))
    found = {kind: int(amount) for kind, amount in db.session().execute(asked)}
    return {kind: found.get(kind, 0) for kind in CreditKind}


def _open_shows(held: Terms) -> list[SessionBrief]:
    """The shows of today that may draw."""
    rows = (
        live.briefs(held.sessions).values()
        if held.sessions
        else live.briefs_around(clock.now() - DAY, clock.now() + DAY)
    )
    here = [b for b in rows if b.state in OPEN_STATES and held.covers(b.id, b.channel_id, draws.day_of(b))]
    return sorted(here, key=lambda b: b.planned_start)


@query(P.REQUEST_VIEW)
def envelope_page(request_id: int) -> EnvelopePage:
    """What is left of an envelope, show by show, draw by draw."""
    row, envelope = requests.one_request(request_id), envelope_row(request_id)
    held, rows, booked = envelope.terms(row.total), draws.draws_of_envelope(envelope.id), _booked(request_id)
    per: dict[int, list[DrawRow]] = defaultdict(list)
    for each in rows:
        per[each.session_id].append(each)
    briefs = live.briefs({*per, *booked, *held.sessions})
    shows = [
        ShowRow(
            b, sum(d.taken for d in per[b.id]), sum(d.amount for d in per[b.id] if d.turn is not None),
            booked.get(b.id, 0),
        )
        for b in sorted(briefs.values(), key=lambda b: b.planned_start, reverse=True)
    ]  # fmt: skip
    who = actor.current()
    ids = {*held.drawers.users, *held.duty, row.requester_id}
    names = people.names(ids | {u for d in rows for u in (d.turn, d.decided_by) if u is not None})
    channels = {c.id: c.name for c in db.some(Channel, held.channels, with_trash=True).values()}
    places = [p.name for p in people.positions() if p.id in held.drawers.positions] if held.drawers.positions else []
    mine = signers.manages() or row.requester_id == who.user_id
    return EnvelopePage(
        row, envelope, held, shows, rows[::-1], names, channels, places, sum(booked.values()), _credit(held),
        mine and row.state is State.APPROVED, _open_shows(held) if row.state is State.APPROVED else [],
    )  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """What the form of an envelope offers."""

    channels: list[tuple[int, str]]
    positions: list[tuple[int, str]]
    users: list[tuple[int, str]]
    duty: list[tuple[int, str]]
    sessions: list[SessionBrief]


@query(P.REQUEST_MAKE)
def envelope_choices() -> Chosen:
    """Channels, positions, people, who may be on duty, and shows of the time around now."""
    here = signers.present()
    named = list(signers.by_name().items())
    deciding = [(u, name) for u, name in named if here[u] in (Role.MANAGER, Role.LEAD)]
    channels = [(c.id, c.name) for c in live.channels()]
    return Chosen(
        channels, [(p.id, p.name) for p in people.positions()], named, deciding,
        [*live.past_briefs(limit=4)[::-1], *live.next_briefs(limit=30)],
    )  # fmt: skip


@query(P.SESSION_VIEW)
def in_review(session_id: int) -> dict[str, Any] | None:
    """In the review of a show that was on air: a place that asks for its draws once it is there."""
    over = live.brief(session_id).state in AFTER_AIR
    return {"session_id": session_id} if over and actor.current().may(P.REQUEST_VIEW) else None


@query(P.REQUEST_VIEW)
def drawn_in_review(session_id: int) -> dict[str, Any]:
    """Every draw of a show with the reading of its moment, and what the show came to."""
    live.brief(session_id)
    rows = draws.draws_of_session(session_id)
    found: dict[int, ports.ShowFigures] = {}
    for answer in ports.show_figures if actor.current().may(P.RESULT_VIEW) else ():
        found |= answer([session_id])
    figures = found.get(session_id)
    roi: Decimal | None = roi_of(figures.gmv, figures.spend) if figures is not None else None
    names = people.names({d.decided_by for d in rows})
    held = draws.held_of(rows) if actor.current().may(P.REQUEST_VIEW) else {}
    drawn = sum(d.taken for d in rows)
    return {"draws": rows, "names": names, "figures": figures, "roi": roi, "drawn": drawn, "held": held}

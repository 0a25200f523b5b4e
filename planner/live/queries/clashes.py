"""What is in the way of a session: a studio or channel that is taken, people needed elsewhere; and its day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import false, func, or_, select

from planner.base import actor, db, show
from planner.base.scope import unscoped
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import Span, business_day, day_span
from planner.kernel.text import Message, msg
from planner.live import rules
from planner.live.models import LiveSession, Shift
from planner.live.queries.briefs import SessionBrief, briefs_between
from planner.live.queries.staffing import StrainTold, strains_of
from planner.live.rules import Booking, State
from planner.people import queries as people
from planner.people.models import Membership, User

MONTH = 28


def clock_word(instant: datetime) -> str:
    """An instant in a sentence about a schedule."""
    return show.local(instant).strftime("%m-%d %H:%M")


@dataclass(frozen=True)
class PlaceClash:
    """A session that holds the studio or the channel at that time; `over`: it is on air beyond its planned end."""

    field: str
    session_id: int
    theme: str
    start: datetime
    end: datetime
    over: bool

    @property
    def message(self) -> Message:
        """What is taken by what, and when."""
        values = {"theme": self.theme, "start": clock_word(self.start), "end": clock_word(self.end)}
        if self.over and self.field == "studio_id":
            return msg("The studio is still on air with “%(theme)s”, planned from %(start)s to %(end)s.", **values)
        if self.over:
            return msg("The channel is still on air with “%(theme)s”, planned from %(start)s to %(end)s.", **values)
        if self.field == "studio_id":
            return msg("The studio is taken by “%(theme)s”, %(start)s to %(end)s.", **values)
        return msg("The channel is on air with “%(theme)s”, %(start)s to %(end)s.", **values)


@dataclass(frozen=True)
class PersonClash:
    """Somebody asked for who is needed elsewhere; of another team's session nothing but the time is known."""

    index: int
    name: str
    span: Span
    session_id: int | None = None
    theme: str = ""
    excused: bool = False
    away: bool = False

    def overlap(self, asked: Span) -> Span:
        """The time both want."""
        return Span(max(asked.start, self.span.start), min(asked.end, self.span.end))

    def message(self, asked: Span) -> Message:
        """Who is needed in what, and when."""
        if self.away:
            last = show.local(self.span.end - timedelta(days=1)).strftime("%m-%d")
            first = show.local(self.span.start).strftime("%m-%d")
            return msg("%(name)s is away from %(first)s to %(last)s.", name=self.name, first=first, last=last)
        shown = self.span if self.session_id is not None else self.overlap(asked)
        values = {"name": self.name, "start": clock_word(shown.start), "end": clock_word(shown.end)}
        if self.session_id is None:
            return msg("%(name)s is booked in another team, %(start)s to %(end)s.", **values)
        return msg("%(name)s is needed in “%(theme)s”, %(start)s to %(end)s.", theme=self.theme, **values)


@dataclass(frozen=True)
class Place:
    """A stretch of time that wants a channel, and perhaps a studio."""

    span: Span
    channel_id: int | None
    studio_id: int | None


def place_clashes(span: Span, channel_id: int | None, studio_id: int | None, but: int | None) -> list[PlaceClash]:
    """Who holds the studio or the channel then, the first of each. Decide on it under a lock only."""
    asked = Place(span, channel_id, studio_id)
    return first_clashes(asked, holders([asked], {but} if but else set()))


def holders(asked: Sequence[Place], but: Collection[int]) -> list[Held]:
    """Who may be in the way of any of these, in one statement; `but` are sessions that are out of the way.

    A show that is over holds its place as long as it really ran, so a room that came free early can be used; one that
    still is on air holds it until it has ended.
    """
    if not asked:
        return []
    until = clock.now() + rules.CLEARING
    first, last = min(a.span.start for a in asked), max(a.span.end for a in asked)
    start = func.coalesce(LiveSession.real_start, LiveSession.planned_start)
    end = func.coalesce(LiveSession.real_end, LiveSession.planned_end)
    wanted = (
        LiveSession.channel_id.in_({a.channel_id for a in asked if a.channel_id is not None}),
        LiveSession.studio_id.in_({a.studio_id for a in asked if a.studio_id is not None}),
    )
    rows = db.session().execute(
        select(
            LiveSession.id, LiveSession.theme, LiveSession.state, LiveSession.channel_id, LiveSession.studio_id,
            LiveSession.planned_start, LiveSession.planned_end, start, end,
        )
        .where(or_(*wanted), LiveSession.state.in_(list(rules.OCCUPYING)), start < last, db.alive(LiveSession))
        .where((end > first) | ((LiveSession.state == State.LIVE) if until > first else false()))
        .order_by(LiveSession.planned_start, LiveSession.id)
    )  # fmt: skip
    return [Held(*row) for row in rows if row[0] not in but]


@dataclass(frozen=True)
class Held:
    """A session that holds its channel and its studio, for as long as it is planned to or really did."""

    id: int
    theme: str
    state: State
    channel_id: int
    studio_id: int | None
    planned_start: datetime
    planned_end: datetime
    start: datetime
    end: datetime


def first_clashes(asked: Place, held: Sequence[Held]) -> list[PlaceClash]:
    """Who of these holds the studio or the channel then, the first of each."""
    until = clock.now() + rules.CLEARING
    found: dict[str, PlaceClash] = {}
    for row in held:
        live = row.state is State.LIVE
        if row.start >= asked.span.end or not (row.end > asked.span.start or (live and until > asked.span.start)):
            continue
        over = live and row.planned_end <= asked.span.start
        for field, taken, mine in (
            ("studio_id", row.studio_id, asked.studio_id),
            ("channel_id", row.channel_id, asked.channel_id),
        ):
            if mine is not None and taken == mine:
                found.setdefault(field, PlaceClash(field, row.id, row.theme, row.start, row.end, over))
    return list(found.values())


@query(P.SESSION_VIEW)
def free_evening(channel_id: int, evening: datetime, length: timedelta) -> datetime:
    """The first of the evenings from this one on that the channel is free for so long; this one if a month is full."""
    last = evening + timedelta(days=MONTH)
    asked = select(LiveSession.planned_start, LiveSession.planned_end).where(
        LiveSession.channel_id == channel_id,
        LiveSession.state.in_(list(rules.OCCUPYING)),
        LiveSession.planned_start < last + length,
        LiveSession.planned_end > evening,
        db.alive(LiveSession),
    )
    held = db.session().execute(asked).all()
    for number in range(MONTH):
        start = evening + timedelta(days=number)
        if not any(begins < start + length and ends > start for begins, ends in held):
            return start
    return evening


def _elsewhere(users: set[int], span: Span) -> Any:
    return (
        select(Shift.user_id, Shift.start, Shift.end, User.name, LiveSession.id, LiveSession.theme)
        .add_columns(Shift.override_reason)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .join(User, User.id == Shift.user_id)
        .where(
            Shift.user_id.in_(users),
            Shift.start < span.end,
            Shift.end > span.start,
            LiveSession.state.in_(list(rules.OPEN_STATES)),
            db.alive(LiveSession),
        )
        .order_by(Shift.start, Shift.id)
    )


def person_clashes(asked: Sequence[Booking], but: int | Collection[int] | None) -> list[PersonClash]:
    """Who of these people is needed elsewhere at the same time, in any team they work for.

    `but` is the session, or are the sessions, whose own shifts are out of the way.
    """
    if not asked:
        return []
    users = {booking.user_id for booking in asked}
    span = Span(min(b.span.start for b in asked), max(b.span.end for b in asked))
    rows = [tuple(row) for row in db.session().execute(_elsewhere(users, span))]
    with unscoped("double booking"):
        member = (Membership.team_id == Shift.team_id) & (Membership.user_id == Shift.user_id)
        strange = _elsewhere(users, span).join(Membership, member)
        strange = strange.where(Shift.team_id != db.team_id(), Membership.left_at.is_(None))
        rows += [(*row[:4], None, "", None) for row in db.session().execute(strange)]
    away = {but} if isinstance(but, int) else set(but or ())
    rows = [row for row in rows if row[4] is None or row[4] not in away]
    pairs = rules.doubled(asked, [Booking(row[0], Span(row[1], row[2])) for row in rows])
    return [
        PersonClash(n, rows[k][3], Span(rows[k][1], rows[k][2]), rows[k][4], rows[k][5], rows[k][6] is not None)
        for n, k in pairs
    ] + _days_away(asked, users, span)


def _days_away(asked: Sequence[Booking], users: set[int], span: Span) -> list[PersonClash]:
    """Who is asked for on a day away: it needs the same reason as a second booking."""
    away = people.away_within(users, span)
    names = people.names(away) if away else {}
    return [
        PersonClash(n, names.get(b.user_id, ""), days, away=True)
        for n, b in enumerate(asked)
        for days in away.get(b.user_id, ())
        if b.span.overlaps(days)
    ]


@dataclass(frozen=True)
class Outlook:
    """How a session that is not planned yet would lie in its day."""

    span: Span
    day: date
    places: list[PlaceClash]
    people: list[PersonClash]
    others: list[SessionBrief]
    strains: list[StrainTold]

    @property
    def free(self) -> bool:
        """Whether nothing is in the way."""
        return not (self.places or self.people)


@query(P.SESSION_EDIT)
def outlook(
    span: Span, channel_id: int | None, studio_id: int | None, asked: Sequence[Booking] = (), but: int | None = None
) -> Outlook:
    """What would be in the way, and what else runs on that business day or still runs into it."""
    who = actor.current()
    day = business_day(span.start, who.timezone, who.day_start)
    whole = day_span(day, who.timezone, who.day_start)
    near = briefs_between(whole.start - timedelta(hours=24), max(whole.end, span.end))
    others = [b for b in near if b.id != but and b.state is not State.CANCELLED and b.planned_end > whole.start]
    places, needed = place_clashes(span, channel_id, studio_id, but), person_clashes(asked, but)
    return Outlook(span, day, places, needed, others, strains_of(asked, but))

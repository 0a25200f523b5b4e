"""What would be in the way of many sessions at once, before any of them is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import Message
from planner.live import rules
from planner.live.models import LiveSession
from planner.live.queries.clashes import PersonClash, Place, PlaceClash, clashes_of_places, person_clashes
from planner.live.rules import Booking, LineupRow, State, Take, Weight
from planner.people import queries as people


@dataclass(frozen=True)
class WantedShift:
    """A shift of a session that is not there yet."""

    position_id: int
    user_id: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Wanted:
    """A session as it would be made."""

    theme: str
    weight: Weight
    channel_id: int
    studio_id: int | None
    start: datetime
    minutes: int
    crew: tuple[WantedShift, ...] = ()
    targets: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    tags: tuple[str, ...] = ()
    notes: str = ""
    lineup: tuple[LineupRow, ...] = ()

    @property
    def span(self) -> Span:
        """From its planned start to its planned end."""
        return Span(self.start, self.start + timedelta(minutes=self.minutes))


@dataclass(frozen=True)
class Foreseen:
    """What is in the way of one wanted session; `twice`: the very same is planned already, as session `there`."""

    wanted: Wanted
    places: list[PlaceClash]
    people: list[PersonClash]
    there: int | None
    past: bool

    @property
    def free(self) -> bool:
        """Whether nothing and nobody is in the way."""
        return not (self.places or self.people)

    @property
    def busy(self) -> set[int]:
        """The places of the crew whose people are needed elsewhere."""
        return {clash.index for clash in self.people}

    @property
    def usual(self) -> Take:
        """What is proposed: what is free, without the people who are not; never what is there or can't be."""
        if self.places or self.there or self.past:
            return Take.NONE
        return Take.FREE if self.people else Take.WHOLE

    @property
    def words(self) -> list[Message]:
        """Who and what is in the way, in sentences."""
        crew = self.wanted.crew
        told = [clash.message for clash in self.places]
        return told + [c.message(Span(crew[c.index].start, crew[c.index].end)) for c in self.people]


def without_busy(seen: Foreseen) -> tuple[WantedShift, ...]:
    """The crew without those who are needed elsewhere."""
    return tuple(s for n, s in enumerate(seen.wanted.crew) if n not in seen.busy)


@query(P.SESSION_EDIT)
def foresee(wanted: Sequence[Wanted]) -> list[Foreseen]:
    """What would be in the way of each: other sessions, and those of the list that stand before it.

    A fixed number of statements, however many are wanted.
    """
    if not wanted:
        return []
    places = clashes_of_places([Place(w.span, w.channel_id, w.studio_id) for w in wanted], ())
    for n, clashes in enumerate(_places_within(wanted)):
        held = {clash.field for clash in places[n]}
        places[n] += [clash for clash in clashes if clash.field not in held]
    crews = _people(wanted)
    there, now = _there(wanted), clock.now()
    return [
        Foreseen(w, [] if there[n] else places[n], [] if there[n] else crews[n], there[n], w.start <= now)
        for n, w in enumerate(wanted)
    ]


def _places_within(wanted: Sequence[Wanted]) -> list[list[PlaceClash]]:
    """What of the list itself stands in the way of what comes after it."""
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n].start, n))
    longest = timedelta(minutes=rules.LONGEST_MINUTES)
    told: dict[int, list[PlaceClash]] = {n: [] for n in order}
    for at, n in enumerate(order):
        mine = wanted[n]
        for k in reversed(order[:at]):
            other = wanted[k]
            if other.start < mine.start - longest:
                break
            if not other.span.overlaps(mine.span):
                continue
            later, before = (n, other) if k < n else (k, mine)
            for name, same in (
                ("studio_id", mine.studio_id is not None and mine.studio_id == other.studio_id),
                ("channel_id", mine.channel_id == other.channel_id),
            ):
                if same:
                    clash = PlaceClash(name, 0, before.theme, before.span.start, before.span.end, False)
                    told[later].append(clash)
    return [told[n] for n in range(len(wanted))]


def _people(wanted: Sequence[Wanted]) -> list[list[PersonClash]]:
    asked = [(n, place, s) for n, w in enumerate(wanted) for place, s in enumerate(w.crew)]
    bookings = [Booking(s.user_id, Span(s.start, s.end)) for _n, _place, s in asked]
    found: list[list[PersonClash]] = [[] for _ in wanted]
    for clash in person_clashes(bookings, None):
        n, place, _shift = asked[clash.index]
        found[n].append(PersonClash(place, clash.name, clash.span, clash.session_id, clash.theme, clash.excused))
    names = people.names([s.user_id for _n, _place, s in asked])
    for later, before in rules.doubled_within(bookings):
        (n, place, s), (k, _other, held) = asked[later], asked[before]
        if n != k:
            span = Span(held.start, held.end)
            found[n].append(PersonClash(place, names.get(s.user_id, ""), span, 0, wanted[k].theme))
    return found


def _there(wanted: Sequence[Wanted]) -> list[int | None]:
    """The session that is planned already with this channel, start and theme."""
    starts = {w.start for w in wanted}
    asked = select(LiveSession.id, LiveSession.channel_id, LiveSession.planned_start, LiveSession.theme).where(
        LiveSession.planned_start >= min(starts),
        LiveSession.planned_start <= max(starts),
        LiveSession.channel_id.in_({w.channel_id for w in wanted}),
        LiveSession.state != State.CANCELLED,
        db.alive(LiveSession),
    )
    held = {(channel, start, theme): row_id for row_id, channel, start, theme in db.session().execute(asked)}
    return [held.get((w.channel_id, w.start, w.theme)) for w in wanted]

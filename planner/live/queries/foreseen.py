"""What would be in the way of many sessions at once, before any of them is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import Message, msg
from planner.live import rules
from planner.live.queries.clashes import (
    PersonClash,
    Place,
    PlaceClash,
    clock_word,
    first_clashes,
    holders,
    person_clashes,
)
from planner.live.rules import Booking, LineupRow, Take, Weight
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
    def blocked(self) -> bool:
        """Whether it can't be made at all as it is: another show that is planned holds its channel or studio."""
        return any(clash.session_id for clash in self.places)

    @property
    def usual(self) -> Take:
        """What is proposed: what is free, without the people who are not; never what is there or can't be."""
        if self.places or self.there or self.past:
            return Take.NONE
        return Take.FREE if self.people else Take.WHOLE

    @property
    def words(self) -> list[Message]:
        """What is in the way, a sentence for each show that is; where a place is taken, people do not matter yet."""
        if self.places:
            taken: dict[tuple[str, datetime], list[PlaceClash]] = {}
            for clash in self.places:
                taken.setdefault((clash.theme, clash.start), []).append(clash)
            return [_taken(clashes) for clashes in taken.values()]
        return [_needed(clashes) for clashes in self._by_show()]

    def taken(self, take: Take) -> Wanted | None:
        """What is made of it: the whole, or without those who are needed elsewhere; None where nothing is."""
        if take is Take.NONE:
            return None
        if take is Take.WHOLE:
            return self.wanted
        return replace(self.wanted, crew=tuple(s for n, s in enumerate(self.wanted.crew) if n not in self.busy))

    def _by_show(self) -> list[list[PersonClash]]:
        found: dict[tuple[int | None, str], list[PersonClash]] = {}
        for clash in self.people:
            found.setdefault((clash.session_id, clash.theme), []).append(clash)
        return list(found.values())


def _taken(clashes: Sequence[PlaceClash]) -> Message:
    one = clashes[0]
    if len(clashes) == 1 or one.over:
        return one.message
    told = {"theme": one.theme, "start": clock_word(one.start), "end": clock_word(one.end)}
    return msg("The channel and the studio are taken by “%(theme)s”, %(start)s to %(end)s.", **told)


def _needed(clashes: Sequence[PersonClash]) -> Message:
    names = " · ".join(dict.fromkeys(c.name for c in clashes))
    told = {
        "names": names,
        "start": clock_word(min(c.span.start for c in clashes)),
        "end": clock_word(max(c.span.end for c in clashes)),
    }
    if clashes[0].session_id is None:
        return msg("Booked in another team: %(names)s, %(start)s to %(end)s.", **told)
    return msg("Needed in “%(theme)s”: %(names)s, %(start)s to %(end)s.", theme=clashes[0].theme, **told)


@query(P.SESSION_EDIT)
def foresee(wanted: Sequence[Wanted], but: Collection[int] = ()) -> list[Foreseen]:
    """What would be in the way of each: other sessions, and those of the list that stand before it.

    `but` are sessions that would not be where they are. A fixed number of statements, however many are wanted.
    """
    if not wanted:
        return []
    held = holders([Place(w.span, w.channel_id, w.studio_id) for w in wanted], but)
    places = [first_clashes(Place(w.span, w.channel_id, w.studio_id), held) for w in wanted]
    for n, clashes in enumerate(_places_within(wanted)):
        known = {clash.field for clash in places[n]}
        places[n] += [clash for clash in clashes if clash.field not in known]
    crews, now = _people(wanted, but), clock.now()
    planned = {(h.channel_id, h.planned_start, h.theme): h.id for h in held}
    there = [planned.get((w.channel_id, w.start, w.theme)) for w in wanted]
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


def _people(wanted: Sequence[Wanted], but: Collection[int]) -> list[list[PersonClash]]:
    asked = [(n, place, s) for n, w in enumerate(wanted) for place, s in enumerate(w.crew)]
    bookings = [Booking(s.user_id, Span(s.start, s.end)) for _n, _place, s in asked]
    found: list[list[PersonClash]] = [[] for _ in wanted]
    for clash in person_clashes(bookings, but):
        n, place, _shift = asked[clash.index]
        found[n].append(PersonClash(place, clash.name, clash.span, clash.session_id, clash.theme, clash.excused))
    twice = rules.doubled_within(bookings)
    names = people.names([bookings[later].user_id for later, _before in twice]) if twice else {}
    for later, before in twice:
        (n, place, s), (k, _other, held) = asked[later], asked[before]
        if n != k:
            span = Span(held.start, held.end)
            found[n].append(PersonClash(place, names.get(s.user_id, ""), span, 0, wanted[k].theme))
    return found

"""The roster of a week: each show with whoever holds its positions, and each person with their shifts, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import actor
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.spans import Span, business_day, day_span
from planner.live import rules
from planner.live.models import Shift
from planner.live.queries.briefs import SessionBrief
from planner.live.queries.crew import can_work
from planner.live.queries.listing import EVERY_SESSION, ListWanted, wanted_between
from planner.live.queries.past import HOST
from planner.live.rules import OCCUPYING, OPEN_STATES, State
from planner.people import queries as people
from planner.people.models import Membership, Position, User
from planner.people.queries import Person
from planner.people.words import position_word

DAYS = 7


@dataclass(frozen=True)
class RosterPlace:
    """A column of the roster: a position somebody holds in this week; the hosts' stands in every week."""

    id: int
    key: str
    name: str


@dataclass(frozen=True)
class Holder:
    """Somebody in a position of a show: for all of it or (`whole` is False) from `start` to `end`.

    `away` says that they are away then, `gone` that they are no longer in the team: nobody will stand there.
    """

    user_id: int
    name: str
    start: datetime
    end: datetime
    whole: bool
    away: bool = False
    gone: bool = False


@dataclass(frozen=True)
class RosterCell:
    """A position of a show: who holds it, and the parts of the show for which it lacks somebody.

    Hosts are lacking wherever none is there; any other position only as a whole, and only where most of the week's
    shows of that channel and studio have somebody in it. What is over lacks nobody any more.
    """

    holders: list[Holder]
    lacking: list[Span]


@dataclass(frozen=True)
class RosterShow:
    """A show of the week, with a cell for each column."""

    session: SessionBrief
    cells: list[RosterCell]


@dataclass(frozen=True)
class PersonShift:
    """What somebody does in one show: the positions they hold at the same time are one shift."""

    session: SessionBrief
    positions: tuple[str, ...]
    holder: Holder


@dataclass(frozen=True)
class PersonWeek:
    """Somebody's seven days: their shifts by day, on which days they are away, and how long they work in all."""

    user_id: int
    name: str
    days: list[list[PersonShift]]
    away: list[bool]
    total: timedelta


@dataclass(frozen=True)
class WeekRoster:
    """Seven business days from `first` on, by show and by person; drafts need nobody yet and are only counted.

    `free` are those of the crew who hold none of these shifts and are not away.
    """

    first: date
    places: list[RosterPlace]
    days: list[tuple[date, list[RosterShow]]]
    people: list[PersonWeek]
    free: list[str]
    drafts: int
    lacking: int = 0
    """How many shows lack somebody."""


@dataclass(frozen=True)
class _Held:
    """A shift as it was read."""

    session_id: int
    place: RosterPlace
    user_id: int
    name: str
    span: Span
    gone: bool
    booked: bool


@dataclass(frozen=True)
class _Team:
    """Who is in the crew, and when they are away."""

    crew: list[Person] = field(default_factory=list[Person])
    away: Mapping[int, Sequence[Span]] = field(default_factory=dict[int, Sequence[Span]])


@ready
def _shifts() -> Any:
    here = (Membership.user_id == Shift.user_id) & (Membership.team_id == Shift.team_id) & Membership.left_at.is_(None)
    return (
        select(
            Shift.session_id, Position.id, Position.key, Position.name, Position.sort, User.id, User.name,
            Shift.start, Shift.end, Membership.id, User.disabled_at, Shift.override_reason,
        )
        .select_from(Shift)
        .join(Position, Position.id == Shift.position_id)
        .join(User, User.id == Shift.user_id)
        .outerjoin(Membership, here)
        .where(Shift.session_id.in_(bindparam("ids", expanding=True)))
        .order_by(Position.sort, Position.id, Shift.start, Shift.id)
    )  # fmt: skip


@query(P.SESSION_VIEW)
def week_roster(first: date, wanted: ListWanted = EVERY_SESSION) -> WeekRoster:
    """The roster of seven business days, of the shows that are wanted; a show belongs to the day it begins in.

    A few statements, however many shows and people there are.
    """
    who = actor.current()
    days = [first + timedelta(days=n) for n in range(DAYS)]
    week = Span(
        day_span(days[0], who.timezone, who.day_start).start, day_span(days[-1], who.timezone, who.day_start).end
    )
    rows = wanted_between(week.start, week.end, wanted)
    shown = [b for b in rows if b.state in OCCUPYING]
    held, team = _held(shown), _team(week)
    places = _places(held)
    by_day: dict[date, list[RosterShow]] = {day: [] for day in days}
    for show in _shows(shown, places, held, team):
        by_day[business_day(show.session.planned_start, who.timezone, who.day_start)].append(show)
    listed = list(by_day.items())
    lacking = sum(any(cell.lacking for cell in show.cells) for _day, shows in listed for show in shows)
    drafts = sum(b.state is State.DRAFT for b in rows)
    busy, free = _people(listed, places, team, days)
    return WeekRoster(first, places, listed, busy, free, drafts, lacking)


def _held(shown: Sequence[SessionBrief]) -> list[_Held]:
    ids = [b.id for b in shown]
    return [
        _Held(
            row[0], RosterPlace(row[1], row[2], position_word(row[2], row[3])), row[5], row[6],
            Span(row[7], row[8]), row[9] is None or row[10] is not None, bool(row[11]),
        )
        for row in (_shifts.rows(ids=ids) if ids else ())
    ]  # fmt: skip


def _team(week: Span) -> _Team:
    """Nothing where whoever asks may not see people."""
    if not actor.current().may(P.PEOPLE_VIEW):
        return _Team()
    crew = [p for p in people.people() if can_work(p)]
    return _Team(crew, people.away_within([p.user_id for p in crew], week))


def _places(held: Sequence[_Held]) -> list[RosterPlace]:
    places = list(dict.fromkeys(one.place for one in held))
    hosts = [place for place in places if place.key == HOST] or [RosterPlace(0, HOST, position_word(HOST))]
    return [*hosts, *(place for place in places if place.key != HOST)]


def _shows(
    shown: Sequence[SessionBrief], places: Sequence[RosterPlace], held: Sequence[_Held], team: _Team
) -> list[RosterShow]:
    by_cell: dict[tuple[int, int], list[_Held]] = {}
    for one in held:
        by_cell.setdefault((one.session_id, one.place.id), []).append(one)
    alike: dict[tuple[int, int | None], list[frozenset[int]]] = {}
    for b in shown:
        filled = frozenset(place.id for place in places if (b.id, place.id) in by_cell)
        alike.setdefault((b.channel_id, b.studio_id), []).append(filled)
    usual = {kind: rules.expected(filled) for kind, filled in alike.items()}
    found: list[RosterShow] = []
    for b in shown:
        needs = usual[b.channel_id, b.studio_id]
        cells = [_cell(b, by_cell.get((b.id, place.id), []), team, place.key, place.id in needs) for place in places]
        found.append(RosterShow(b, cells))
    return found


def _cell(b: SessionBrief, held: Sequence[_Held], team: _Team, key: str, usual: bool) -> RosterCell:
    show = Span(b.planned_start, b.planned_end)
    ahead = b.state in OPEN_STATES
    holders = [_holder(one, show, team, ahead) for one in held]
    there = [Span(one.start, one.end) for one in holders if not (one.away or one.gone)]
    needed = ahead and (key == HOST or (usual and not there))
    return RosterCell(holders, rules.unheld(show, there) if needed else [])


def _holder(one: _Held, show: Span, team: _Team, ahead: bool) -> Holder:
    """Who was booked all the same, with a reason, will be there."""
    away = ahead and not one.booked and any(span.overlaps(one.span) for span in team.away.get(one.user_id, ()))
    return Holder(one.user_id, one.name, one.span.start, one.span.end, one.span == show, away, ahead and one.gone)


def _people(
    listed: Sequence[tuple[date, Sequence[RosterShow]]],
    places: Sequence[RosterPlace],
    team: _Team,
    days: Sequence[date],
) -> tuple[list[PersonWeek], list[str]]:
    """Those who hold a shift or are away, in the order of their first position, then by name; and who is free."""
    names: dict[int, str] = {}
    order: dict[int, int] = {}
    shifts: dict[int, list[list[PersonShift]]] = {}
    for n, (_day, shows) in enumerate(listed):
        for show in shows:
            for rank, (place, cell) in enumerate(zip(places, show.cells, strict=True)):
                for one in cell.holders:
                    names[one.user_id] = one.name
                    order[one.user_id] = min(order.get(one.user_id, rank), rank)
                    of_days = shifts.setdefault(one.user_id, [[] for _ in days])
                    _put(of_days[n], PersonShift(show.session, (place.name,), one))
    away = {user_id: _days_of(spans, days) for user_id, spans in team.away.items()}
    for p in team.crew:
        if any(away.get(p.user_id, ())):
            names.setdefault(p.user_id, p.name)
    found = [
        _person(user_id, name, shifts.get(user_id) or [[] for _ in days], away.get(user_id) or [False] * len(days))
        for user_id, name in sorted(names.items(), key=lambda one: (order.get(one[0], len(places)), one[1], one[0]))
    ]
    return found, [p.name for p in team.crew if p.user_id not in names and p.position_ids]


def _put(shifts: list[PersonShift], one: PersonShift) -> None:
    """One more of a day; beside a shift of the same show and times it is a position more of that one."""
    for n, held in enumerate(shifts):
        if held.session.id == one.session.id and held.holder == one.holder:
            shifts[n] = PersonShift(held.session, held.positions + one.positions, held.holder)
            return
    shifts.append(one)


def _person(user_id: int, name: str, days: list[list[PersonShift]], away: list[bool]) -> PersonWeek:
    for shifts in days:
        shifts.sort(key=lambda one: (one.holder.start, one.session.id))
    total = rules.together(Span(one.holder.start, one.holder.end) for shifts in days for one in shifts)
    return PersonWeek(user_id, name, days, away, total)


def _days_of(away: Sequence[Span], days: Sequence[date]) -> list[bool]:
    who = actor.current()
    spans = [day_span(day, who.timezone, who.day_start) for day in days]
    return [any(one.overlaps(span) for one in away) for span in spans]

"""The same shows on other days: what a copy would be, and who can't come along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from planner.base import actor
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.spans import Span, day_span
from planner.live import rules
from planner.live.queries.briefs import SessionBrief, brief, briefs_between
from planner.live.queries.clashes import Outlook, outlook
from planner.live.queries.crew import ShiftRow, can_work, shifts, shifts_of
from planner.live.queries.foreseen import Foreseen, Wanted, WantedShift, foresee
from planner.live.queries.parts import lineups_of, row_of, tags_of, targets_of
from planner.live.queries.places import channels, studios
from planner.live.rules import Booking, State
from planner.people import queries as people

WEEK = 7


@query(P.SESSION_EDIT)
def again(session_id: int, start: datetime) -> tuple[Outlook, list[Booking]]:
    """What would be in the way of the same show at another time, and the shifts that would come along with it."""
    b = brief(session_id)
    by = start - b.planned_start
    here = {p.user_id for p in people.people() if can_work(p)}
    places = {p.id for p in people.positions()}
    held = [s for s in shifts(session_id) if s.user_id in here and s.position_id in places]
    asked = [Booking(s.user_id, Span(s.start + by, s.end + by)) for s in held]
    studio_id = b.studio_id if b.studio_id in {s.id for s in studios()} else None
    return outlook(Span(start, b.planned_end + by), b.channel_id, studio_id, asked), asked


@dataclass(frozen=True)
class Kept:
    """What of a show comes along besides its theme, place and tags."""

    crew: bool = True
    targets: bool = True
    lineup: bool = False


@dataclass(frozen=True)
class Copy:
    """A show on another day, with what is in its way; `left` are those of its crew who can't come along any more."""

    key: str
    source: SessionBrief
    seen: Foreseen
    left: list[str]


@query(P.SESSION_EDIT)
def week_copies(monday: date, onto: date, kept: Kept) -> list[Copy]:
    """The shows of one week, Monday to Sunday of business days, at the same clock in another week.

    Cancelled shows and drafts stay where they are.
    """
    who = actor.current()
    start = day_span(monday, who.timezone, who.day_start).start
    end = day_span(monday + timedelta(days=WEEK), who.timezone, who.day_start).start
    held = [b for b in briefs_between(start, end) if b.state not in (State.CANCELLED, State.DRAFT)]
    zone, days = ZoneInfo(who.timezone), (onto - monday).days
    return copies([(str(b.id), b, rules.days_later(b.planned_start, days, zone)) for b in held], kept)


@query(P.SESSION_EDIT)
def series_copies(source: SessionBrief, days: Sequence[date], kept: Kept) -> list[Copy]:
    """The show at the same clock on other days."""
    zone = ZoneInfo(actor.current().timezone)
    return copies([(day.isoformat(), source, rules.at_clock_of(source.planned_start, day, zone)) for day in days], kept)


def copies(asked: Sequence[tuple[str, SessionBrief, datetime]], kept: Kept) -> list[Copy]:
    """Each show (by its key) at its new start; a fixed number of statements."""
    ids = {b.id for _key, b, _start in asked}
    crews = shifts_of(ids) if kept.crew else {}
    targets, tags = targets_of(ids) if kept.targets else {}, tags_of(ids)
    lineups = lineups_of(ids) if kept.lineup else {}
    staff = {p.user_id for p in people.people() if can_work(p)}
    places = {p.id for p in people.positions()}
    here, rooms = {c.id for c in channels()}, {s.id for s in studios()}
    found: list[tuple[str, SessionBrief, Wanted, list[str]]] = []
    for key, b, start in asked:
        if b.channel_id not in here:
            continue
        crew = crews.get(b.id, [])
        coming = [s for s in crew if s.user_id in staff and s.position_id in places]
        found.append(
            (
                key,
                b,
                Wanted(
                    b.theme,
                    b.weight,
                    b.channel_id,
                    b.studio_id if b.studio_id in rooms else None,
                    start,
                    int((b.planned_end - b.planned_start).total_seconds() // 60),
                    _shifted(coming, start - b.planned_start),
                    targets.get(b.id, {}),
                    tuple(_lasting(tags.get(b.id, []))),
                    b.notes,
                    tuple(row_of(item) for item in lineups.get(b.id, [])),
                ),
                list(dict.fromkeys(s.user_name for s in crew if s not in coming)),
            )
        )
    seen = foresee([wanted for _key, _b, wanted, _left in found])
    return [Copy(key, b, one, left) for (key, b, _wanted, left), one in zip(found, seen, strict=True)]


def _shifted(crew: Iterable[ShiftRow], by: timedelta) -> tuple[WantedShift, ...]:
    return tuple(WantedShift(s.position_id, s.user_id, s.start + by, s.end + by) for s in crew)


def _lasting(tags: Iterable[str]) -> list[str]:
    """A promotion is of its night: another day is none."""
    named = set(rules.PROMOTION_TAGS)
    return [tag for tag in tags if tag.lower() not in named and rules.PROMOTION_STEM not in tag]

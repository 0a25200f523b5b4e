"""Who is free for a shift, what it would ask of a person, and how a shift is handed over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from planner.kernel.spans import Span, business_day
from planner.live.rules.habits import Habits


class Standing(StrEnum):
    """How somebody stands to a stretch of time: 空闲, 休息不足, 请假, 有班; the best first."""

    FREE = "free"
    RESTING = "resting"
    AWAY = "away"
    BUSY = "busy"


STANDING_ORDER = {standing: n for n, standing in enumerate(Standing)}


@dataclass(frozen=True)
class Work:
    """A stretch somebody works: in which session (None: another team's, of which only the time is known)."""

    span: Span
    session_id: int | None = None
    theme: str = ""


@dataclass(frozen=True)
class Clock:
    """Where a team's business days begin."""

    zone: str
    day_start: int

    def day(self, instant: datetime) -> date:
        """The business day of an instant; work belongs to the day it begins in."""
        return business_day(instant, self.zone, self.day_start)


def between(one: Span, other: Span) -> timedelta:
    """The time between two stretches; less than nothing where they overlap."""
    first, second = sorted((one, other))
    return second.start - first.end


def standing(
    asked: Span, work: Iterable[Work], away: Iterable[Span], habits: Habits, clock: Clock
) -> tuple[Standing, Work | None]:
    """How somebody stands to a stretch of time, and what is in the way of it.

    Rest is what lies between two days of work, so two shifts of one business day do not shorten it.
    """
    known = sorted(work, key=lambda w: w.span)
    for held in known:
        if held.span.overlaps(asked):
            return Standing.BUSY, held
    for span in away:
        if span.overlaps(asked):
            return Standing.AWAY, Work(span)
    least, day = timedelta(hours=habits.least_rest_hours), clock.day(asked.start)
    short = [w for w in known if clock.day(w.span.start) != day and between(w.span, asked) < least]
    return (Standing.RESTING, min(short, key=lambda w: between(w.span, asked))) if short else (Standing.FREE, None)


class Strain(StrEnum):
    """What a shift asks of a person beyond what the team agreed on; it warns and never refuses."""

    LONG = "long"
    REST = "rest"
    CHANGEOVER = "changeover"


@dataclass(frozen=True)
class Warned:
    """A strain of the shift at `index` of what is asked for: how long it comes to, on which day, and beside what."""

    index: int
    strain: Strain
    length: timedelta
    day: date
    other: Work | None = None


def hull(spans: Sequence[Span]) -> Span:
    """From where the first of these begins to where the last ends."""
    return Span(min(s.start for s in spans), max(s.end for s in spans))


def together(spans: Iterable[Span]) -> timedelta:
    """How long it is that at least one of these stretches runs."""
    total, until = timedelta(), None
    for span in sorted(spans):
        start = span.start if until is None else max(span.start, until)
        total += max(span.end - start, timedelta())
        until = span.end if until is None else max(until, span.end)
    return total


def strains(asked: Sequence[Work], elsewhere: Sequence[Work], habits: Habits, clock: Clock) -> list[Warned]:
    """What one person's shifts come to, beside all other work of theirs: long days, short nights, no time between.

    Each day and each pair is told once, at the first of the asked shifts of the day, at the later one of the pair.
    """
    found: list[Warned] = []
    whole = [*asked, *elsewhere]
    days = [clock.day(w.span.start) for w in whole]
    for day in sorted({days[n] for n in range(len(asked))}):
        length = together(w.span for w, its_day in zip(whole, days, strict=True) if its_day == day)
        if length > timedelta(hours=habits.longest_hours):
            of_day = [n for n in range(len(asked)) if days[n] == day]
            first = min(of_day, key=lambda n: (asked[n].span, n))
            found.append(Warned(first, Strain.LONG, length, day))
    order = sorted(range(len(whole)), key=lambda n: (whole[n].span, n))
    latest = order[:1]
    for after in order[1:]:
        before = latest[0]
        if whole[after].span.end >= whole[before].span.end:
            latest = [after]
        if before >= len(asked) and after >= len(asked):
            continue
        index, other = (after, before) if after < len(asked) else (before, after)
        gap = between(whole[before].span, whole[after].span)
        strain = _strain_of(gap, days[before] != days[after], whole[before], whole[after], habits)
        if strain is not None:
            found.append(Warned(index, strain, gap, days[index], whole[other]))
    return sorted(found, key=lambda w: (w.index, w.strain))


def _strain_of(gap: timedelta, nights: bool, before: Work, after: Work, habits: Habits) -> Strain | None:
    if gap < timedelta():
        return None
    if nights and gap < timedelta(hours=habits.least_rest_hours):
        return Strain.REST
    same = before.session_id is not None and before.session_id == after.session_id
    return Strain.CHANGEOVER if not same and gap < timedelta(minutes=habits.changeover_minutes) else None


@dataclass(frozen=True)
class Candidate:
    """Somebody who could hold a shift: whether it is a position of theirs, how they stand to its time, and why."""

    user_id: int
    name: str
    eligible: bool
    standing: Standing
    reason: Work | None = None

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return self.eligible and self.standing is Standing.FREE


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those nothing speaks against first; then whose position it is; then by how they stand; then by name."""
    return sorted(candidates, key=lambda c: (not c.fits, not c.eligible, STANDING_ORDER[c.standing], c.name, c.user_id))


def split(span: Span, at: datetime) -> tuple[Span | None, Span | None]:
    """What of a stretch lies before an instant, and what from it on; None for a part that would be empty."""
    if at <= span.start:
        return None, span
    if at >= span.end:
        return span, None
    return Span(span.start, at), Span(at, span.end)

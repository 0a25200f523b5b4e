"""How long a session lasts, who would be needed twice, and what stands beside what in a day. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from planner.kernel.errors import Invalid
from planner.kernel.spans import Span
from planner.kernel.text import msg

LONGEST_MINUTES = 24 * 60


SHORTEST_MINUTES = 5


SOON = timedelta(minutes=30)


def check_times(start: datetime, minutes: int) -> Span:
    """The planned span, or Invalid: between 5 minutes and 24 hours."""
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise Invalid.at("minutes", msg("A session lasts between 5 minutes and 24 hours."))
    return Span(start, start + timedelta(minutes=minutes))


@dataclass(frozen=True)
class Booking:
    """A stretch of time somebody is needed for."""

    user_id: int
    span: Span

    def doubles(self, other: Booking) -> bool:
        """Whether one person would be needed in two places at once."""
        return self.user_id == other.user_id and self.span.overlaps(other.span)


def doubled(asked: Sequence[Booking], elsewhere: Sequence[Booking]) -> list[tuple[int, int]]:
    """Who is asked for while needed elsewhere: pairs of places in the two lists, in the order of both."""
    by_person: dict[int, list[int]] = {}
    for k, theirs in enumerate(elsewhere):
        by_person.setdefault(theirs.user_id, []).append(k)
    return [
        (n, k) for n, mine in enumerate(asked) for k in by_person.get(mine.user_id, ()) if mine.doubles(elsewhere[k])
    ]


def doubled_within(asked: Sequence[Booking]) -> list[tuple[int, int]]:
    """The same within one list: each pair once, the later place first."""
    return [(n, k) for n, k in doubled(asked, asked) if k < n]


def lanes(pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where each piece (from, to) stands beside those it overlaps: its lane from 0, and how many its group has.

    Pieces that overlap, also by way of others, are a group; each takes the first lane that is free where it begins.
    """
    found, group, ends = [(0, 1)] * len(pieces), list[int](), list[int]()
    for n in sorted(range(len(pieces)), key=lambda n: (*pieces[n], n)):
        top, bottom = pieces[n]
        if all(end <= top for end in ends):
            group, ends = [], []
        lane = next((k for k, end in enumerate(ends) if end <= top), len(ends))
        ends[lane : lane + 1] = [bottom]
        found[n] = (lane, 1)
        group.append(n)
        for each in group:
            found[each] = (found[each][0], len(ends))
    return found

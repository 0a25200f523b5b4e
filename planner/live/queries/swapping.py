"""换人: whose shifts go, from when on, and who could take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from planner.base import actor
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import msg
from planner.live import rules
from planner.live.queries.briefs import SessionBrief, brief
from planner.live.queries.crew import ShiftRow, shifts
from planner.live.queries.staffing import bench
from planner.live.rules import Candidate, State
from planner.people import queries as people


@dataclass(frozen=True)
class Part:
    """A shift that goes: what its person keeps of it, if anything, and what goes."""

    shift: ShiftRow
    kept: Span | None
    goes: Span


@dataclass(frozen=True)
class Giving:
    """What somebody gives away of a session, and the instant from which on, where a shift is split."""

    user_id: int
    name: str
    parts: tuple[Part, ...]
    at: datetime | None

    @property
    def span(self) -> Span:
        """From the first to the last that goes."""
        return Span(min(p.goes.start for p in self.parts), max(p.goes.end for p in self.parts))

    @property
    def positions(self) -> dict[int, str]:
        """The positions that go, with their names."""
        return {p.shift.position_id: p.shift.position_name for p in self.parts}

    @property
    def hosts(self) -> bool:
        """Whether another host comes by it."""
        return any(p.shift.position_key == "host" for p in self.parts)

    def crew_after(self, crew: Sequence[ShiftRow], to_id: int, name: str) -> list[ShiftRow]:
        """The crew as it would be; what is new by a split has no id of its own yet."""
        parts = {p.shift.id: p for p in self.parts}
        after: list[ShiftRow] = []
        for s in crew:
            part = parts.get(s.id)
            if part is None:
                after.append(s)
                continue
            if part.kept is not None:
                after.append(replace(s, end=part.kept.end))
            row_id = s.id if part.kept is None else -s.id
            given = {"start": part.goes.start, "end": part.goes.end, "override_reason": ""}
            after.append(replace(s, id=row_id, user_id=to_id, user_name=name, **given))
        return after


def read_at(cell: str, span: Span) -> datetime | None:
    """The instant a typed time means within somebody's shifts; None where nothing was typed."""
    if not cell.strip():
        return None
    found = rules.shift_start(cell.strip(), span, ZoneInfo(actor.current().timezone))
    if found is None:
        raise Invalid.at("at", msg("Type times like 20:00."))
    return found


def giving(b: SessionBrief, crew: Sequence[ShiftRow], user_id: int, shift_id: int | None, cell: str) -> Giving:
    """What goes. On air a shift is split now, or at the typed time; before it goes as a whole."""
    mine = [s for s in crew if s.user_id == user_id and shift_id in (None, s.id)]
    if not mine:
        raise NotFound()
    at = read_at(cell, Span(min(s.start for s in mine), max(s.end for s in mine)))
    if at is None and b.state is State.LIVE:
        at = clock.now().replace(second=0, microsecond=0)
    parts: list[Part] = []
    for s in mine:
        kept, goes = rules.split(Span(s.start, s.end), at) if at else (None, Span(s.start, s.end))
        if goes is not None:
            parts.append(Part(s, kept, goes))
    if not parts:
        raise Invalid.at("at", msg("Nothing of these shifts lies after that time."))
    return Giving(user_id, mine[0].user_name, tuple(parts), at)


def may_give(user_id: int) -> None:
    """Refuse who would give away the shifts of others without planning sessions."""
    who = actor.current()
    if not (who.may(P.SESSION_EDIT) or who.user_id == user_id):
        raise Forbidden(msg("You can hand over your own shifts; a team lead can hand over everybody's."))


def stand_ins(b: SessionBrief, given: Giving) -> list[Candidate]:
    """Who could take it, those nothing speaks against first; whoever plans no sessions sees nobody else."""
    found = [
        c
        for c in bench(given.span).candidates([p.goes for p in given.parts], given.positions)
        if c.user_id != given.user_id
    ]
    return found if actor.current().may(P.SESSION_EDIT) else [c for c in found if c.fits]


@dataclass(frozen=True)
class SwapPage:
    """The page of it, as far as somebody has come: whose, to whom."""

    session: SessionBrief
    now: datetime
    givers: dict[int, list[ShiftRow]]
    gone: frozenset[int]
    giving: Giving | None = None
    candidates: tuple[Candidate, ...] = ()


@query(P.SESSION_RUN)
def swap_page(session_id: int, user_id: int | None, shift_id: int | None = None, at: str = "") -> SwapPage:
    """Whose shifts can go; and once that is chosen, who could take them."""
    b, crew, now, who = brief(session_id), shifts(session_id), clock.now(), actor.current()
    givers: dict[int, list[ShiftRow]] = {}
    for s in crew:
        if (who.may(P.SESSION_EDIT) or s.user_id == who.user_id) and (b.state is not State.LIVE or s.end > now):
            givers.setdefault(s.user_id, []).append(s)
    if user_id is None:
        return SwapPage(b, now, givers, people.gone(givers))
    may_give(user_id)
    given = giving(b, crew, user_id, shift_id, at)
    return SwapPage(b, now, givers, frozenset(), given, tuple(stand_ins(b, given)))

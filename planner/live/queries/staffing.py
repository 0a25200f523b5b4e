"""Who could hold a shift, and what shifts ask of people beside all other work of theirs, in any of their teams."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import bindparam, select

from planner.base import actor, db, show
from planner.base.ready import ready
from planner.base.scope import unscoped
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P, may
from planner.kernel.spans import Span
from planner.kernel.text import Message, msg
from planner.live import rules
from planner.live.models import LiveSession, Shift
from planner.live.queries.crew import LONGEST_SHIFT, ShiftRow
from planner.live.queries.habits import habits
from planner.live.rules import Booking, Candidate, Strain, Warned, Work
from planner.people import queries as people
from planner.people.models import Away, Membership, Position, User
from planner.people.ports import Needed
from planner.people.queries import Person
from planner.people.words import position_word

AHEAD = timedelta(days=8)
"""How far a lead is told of shifts that nobody will hold: tonight and the seven days behind it, as Today shows them."""

NEAR = timedelta(days=2)
"""How far around a shift other work can matter: a whole business day, and the longest rest before and after it."""


@ready
def _work() -> Any:
    # In the team at hand whoever holds the shift; in any other team only who still belongs to it.
    member = (Membership.team_id == Shift.team_id) & (Membership.user_id == Shift.user_id)
    return (
        select(Shift.user_id, Shift.start, Shift.end, LiveSession.id, LiveSession.theme, Shift.team_id)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .outerjoin(Membership, member & Membership.left_at.is_(None))
        .where(
            Shift.user_id.in_(bindparam("ids", expanding=True)),
            Shift.start > bindparam("oldest"),
            Shift.start < bindparam("until"),
            Shift.end > bindparam("since"),
            LiveSession.state.in_(list(rules.OCCUPYING)),
            db.alive(LiveSession),
            (Shift.team_id == bindparam("here")) | Membership.id.is_not(None),
        )
        .order_by(Shift.start, Shift.id)
    )


def work_of(ids: Iterable[int], span: Span, but: Collection[int] = ()) -> dict[int, list[Work]]:
    """What these people work around a stretch of time, in one statement; of another team nothing but the time.

    `but` are sessions whose own shifts are out of the way, because they are being planned.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    since, until = span.start - NEAR, span.end + NEAR
    asked = {"ids": wanted, "oldest": since - LONGEST_SHIFT, "since": since, "until": until}
    found: dict[int, list[Work]] = {}
    here = db.team_id()
    with unscoped("double booking"):
        rows = _work.rows(**asked, here=here)
    for user_id, start, end, session_id, theme, team_id in rows:
        if team_id != here:
            found.setdefault(user_id, []).append(Work(Span(start, end)))
        elif session_id not in but:
            found.setdefault(user_id, []).append(Work(Span(start, end), session_id, theme))
    return found


def _clock() -> rules.Clock:
    who = actor.current()
    return rules.Clock(who.timezone, who.day_start)


@dataclass(frozen=True)
class Bench:
    """Who can be in a crew, with what they work and when they are away around a stretch of time."""

    people: Sequence[Person]
    work: Mapping[int, list[Work]]
    away: Mapping[int, list[Span]]
    habits: rules.Habits
    clock: rules.Clock
    skilled: frozenset[int] = field(default_factory=frozenset[int])
    """The positions somebody is said to fill; of any other nobody is, so everybody may."""

    def candidates(self, spans: Sequence[Span], positions: Collection[int]) -> list[Candidate]:
        """All of them for these stretches of time, those nothing speaks against first; the worst stretch counts."""
        wanted = set(positions) & self.skilled
        found: list[Candidate] = []
        for p in self.people:
            work, away = self.work.get(p.user_id, ()), self.away.get(p.user_id, ())
            stands = [rules.standing(span, work, away, self.habits, self.clock) for span in spans]
            worst = max(stands, key=lambda held: rules.STANDING_ORDER[held[0]])
            found.append(Candidate(p.user_id, p.name, wanted <= set(p.position_ids), *worst))
        return rules.in_order(found)


@query(P.SESSION_VIEW)
def bench(span: Span, but: int | None = None, team: Sequence[Person] | None = None) -> Bench:
    """Whom a shift around this time can be given to; a few statements, however many people and shifts there are."""
    members = [
        p
        for p in team or people.people()
        if not p.disabled and may(p.role, P.SESSION_RUN, is_admin=False, signed_in=True)
    ]
    ids = [p.user_id for p in members]
    skilled = frozenset(position for p in members for position in p.position_ids)
    away = people.away_within(ids, span)
    return Bench(members, work_of(ids, span, {but} if but else ()), away, habits(), _clock(), skilled)


@dataclass(frozen=True)
class StrainTold:
    """A warning about the shift at `index` of what was asked for."""

    index: int
    message: Message


def _wall(instant: datetime) -> str:
    return show.local(instant).strftime("%m-%d %H:%M")


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:.1f}".removesuffix(".0")


def _what(other: Work) -> Message:
    if other.session_id is None:
        return msg("a show of another team")
    return msg("“%(theme)s”", theme=other.theme) if other.theme else msg("this show")


def _told(name: str, found: Warned, limits: rules.Habits) -> Message:
    other = found.other
    if other is None:
        told = {"name": name, "day": found.day.strftime("%m-%d"), "hours": _hours(found.length)}
        return msg("%(name)s works %(hours)s h on %(day)s, more than %(most)s h.", **told, most=limits.longest_hours)
    what = _what(other)
    told = {"name": name, "what": what, "start": _wall(other.span.start), "end": _wall(other.span.end)}
    if found.strain is Strain.REST:
        return msg(
            "%(name)s has only %(hours)s h of rest beside %(what)s, %(start)s to %(end)s.",
            **told,
            hours=_hours(found.length),
        )
    minutes = int(found.length.total_seconds() // 60)
    return msg(
        "%(name)s has only %(minutes)s min between this and %(what)s, %(start)s to %(end)s.", **told, minutes=minutes
    )


@query(P.SESSION_VIEW)
def strains_of(
    asked: Sequence[Booking], but: int | None = None, known: Mapping[int, str] | None = None
) -> list[StrainTold]:
    """What these shifts of one session would come to beside all other work of their people. Warns, never refuses."""
    if not asked:
        return []
    span = Span(min(b.span.start for b in asked), max(b.span.end for b in asked))
    elsewhere = work_of({b.user_id for b in asked}, span, {but} if but else ())
    limits, days, names = habits(), _clock(), known or people.names([b.user_id for b in asked])
    found: list[StrainTold] = []
    for user_id in dict.fromkeys(b.user_id for b in asked):
        mine = [n for n, b in enumerate(asked) if b.user_id == user_id]
        here = [Work(asked[n].span, but or 0, "") for n in mine]
        for one in rules.strains(here, elsewhere.get(user_id, []), limits, days):
            found.append(StrainTold(mine[one.index], _told(names.get(user_id, ""), one, limits)))
    return sorted(found, key=lambda one: one.index)


@ready
def _needing() -> Any:
    return (
        select(LiveSession.id, LiveSession.theme, Position.key, Position.name, Shift.start, Shift.end)
        .select_from(Shift)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .join(Position, Position.id == Shift.position_id)
        .where(
            Shift.user_id == bindparam("user_id"),
            Shift.start > bindparam("oldest"),
            Shift.start < bindparam("until"),
            Shift.end > bindparam("since"),
            LiveSession.state.in_(list(rules.OPEN_STATES)),
            db.alive(LiveSession),
        )
        .order_by(Shift.start, Shift.id)
        .execution_options(with_trash=True)
    )


@query(P.SESSION_VIEW)
def needed(user_id: int, span: Span) -> list[Needed]:
    """The port's answer: the shifts of somebody that lie in days away, each with the door to give it to another."""
    since = max(span.start, clock.now())
    rows = _needing.rows(user_id=user_id, oldest=since - LONGEST_SHIFT, since=since, until=span.end)
    return [
        Needed(
            f"{theme} · {position_word(key, name)}",
            Span(start, end),
            url_for("live.swap", session_id=session_id, who=user_id),
        )
        for session_id, theme, key, name, start, end in rows
    ]


@dataclass(frozen=True)
class Uncovered:
    """A shift to come that nobody will hold: its person is away then, or no longer in the team."""

    session_id: int
    theme: str
    position: str
    user_id: int
    name: str
    start: datetime
    left: bool


@ready
def _uncovered() -> Any:
    days = (
        (Away.user_id == Shift.user_id)
        & (Away.team_id == Shift.team_id)
        & (Away.last >= bindparam("first_day"))
        & (Away.first <= bindparam("last_day"))
    )
    here = (Membership.user_id == Shift.user_id) & (Membership.team_id == Shift.team_id) & Membership.left_at.is_(None)
    return (
        select(
            LiveSession.id, LiveSession.theme, Position.key, Position.name, User.id, User.name,
            Shift.start, Shift.end, Shift.override_reason, Away.first, Away.last, Membership.id, User.disabled_at,
            Shift.id, Position.id,
        )
        .select_from(Shift)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .join(Position, Position.id == Shift.position_id)
        .join(User, User.id == Shift.user_id)
        .outerjoin(Away, days)
        .outerjoin(Membership, here)
        .where(
            LiveSession.planned_start > bindparam("since"),
            LiveSession.planned_start < bindparam("until"),
            LiveSession.state.in_(list(rules.OPEN_STATES)),
            db.alive(LiveSession),
            Away.id.is_not(None)
            | Membership.id.is_(None)
            | User.disabled_at.is_not(None)
            | (Shift.user_id == bindparam("me")),
        )
        .order_by(Shift.start, Shift.id)
        .execution_options(with_trash=True)
    )  # fmt: skip


@dataclass(frozen=True)
class Ahead:
    """What Today asks of the crews of the coming days: shifts that nobody will hold, and the reader's own, in order."""

    uncovered: list[Uncovered]
    mine: list[tuple[int, ShiftRow]]
    """The session's id with each."""


NOBODY = Ahead([], [])


@query(P.SESSION_VIEW)
def uncovered(now: datetime) -> list[Uncovered]:
    """The shifts of the coming days that nobody will hold; what a lead booked all the same, with a reason, is held."""
    return ahead(now).uncovered


@query(P.SESSION_VIEW)
def ahead(now: datetime) -> Ahead:
    """Shifts that nobody will hold, and one's own, in one statement."""
    first, me = show.today(), actor.current().user_id or 0
    within = {"since": now - timedelta(days=1), "until": now + AHEAD}
    days = {"first_day": first - timedelta(days=1), "last_day": first + AHEAD + timedelta(days=1)}
    found: dict[int, Uncovered] = {}
    mine: dict[int, tuple[int, ShiftRow]] = {}
    for row in _uncovered.rows(me=me, **within, **days):
        left = row[11] is None or row[12] is not None
        away = row[9] is not None and not row[8] and people.span_of(row[9], row[10]).overlaps(Span(row[6], row[7]))
        word = position_word(row[2], row[3])
        if row[4] == me:
            mine[row[13]] = row[0], ShiftRow(row[13], row[14], row[2], word, me, row[5], row[6], row[7], row[8] or "")
        if row[7] > now and (left or away):
            found.setdefault(row[13], Uncovered(row[0], row[1], word, row[4], row[5], row[6], left))
    return Ahead(list(found.values()), list(mine.values()))

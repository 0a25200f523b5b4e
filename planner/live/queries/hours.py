"""Hours of people in a month: what was planned, and what was really worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import actor, db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.live import rules
from planner.live.models import Airing, LiveSession, Shift
from planner.live.queries.crew import LONGEST_SHIFT
from planner.live.rules import Hours, State, Worked
from planner.people.models import Position, User
from planner.people.words import position_word


@dataclass(frozen=True)
class PersonHours:
    """A person's month: by position, and as a whole."""

    user_id: int
    name: str
    positions: list[tuple[str, Hours]]
    total: Hours


@ready
def _shifts() -> Any:
    return (
        select(
            Shift.user_id, User.name, Shift.position_id, Position.key, Position.name, Shift.start, Shift.end,
            LiveSession.id, LiveSession.state, LiveSession.real_start, LiveSession.real_end,
        )
        .select_from(Shift)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .join(Position, Position.id == Shift.position_id)
        .join(User, User.id == Shift.user_id)
        .where(
            LiveSession.planned_start > bindparam("oldest"),
            LiveSession.planned_start < bindparam("latest"),
            Shift.start >= bindparam("start"),
            Shift.start < bindparam("end"),
            LiveSession.state.in_(list(rules.OCCUPYING)),
            db.alive(LiveSession),
        )
        .order_by(User.name, User.id, Position.sort, Position.id, Shift.start)
        .execution_options(with_trash=True)
    )  # fmt: skip


@ready
def _streams() -> Any:
    return (
        select(Airing.session_id, Airing.real_start, Airing.real_end)
        .join(LiveSession, LiveSession.id == Airing.session_id)
        .where(LiveSession.planned_start > bindparam("oldest"), LiveSession.planned_start < bindparam("latest"))
        .order_by(Airing.real_start, Airing.id)
    )


@query(P.SESSION_VIEW)
def hours(month: date) -> list[PersonHours]:
    """The hours of a month of business days, by person and position; whoever plans no sessions sees their own.

    What is on air now counts up to this moment. Two statements, however many people and shifts.
    """
    who, now = actor.current(), clock.now()
    span = rules.month_span(month, who.timezone, who.day_start)
    around = {"oldest": span.start - LONGEST_SHIFT, "latest": span.end + LONGEST_SHIFT}
    streams: dict[int, list[Span]] = {}
    for session_id, start, end in _streams.rows(**around):
        streams.setdefault(session_id, []).append(Span(start, end or max(now, start)))
    names: dict[int, str] = {}
    places: dict[int, str] = {}
    worked: list[Worked] = []
    for user_id, name, position_id, key, own, start, end, session_id, state, *real in _shifts.rows(
        **around, start=span.start, end=span.end
    ):
        if who.may(P.SESSION_EDIT) or user_id == who.user_id:
            names[user_id], places[position_id] = name, position_word(key, own)
            over = state is State.LIVE or state in rules.AFTER_AIR
            held = streams.get(session_id, []) if over else []
            worked.append(
                Worked(user_id, position_id, Span(start, end), key == "host", over, held, _ran(real[0], real[1], now))
            )
    found, whole = rules.added(worked), dict[int, list[Worked]]()
    for shift in worked:
        whole.setdefault(shift.user_id, []).append(shift)
    return [
        PersonHours(
            user_id, name, [(places[place], each) for place, each in found[user_id].items()],
            rules.total_of(whole[user_id]),
        )
        for user_id, name in names.items()
    ]  # fmt: skip


def _ran(start: datetime | None, end: datetime | None, now: datetime) -> Span | None:
    return Span(start, end or max(now, start)) if start else None


def as_hours(length: timedelta) -> str:
    """Hours with two places, for tables."""
    return f"{length.total_seconds() / 3600:.2f}"

"""Of what people are to be reminded now, and which reminders are settled because it is done, moved or called off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base.reminders import Due
from planner.base.telling import Sort
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.live import queries as live
from planner.notifications import rules
from planner.notifications.models import Notice
from planner.notifications.queries.habits import habits_of
from planner.notifications.queries.letters import dues
from planner.notifications.queries.waiting import UNREAD, holds
from planner.notifications.rules import Habits, Stage
from planner.people import queries as people


@dataclass(frozen=True)
class Reminder:
    """A reminder to be written, unless its key is there already."""

    user_id: int
    key: str
    sort: Sort
    kind: str
    id: int
    words: Message
    starts: datetime | None


@dataclass(frozen=True)
class Round:
    """What a look round has found: reminders that may be new, and notices that need not be read any more."""

    reminders: list[Reminder]
    settled: list[int]


def _when(due: Due) -> str:
    return due.day.isoformat() if due.day is not None else due.at.isoformat() if due.at is not None else ""


def _stage(due: Due, habits: Habits, zone: str, now: datetime) -> Stage | None:
    if due.sort is Sort.SHIFT and due.at is not None:
        return rules.reached(rules.stages_of_shift(due.at, habits), now) if now < due.at else None
    if due.day is not None:
        return rules.reached(rules.stages_of_day(due.day, habits, zone), now)
    return rules.reached(rules.stages_of_hour(due.at), now) if due.at is not None else None


def _words(due: Due, stage: Stage) -> Message:
    when: dict[str, Any] = {"date": due.day.isoformat()} if due.day is not None else {"at": _when(due)}
    late = stage.sort is Sort.LATE
    if stage.sort is Sort.SHIFT:
        return msg("Your show begins %(when)s", when=when)
    if due.count == 1:
        if late:
            return msg("An item of your checklist was due %(when)s", when=when)
        return msg("An item of your checklist is due %(when)s", when=when)
    if due.count:
        told: dict[str, Any] = {"num": due.count, "when": when}
        if late:
            return msg("%(num)s items of your checklist were due %(when)s", **told)
        return msg("%(num)s items of your checklist are due %(when)s", **told)
    return msg("Late, was due %(when)s", when=when) if late else msg("Due %(when)s", when=when)


def _reminders(found: Sequence[Due], habits: dict[int, Habits], now: datetime) -> list[Reminder]:
    zone, made = actor.current().timezone, list[Reminder]()
    for due in found:
        stage = _stage(due, habits[due.user_id], zone, now) if due.user_id in habits else None
        if stage is not None:
            key = rules.reminder_key(due.kind, due.id, stage.name, _when(due))
            starts = due.at if due.sort is Sort.SHIFT else None
            made.append(Reminder(due.user_id, key, stage.sort, due.kind, due.id, _words(due, stage), starts))
    return made


def told_before(keys: Iterable[str]) -> set[tuple[int, str]]:
    """Which of these reminders are written already."""
    wanted, found = list(keys), set[tuple[int, str]]()
    for at in range(0, len(wanted), 500):
        rows: Any = db.session().execute(
            select(Notice.user_id, Notice.key).where(Notice.key.in_(wanted[at : at + 500]))
        )
        found |= {(user_id, key) for user_id, key in rows}
    return found


def _settled(found: Sequence[Due], now: datetime) -> list[int]:
    """Unread reminders of what is open no more, or due at another time; what no longer holds of somebody's shows."""
    columns = (Notice.id, Notice.user_id, Notice.key, Notice.works, Notice.theirs)
    asked = select(*columns).where(*UNREAD, Notice.until > now, Notice.sort.in_([Sort.SHIFT, Sort.DUE, Sort.LATE]))
    rows = list(db.session().execute(asked.order_by(Notice.id).limit(5000)))
    standing = {(due.user_id, due.kind, due.id, _when(due)) for due in found}
    shows = [row for row in rows if row.theirs is not None]
    held = live.held_by_many({row.user_id for row in shows}, {work[0] for row in shows for work in row.works})
    over: list[int] = []
    for row in rows:
        thing = rules.thing_of(row.key)
        if thing is not None:
            over += [] if (row.user_id, *thing) in standing else [row.id]
        elif not holds(row.works, row.theirs, held.get(row.user_id, {})):
            over.append(row.id)
    return over


@query(P.INSTALLATION)
def look_round() -> Round:
    """What the team's people are to be reminded of now, and what is settled."""
    now = clock.now()
    found, members = dues(now), people.roles()
    habits = habits_of({due.user_id for due in found} & set(members))
    wanted = _reminders(found, habits, now)
    told = told_before(r.key for r in wanted)
    return Round([r for r in wanted if (r.user_id, r.key) not in told], _settled(found, now))

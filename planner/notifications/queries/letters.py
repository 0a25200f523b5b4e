"""What letters say, in whatever language they will be written, and to whom one may be due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import actor, db, kinds, show
from planner.base.reminders import Due, due_between
from planner.base.scope import unscoped
from planner.base.tables import Job
from planner.base.telling import Sort
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import day_span
from planner.live import queries as live
from planner.notifications import rules
from planner.notifications.models import LetterTurn, Notice
from planner.notifications.queries.habits import habits_of
from planner.notifications.queries.reading import names_in
from planner.notifications.queries.waiting import UNREAD, holds, not_read
from planner.notifications.rules import Mode
from planner.people import queries as people

MOST_TOLD = 20
"""So many of a kind are written out in a letter; the rest is counted."""


@dataclass(frozen=True)
class Told:
    """One notice in a letter: of what, by whom, and the path of its page."""

    title: str
    words: dict[str, Any]
    by: str
    path: str


@dataclass(frozen=True)
class Letter:
    """Several notices in one letter."""

    team: str
    told: list[Told]
    more: int
    names: dict[Any, str]


@dataclass(frozen=True)
class Line:
    """Something that is due: what, when, by how many days it is late."""

    title: str
    at: datetime | None
    day: date | None
    late: int
    path: str
    count: int = 0


@dataclass(frozen=True)
class Daily:
    """The daily letter: my shows, what is due today, what is late, what is new; `unread` counts all of it."""

    team: str
    day: date
    shows: list[Line] = field(default_factory=list[Line])
    due: list[Line] = field(default_factory=list[Line])
    late: list[Line] = field(default_factory=list[Line])
    told: list[Told] = field(default_factory=list[Told])
    names: dict[Any, str] = field(default_factory=dict[Any, str])
    unread: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.shows or self.due or self.late or self.told)


def _told(rows: Sequence[Any], names: dict[Any, str], reader: int) -> list[Told]:
    pairs = {(row.about_kind, row.about_id) for row in rows if row.about_id}
    titles = kinds.titles(pairs, reader)

    def path(row: Any) -> str:
        return kinds.path(row.about_kind, row.about_id) if row.about_id else "/inbox"

    return [
        Told(titles.get((row.about_kind, row.about_id), ""), row.words, names.get(row.created_by or 0, ""), path(row))
        for row in rows
    ]


def _names(rows: Sequence[Any]) -> dict[Any, str]:
    return names_in((row.words for row in rows), *(row.created_by for row in rows))


COLUMNS = (
    Notice.id, Notice.words, Notice.created_by, Notice.works, Notice.theirs, Notice.about_kind, Notice.about_id,
    Notice.sort,
)  # fmt: skip


@query(P.INSTALLATION)
def letter(user_id: int, ids: Iterable[int]) -> Letter | None:
    """What of these notices still holds and was not read before the letter left; None where nothing is left."""
    asked = select(*COLUMNS).where(Notice.user_id == user_id, Notice.id.in_(list(ids)), *UNREAD).order_by(Notice.id)
    found = list(db.session().execute(asked))
    shows = {work[0] for row in found if row.theirs is not None for work in row.works}
    held = live.held_by(user_id, shows)
    rows = [row for row in found if holds(row.works, row.theirs, held)]
    if not rows or user_id not in people.roles([user_id]):
        return None
    names = _names(rows)
    more = max(0, len(rows) - MOST_TOLD)
    return Letter(actor.current().team_name, _told(rows[:MOST_TOLD], names, user_id), more, names)


def dues(now: datetime) -> list[Due]:
    """Everything in the team that is open and due not too long ago or too far ahead."""
    first, last = now - rules.OLDEST, now + rules.FARTHEST
    return [due for answer in due_between for due in answer(first, last)]


def _line(due: Due, today: date) -> Line:
    day = due.day or show.local(due.at or clock.now()).date()
    return Line(due.title, due.at, due.day, max(0, (today - day).days), kinds.path(due.kind, due.id), due.count)


def _split(mine: Sequence[Due], now: datetime, today: date) -> tuple[list[Line], list[Line], list[Line]]:
    """One's own shows, what is due until the end of the day, and what is late."""
    who = actor.current()
    ends = day_span(today, who.timezone, who.day_start).end
    shows = [d for d in mine if d.sort is Sort.SHIFT and d.at is not None and now <= d.at < ends]
    work = [d for d in mine if d.sort is not Sort.SHIFT]
    late = [d for d in work if (d.day is not None and d.day < today) or (d.at is not None and d.at <= now)]
    due = [d for d in work if d.day == today or (d.at is not None and now < d.at < ends)]
    first, second, third = ([_line(d, today) for d in part] for part in (shows, due, late))
    return first, second, third


@query(P.INSTALLATION)
def daily(user_id: int) -> Daily | None:
    """Somebody's daily letter as it is now; None where there is nothing to say, or nobody to say it to."""
    if user_id not in people.roles([user_id]):
        return None
    now = clock.now()
    today = show.local(now).date()  # by the calendar: an early letter speaks of the day that begins
    habits = habits_of([user_id])[user_id]
    shows, due, late = _split([d for d in dues(now) if d.user_id == user_id], now, today)
    asked = select(*COLUMNS, Notice.created_at).where(*not_read(user_id, now)).order_by(Notice.id.desc()).limit(200)
    found = list(db.session().execute(asked))
    kept = [row for row in found if row.sort not in (Sort.DUE, Sort.LATE) and habits.mode(row.sort) is not Mode.NEVER]
    held = live.held_by(user_id, {work[0] for row in kept if row.theirs is not None for work in row.works})
    recent = now - timedelta(days=1)
    new = [row for row in kept if row.created_at > recent and holds(row.works, row.theirs, held)][:MOST_TOLD]
    names = _names(new)
    letter = Daily(actor.current().team_name, today, shows, due, late, _told(new, names, user_id), names, len(found))
    return None if letter.empty else letter


@query(P.INSTALLATION)
def letters_wait() -> dict[int, list[int]]:
    """For whom, by team, a letter may be due by now."""
    with unscoped("run jobs"):
        asked = select(Notice.team_id, Notice.user_id).where(Notice.mail_at <= clock.now()).distinct()
        found: dict[int, list[int]] = {}
        for team_id, user_id in db.session().execute(asked.order_by(Notice.team_id, Notice.user_id).limit(1000)):
            found.setdefault(team_id, []).append(user_id)
    return found


def last_letters(ids: Iterable[int]) -> dict[int, datetime]:
    """When the last letter left to these people."""
    rows: Any = db.session().execute(
        select(LetterTurn.user_id, LetterTurn.last_at).where(LetterTurn.user_id.in_(list(ids)))
    )
    return {user_id: at for user_id, at in rows}


def daily_key(user_id: int, day: date) -> str:
    """Under which the daily letter of a day is asked for once."""
    return f"daily:{user_id}:{day.isoformat()}"


@query(P.INSTALLATION)
def dailies_due() -> list[tuple[int, date]]:
    """For whom in the team the daily letter of which day is due now, and was not asked for yet."""
    members = people.roles()
    boxes = people.letter_boxes(members)
    habits, last = habits_of(boxes), last_letters(boxes)
    now, zone = clock.now(), actor.current().timezone
    days = {user_id: rules.summary_is_due(now, habits[user_id], zone, last.get(user_id)) for user_id in boxes}
    due = [(user_id, day) for user_id, day in days.items() if day is not None]
    keys = [daily_key(user_id, day) for user_id, day in due]
    asked = set(db.session().scalars(select(Job.key).where(Job.key.in_(keys)))) if keys else set[str | None]()
    return [(user_id, day) for (user_id, day), key in zip(due, keys, strict=True) if key not in asked]

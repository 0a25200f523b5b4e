"""Letters: several notices in one, never two within ten minutes, none in somebody's quiet hours; and the daily one.

One's own show that is on or begins within two hours waits for nothing. A letter is a job in the transaction that marks
its notices, under the lock of the person: two workers write one letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select

from planner.base import actor, db, jobs, mail
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.notifications import queries, rules
from planner.notifications.models import LetterTurn, Notice
from planner.notifications.rules import Habits, Mode
from planner.people import queries as people

AT_ONCE = 200
DAILY = "notifications.daily"


def _take_turn(user_id: int, now: datetime) -> None:
    row = db.session().scalars(select(LetterTurn).where(LetterTurn.user_id == user_id)).one_or_none()
    if row is None:
        db.add(LetterTurn(user_id=user_id, last_at=now))
    else:
        row.last_at = now


def _waiting(user_id: int) -> list[Notice]:
    mine = (Notice.user_id == user_id, Notice.mail_at.is_not(None))
    return list(db.session().scalars(select(Notice).where(*mine).order_by(Notice.id).limit(AT_ONCE)))


def _wanted(rows: Sequence[Notice], habits: Habits, now: datetime) -> list[Notice]:
    """Those that are to go by mail at once; of the others no letter waits any more."""
    wanted: list[Notice] = []
    for row in rows:
        stands = row.seen_at is None and row.taken_back is None and row.until > now
        if stands and habits.mode(row.sort) is Mode.NOW:
            wanted.append(row)
        else:
            row.mail_at = None
    return wanted


def _going(rows: Sequence[Notice], last: datetime | None, habits: Habits, now: datetime) -> list[Notice]:
    """What leaves now: nothing while the first has still to wait; in quiet hours, and too soon, only what is near."""
    zone = actor.current().timezone
    times = {row: rules.leaves(row.created_at, last, row.starts, row.until, habits, zone) for row in rows}
    if not any(at <= now for at in times.values()):
        for row, at in times.items():
            row.mail_at = at
        return []
    if rules.is_quiet(rules.minute_of(now, zone), habits):
        return [row for row in rows if times[row] <= now]
    return list(rows)


@command(P.INSTALLATION)
def write_letter(user_id: int) -> None:
    """What waits to be told to somebody by mail, in one letter, if one may leave now; what stays waits on."""
    lock("letters", user_id)
    now, rows = clock.now(), _waiting(user_id)
    box = people.letter_boxes([user_id]).get(user_id) if mail.is_on() else None
    habits = queries.habits_of([user_id])[user_id]
    wanted = _wanted(rows, habits, now) if box else []
    if not box or not wanted:
        for row in rows:
            row.mail_at = None
        return
    going = _going(wanted, queries.last_letters([user_id]).get(user_id), habits, now)
    if going:
        _post(user_id, box, going, now)
        zone = actor.current().timezone
        for row in set(wanted) - set(going):
            row.mail_at = rules.leaves(row.created_at, now, row.starts, row.until, habits, zone)


def _post(user_id: int, box: tuple[str, str], rows: Sequence[Notice], now: datetime) -> None:
    site = current_app.config["PUBLIC_URL"] or next((row.site for row in rows if row.site), "")
    job = mail.post("notices", *box, user_id=user_id, ids=[row.id for row in rows], site=site)
    for row in rows:
        row.job_id, row.mail_at = job, None
    _take_turn(user_id, now)


@command(P.INSTALLATION)
def ask_daily(user_id: int, day: date) -> None:
    """The daily letter of a day is to be written, once."""
    jobs.enqueue(DAILY, queries.daily_key(user_id, day), user_id=user_id, day=day.isoformat())


@command(P.INSTALLATION)
def write_daily(user_id: int, day: str) -> None:
    """The daily letter of a day, if there is anything to say."""
    lock("letters", user_id)
    box = people.letter_boxes([user_id]).get(user_id) if mail.is_on() else None
    if box is None or queries.daily(user_id) is None:
        return
    site = current_app.config["PUBLIC_URL"]
    mail.post("daily", *box, unique=f"letter:{user_id}:{day}", user_id=user_id, site=site)
    _take_turn(user_id, clock.now())

"""Reminders: each written once, the ones it replaces and those that are settled read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base import unit as units
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.notifications import queries, rules
from planner.notifications.models import Notice
from planner.notifications.queries import Reminder
from planner.notifications.services.telling import write


@command(P.INSTALLATION)
def write_reminders(reminders: Sequence[Reminder], settled: Sequence[int]) -> int:
    """What is not written yet is; answers how many. Two workers that look round at once write each once."""
    now = clock.now()
    for row in db.some(Notice, settled).values():
        row.seen_at = row.seen_at or now
    told = queries.told_before(r.key for r in reminders)
    fresh = [r for r in reminders if (r.user_id, r.key) not in told]
    _replace(fresh)
    write([_row(reminder) for reminder in fresh])
    return len(fresh)


def _row(reminder: Reminder) -> dict[str, Any]:
    ends = units.current().at + rules.WORTH
    return {
        "key": reminder.key,
        "user_id": reminder.user_id,
        "sort": reminder.sort,
        "about_kind": reminder.kind,
        "about_id": reminder.id,
        "works": [(reminder.id, None)],
        "theirs": None,
        "words": reminder.words.as_json(),
        "until": reminder.starts or ends,
        "starts": reminder.starts,
    }


def _replace(fresh: Sequence[Reminder]) -> None:
    """Of one thing only the last reminder waits to be read."""
    things = {(r.user_id, r.kind, r.id) for r in fresh}
    ids = {row_id for _user, _kind, row_id in things}
    asked = select(Notice).where(Notice.about_id.in_(list(ids)), Notice.seen_at.is_(None))
    for row in db.session().scalars(asked) if ids else ():
        thing = rules.thing_of(row.key)
        if thing is not None and (row.user_id, thing[0], thing[1]) in things:
            row.seen_at = clock.now()

"""What somebody was asked for and is decided, handed on or called back by now waits for them no more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, or_, select, union_all

from planner.base import db
from planner.base import unit as units
from planner.base.ready import ready
from planner.base.telling import Sort, Still
from planner.kernel import clock
from planner.notifications import queries
from planner.notifications.models import Notice
from planner.notifications.services.telling import keys_of

ASKING = (Sort.ASSIGNED, Sort.LATE)
"""Sorts that ask for something; the others say what has happened, which stays so."""


def settle_words(kind: str, ids: Collection[int], still: Still) -> None:
    """The port's answer: what is unread and asks for what is done is hidden, until the act is taken back.

    What the act at hand tells somebody of the same object and sort replaces what they were told before: a sum or a
    reason may be another. What counts many objects stays while any of them waits.
    """
    found = [row for row in _unread(kind, ids) if set(ids) & set(_things(row))]
    if not found:
        return
    fresh = set(keys_of(units.current().command_id))
    again = {(row.user_id, row.sort, thing) for row in found if row.key in fresh for thing in _things(row)}
    waits = still({thing for row in found for thing in _things(row)})
    for row in found:
        stands = [
            thing
            for thing in _things(row)
            if row.user_id in waits.get((thing, row.sort), ()) and (row.user_id, row.sort, thing) not in again
        ]
        if row.key not in fresh and not stands:
            row.taken_back = units.current().command_id
    db.flush()


@ready
def _asking() -> Any:
    """Two searches of one index: by an OR, or with `until` beside it, an engine reads all that is unread."""
    sorts = or_(*(Notice.sort == sort for sort in ASKING))
    asked = select(Notice.id, Notice.until).where(*queries.UNREAD, Notice.about_kind == bindparam("kind"), sorts)
    of_these = asked.where(Notice.about_id.in_(bindparam("ids", expanding=True)))
    both = union_all(of_these, asked.where(Notice.about_id.is_(None))).subquery()
    return select(both.c.id, both.c.until)


def _unread(kind: str, ids: Collection[int]) -> list[Notice]:
    now = clock.now()
    found = [notice_id for notice_id, until in _asking.rows(kind=kind, ids=list(ids)) if until > now]
    if not found:
        return []
    return list(db.session().scalars(select(Notice).where(Notice.id.in_(found)).order_by(Notice.id)))


def _things(row: Notice) -> list[int]:
    return [row.about_id] if row.about_id else [work[0] for work in row.works]

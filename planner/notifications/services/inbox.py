"""Reading what one was told, and not having read it after all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base.scope import unscoped
from planner.base.telling import Sort
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.notifications import queries, rules
from planner.notifications.models import LetterTurn, Notice, NoticeHabits


def _mine(newest: int, *conditions: Any) -> Any:
    return select(Notice).where(Notice.user_id == actor.current().user_id, Notice.id <= newest, *conditions)


def _read(asked: Any) -> None:
    now = clock.now()
    for row in db.session().scalars(asked.where(Notice.seen_at.is_(None))):
        row.seen_at = now


def _read_again(asked: Any) -> None:
    latest = asked.with_only_columns(Notice.seen_at).where(Notice.seen_at.is_not(None))
    last = db.session().scalar(latest.order_by(Notice.seen_at.desc()).limit(1))
    for row in db.session().scalars(asked.where(Notice.seen_at == last)):
        row.seen_at = None


@command(P.PERSON)
def know_notices(newest: int) -> None:
    """I know what I was told of my shows, up to this notice."""
    _read(_mine(newest, *queries.SHOWS))


@command(P.PERSON)
def show_notices_again(newest: int) -> None:
    """What I said I know last of my shows is shown again."""
    _read_again(_mine(newest, *queries.SHOWS))


def _of(sort: Sort | None) -> tuple[Any, ...]:
    return (Notice.sort == sort,) if sort is not None else ()


@command(P.INBOX)
def read_all(newest: int, sort: Sort | None = None) -> None:
    """I have read everything (of a sort) up to this notice."""
    _read(_mine(newest, *_of(sort)))


@command(P.INBOX)
def read_none(newest: int, sort: Sort | None = None) -> None:
    """What I said last that I have read is unread again."""
    _read_again(_mine(newest, *_of(sort)))


@command(P.INBOX)
def read_notice(notice_id: int) -> None:
    """I have read this one."""
    row = queries.mine(notice_id)
    row.seen_at = row.seen_at or clock.now()


@command(P.INBOX)
def unread_notice(notice_id: int) -> None:
    """I want to come back to this one; what would be over by now stays for a while."""
    row, now = queries.mine(notice_id), clock.now()
    row.seen_at = None
    if row.until <= now:
        row.until = now + rules.WORTH


@command(P.INBOX)
def open_notice(notice_id: int) -> str:
    """I go where it leads, and have read it; answers the address, empty where it leads to many things."""
    read_notice(notice_id)
    return queries.way_of(notice_id)


@command(P.INSTALLATION)
def forget_notices() -> int:
    """Take away what has been over for a while; answers how many."""
    with unscoped("clean up"):
        return db.sweep(Notice, Notice.until < clock.now() - rules.KEPT)


@command(P.SELF)
def forget_person(user_id: int, name: str) -> None:
    """Registered with people: what somebody who erases their data was told, and how, goes in all teams."""
    with unscoped("erase personal data"):
        for model in (Notice, NoticeHabits, LetterTurn):
            while db.sweep(model, model.user_id == user_id):
                pass

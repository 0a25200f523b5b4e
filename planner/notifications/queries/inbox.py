"""The inbox: what is new for me, by what it is about, the latest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from planner.base import actor, db, kinds
from planner.base.ready import ready
from planner.base.telling import Sort
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.notifications.models import Notice
from planner.notifications.queries.reading import names_in
from planner.notifications.queries.waiting import UNREAD, holds, not_read
from planner.notifications.words import comments_in
from planner.people.models import User

A_PAGE = 40
LISTED = 20
"""So many objects of one act are named."""


@dataclass(frozen=True)
class InboxRow:
    """One notice; `things` are the objects of an act on many, with their addresses."""

    id: int
    sort: Sort
    words: dict[str, Any]
    at: datetime
    by: str
    unread: bool
    holds: bool
    count: int
    things: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Group:
    """What was said of one object; of an act on many objects a group of its own."""

    kind: str
    title: str
    url: str
    rows: list[InboxRow] = field(default_factory=list[InboxRow])

    @property
    def unread(self) -> int:
        """How many of them wait to be read."""
        return sum(row.unread for row in self.rows)


@dataclass(frozen=True)
class Inbox:
    """A page of it; `counts` is what is unread by sort, `newest` the latest of all, `before` leads to older ones."""

    groups: list[Group]
    names: dict[Any, str]
    counts: dict[Sort, int]
    newest: int
    before: int | None

    @property
    def unread(self) -> int:
        """How much there is to read in all."""
        return sum(self.counts.values())


@ready
def _counts() -> Any:
    mine = not_read(bindparam("user_id"), bindparam("now"))
    return select(Notice.sort, func.count(Notice.id)).where(*mine).group_by(Notice.sort)


def _rows(user_id: int, unread: bool, sort: Sort | None, before: int | None) -> list[Any]:
    columns = (
        Notice.id, Notice.sort, Notice.words, Notice.created_at, User.name.label("by"), Notice.seen_at, Notice.until,
        Notice.about_kind, Notice.about_id, Notice.works, Notice.theirs,
    )  # fmt: skip
    asked = select(*columns).outerjoin(User, User.id == Notice.created_by).where(Notice.user_id == user_id)
    if unread:
        asked = asked.where(*not_read(user_id, clock.now()))
    else:
        asked = asked.where(UNREAD[1], Notice.created_at <= clock.now())
    if sort is not None:
        asked = asked.where(Notice.sort == sort)
    if before is not None:
        asked = asked.where(Notice.id < before)
    return list(db.session().execute(asked.order_by(Notice.id.desc()).limit(A_PAGE + 1)))


def _objects(row: Any) -> list[int]:
    """What a notice is about."""
    return [row.about_id] if row.about_id else list(dict.fromkeys(found[0] for found in row.works))


def _group(rows: list[Any], user_id: int) -> list[Group]:
    now = clock.now()
    pairs = {(row.about_kind, found) for row in rows for found in _objects(row)[:LISTED]}
    titles = kinds.titles(pairs)
    shows = {work[0] for row in rows if row.theirs is not None for work in row.works}
    held = live.held_by(user_id, shows)
    groups: dict[Any, Group] = {}
    for row in rows:
        objects, kind = _objects(row), row.about_kind
        one = objects[0] if len(objects) == 1 else None
        things = () if one else tuple((titles.get((kind, n), ""), kinds.link(kind, n)) for n in objects[:LISTED])
        key = (kind, one) if one else row.id
        if key not in groups:
            groups[key] = Group(kind, titles.get((kind, one or 0), ""), kinds.link(kind, one) if one else "")
        unread = row.seen_at is None and row.until > now
        stands = row.until > now and holds(row.works, row.theirs, held)
        told = (row.id, row.sort, row.words, row.created_at, row.by or "", unread, stands, len(objects), things)
        groups[key].rows.append(InboxRow(*told))
    return list(groups.values())


@query(P.INBOX)
def inbox(unread: bool = True, sort: Sort | None = None, before: int | None = None) -> Inbox:
    """What I was told, by object, the latest first; only what I have still to read, or everything."""
    me = actor.current().user_id or 0
    rows = _rows(me, unread, sort, before)
    shown = rows[:A_PAGE]
    counts: dict[Sort, int] = {Sort(found[0]): found[1] for found in _counts.rows(user_id=me, now=clock.now())}
    names = names_in(row.words for row in shown)
    before = shown[-1].id if len(rows) > A_PAGE else None
    return Inbox(_group(shown, me), names, counts, shown[0].id if shown else 0, before)


@query(P.INBOX)
def way_of(notice_id: int) -> str:
    """Where a notice of mine leads: to what was said, to its object, or to the list of its objects."""
    row = mine(notice_id)
    objects = _objects(row)
    comment = next(iter(comments_in(row.words)), None)
    if comment is not None and kinds.exists("comment", comment):
        return kinds.link("comment", comment)
    return kinds.link(row.about_kind, objects[0]) if len(objects) == 1 else ""


def mine(notice_id: int) -> Notice:
    """A notice of whoever acts, or NotFound."""
    row = db.one(Notice, notice_id)
    return db.one(Notice, row.id if row.user_id == actor.current().user_id else None)

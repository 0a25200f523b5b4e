"""Links from an object to another one, or to the web."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select

from planner.base import db
from planner.base import trash as trashing
from planner.base.lock import lock
from planner.base.verbs import command
from planner.discussions import queries, rules
from planner.discussions.models import ObjectLink
from planner.discussions.queries.beside import may_remove
from planner.discussions.queries.links import target_title
from planner.discussions.services.hanging import must_hang
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg


def _room_for_one(kind: str, object_id: int) -> None:
    held = select(func.count()).select_from(ObjectLink)
    held = held.where(ObjectLink.kind == kind, ObjectLink.object_id == object_id, db.alive(ObjectLink))
    if (db.session().scalar(held) or 0) >= rules.MOST_LINKS:
        raise Refused(msg("At most %(n)s links can stand here.", n=rules.MOST_LINKS))


def _begin(kind: str, object_id: int) -> None:
    queries.reachable(kind, object_id)
    lock("links", f"{kind}-{object_id}")
    _room_for_one(kind, object_id)


def _once(*same: object) -> None:
    if db.session().scalar(select(ObjectLink.id).where(*same).limit(1)) is not None:  # type: ignore[arg-type]
        raise Invalid.at("address", msg("This is linked already."))


@command(P.COMMENT)
def link_object(kind: str, object_id: int, to_kind: str, to_id: int) -> int:
    """From one object to another that one may see, once in either direction."""
    _begin(kind, object_id)
    if (kind, object_id) == (to_kind, to_id):
        raise Invalid.at("address", msg("This is the page itself."))
    try:
        title = target_title(to_kind, to_id)
    except NotFound:
        raise Invalid.at("address", msg("Nothing of this team that can be linked lies at this address.")) from None
    here = and_(ObjectLink.kind == kind, ObjectLink.object_id == object_id)
    there = and_(ObjectLink.to_kind == to_kind, ObjectLink.to_id == to_id)
    turned = and_(ObjectLink.kind == to_kind, ObjectLink.object_id == to_id)
    back = and_(ObjectLink.to_kind == kind, ObjectLink.to_id == object_id)
    _once(or_(and_(here, there), and_(turned, back)))
    made = ObjectLink(kind=kind, object_id=object_id, to_kind=to_kind, to_id=to_id, title=title[: rules.LONGEST_TITLE])
    return db.add(made).id


@command(P.COMMENT)
def link_address(kind: str, object_id: int, address: str, title: str) -> int:
    """From an object to an address of the web, under a title."""
    _begin(kind, object_id)
    known, called = rules.web_address(address), clean_line(title)
    if known is None:
        raise Invalid.at(
            "address", msg("This is no address of the web: paste one that begins with https:// or http://.")
        )
    if len(called) > rules.LONGEST_TITLE:
        raise Invalid.at("title", msg("A title has %(n)s characters at most.", n=rules.LONGEST_TITLE))
    host = rules.host_of(known)[: rules.LONGEST_TITLE]
    _once(ObjectLink.kind == kind, ObjectLink.object_id == object_id, ObjectLink.address == known)
    return db.add(ObjectLink(kind=kind, object_id=object_id, address=known, title=called or host)).id


@command(P.COMMENT)
def remove_link(link_id: int) -> None:
    """A link goes to the trash: one's own, or anybody's for a lead."""
    row = db.one(ObjectLink, link_id)
    queries.link(link_id)
    if not may_remove(row.created_by):
        raise Forbidden(msg("Only whoever made a link, or a lead, can remove it."))
    trashing.trash(row)


def check_link(row: ObjectLink) -> None:
    """Registered with the trash: a link comes back to something that is there and has room for it."""
    must_hang(row)
    _room_for_one(row.kind, row.object_id)

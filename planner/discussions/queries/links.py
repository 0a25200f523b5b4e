"""Links of objects, and what people may link."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import actor, db, kinds
from planner.base.verbs import query
from planner.discussions.models import ObjectLink
from planner.discussions.queries.beside import linkable
from planner.discussions.queries.reach import reachable
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.people.models import Team


def target_title(kind: str, object_id: int) -> str:
    """What an object is called to which a link may lead; NotFound where there is none for the actor."""
    if not linkable(kind) or not actor.current().may(kinds.viewed_by(kind)) or not kinds.exists(kind, object_id):
        raise NotFound()
    return kinds.titles({(kind, object_id)}).get((kind, object_id), "") or kinds.word(kind)


@query(P.COMMENT_VIEW)
def link(link_id: int) -> tuple[str, int]:
    """What a link hangs on, where that can still be reached: its kind and its id."""
    row = db.one(ObjectLink, link_id)
    try:
        reachable(row.kind, row.object_id)
    except NotFound:
        if row.to_kind is None or row.to_id is None:
            raise
        reachable(row.to_kind, row.to_id)
        return row.to_kind, row.to_id
    return row.kind, row.object_id


@query(P.SELF)
def own_links(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """A part of one's own data: which links one has made."""
    asked = (
        select(
            Team.name.label("team"), ObjectLink.kind, ObjectLink.object_id, ObjectLink.to_kind, ObjectLink.to_id,
            ObjectLink.address, ObjectLink.title, ObjectLink.created_at, ObjectLink.trashed_at,
        )
        .join(ObjectLink, ObjectLink.team_id == Team.id)
        .where(ObjectLink.created_by == user_id)
        .order_by(ObjectLink.id)
    )  # fmt: skip
    return {"object_links": db.dicts(asked)}

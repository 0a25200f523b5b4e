"""What people said, as others read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import bindparam, select, union

from planner.base import actor, db, kinds
from planner.base.i18n import gettext as _
from planner.base.ready import ready
from planner.base.verbs import check, query
from planner.discussions import prose, rules
from planner.discussions.models import Attachment, Comment, ObjectLink
from planner.discussions.queries.beside import SHOWN, Beside, hanging, may_remove
from planner.discussions.queries.files import own_files
from planner.discussions.queries.links import own_links
from planner.discussions.queries.reach import reachable
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.people.models import Team


@dataclass(frozen=True)
class CommentRow:
    """A comment with who said it when."""

    id: int
    author_id: int | None
    author: str
    at: datetime
    edited_at: datetime | None
    html: Markup

    @property
    def initial(self) -> str:
        """The letter of the author's picture: Chinese names are told apart by their last one."""
        return (self.author[-1] if self.author > "⺀" else self.author[:1].upper()) if self.author else "·"

    @property
    def mine(self) -> bool:
        """Whether the reader said it."""
        return self.author_id == actor.current().user_id

    @property
    def removable(self) -> bool:
        """Whether the reader may remove it: one's own, or anybody's for a lead."""
        return may_remove(self.author_id)


@dataclass(frozen=True)
class Thread:
    """The latest comments on an object, the oldest of them first; `before` leads to earlier ones.

    `beside` are the files and links that hang on the object.
    """

    kind: str
    object_id: int
    rows: list[CommentRow]
    before: int | None
    beside: Beside


@dataclass(frozen=True)
class Conversation:
    """A thread with what it is about, on a page of its own."""

    title: str
    thread: Thread


@ready
def _texts() -> Any:
    return select(Comment.id, Comment.text).where(Comment.id.in_(bindparam("ids", expanding=True)))


@ready
def _discussed() -> Any:
    """Which of these objects have a comment, a file or a link that is there."""
    found = [
        select(model.object_id.label("object_id")).where(
            model.kind == bindparam("kind"),
            model.object_id.in_(bindparam("ids", expanding=True)),
            db.alive(model),
        )
        for model in (Comment, Attachment, ObjectLink)
    ]
    return select(union(*found).subquery().c.object_id)


@query(P.COMMENT_VIEW)
def thread(kind: str, object_id: int, before: int | None = None) -> Thread:
    """What was said about an object that the page around it has found."""
    check(kinds.KINDS[kind].view)
    found, held = hanging(kind, object_id, before or db.LARGEST_ID)
    rows = found[-SHOWN:]
    names = people.names(rules.named_in(row.text for row in rows))
    told = [
        CommentRow(r.id, r.author_id, r.author or "", r.at, r.edited_at, prose.to_html(r.text, names)) for r in rows
    ]
    return Thread(kind, object_id, told, rows[0].id if len(found) > SHOWN else None, held)


@query(P.COMMENT_VIEW)
def conversation(kind: str, object_id: int, before: int | None = None) -> Conversation:
    """The same on a page of its own."""
    reachable(kind, object_id)
    title = kinds.titles({(kind, object_id)}).get((kind, object_id), "")
    return Conversation(title, thread(kind, object_id, before))


@query(P.COMMENT_VIEW)
def comment(comment_id: int) -> tuple[Comment, str]:
    """A comment whose object can still be reached, and its text as it was typed."""
    row = db.one(Comment, comment_id)
    reachable(row.kind, row.object_id)
    return row, rules.unfold(row.text, people.names(rules.named_in([row.text])))


@query(P.COMMENT_VIEW)
def speakers(kind: str, object_id: int, before: int = db.LARGEST_ID) -> list[int]:
    """Who has spoken about an object before a comment and still stands by it, or has brought a file."""
    said, brought = (
        select(model.created_by).where(model.kind == kind, model.object_id == object_id, db.alive(model), *more)
        for model, more in ((Comment, (Comment.id < before,)), (Attachment, ()))
    )
    asked = select(union(said, brought).subquery().c.created_by)
    return [row_id for row_id in db.session().scalars(asked) if row_id is not None]


@query(P.COMMENT_VIEW)
def excerpts(ids: Iterable[int]) -> dict[int, str]:
    """The beginnings of comments that still stand, for feeds."""
    texts: dict[int, str] = {row[0]: row[1] for row in _texts.rows(ids=list(ids))}
    names = people.names(rules.named_in(texts.values()))
    return {row_id: rules.excerpt(rules.unfold(text, names)) for row_id, text in texts.items()}


@query(P.COMMENT)
def callable_names() -> list[tuple[str, str]]:
    """Who can be named with an @: name and login of everybody in the team."""
    return [(p.name, p.login) for p in people.people() if not p.disabled]


@query(P.COMMENT_VIEW)
def unheard(comment_id: int) -> list[str]:
    """Names a comment calls that nobody in the team has."""
    return rules.unheard(db.one(Comment, comment_id).text)


@query(P.COMMENT_VIEW)
def discussed(kind: str, ids: Iterable[int]) -> set[int]:
    """Which of these objects somebody has commented on, attached a file to or linked."""
    return {row[0] for row in _discussed.rows(kind=kind, ids=list(ids))}


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: what somebody has said; people whom they mentioned are theirs to name, so they stay out."""
    asked = (
        select(
            Team.name.label("team"), Comment.kind, Comment.object_id, Comment.text, Comment.created_at,
            Comment.edited_at, Comment.trashed_at,
        )
        .join(Comment, Comment.team_id == Team.id)
        .where(Comment.created_by == user_id)
        .order_by(Comment.id)
    )  # fmt: skip
    said = db.dicts(asked)
    return {
        "comments": [row | {"text": rules.unfold(row["text"], {}, _("somebody"))} for row in said],
        **own_files(user_id),
        **own_links(user_id),
    }

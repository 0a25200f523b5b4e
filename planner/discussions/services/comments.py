"""Comments."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from planner.base import actor, audit, db
from planner.base import trash as trashing
from planner.base.kinds import readers, whose
from planner.base.news import tell
from planner.base.scope import unscoped
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.discussions import queries, rules
from planner.discussions.models import Comment
from planner.discussions.news import Commented
from planner.discussions.queries.beside import may_remove
from planner.discussions.services.hanging import must_hang
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid
from planner.kernel.permissions import P
from planner.kernel.text import clean_text, msg
from planner.people import queries as people


def _folded(text: str) -> str:
    found = clean_text(text).strip()
    if not found:
        raise Invalid.at("text", msg("Write something first."))
    if len(found) > rules.LONGEST:
        raise Invalid.at("text", msg("A comment has %(n)s characters at most.", n=rules.LONGEST))
    if "@" not in found:
        return found
    called = {p.login: p.user_id for p in people.people()} | {p.name: p.user_id for p in people.people()}
    return rules.fold(found, called)


def _tell_named(row: Comment, user_ids: Iterable[int]) -> None:
    """Those whom it names; whoever may not see the object is told nothing of it."""
    words = msg("Mentioned you: %(said)s", said={"comment": row.id})
    concern(readers(row.kind, row.object_id, user_ids), Sort.MENTIONED, (row.kind, row.object_id), words)


def _tell_others(row: Comment) -> None:
    """Whose the object is, and those who have spoken there before."""
    others = [*whose(row.kind, row.object_id), *queries.speakers(row.kind, row.object_id, row.id)]
    words = msg("Commented: %(said)s", said={"comment": row.id})
    concern(readers(row.kind, row.object_id, others), Sort.REPLIED, (row.kind, row.object_id), words)


@command(P.COMMENT)
def add_comment(kind: str, object_id: int, text: str) -> int:
    """Say something about an object that one may see."""
    queries.reachable(kind, object_id)
    row = db.add(Comment(kind=kind, object_id=object_id, text=_folded(text)))
    tell(Commented(comment_id=row.id, kind=kind, object_id=object_id))
    _tell_others(row)
    _tell_named(row, rules.named_in([row.text]))
    return row.id


@command(P.COMMENT)
def edit_comment(comment_id: int, version: int, text: str) -> None:
    """Other words for what one has said oneself."""
    row = db.edit(Comment, comment_id, version)
    queries.reachable(row.kind, row.object_id)
    if row.created_by != actor.current().user_id:
        raise Forbidden(msg("Only whoever wrote a comment can change it."))
    kept = _folded(text)
    if kept != row.text:
        named = rules.named_in([kept]) - rules.named_in([row.text])
        row.text, row.edited_at = kept, clock.now()
        _tell_named(row, sorted(named))


@command(P.COMMENT)
def remove_comment(comment_id: int) -> None:
    """A comment goes to the trash: one's own, or anybody's for a lead."""
    row = db.one(Comment, comment_id)
    queries.reachable(row.kind, row.object_id)
    if not may_remove(row.created_by):
        raise Forbidden(msg("Only whoever wrote a comment, or a lead, can remove it."))
    trashing.trash(row)


def check_comment(row: Comment) -> None:
    """Registered with the trash: a comment comes back to something that is there."""
    must_hang(row)


@command(P.SELF)
def forget_person(user_id: int, name: str) -> None:
    """Registered with people: the words of somebody who erases their data go, in all teams; the places stay."""
    with unscoped("erase personal data"):
        asked = select(Comment).where(Comment.created_by == user_id).execution_options(with_trash=True)
        rows = list(db.session().scalars(asked))
        for row in rows:
            row.text = ""
        db.flush()
        audit.erase_values("comment", [row.id for row in rows])

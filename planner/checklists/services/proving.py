"""Photos of an item; who does it instead; the earlier proof that still holds (沿用)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from planner.base import actor, db, undo
from planner.base import unit as units
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.pictures import Picture
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.checklists import queries
from planner.checklists.models import ChecklistItem, Tick
from planner.checklists.news import ItemTicked
from planner.checklists.rules import Act, Given, ItemState, read_evidence
from planner.checklists.services.ticks import photos_of, standing, tick
from planner.discussions import services as discussions
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live


@command(P.CHECKLIST_TICK, once=False)
def add_photo(item_id: int, photo: Picture, client_id: str) -> int:
    """A photo that an open item asks for; the same client id has the same effect. Answers the session."""
    lock("item", item_id)
    item, _at = standing(item_id, Act.DONE, client_id, None)
    asked = read_evidence(item.evidence)
    if asked.photos is None:
        raise Refused(msg("This item asks for no photos."))
    known = client_id in queries.photos_known(item_id)
    if not known and item.state is not ItemState.OPEN:
        raise Refused(msg("This is not possible any more: the state has changed."))
    if not known and len(photos_of(item_id, item.photos_after)) >= asked.photos[1]:
        raise Refused(msg("At most %(count)s photos.", count=asked.photos[1]))
    discussions.add_picture(queries.KIND, item_id, f"{item.title[:80]}.jpg", photo, client_id)
    return item.session_id


@command(P.CHECKLIST_TICK, once=False)
def hand_over(item_id: int, user_id: int, client_id: str, tapped_at: datetime | None = None) -> int:
    """Somebody else of the crew does it, and is told so. Answers the session.

    The act keeps whose it was, so that it can be taken back.
    """
    lock("item", item_id)
    item, at = standing(item_id, Act.HAND, client_id, tapped_at)
    if item.counted is not None or item.user_id == user_id:
        return item.session_id
    if not live.is_crew(item.session_id, user_id):
        raise Invalid.at("user_id", msg("Choose somebody of the crew of this session."))
    was = {"from": item.user_id, "handed": item.handed, "command": units.current().command_id}
    db.note(
        Tick, item_id=item_id, act=Act.HAND, user_id=at.user_id, for_user_id=user_id, note="", given=was,
        client_id=client_id, tapped_at=at.tapped,
    )  # fmt: skip
    db.amend(ChecklistItem, item_id, user_id=user_id, handed=True)
    told = msg("Handed over to you: %(title)s · %(show)s", title=item.title, show=live.brief(item.session_id).theme)
    concern([user_id], Sort.ASSIGNED, (queries.KIND, item_id), told)
    tell(ItemTicked(session_id=item.session_id, item_id=item_id, act=str(Act.HAND), title=item.title))
    return item.session_id


@command(P.CHECKLIST_TICK, once=False)
def hand_back(item_id: int, tap: str, client_id: str) -> int:
    """The handing over of that tap was a mistake: it is whose it was, if nothing has been done to it since.

    By whoever handed it over, or a lead, within a day; what was told of it is taken back. Answers the session.
    """
    lock("item", item_id)
    item, at = standing(item_id, Act.HAND_BACK, client_id, None)
    if item.counted is not None:
        return item.session_id
    last = db.session().scalars(select(Tick).where(Tick.item_id == item_id).order_by(Tick.id.desc()).limit(1)).first()
    if last is None or last.act is not Act.HAND or last.client_id != tap or not last.given:
        raise undo.changed()
    if last.user_id != at.user_id and not actor.current().may(P.TRASH_RESTORE):
        raise Forbidden(msg("Only who handed it over, or a team lead, takes that back."))
    if clock.now() - last.created_at > undo.WITHIN:
        raise undo.over()
    whose = last.given["from"]
    db.note(
        Tick, item_id=item_id, act=Act.HAND_BACK, user_id=at.user_id, for_user_id=whose, note="", given=None,
        client_id=client_id, tapped_at=at.tapped,
    )  # fmt: skip
    db.amend(ChecklistItem, item_id, user_id=whose, handed=last.given["handed"])
    undo.untell(last.given["command"])
    tell(ItemTicked(session_id=item.session_id, item_id=item_id, act=str(Act.HAND_BACK), title=item.title))
    return item.session_id


@command(P.CHECKLIST_TICK, once=False)
def carry_over(item_id: int, earlier_id: int, client_id: str, tapped_at: datetime | None = None) -> int:
    """Done before, and that still holds: the tick leads to the earlier proof. Answers the session."""
    again = client_id in queries.counted([client_id])
    if not again and earlier_id not in {row.id for row in queries.earlier_proofs(item_id)}:
        raise NotFound()
    return tick(item_id, client_id, "", tapped_at, Given(earlier=earlier_id))

"""Photos of an item; who does it instead; the earlier proof that still holds (沿用)."""

from __future__ import annotations

from datetime import datetime

from planner.base import db
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
from planner.kernel.errors import Invalid, NotFound, Refused
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
    """Somebody else of the crew does it, and is told so. Answers the session."""
    lock("item", item_id)
    item, at = standing(item_id, Act.HAND, client_id, tapped_at)
    if item.counted is not None or item.user_id == user_id:
        return item.session_id
    if not live.is_crew(item.session_id, user_id):
        raise Invalid.at("user_id", msg("Choose somebody of the crew of this session."))
    db.note(
        Tick, item_id=item_id, act=Act.HAND, user_id=at.user_id, for_user_id=user_id, note="", given=None,
        client_id=client_id, tapped_at=at.tapped,
    )  # fmt: skip
    db.amend(ChecklistItem, item_id, user_id=user_id, handed=True)
    told = msg("Handed over to you: %(title)s · %(show)s", title=item.title, show=live.brief(item.session_id).theme)
    concern([user_id], Sort.ASSIGNED, (queries.KIND, item_id), told)
    tell(ItemTicked(session_id=item.session_id, item_id=item_id, act=str(Act.HAND), title=item.title))
    return item.session_id


@command(P.CHECKLIST_TICK, once=False)
def carry_over(item_id: int, earlier_id: int, client_id: str, tapped_at: datetime | None = None) -> int:
    """Done before, and that still holds: the tick leads to the earlier proof. Answers the session."""
    again = client_id in queries.counted([client_id])
    if not again and earlier_id not in {row.id for row in queries.earlier_proofs(item_id)}:
        raise NotFound()
    return tick(item_id, client_id, "", tapped_at, Given(earlier=earlier_id))

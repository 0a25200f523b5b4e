"""One item with all that was done to it, and the proofs of the same line of earlier shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from planner.base import db
from planner.base.verbs import query
from planner.checklists.models import ChecklistItem, SopItem, SopVersion, Tick
from planner.checklists.queries.items import KIND, ItemRow, item, items_asked, read_items, with_photos
from planner.checklists.rules import Act, ItemState
from planner.discussions import queries as discussions
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.queries import SessionBrief
from planner.people.models import User

HOLDS_FOR, MOST_EARLIER = timedelta(days=30), 3
"""How long a proof can be carried over, and how many are offered."""


@dataclass(frozen=True)
class ActRow:
    """Something done to an item: when it was tapped, and when that arrived here."""

    act: Act
    who: str
    whom: str
    tapped: datetime
    arrived: datetime
    note: str
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def late(self) -> bool:
        """Whether it waited on a phone."""
        return self.arrived - self.tapped > timedelta(minutes=1)


@dataclass(frozen=True)
class ItemPage:
    """An item, its show, all acts in the order in which they counted; `earlier` is the proof that holds again."""

    item: ItemRow
    session: SessionBrief
    acts: list[ActRow]
    photos: frozenset[int]
    earlier: ItemRow | None
    crew: Mapping[int, str]
    now: datetime


@query(P.CHECKLIST_VIEW)
def item_page(item_id: int) -> ItemPage:
    """What was done to an item, by whom, with what."""
    row = item(item_id)
    who, whom = aliased(User), aliased(User)
    asked = (
        select(Tick.act, who.name, whom.name, Tick.tapped_at, Tick.created_at, Tick.note, Tick.given)
        .outerjoin(who, who.id == Tick.user_id)
        .outerjoin(whom, whom.id == Tick.for_user_id)
        .where(Tick.item_id == item_id)
        .order_by(Tick.id)
    )
    acts = [ActRow(r[0], r[1] or "", r[2] or "", *r[3:6], r[6] or {}) for r in db.session().execute(asked)]
    shown = frozenset(photo for photo, _ in discussions.pictures_of(KIND, [item_id]).get(item_id, ()))
    before = row.given.get("earlier")
    earlier = read_items(items_asked().where(ChecklistItem.id == before)) if before else []
    crew = live.people_of(row.session_id)
    return ItemPage(row, live.brief(row.session_id), acts, shown, next(iter(earlier), None), crew, clock.now())


@query(P.CHECKLIST_VIEW)
def photos_known(item_id: int) -> set[str]:
    """The photos of an item by the ids their phones gave them."""
    return {client_id for _, client_id in discussions.pictures_of(KIND, [item_id]).get(item_id, ())}


@query(P.CHECKLIST_VIEW)
def earlier_proofs(item_id: int) -> list[ItemRow]:
    """The last times the same line was done on the same channel, which may prove it again; whoever stands for a person
    or carried another proof over proves nothing anew."""
    row = item(item_id)
    if row.identity or row.state is not ItemState.OPEN:
        return []
    line, version, beside, its_version = SopItem, SopVersion, aliased(SopItem), aliased(SopVersion)
    channel = select(LiveSession.channel_id).where(LiveSession.id == row.session_id).scalar_subquery()
    own = (
        select(line.key, version.template_id)
        .join(version, version.id == line.version_id)
        .join(ChecklistItem, ChecklistItem.sop_item_id == line.id)
        .where(ChecklistItem.id == item_id)
    )
    key, template_id = db.session().execute(own).one()
    asked = (
        items_asked()
        .join(beside, beside.id == ChecklistItem.sop_item_id)
        .join(its_version, its_version.id == beside.version_id)
        .where(
            beside.key == key,
            its_version.template_id == template_id,
            LiveSession.channel_id == channel,
            ChecklistItem.session_id != row.session_id,
            ChecklistItem.state == ItemState.DONE,
            ChecklistItem.acted_at > clock.now() - HOLDS_FOR,
            db.alive(LiveSession),
        )
        .order_by(ChecklistItem.acted_at.desc())
        .limit(MOST_EARLIER * 4)
    )
    return with_photos([i for i in read_items(asked) if not i.given.get("earlier")][:MOST_EARLIER])

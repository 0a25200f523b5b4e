"""Figures kept on air do the reading that the list waits for, so that nobody does it twice."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import command
from planner.checklists.models import ChecklistItem, SopItem, Tick
from planner.checklists.rules import READING, Act, ItemState
from planner.checklists.services.ticks import tick, untick
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.ports import ReadingKept


@command(P.CHECKLIST_TICK)
def follow_reading(kept: ReadingKept) -> None:
    """The port's answer: the item that was open then is ticked, with the figures as its note; or is open again."""
    if kept.stands:
        item_id = _waiting(kept)
        if item_id is not None:
            tick(item_id, kept.client_ids[-1], kept.words, kept.at)
        return
    item_id = _ticked_by(kept)
    if item_id is not None:
        untick(item_id, secrets.token_hex(16))


def _waiting(kept: ReadingKept) -> int | None:
    """The open item whose time it was, else the next one from half its time before it on; as `live` counts them."""
    step = timedelta(minutes=live.habits().reading_minutes)
    asked = (
        select(ChecklistItem.id)
        .join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
        .where(
            ChecklistItem.session_id == kept.session_id,
            ChecklistItem.state == ItemState.OPEN,
            SopItem.key == READING,
            ChecklistItem.due > kept.at - step,
            ChecklistItem.due <= kept.at + step / 2,
        )
    )
    return db.session().scalar(asked.order_by(ChecklistItem.due, ChecklistItem.id).limit(1))


def _ticked_by(kept: ReadingKept) -> int | None:
    """The item this reading had ticked, unless somebody acted on it since."""
    asked = select(Tick.item_id, Tick.id).where(Tick.client_id.in_(kept.client_ids)).order_by(Tick.id.desc()).limit(1)
    for item_id, tick_id in db.session().execute(asked).all():
        last = select(Tick.id, Tick.act).where(Tick.item_id == item_id).order_by(Tick.id.desc()).limit(1)
        for last_id, act in db.session().execute(last).all():
            return item_id if last_id == tick_id and act is Act.DONE else None
    return None

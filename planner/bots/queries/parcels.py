"""What is about to leave: which bots have something to tell by now, and a message with the address it goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from planner.base import db
from planner.base.scope import unscoped
from planner.base.verbs import query
from planner.bots.models import Bot, BotLine, BotPush, BotState
from planner.bots.rules import TEST, Vendor
from planner.kernel.permissions import P


@dataclass(frozen=True)
class Parcel:
    """A message as it leaves; what must not be read anywhere does not show in what it prints as."""

    push_id: int
    vendor: Vendor
    address: str = field(repr=False)
    secret: str = field(repr=False)
    body: dict[str, Any] = field(repr=False)


@query(P.INSTALLATION)
def due(now: datetime) -> list[tuple[int, int]]:
    """Teams and bots that have something to tell by now and may."""
    free = or_(BotState.next_at.is_(None), BotState.next_at <= now)
    may = or_(BotLine.topic == TEST, and_(Bot.is_on, BotState.paused_at.is_(None), free))
    asked = (
        select(Bot.team_id, Bot.id)
        .join(BotState, BotState.bot_id == Bot.id)
        .join(BotLine, BotLine.bot_id == Bot.id)
        .where(BotLine.done_at.is_(None), BotLine.due_at <= now, may, db.alive(Bot))
        .distinct()
        .order_by(Bot.id)
    )
    with unscoped("tell the bots"):
        return [(row[0], row[1]) for row in db.session().execute(asked)]


@query(P.TEAM_EDIT)
def parcel(push_id: int) -> Parcel:
    """A message that was made ready, with the address and the secret of its bot."""
    push = db.one(BotPush, push_id)
    bot = db.one(Bot, push.bot_id, with_trash=True)
    return Parcel(push.id, bot.vendor, bot.webhook, bot.signing, push.body)

"""How the demo's room keeps its SOP: mostly in time, the lucky bags late, now and then something left out or let pass."""

from __future__ import annotations

import random
import secrets
from datetime import datetime, timedelta

from planner.base import db
from planner.checklists.models import ChecklistItem, Tick
from planner.checklists.rules import Act, ItemState

OFTEN_LATE = {"福袋": (0.75, 4, 14), "导出数据": (0.35, 5, 40), "快速复盘": (0.2, 10, 60)}
"""Lines by how their titles begin: how often they are late, and by how many minutes."""

LEFT_OUT = {"福袋": (0.06, "今晚不做福袋"), "脚本": (0.05, "沿用上一场手卡")}
"""How often a line is left out by whoever leads, and why."""


def _chance(item: ChecklistItem) -> random.Random:
    """The same for a line of a show whenever the demo is made."""
    return random.Random(f"{item.title} {item.due.isoformat() if item.due else 0}")  # nosec B311


def late_by(item: ChecklistItem) -> timedelta | None:
    """How long after its time it was ticked; None for what was ticked before it."""
    for begins, (share, least, most) in OFTEN_LATE.items():
        chance = _chance(item)
        if item.title.startswith(begins) and item.due is not None and chance.random() < share:
            return timedelta(minutes=chance.randint(least, most))
    return None


def left_out(item: ChecklistItem) -> str:
    """Why it was left out; empty where it was not."""
    for begins, (share, why) in LEFT_OUT.items():
        if item.title.startswith(begins) and item.due is not None and _chance(item).random() > 1 - share:
            return why
    return ""


def leave_out(item: ChecklistItem, user_id: int, why: str, tapped: datetime) -> None:
    """Somebody who leads leaves it out, with the reason."""
    key = secrets.token_hex(16)
    db.session().add(Tick(item_id=item.id, act=Act.SKIP, user_id=user_id, note=why, client_id=key, tapped_at=tapped))
    item.state, item.acted_by, item.acted_at, item.note = ItemState.SKIPPED, user_id, tapped, why

"""What tests of checklists need again and again: a planned show, its items by key, and one of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.models import ChecklistItem, SopItem
from planner.checklists.queries import ItemRow
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from tests.cast import Cast

Plan = Callable[..., int]
Item = Callable[[int, str], ItemRow]
Items = Callable[[int, str], list[ItemRow]]
HOUR = timedelta(hours=1)
PHOTO = "照片在群里 19:02"
"""What a tick must say where the item asks for a photo."""


def key() -> str:
    """A client id of its own."""
    return secrets.token_hex(16)


@pytest.fixture
def evening() -> datetime:
    """A start far enough ahead that nothing is due yet: 20:00 in the studio, ten days from now."""
    day = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return day + timedelta(days=10)


@pytest.fixture
def crew_of(cast: Cast, db: Any) -> Callable[..., list[ShiftIn]]:
    """Shifts out of (position key, person, start, end)."""

    def make(*rows: tuple[str, int, datetime, datetime]) -> list[ShiftIn]:
        with acting(cast.actors["lead"]):
            ids = {p.key: p.id for p in people.positions()}
        return [ShiftIn(ids[k], person, start, end) for k, person, start, end in rows]

    return make


@pytest.fixture
def plan(cast: Cast, crew_of: Callable[..., list[ShiftIn]]) -> Plan:
    """Plan a show as the lead; `crew` are (position key, person) or (position key, person, start, end)."""

    def make(start: datetime, minutes: int = 240, weight: Weight = Weight.DAILY, **more: Any) -> int:
        end = start + timedelta(minutes=minutes)
        shifts = crew_of(*[(c[0], c[1], *(c[2:] or (start, end))) for c in more.pop("crew", [])])
        given: dict[str, Any] = {"theme": "秋冬修护专场", "channel_id": cast.channel, "studio_id": cast.studio} | more
        with acting(cast.actors["lead"]):
            return live.schedule_session(weight=weight, start=start, minutes=minutes, shifts=shifts, **given)

    return make


@pytest.fixture
def items_of(cast: Cast, db: Any) -> Items:
    """The items of a session's list that stand for one line of the SOP, in their order."""

    def read(session_id: int, sop_key: str) -> list[ItemRow]:
        with acting(cast.actors["lead"]):
            with units.reading() as unit:
                asked = (
                    select(ChecklistItem.id)
                    .join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
                    .where(ChecklistItem.session_id == session_id, SopItem.key == sop_key)
                )
                wanted = set(unit.session.scalars(asked))
            return [i for i in queries.list_page(session_id).items if i.id in wanted]

    return read


@pytest.fixture
def item_of(items_of: Items) -> Item:
    """The one item that stands for a line of the SOP."""

    def read(session_id: int, sop_key: str) -> ItemRow:
        (found,) = items_of(session_id, sop_key)
        return found

    return read


@pytest.fixture
def daily(cast: Cast, db: Any) -> int:
    """The SOP of daily shows."""
    with acting(cast.actors["lead"]):
        return next(t.id for t in queries.templates() if t.origin == "daily")


def publish(template_id: int, note: str = "") -> int:
    """Publish the draft as it stands; answers the version."""
    return services.publish_draft(template_id, queries.draft_of(template_id) or 0, note)

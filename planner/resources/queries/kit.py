"""What stands in the studios of the team, and what of a request became kit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import BigInteger, case, func, or_, select, type_coerce

from planner.base import actor, db
from planner.base.models import Exact
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.text import clean_line
from planner.live.models import Studio
from planner.resources.models import BudgetCategory, RequestLine, ResourceRequest, StudioKit
from planner.resources.queries import afterwards
from planner.resources.rules import HERE, Use, still_to_put

A_PAGE = 200
ON_STUDIO = 12
WHOLE = Exact.SCALE
EQUIPMENT = "equipment"
"""The built-in category whose goods become kit."""


@dataclass(frozen=True)
class KitRow:
    """A row of the list."""

    id: int
    studio_id: int
    studio: str
    studio_gone: bool
    name: str
    quantity: Decimal
    unit_price: int | None
    acquired_on: date | None
    serial: str
    state: Use
    gone_on: date | None
    request_id: int | None
    line_id: int | None

    @property
    def cost(self) -> int | None:
        """What the row has cost, in minor units, as it is summed up."""
        if self.unit_price is None:
            return None
        return int((self.quantity * self.unit_price).to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True)
class KitGroup:
    """What stands in one studio of what is shown; `value` in minor units, of what has a price and is not gone."""

    studio_id: int
    studio: str
    gone: bool
    rows: list[KitRow]


@dataclass(frozen=True)
class Room:
    """A studio with what it holds: rows that are not gone, how many of them are in repair, and what they cost."""

    id: int
    name: str
    gone: bool
    count: int
    repair: int
    value: int


@dataclass(frozen=True)
class KitList:
    """The team's kit as it was narrowed; `after` leads to what comes next."""

    groups: list[KitGroup]
    rooms: list[Room]
    studio_id: int | None
    state: Use | None
    text: str
    after: int | None
    value: int | None
    """What all that is not gone has cost, for those who see budgets; None for others."""

    @property
    def count(self) -> int:
        """How many rows are not gone."""
        return sum(room.count for room in self.rooms)


@dataclass(frozen=True)
class KitPage:
    """One row with what it came with; `price` says whether the reader sees what it cost."""

    row: StudioKit
    studio: str
    request: tuple[int, int, str] | None
    price: bool


def sees_prices() -> bool:
    """Whether the actor sees what single things cost: everybody who may read requests."""
    return actor.current().may(P.REQUEST_VIEW)


def _columns() -> tuple[Any, ...]:
    k = StudioKit
    return (
        k.id, k.studio_id, Studio.name, Studio.trashed_at.is_not(None), k.name, k.quantity, k.unit_price,
        k.acquired_on, k.serial, k.state, k.gone_on, k.request_id, k.line_id,
    )  # fmt: skip


def _rows(asked: Any) -> list[KitRow]:
    made: Any = KitRow
    return [made(*found) for found in db.session().execute(asked)]


def _cost() -> Any:
    """What a row has cost in minor units, rounded half up; of what has no price, nothing."""
    price, held = func.coalesce(StudioKit.unit_price, 0), type_coerce(StudioKit.quantity, BigInteger)
    return price * (held // WHOLE) + (price * (held % WHOLE) + WHOLE // 2) // WHOLE


def _rooms() -> list[Room]:
    """Every studio with its counts; one that lies in the trash only while something stands in it."""
    here = StudioKit.state.in_(list(HERE))
    cost = case((here, _cost()), else_=0)
    held = (
        select(
            Studio.id, Studio.name, Studio.trashed_at.is_not(None), func.count(case((here, StudioKit.id))),
            func.count(case((StudioKit.state == Use.REPAIR, StudioKit.id))), func.coalesce(func.sum(cost), 0),
            func.count(StudioKit.id),
        )
        .outerjoin(StudioKit, (StudioKit.studio_id == Studio.id) & db.alive(StudioKit))
        .group_by(Studio.id, Studio.name, Studio.trashed_at)
        .order_by(Studio.trashed_at.is_not(None), Studio.name)
        .execution_options(with_trash=True)
    )  # fmt: skip
    found: Any = db.session().execute(held).all()
    return [
        Room(row_id, name, gone, count, repair, int(value))
        for row_id, name, gone, count, repair, value, all_of_it in found
        if all_of_it or not gone
    ]


@query(P.SESSION_VIEW)
def kit_list(studio_id: int | None = None, state: Use | None = None, text: str = "", after: int = 0) -> KitList:
    """The team's kit by studio: what is not gone, or all of one state; narrowed by studio and words."""
    wanted, said = StudioKit.state.in_([state] if state else list(HERE)), clean_line(text)[:60]
    asked = select(*_columns()).join(Studio, Studio.id == StudioKit.studio_id).where(wanted, db.alive(StudioKit))
    if studio_id is not None:
        asked = asked.where(StudioKit.studio_id == studio_id)
    if said:
        holds = (column.icontains(said, autoescape=True) for column in (StudioKit.name, StudioKit.serial))
        asked = asked.where(or_(*holds))
    order = (Studio.trashed_at.is_not(None), Studio.name, Studio.id, StudioKit.name, StudioKit.id)
    rows = _rows(asked.order_by(*order).offset(after).limit(A_PAGE + 1))
    groups: dict[int, KitGroup] = {}
    for row in rows[:A_PAGE]:
        held = groups.setdefault(row.studio_id, KitGroup(row.studio_id, row.studio, row.studio_gone, []))
        held.rows.append(row)
    rooms, more = _rooms(), after + A_PAGE if len(rows) > A_PAGE else None
    value = sum(room.value for room in rooms) if actor.current().may(P.BUDGET_VIEW) else None
    return KitList(list(groups.values()), rooms, studio_id, state, said, more, value)


@query(P.SESSION_VIEW)
def kit_piece(kit_id: int) -> KitPage:
    """One row of the team's kit."""
    row = db.one(StudioKit, kit_id)
    studio = db.one(Studio, row.studio_id, with_trash=True)
    bought = db.some(ResourceRequest, {row.request_id}) if row.request_id and sees_prices() else {}
    found = next(iter(bought.values()), None)
    return KitPage(row, studio.name, (found.id, found.number, found.title) if found else None, sees_prices())


@query(P.SESSION_VIEW)
def kit_of_studio(studio_id: int) -> dict[str, Any] | None:
    """The panel of a studio: what stands in it."""
    asked = select(*_columns()).join(Studio, Studio.id == StudioKit.studio_id)
    asked = asked.where(StudioKit.studio_id == studio_id, StudioKit.state.in_(list(HERE)), db.alive(StudioKit))
    rows = _rows(asked.order_by(StudioKit.name, StudioKit.id).limit(ON_STUDIO + 1))
    return {"rows": rows[:ON_STUDIO], "more": len(rows) > ON_STUDIO, "studio_id": studio_id}


@query(P.SESSION_VIEW)
def kit_by_studio(_all: int = 0) -> dict[str, Any] | None:
    """The panel of the list of studios: how much stands in each."""
    return {"rooms": [room for room in _rooms() if room.count]}


def put_of(request_id: int) -> dict[int, Decimal]:
    """How much of each line of a request stands in studios, or stood there until it was given away or retired."""
    asked = select(StudioKit.line_id, func.sum(StudioKit.quantity)).where(
        StudioKit.request_id == request_id, db.alive(StudioKit)
    )
    found: Any = db.session().execute(asked.group_by(StudioKit.line_id)).all()
    return {line_id: total for line_id, total in found if line_id is not None}


@dataclass(frozen=True)
class ToPut:
    """A line of which something has come and stands in no studio yet."""

    line: RequestLine
    left: Decimal


@dataclass(frozen=True)
class BecameKit:
    """What of a request became kit, and what still may."""

    row: ResourceRequest
    kit: list[KitRow]
    lines: list[ToPut]
    offered: bool
    """Whether it is equipment, so that it is asked for by itself."""
    may: bool


@query(P.REQUEST_VIEW)
def kit_after(held: afterwards.After) -> BecameKit | None:
    """What of a request stands in which studio, and what may still be put there; None while nothing has come."""
    row, received = held.row, held.done.received
    if not received:
        return None
    asked = select(*_columns()).join(Studio, Studio.id == StudioKit.studio_id).where(StudioKit.request_id == row.id)
    kit = _rows(asked.where(db.alive(StudioKit)).order_by(Studio.name, StudioKit.name, StudioKit.id))
    put: dict[int, Decimal] = {}
    for each in kit:
        put[each.line_id or 0] = put.get(each.line_id or 0, Decimal()) + each.quantity
    left = still_to_put(received, put)
    lines = [ToPut(one.line, left[one.line.id]) for one in held.lines if left.get(one.line.id)]
    key = select(BudgetCategory.key).where(BudgetCategory.id == row.category_id).execution_options(with_trash=True)
    offered = bool(lines) and db.session().scalar(key) == EQUIPMENT
    return BecameKit(row, kit, lines, offered, held.may_work)


@query(P.REQUEST_VIEW)
def became_kit(request_id: int) -> BecameKit | None:
    """The same of a request by its id; None too where it is not approved."""
    held = afterwards.after(request_id)
    return kit_after(held) if held.row.state in afterwards.CARRIED else None

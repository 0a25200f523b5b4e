"""The items of lists: as their page shows them, as a tap changes them, as Today asks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from planner.base import actor, db
from planner.base.models import UtcDateTime
from planner.base.ready import Ready, ready
from planner.base.verbs import query
from planner.checklists.models import Checklist, ChecklistItem, SopItem, Tick
from planner.checklists.rules import (
    ALWAYS,
    LONGEST_ON_AIR,
    Anchor,
    Condition,
    Evidence,
    ItemState,
    Stage,
    fell_short,
    read_condition,
    read_evidence,
)
from planner.checklists.words import title_of
from planner.discussions import queries as discussions
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.queries import SessionBrief
from planner.live.rules import OPEN_STATES, State
from planner.people.models import Position, User
from planner.people.words import position_word


@dataclass(frozen=True)
class ItemRow:
    """An item as a row of a list."""

    id: int
    session_id: int
    stage: Stage
    title: str
    position_id: int | None
    position: str
    user_id: int | None
    user_name: str
    due: datetime | None
    expires: datetime | None
    blocks: bool
    evidence: Evidence
    state: ItemState
    by_name: str
    for_name: str
    acted_at: datetime | None
    note: str
    halfway: int | None
    pinned: bool
    on_air: bool
    own: tuple[str, str] = ("", "")
    """The title as it was written, and in English."""

    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    help: str = ""
    law: str = ""
    condition: Condition = ALWAYS
    identity: bool = False
    photos_after: int = 0
    offset: int = 0
    key: str = ""
    halfway_name: str = ""
    """The line it was made from; who was the first of two."""

    start: datetime | None = None
    """When its show begins by plan."""

    photos: tuple[int, ...] = ()
    """What the tick came with, and the photos that are there, by their attachments."""

    products: tuple[Any, ...] | None = None
    """The lineup it is to be gone through against; None where that is not shown."""

    @property
    def counts(self) -> bool:
        """Whether it is among what a list has to do; what is done when something goes wrong is counted by itself."""
        return self.state is not ItemState.NOT_APPLICABLE and self.stage is not Stage.EMERGENCY

    def missed(self, now: datetime) -> bool:
        """Whether nobody did it while it could be done (错过)."""
        return self.state is ItemState.OPEN and self.expires is not None and self.expires <= now

    def is_open(self, now: datetime) -> bool:
        """Whether it still waits to be done."""
        return self.state is ItemState.OPEN and not self.missed(now)

    @property
    def failed(self) -> bool:
        """Whether its last measurement lies outside of its range (不合格): it still waits to be done."""
        return self.state is ItemState.OPEN and fell_short(self.evidence, self.given)

    def late_minutes(self, now: datetime) -> int:
        """How many minutes it is late; 0 when it is not, and for work on air while the show has not begun."""
        waits = self.stage is Stage.AIR and not self.on_air
        if not self.is_open(now) or waits or self.due is None or self.due >= now:
            return 0
        return int((now - self.due).total_seconds() // 60)


@dataclass(frozen=True)
class Part:
    """A stage as its list shows it: many missed rows, and what does not apply (`spared`), are folded, so that what can
    be done is in sight."""

    stage: Stage
    folded: list[ItemRow]
    rows: list[ItemRow]
    spared: list[ItemRow]


@dataclass(frozen=True)
class ListPage:
    """A session's checklist; `show` and `position_id` say what of it is shown.

    Every number counts the same rows: what applies, was not missed and is of no emergency (`counted`). What was missed
    and what does not apply (`spared`) is told apart.
    """

    session: SessionBrief
    items: list[ItemRow]
    shown: list[ItemRow]
    done: int
    total: int
    missed: int
    spared: int
    counts: dict[str, int]
    positions: list[tuple[int, str, int]]
    show: str
    position_id: int | None
    now: datetime

    @property
    def parts(self) -> list[Part]:
        """What is shown, by stage."""
        found: list[Part] = []
        for stage in dict.fromkeys(i.stage for i in self.shown):
            own = [i for i in self.shown if i.stage is stage]
            missed = [i for i in own if i.missed(self.now)]
            folded = missed if len(missed) >= FOLDED_FROM else []
            spared = [i for i in own if i.state is ItemState.NOT_APPLICABLE]
            found.append(Part(stage, folded, [i for i in own if i not in folded and i not in spared], spared))
        return found


FOLDED_FROM = 3
_BY, _FOR, _HALF, _LINE = aliased(User), aliased(User), aliased(User), aliased(SopItem)


def items_asked() -> Any:
    """The statement of item rows, for the queries of this column to narrow."""
    columns = (
        ChecklistItem.id, ChecklistItem.session_id, ChecklistItem.stage, ChecklistItem.title, ChecklistItem.title_en,
        Position.key, Position.name, ChecklistItem.position_id, ChecklistItem.user_id, User.name, ChecklistItem.due,
        ChecklistItem.expires, ChecklistItem.blocks, ChecklistItem.evidence, ChecklistItem.state, _BY.name, _FOR.name,
        ChecklistItem.acted_at, ChecklistItem.note, ChecklistItem.halfway, ChecklistItem.pinned,
        LiveSession.real_start.is_not(None), ChecklistItem.given, _LINE.help, _LINE.help_en, _LINE.law, _LINE.condition,
        ChecklistItem.identity, ChecklistItem.photos_after, _LINE.offset_minutes, _LINE.key, _HALF.name,
        LiveSession.planned_start,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(ChecklistItem)
        .join(_LINE, _LINE.id == ChecklistItem.sop_item_id)
        .join(LiveSession, LiveSession.id == ChecklistItem.session_id)
        .outerjoin(Position, Position.id == ChecklistItem.position_id)
        .outerjoin(User, User.id == ChecklistItem.user_id)
        .outerjoin(_BY, _BY.id == ChecklistItem.acted_by)
        .outerjoin(_FOR, _FOR.id == ChecklistItem.acted_for)
        .outerjoin(_HALF, _HALF.id == ChecklistItem.halfway)
    )


def _item_row(r: Any) -> ItemRow:
    make: Any = ItemRow
    position = position_word(r[5], r[6]) if r[5] else ""
    names = [name or "" for name in (r[9], r[15], r[16])]
    whose = (r[7], position, r[8], names[0])
    asked = (*r[10:13], read_evidence(r[13]), r[14])
    told = (r[22] or {}, title_of(r[23], r[24]), r[25], read_condition(r[26]), *r[27:31], r[31] or "", r[32])
    return make(*r[:3], title_of(r[3], r[4]), *whose, *asked, *names[1:], *r[17:22], (r[3], r[4]), *told)


def read_items(asked: Any, **values: Any) -> list[ItemRow]:
    """The rows of such a statement."""
    rows: Any = asked.rows(**values) if isinstance(asked, Ready) else db.session().execute(asked)
    return [_item_row(row) for row in rows]


KIND = "checklist_item"
"""What items are called where photos hang on objects."""


def with_photos(items: list[ItemRow]) -> list[ItemRow]:
    """The same items with the photos that prove them: of what was opened again only those that came since."""
    wanted = [i.id for i in items if i.evidence.photos is not None]
    if not wanted or not actor.current().may(P.COMMENT_VIEW):
        return items
    found = discussions.pictures_of(KIND, wanted)
    return [
        replace(i, photos=tuple(p for p, _ in found[i.id] if p > i.photos_after)) if i.id in found else i for i in items
    ]


def in_full(items: list[ItemRow]) -> list[ItemRow]:
    """The same items with their photos, the open ones with the products that they are gone through against."""
    rows = with_photos(items)
    asks = {i.id: i.session_id for i in rows if i.evidence.lineup and i.state is ItemState.OPEN}
    if not asks or not actor.current().may(P.SESSION_VIEW):
        return rows
    found = live.lineups_of(set(asks.values()))
    return [replace(i, products=tuple(found.get(i.session_id, ()))) if i.id in asks else i for i in rows]


@query(P.CHECKLIST_VIEW, remember=True)
def checklist_of(session_id: int) -> int | None:
    """The id of the first list of a session; None when it has none."""
    found = _held.first(id=session_id)
    return found[0] if found else None


@ready
def _held() -> Any:
    return select(Checklist.id).where(Checklist.session_id == bindparam("id")).order_by(Checklist.id).limit(1)


@ready
def _of_session() -> Any:
    stage = case({stage: number for number, stage in enumerate(Stage)}, value=ChecklistItem.stage)
    timeless = case((ChecklistItem.due.is_(None), 1), else_=0)
    order = (stage, timeless, ChecklistItem.due, ChecklistItem.sort, ChecklistItem.id)
    return items_asked().where(ChecklistItem.session_id == bindparam("id")).order_by(*order)


def _counted(items: list[ItemRow], now: datetime) -> list[ItemRow]:
    return [i for i in items if i.counts and not i.missed(now)]


def _shown(items: list[ItemRow], asked: str, position_id: int | None, now: datetime) -> dict[str, Any]:
    """What of a list is shown: what is asked for, else one's own while something of it is open."""
    me = actor.current().user_id
    kinds = {
        "mine": [i for i in items if i.user_id == me],
        "all": items,
        "open": [i for i in items if i.is_open(now)],
        "blocking": [i for i in items if i.blocks],
    }
    usual = "mine" if position_id is None and any(i.is_open(now) for i in kinds["mine"]) else "all"
    show = asked if asked in kinds else usual
    words = {i.position_id: i.position for i in items if i.position_id is not None}
    held = Counter(i.position_id for i in _counted(kinds[show], now))
    return {
        "show": show,
        "shown": [i for i in kinds[show] if position_id in (None, i.position_id)],
        "counts": {name: len(_counted(rows, now)) for name, rows in kinds.items()},
        "positions": sorted(((row_id, word, held[row_id]) for row_id, word in words.items()), key=lambda p: p[1]),
        "position_id": position_id,
    }


@query(P.CHECKLIST_VIEW, remember=True)
def items_of_session(session_id: int) -> list[ItemRow]:
    """All items of a session's list, in their order; none where there is no list yet. Of an emergency what applies."""
    rows = read_items(_of_session, id=session_id)
    return [i for i in rows if i.stage is not Stage.EMERGENCY or i.state is not ItemState.NOT_APPLICABLE]


@query(P.CHECKLIST_VIEW)
def list_page(session_id: int, show: str = "", position_id: int | None = None, bare: bool = False) -> ListPage:
    """The checklist of a session; `show` of mine, open, blocking, all; `bare` without the photos of its rows."""
    b, now = live.brief(session_id), clock.now()
    items = items_of_session(session_id) if bare else in_full(items_of_session(session_id))
    if not items and checklist_of(session_id) is None:
        raise NotFound()
    missed, spared = sum(i.missed(now) for i in items), sum(i.state is ItemState.NOT_APPLICABLE for i in items)
    counted = _counted(items, now)
    done = sum(i.state is not ItemState.OPEN for i in counted)
    shown = _shown(items, show, position_id, now)
    return ListPage(b, items, done=done, total=len(counted), missed=missed, spared=spared, now=now, **shown)


@ready
def _item() -> Any:
    return items_asked().where(ChecklistItem.id == bindparam("id"), db.alive(LiveSession))


@query(P.CHECKLIST_VIEW)
def item(item_id: int) -> ItemRow:
    """One item; of a session in the trash none."""
    if not 0 < item_id <= db.LARGEST_ID:
        raise NotFound()
    found = read_items(_item, id=item_id)
    if not found:
        raise NotFound()
    return in_full(found)[0]


def not_missed(item: Any, now: Any) -> Any:
    """The condition that an item was not missed."""
    return or_(item.state != ItemState.OPEN, item.expires.is_(None), item.expires > now)


@ready
def _item_and_counts() -> Any:
    beside, now = aliased(ChecklistItem), bindparam("now", type_=UtcDateTime())
    # Counted in the columns: a state among the conditions would have SQLite walk all open items of the team.
    own = and_(beside.state != ItemState.NOT_APPLICABLE, beside.stage != Stage.EMERGENCY)
    applies = and_(own, not_missed(beside, now))
    is_open = beside.state == ItemState.OPEN
    wanted = (applies, and_(applies, is_open), and_(is_open, beside.expires <= now))
    counts = [
        select(func.count(case((each, 1))))
        .where(beside.session_id == ChecklistItem.session_id)
        .correlate(ChecklistItem)
        .scalar_subquery()
        for each in wanted
    ]
    return items_asked().where(ChecklistItem.id == bindparam("id")).add_columns(*counts)


@dataclass(frozen=True)
class Ticked:
    """An item after a tap, and how far its list has come."""

    item: ItemRow
    done: int
    total: int
    missed: int
    now: datetime


@query(P.CHECKLIST_VIEW)
def ticked(item_id: int) -> Ticked:
    """What a tap changes on the page."""
    now = clock.now()
    row = _item_and_counts.first(id=item_id, now=now)
    if row is None:
        raise NotFound()
    total, still, missed = row[-3:]
    return Ticked(in_full([_item_row(row)])[0], total - still, total, missed, now)


@query(P.CHECKLIST_TICK)
def counted(client_ids: Iterable[str]) -> set[str]:
    """Which of these taps the team's lists have already."""
    wanted = list(client_ids)
    return set(db.session().scalars(select(Tick.client_id).where(Tick.client_id.in_(wanted)))) if wanted else set()


@query(P.CHECKLIST_VIEW)
def progress(session_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Done and all items by session, without those that do not apply or were missed."""
    wanted = list(session_ids)
    if not wanted:
        return {}
    closed = func.sum(case((ChecklistItem.state.in_([ItemState.DONE, ItemState.SKIPPED]), 1), else_=0))
    asked = (
        select(ChecklistItem.session_id, closed, func.count(ChecklistItem.id))
        .where(
            ChecklistItem.session_id.in_(wanted),
            ChecklistItem.state != ItemState.NOT_APPLICABLE,
            ChecklistItem.stage != Stage.EMERGENCY,
            not_missed(ChecklistItem, clock.now()),
        )
        .group_by(ChecklistItem.session_id)
    )
    return {session_id: (int(done or 0), total) for session_id, done, total in db.session().execute(asked)}


def _comes_before(now: datetime) -> Any:
    """The condition that the same line of the list, which comes every so many minutes, is open at an earlier time."""
    earlier = aliased(ChecklistItem)
    asked = select(earlier.id).join(SopItem, SopItem.id == earlier.sop_item_id)
    asked = asked.where(
        SopItem.anchor == Anchor.EVERY,
        earlier.session_id == ChecklistItem.session_id,
        earlier.sop_item_id == ChecklistItem.sop_item_id,
        earlier.state == ItemState.OPEN,
        earlier.due < ChecklistItem.due,
        not_missed(earlier, now),
    )
    return asked.correlate(ChecklistItem).exists()


@query(P.CHECKLIST_VIEW)
def open_items(user_id: int, limit: int = 20) -> list[ItemRow]:
    """Somebody's open items of sessions that are not over, the most urgent first.

    Left out are what was missed, and work on air that is due while the show has not begun. Of what comes every so many
    minutes only the next one is told.
    """
    now = clock.now()
    after = LiveSession.state.in_([State.ENDED])
    asked = items_asked().where(
        ChecklistItem.user_id == user_id,
        ChecklistItem.state == ItemState.OPEN,
        ChecklistItem.due.is_not(None),
        not_missed(ChecklistItem, now),
        ~_comes_before(now),
        or_(ChecklistItem.stage != Stage.AIR, LiveSession.real_start.is_not(None), ChecklistItem.due > now),
        db.alive(LiveSession),
        LiveSession.state.in_(list(OPEN_STATES)) | (after & (ChecklistItem.stage == Stage.AFTER)),
    )
    return with_photos(read_items(asked.order_by(ChecklistItem.due, ChecklistItem.id).limit(limit)))


@query(P.CHECKLIST_VIEW)
def running_over(now: datetime) -> list[int]:
    """Shows on air for which the last thing that comes every n minutes is due: another one follows."""
    last = func.max(ChecklistItem.due)
    asked = (
        select(ChecklistItem.session_id)
        .join(LiveSession, LiveSession.id == ChecklistItem.session_id)
        .join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
        .where(
            LiveSession.state == State.LIVE,
            LiveSession.real_start > now - timedelta(minutes=LONGEST_ON_AIR),
            db.alive(LiveSession),
            SopItem.anchor == Anchor.EVERY,
        )
        .group_by(ChecklistItem.session_id, SopItem.id)
        .having(last <= now)
    )
    return sorted(set(db.session().scalars(asked)))

"""Checklists and SOPs as their pages show them; what the gate and Today ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import has_request_context, url_for
from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import aliased

from planner.base import actor, db
from planner.base.i18n import gettext as _
from planner.base.ready import Ready, ready
from planner.base.verbs import query
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.rules import Anchor, ItemState, Proof, Stage
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.ports import GateCheck, Primary
from planner.live.queries import SessionBrief
from planner.live.rules import OPEN_STATES, Phase, State
from planner.people import queries as people
from planner.people.models import Position, User
from planner.people.words import position_word

CLOSED = (ItemState.DONE, ItemState.SKIPPED, ItemState.NOT_APPLICABLE)


@dataclass(frozen=True)
class ItemRow:
    """An item as a row of a list."""

    id: int
    session_id: int
    stage: Stage
    title: str
    position: str
    user_id: int | None
    user_name: str
    due: datetime | None
    blocks: bool
    proof: Proof
    state: ItemState
    by_name: str
    for_name: str
    acted_at: datetime | None
    note: str
    halfway: int | None
    pinned: bool

    def late_minutes(self, now: datetime) -> int:
        """How many minutes it is late; 0 when it is not."""
        if self.state is not ItemState.OPEN or self.due is None or self.due >= now:
            return 0
        return int((now - self.due).total_seconds() // 60)


@dataclass(frozen=True)
class ListPage:
    """A session's checklist."""

    session: SessionBrief
    checklist_id: int
    items: list[ItemRow]
    shown: list[ItemRow]
    done: int
    total: int
    counts: dict[str, int]
    now: datetime


_BY, _FOR = aliased(User), aliased(User)


def _rows() -> Any:
    columns = (
        ChecklistItem.id, ChecklistItem.session_id, ChecklistItem.stage, ChecklistItem.title, ChecklistItem.title_en,
        Position.key, Position.name, ChecklistItem.user_id, User.name, ChecklistItem.due, ChecklistItem.blocks,
        ChecklistItem.proof, ChecklistItem.state, _BY.name, _FOR.name, ChecklistItem.acted_at, ChecklistItem.note,
        ChecklistItem.halfway, ChecklistItem.pinned,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(ChecklistItem)
        .outerjoin(Position, Position.id == ChecklistItem.position_id)
        .outerjoin(User, User.id == ChecklistItem.user_id)
        .outerjoin(_BY, _BY.id == ChecklistItem.acted_by)
        .outerjoin(_FOR, _FOR.id == ChecklistItem.acted_for)
    )


def _item_row(r: Any) -> ItemRow:
    position = position_word(r[5], r[6]) if r[5] else ""
    return ItemRow(
        r[0],
        r[1],
        r[2],
        title_of(r[3], r[4]),
        position,
        r[7],
        r[8] or "",
        r[9],
        r[10],
        r[11],
        r[12],
        r[13] or "",
        r[14] or "",
        r[15],
        r[16],
        r[17],
        r[18],
    )


def _read(asked: Any, **values: Any) -> list[ItemRow]:
    rows: Any = asked.rows(**values) if isinstance(asked, Ready) else db.session().execute(asked)
    return [_item_row(row) for row in rows]


@query(P.CHECKLIST_VIEW, remember=True)
def checklist_of(session_id: int) -> int | None:
    """The id of a session's checklist; None when it has none."""
    found = _held.first(id=session_id)
    return found[0] if found else None


@ready
def _held() -> Any:
    return select(Checklist.id).where(Checklist.session_id == bindparam("id"))


@ready
def _of_session() -> Any:
    order = case({stage: number for number, stage in enumerate(Stage)}, value=ChecklistItem.stage)
    return (
        _rows().where(ChecklistItem.session_id == bindparam("id")).order_by(order, ChecklistItem.sort, ChecklistItem.id)
    )


@query(P.CHECKLIST_VIEW)
def list_page(session_id: int, show: str = "all") -> ListPage:
    """The checklist of a session; filters: mine, open, blocking, all."""
    b = live.brief(session_id)
    checklist_id = checklist_of(session_id)
    if checklist_id is None:
        raise NotFound()
    items = _read(_of_session, id=session_id)
    me = actor.current().user_id
    kinds = {
        "mine": [i for i in items if i.user_id == me],
        "all": items,
        "open": [i for i in items if i.state is ItemState.OPEN],
        "blocking": [i for i in items if i.blocks],
    }
    counted = [i for i in items if i.state is not ItemState.NOT_APPLICABLE]
    done = sum(1 for i in counted if i.state is not ItemState.OPEN)
    counts = {name: len(rows) for name, rows in kinds.items()}
    return ListPage(b, checklist_id, items, kinds.get(show, items), done, len(counted), counts, clock.now())


@ready
def _item() -> Any:
    return _rows().where(ChecklistItem.id == bindparam("id"))


@query(P.CHECKLIST_VIEW)
def item(item_id: int) -> ItemRow:
    """One item."""
    if not 0 < item_id <= db.LARGEST_ID:
        raise NotFound()
    found = _read(_item, id=item_id)
    if not found:
        raise NotFound()
    return found[0]


@ready
def _item_and_counts() -> Any:
    beside = aliased(ChecklistItem)
    held = (beside.session_id == ChecklistItem.session_id, beside.state != ItemState.NOT_APPLICABLE)
    total = select(func.count(beside.id)).where(*held)
    still = select(func.count(beside.id)).where(*held, beside.state == ItemState.OPEN)
    counts = (total.correlate(ChecklistItem).scalar_subquery(), still.correlate(ChecklistItem).scalar_subquery())
    return _rows().where(ChecklistItem.id == bindparam("id")).add_columns(*counts)


@dataclass(frozen=True)
class Ticked:
    """An item after a tap, and how far its list has come."""

    item: ItemRow
    done: int
    total: int
    now: datetime


@query(P.CHECKLIST_VIEW)
def ticked(item_id: int) -> Ticked:
    """What a tap changes on the page."""
    row = _item_and_counts.first(id=item_id)
    if row is None:
        raise NotFound()
    total, still = row[-2:]
    return Ticked(_item_row(row), total - still, total, clock.now())


@query(P.CHECKLIST_VIEW)
def progress(session_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Done and all items by session."""
    wanted = list(session_ids)
    if not wanted:
        return {}
    closed = func.sum(case((ChecklistItem.state.in_([ItemState.DONE, ItemState.SKIPPED]), 1), else_=0))
    asked = (
        select(ChecklistItem.session_id, closed, func.count(ChecklistItem.id))
        .where(ChecklistItem.session_id.in_(wanted), ChecklistItem.state != ItemState.NOT_APPLICABLE)
        .group_by(ChecklistItem.session_id)
    )
    return {session_id: (int(done or 0), total) for session_id, done, total in db.session().execute(asked)}


@query(P.CHECKLIST_VIEW)
def open_items(user_id: int, limit: int = 20) -> list[ItemRow]:
    """Somebody's open items of sessions that are not over, the most urgent first."""
    asked = _rows().join(LiveSession, LiveSession.id == ChecklistItem.session_id)
    after = LiveSession.state.in_([State.ENDED])
    asked = asked.where(
        ChecklistItem.user_id == user_id,
        ChecklistItem.state == ItemState.OPEN,
        ChecklistItem.due.is_not(None),
        db.alive(LiveSession),
        LiveSession.state.in_(list(OPEN_STATES)) | (after & (ChecklistItem.stage == Stage.AFTER)),
    )
    return _read(asked.order_by(ChecklistItem.due, ChecklistItem.id).limit(limit))


def _run_url(session_id: int) -> str:
    """The page of a list; empty where nobody looks at pages (jobs, the command line)."""
    return url_for("checklists.run", session_id=session_id) if has_request_context() else ""


@ready
def _gating() -> Any:
    asked = _rows().where(
        ChecklistItem.session_id.in_(bindparam("ids", expanding=True)),
        ChecklistItem.stage.in_([Stage.PREPARE, Stage.BEFORE]),
        ChecklistItem.state != ItemState.NOT_APPLICABLE,
    )
    return asked.order_by(ChecklistItem.due, ChecklistItem.id)


@query(P.CHECKLIST_VIEW)
def gate_checks(session_ids: list[int], now: datetime) -> dict[int, list[GateCheck]]:
    """The port's answer: what must be done before air, of many sessions in one statement."""
    found: dict[int, list[GateCheck]] = {}
    for i in _read(_gating, ids=session_ids):
        url = f"{_run_url(i.session_id)}#tick-{i.id}"
        passed = i.state is not ItemState.OPEN
        found.setdefault(i.session_id, []).append(
            GateCheck(f"item-{i.id}", i.title, i.due, passed, i.blocks, i.user_name or i.position, url, i.user_id)
        )
    return found


@query(P.CHECKLIST_VIEW)
def primary(session_id: int, phase: Phase) -> Primary | None:
    """The port's answer: while preparing, go on with the checklist."""
    if phase is not Phase.PREPARE or live.brief(session_id).state is State.CANCELLED:
        return None
    if checklist_of(session_id) is None:
        return None
    word = _("Go on preparing") if actor.current().may(P.CHECKLIST_TICK) else _("Open the checklist")
    return Primary(url_for("checklists.run", session_id=session_id), word, "list-checks")


@query(P.CHECKLIST_VIEW)
def on_session(session_id: int) -> dict[str, object] | None:
    """The panel on the session page: stages with their counts, open items first."""
    if checklist_of(session_id) is None:
        return None
    page = list_page(session_id)
    stages: list[dict[str, object]] = []
    for stage in Stage:
        own = [i for i in page.items if i.stage is stage and i.state is not ItemState.NOT_APPLICABLE]
        if own:
            still = [i for i in own if i.state is ItemState.OPEN]
            stages.append(
                {
                    "stage": stage,
                    "done": len(own) - len(still),
                    "total": len(own),
                    "open": still[:4],
                    "more": len(still) - 4,
                }
            )
    return {"stages": stages, "done": page.done, "total": page.total, "now": page.now}


@ready
def _due_on_air() -> Any:
    asked = _rows().join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
    asked = asked.where(
        ChecklistItem.session_id == bindparam("id"),
        ChecklistItem.state == ItemState.OPEN,
        SopItem.anchor == Anchor.EVERY,
    )
    return asked.order_by(ChecklistItem.due, ChecklistItem.id).limit(2)


@query(P.CHECKLIST_VIEW)
def next_reading(session_id: int) -> dict[str, object] | None:
    """The panel of a show on air: what is due every so many minutes, the one that is next or late, and the one then."""
    if live.brief(session_id).state is not State.LIVE:
        return None
    rows = _read(_due_on_air, id=session_id)
    return {"item": rows[0], "then": rows[1].due if len(rows) > 1 else None, "now": clock.now()} if rows else None


@query(P.CHECKLIST_VIEW)
def my_lists(now: datetime) -> list[tuple[SessionBrief, int, int]]:
    """The lists of tonight and of the days to come, with done and total."""
    rows = live.next_briefs(limit=12) + [s.brief for s in live.strips(now)]
    known = {b.id: b for b in rows if b.state is not State.CANCELLED}
    found = progress(known)
    return [(b, *found[b.id]) for b in sorted(known.values(), key=lambda b: b.planned_start) if b.id in found]


@query(P.CHECKLIST_VIEW)
def templates() -> list[tuple[SopTemplate, int, int]]:
    """The SOPs of the team with version number and number of lines."""
    asked = (
        select(SopTemplate, SopVersion.number, func.count(SopItem.id))
        .join(SopVersion, SopVersion.id == SopTemplate.version_id)
        .outerjoin(SopItem, SopItem.version_id == SopVersion.id)
        .group_by(SopTemplate.id, SopVersion.number)
        .order_by(SopTemplate.id)
    )
    return [(t, number, count) for t, number, count in db.session().execute(asked)]


@query(P.CHECKLIST_VIEW)
def template(template_id: int) -> dict[str, Any]:
    """A SOP: its lines by stage, its versions, and what is proposed."""
    row = db.one(SopTemplate, template_id)
    positions = {p.id: p.name for p in people.positions()}
    items = list(
        db.session().scalars(
            select(SopItem).where(SopItem.version_id == row.version_id).order_by(SopItem.sort, SopItem.id)
        )
    )
    versions = list(
        db.session().scalars(
            select(SopVersion).where(SopVersion.template_id == template_id).order_by(SopVersion.number.desc()).limit(20)
        )
    )
    names = people.names([v.created_by for v in versions])
    stages = [(stage, [i for i in items if i.stage is stage]) for stage in Stage]
    return {
        "template": row,
        "title": title_of(row.name, row.name_en),
        "stages": stages,
        "positions": positions,
        "versions": versions,
        "names": names,
        "proposals": [p for p in proposals() if p.template_id == template_id],
    }


@query(P.CHECKLIST_VIEW)
def proposals(limit: int = 50) -> list[SopProposal]:
    """What reviews propose and nobody has decided on."""
    asked = select(SopProposal).where(SopProposal.state == "open").order_by(SopProposal.id).limit(limit)
    return list(db.session().scalars(asked))


@query(P.CHECKLIST_VIEW)
def template_choices() -> list[tuple[int, str]]:
    """The SOPs, for forms."""
    rows = db.session().scalars(select(SopTemplate).order_by(SopTemplate.id))
    return [(t.id, title_of(t.name, t.name_en)) for t in rows]

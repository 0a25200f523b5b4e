"""What lists tell other pages: the gate, the session page, the lists of tonight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import has_request_context, url_for
from sqlalchemy import bindparam, select

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.models import UtcDateTime
from planner.base.ready import ready
from planner.base.verbs import query
from planner.checklists.models import ChecklistItem, SopItem
from planner.checklists.queries.items import (
    ItemRow,
    checklist_of,
    items_asked,
    items_of_session,
    list_page,
    not_missed,
    progress,
    read_items,
    with_photos,
)
from planner.checklists.rules import READING, Anchor, ItemState, Stage
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.ports import GateCheck, Primary
from planner.live.queries import SessionBrief
from planner.live.rules import Phase, State

MOST_SHOWN = 4
GATING = (Stage.PREPARE, Stage.BEFORE)


def _all_url(session_id: int) -> str:
    """The page of a whole list; empty where nobody looks at pages (jobs, the command line)."""
    return url_for("checklists.run", session_id=session_id, show="all") if has_request_context() else ""


@ready
def _gating() -> Any:
    asked = items_asked().where(
        ChecklistItem.session_id.in_(bindparam("ids", expanding=True)),
        ChecklistItem.stage.in_(GATING),
        ChecklistItem.state != ItemState.NOT_APPLICABLE,
    )
    return asked.order_by(ChecklistItem.due, ChecklistItem.id)


def _gate_items(session_ids: list[int]) -> list[ItemRow]:
    """Of one session out of its whole list, which its page reads anyway."""
    if len(session_ids) != 1:
        return read_items(_gating, ids=session_ids)
    items = [
        i for i in items_of_session(session_ids[0]) if i.stage in GATING and i.state is not ItemState.NOT_APPLICABLE
    ]
    return sorted(items, key=lambda i: (i.due is None, i.due.timestamp() if i.due else 0.0, i.id))


@query(P.CHECKLIST_VIEW)
def gate_checks(session_ids: list[int], now: datetime) -> dict[int, list[GateCheck]]:
    """The port's answer: what must be done before air, of many sessions in one statement."""
    found: dict[int, list[GateCheck]] = {}
    for i in _gate_items(session_ids):
        if i.missed(now):
            continue
        url = f"{_all_url(i.session_id)}#tick-{i.id}"
        passed, who = i.state is not ItemState.OPEN, i.user_name or i.position
        found.setdefault(i.session_id, []).append(
            GateCheck(f"item-{i.id}", i.title, i.due, passed, i.blocks, who, url, i.user_id, i.own)
        )
    return found


@query(P.CHECKLIST_VIEW)
def primary(session_id: int, phase: Phase) -> Primary | None:
    """The port's answer: while preparing, go on with the checklist."""
    if phase is not Phase.PREPARE or live.brief(session_id).state in (State.DRAFT, State.CANCELLED):
        return None
    if not items_of_session(session_id) and checklist_of(session_id) is None:
        return None
    word = _("Go on preparing") if actor.current().may(P.CHECKLIST_TICK) else _("Open the checklist")
    return Primary(url_for("checklists.run", session_id=session_id), word, "list-checks")


@dataclass(frozen=True)
class StagePart:
    """A stage of a list as the session page folds it."""

    stage: Stage
    done: int
    total: int
    missed: int
    spared: int
    open: list[ItemRow]
    more: int
    unfolded: bool


def _panel(session_id: int, first: Stage | None) -> dict[str, object] | None:
    """Nothing where there is no list yet; a draft has none to work on."""
    if not items_of_session(session_id) or live.brief(session_id).state is State.DRAFT:
        return None
    page = list_page(session_id, "all", bare=True)
    applies = [i for i in page.items if i.counts]
    shown = first if any(i.stage is first for i in applies) else None
    shown = shown or next((i.stage for i in applies if i.is_open(page.now)), None)
    stages: list[StagePart] = []
    for stage in sorted(Stage, key=lambda each: each is not first):
        own = [i for i in applies if i.stage is stage]
        still = [i for i in own if i.is_open(page.now)]
        missed = sum(1 for i in own if i.missed(page.now))
        total = len(own) - missed
        if own:
            spared = sum(1 for i in page.items if i.stage is stage and i.state is ItemState.NOT_APPLICABLE)
            part = (total - len(still), total, missed, spared, still[:MOST_SHOWN], len(still) - MOST_SHOWN)
            stages.append(StagePart(stage, *part, unfolded=stage is shown))
    return {"stages": stages, "page": page, "now": page.now}


@query(P.CHECKLIST_VIEW)
def on_session(session_id: int) -> dict[str, object] | None:
    """The panel on the session page: stages with their counts; the first one with something open is unfolded."""
    return _panel(session_id, None)


@query(P.CHECKLIST_VIEW)
def on_air(session_id: int) -> dict[str, object] | None:
    """The same while on air: what is done on air comes first, and is unfolded."""
    return _panel(session_id, Stage.AIR)


@ready
def _due_on_air() -> Any:
    asked = items_asked().join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
    asked = asked.where(
        ChecklistItem.session_id == bindparam("id"),
        ChecklistItem.state == ItemState.OPEN,
        not_missed(ChecklistItem, bindparam("now", type_=UtcDateTime())),
        SopItem.anchor == Anchor.EVERY,
        SopItem.key != READING,
    )
    return asked.order_by(ChecklistItem.due, ChecklistItem.id).limit(2)


@query(P.CHECKLIST_VIEW)
def next_round(session_id: int) -> dict[str, object] | None:
    """The panel of a show on air: what comes every so many minutes, the one that is next or late, and the one then.

    Figures are read in a block of their own.
    """
    if live.brief(session_id).state is not State.LIVE:
        return None
    now = clock.now()
    rows = with_photos(read_items(_due_on_air, id=session_id, now=now))
    return {"item": rows[0], "then": rows[1].due if len(rows) > 1 else None, "now": now} if rows else None


@ready
def _readings_done() -> Any:
    asked = select(ChecklistItem.due).join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
    asked = asked.where(
        ChecklistItem.session_id == bindparam("id"),
        ChecklistItem.state.in_([ItemState.DONE, ItemState.SKIPPED]),
        ChecklistItem.due.is_not(None),
        SopItem.key == READING,
    )
    return asked.order_by(ChecklistItem.due)


@query(P.CHECKLIST_VIEW)
def readings_done(session_id: int) -> list[datetime]:
    """The port's answer: when the readings were due that somebody has ticked or left out."""
    return [due for (due,) in _readings_done.rows(id=session_id)]


@query(P.CHECKLIST_VIEW)
def my_lists(now: datetime) -> list[tuple[SessionBrief, int, int]]:
    """The lists of tonight and of the days to come, with done and total."""
    rows = live.next_briefs(limit=12) + [s.brief for s in live.strips(now)]
    known = {b.id: b for b in rows if b.state is not State.CANCELLED}
    found = progress(known)
    return [(b, *found[b.id]) for b in sorted(known.values(), key=lambda b: b.planned_start) if b.id in found]

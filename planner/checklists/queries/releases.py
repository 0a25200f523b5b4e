"""Which blocking lines shows have been let on air without, more often than not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopItem
from planner.kernel.permissions import P
from planner.live.models import LiveSession

LOOKED_AT = 5


@dataclass(frozen=True)
class Release:
    """A line that blocked so many of the last shows on air, and how many of them began without it."""

    key: str
    shows: int
    released: int


@query(P.CHECKLIST_VIEW)
def releases(template_id: int) -> list[Release]:
    """The blocking lines of a SOP that were let pass in more than half of its last shows on air.

    A show began without a line when its item was open and blocked at the start, as the start has recorded it; a lead
    who leaves an item out beforehand, with a reason, lets nothing pass.
    """
    last = (
        select(LiveSession.id, LiveSession.missing, Checklist.id)
        .join(Checklist, Checklist.session_id == LiveSession.id)
        .where(
            Checklist.template_id == template_id,
            Checklist.dropped.is_(False),
            LiveSession.real_start.is_not(None),
            db.alive(LiveSession),
        )
        .order_by(LiveSession.real_start.desc(), LiveSession.id.desc())
        .limit(LOOKED_AT)
    )
    missing: dict[int, set[str]] = {}
    for _session_id, kept, list_id in db.session().execute(last):
        missing[list_id] = {str(each.get("key")) for each in kept or []}
    asked = (
        select(ChecklistItem.id, ChecklistItem.checklist_id, SopItem.key)
        .join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
        .where(
            ChecklistItem.checklist_id.in_(list(missing)),
            ChecklistItem.blocks,
            ChecklistItem.state != rules.ItemState.NOT_APPLICABLE,
        )
    )
    blocked: dict[str, set[int]] = {}
    passed: dict[str, set[int]] = {}
    for item_id, list_id, key in db.session().execute(asked) if missing else ():
        blocked.setdefault(key, set()).add(list_id)
        if f"item-{item_id}" in missing[list_id]:
            passed.setdefault(key, set()).add(list_id)
    counts = [(key, len(shows), len(passed.get(key, ()))) for key, shows in blocked.items()]
    return [Release(*each) for each in counts if rules.is_let_pass(each[1], each[2])]

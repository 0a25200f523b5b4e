"""The library: SOPs with their lines and versions, and what is proposed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from planner.base import db
from planner.base.verbs import query
from planner.checklists import rules
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.rules import Stage, Times
from planner.checklists.words import title_of
from planner.kernel.permissions import P
from planner.people import queries as people

_EVENING = datetime(2026, 1, 5, 12, tzinfo=UTC)
ANY_SHOW = Times(_EVENING, _EVENING + timedelta(hours=4), None, None, "Asia/Shanghai", 6 * 60)
"""An evening show, to put lines with different anchors in the order in which they come."""

LATER_SHIFT = (_EVENING + timedelta(hours=2), ANY_SHOW.planned_end)
"""What is done on air for a shift is done when the next one comes."""


def in_order(items: list[SopItem]) -> list[SopItem]:
    """By the time at which they come; what happens when it happens is last."""

    def place(item: SopItem) -> tuple[bool, datetime, int, int]:
        shift = LATER_SHIFT if item.stage is Stage.AIR else None
        due = rules.due_of(item.anchor, item.offset_minutes, ANY_SHOW, shift)
        return due is None, due or _EVENING, item.sort, item.id

    return sorted(items, key=place)


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
    items = in_order(list(db.session().scalars(select(SopItem).where(SopItem.version_id == row.version_id))))
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

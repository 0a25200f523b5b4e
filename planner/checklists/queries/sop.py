"""The library: SOPs with their lines and versions, and what is proposed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from planner.base import db
from planner.base.verbs import query
from planner.checklists import rules
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.rules import Stage, Times
from planner.checklists.words import offset_word, title_of
from planner.kernel.permissions import P
from planner.people import queries as people

_EVENING = datetime(2026, 1, 5, 12, tzinfo=UTC)
ANY_SHOW = Times(_EVENING, _EVENING + timedelta(hours=4), None, None, "Asia/Shanghai", 6 * 60)
"""An evening show, to put lines with different anchors in the order in which they come."""

LATER_SHIFT = (_EVENING + timedelta(hours=2), ANY_SHOW.planned_end)
"""What is done on air for a shift is done when the next one comes."""


def _time_of(item: SopItem) -> datetime | None:
    shift = LATER_SHIFT if item.stage is Stage.AIR else None
    return rules.due_of(item.anchor, item.offset_minutes, ANY_SHOW, shift)


def in_order(items: list[SopItem]) -> list[SopItem]:
    """By the time at which they come; what happens when it happens is last."""

    def place(item: SopItem) -> tuple[bool, datetime, int, int]:
        due = _time_of(item)
        return due is None, due or _EVENING, item.sort, item.id

    return sorted(items, key=place)


def beside(items: list[SopItem], line: SopItem) -> list[SopItem]:
    """The lines of a stage that come at the same time as this one, in their order: among them it can be moved."""
    due = _time_of(line)
    return [item for item in in_order(items) if item.stage is line.stage and _time_of(item) == due]


def _movable(items: list[SopItem]) -> dict[str, set[int]]:
    """Which lines, all in their order, have one of the same time above or below them."""
    pairs = [(a.id, b.id) for a, b in pairwise(items) if a.stage is b.stage and _time_of(a) == _time_of(b)]
    return {"up": {below for _above, below in pairs}, "down": {above for above, _below in pairs}}


def as_typed(item: SopItem) -> dict[str, Any]:
    """A line as its form shows it, by the names of the fields."""
    held = item.recheck or {}
    return {
        "text": item.title,
        "title_en": item.title_en,
        "position_id": item.position_id,
        "stage": item.stage.value,
        "anchor": item.anchor.value,
        "offset_minutes": offset_word(item.anchor, item.offset_minutes),
        "proof": item.proof.value,
        "recheck": [name for name in rules.CHANGES if held.get(name)],
        "recheck_hours": held["move"] // 60 if held.get("move") else None,
        "blocks": item.blocks,
    }


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
    number = next((v.number for v in versions if v.id == row.version_id), versions[0].number)
    return {
        "template": row,
        "title": title_of(row.name, row.name_en),
        "stages": stages,
        "movable": _movable([i for _stage, rows in stages for i in rows]),
        "number": number,
        "positions": positions,
        "versions": versions,
        "names": names,
        "proposals": [p for p in proposals() if p.template_id == template_id],
    }


@query(P.SOP_EDIT)
def line(line_id: int) -> dict[str, Any]:
    """A line of an SOP to be edited, as it is today; as it was where it has been taken out since."""
    row = db.one(SopItem, line_id)
    version = db.one(SopVersion, row.version_id)
    held = db.one(SopTemplate, version.template_id)
    today = select(SopItem).where(SopItem.version_id == held.version_id, SopItem.key == row.key)
    found = db.session().scalars(today).one_or_none() or row
    values = {**as_typed(found), "version": found.id}
    return {"template": held, "title": title_of(held.name, held.name_en), "line": found, "values": values}


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

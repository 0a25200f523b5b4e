"""The library: every SOP of the team with what it is for, what is published, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from planner.base import db
from planner.base.verbs import query
from planner.checklists import builtin
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.rules import Kind, Stage, copy_names
from planner.checklists.words import rules_word, title_of
from planner.kernel.permissions import P
from planner.live import queries as live


@dataclass(frozen=True)
class TemplateRow:
    """A SOP as a row of the library; `number` is None while nothing of it is published."""

    id: int
    title: str
    kind: Kind
    made_for: str
    number: int | None
    lines: int
    stages: dict[Stage, int]
    has_draft: bool
    proposals: int
    origin: str


@query(P.CHECKLIST_VIEW)
def templates() -> list[TemplateRow]:
    """The SOPs of the team: for shows first, in the order in which they were made."""
    rows = list(db.session().scalars(select(SopTemplate).order_by(SopTemplate.id)))
    shown = {row.id: row.version_id or row.draft_id for row in rows}
    numbers = select(SopVersion.id, SopVersion.number).where(SopVersion.id.in_([v for v in shown.values() if v]))
    number = {version_id: found for version_id, found in db.session().execute(numbers)}
    counted = select(SopItem.version_id, SopItem.stage, func.count(SopItem.id)).where(
        SopItem.version_id.in_(list(number))
    )
    stages: dict[int, dict[Stage, int]] = {}
    for version_id, stage, count in db.session().execute(counted.group_by(SopItem.version_id, SopItem.stage)):
        stages.setdefault(version_id, {})[stage] = count
    waiting = select(SopProposal.template_id, func.count(SopProposal.id)).where(SopProposal.state == "open")
    waits = {
        template_id: count for template_id, count in db.session().execute(waiting.group_by(SopProposal.template_id))
    }
    channels = {c.id: c.name for c in live.channels()} if any(row.channel_ids for row in rows) else {}
    found: list[TemplateRow] = []
    for row in sorted(rows, key=lambda each: (each.kind is Kind.EMERGENCY, each.id)):
        held = stages.get(shown[row.id] or 0, {})
        found.append(
            TemplateRow(
                row.id, title_of(row.name, row.name_en), row.kind, made_for_word(row, channels),
                number.get(shown[row.id] or 0), sum(held.values()), {s: held[s] for s in Stage if s in held},
                row.draft_id is not None, waits.get(row.id, 0), row.origin,
            )
        )  # fmt: skip
    return found


def made_for_word(row: SopTemplate, channels: dict[int, str]) -> str:
    """Which shows it makes a list for, in words."""
    names = [channels[channel_id] for channel_id in row.channel_ids or () if channel_id in channels]
    return rules_word(row.kind, row.weights or (), names, row.tags or (), row.by_hand)


@query(P.CHECKLIST_VIEW)
def template_choices(kind: Kind | None = None) -> list[tuple[int, str]]:
    """The SOPs, for forms."""
    asked = select(SopTemplate.id, SopTemplate.name, SopTemplate.name_en).order_by(SopTemplate.id)
    if kind is not None:
        asked = asked.where(SopTemplate.kind == kind)
    return [(row_id, title_of(name, name_en)) for row_id, name, name_en in db.session().execute(asked)]


@query(P.CHECKLIST_VIEW)
def draft_of(template_id: int) -> int | None:
    """The draft that waits at a SOP."""
    return db.one(SopTemplate, template_id).draft_id


@query(P.SOP_EDIT)
def built_in() -> list[tuple[str, str]]:
    """The built-in SOPs by their origin, with their names."""
    return [(origin, title_of(zh, en)) for origin, (zh, en) in builtin.BUILT_IN.items()]


@query(P.SOP_EDIT)
def copy_of(template_id: int) -> tuple[str, str]:
    """What a copy of a SOP is called, in both languages: as no other SOP of the team, one in the trash neither."""
    row = db.one(SopTemplate, template_id)
    asked = select(SopTemplate.name, SopTemplate.name_en).execution_options(with_trash=True)
    return copy_names(row.name, row.name_en, {each for names in db.session().execute(asked) for each in names})


@query(P.CHECKLIST_VIEW)
def built_in_left() -> int:
    """How many built-in SOPs the team has never had."""
    asked = select(SopTemplate.origin).execution_options(with_trash=True)
    return len(set(builtin.BUILT_IN) - set(db.session().scalars(asked)))


@query(P.SOP_EDIT)
def settings(template_id: int) -> dict[str, Any]:
    """What a SOP is called and for which shows it is, as its form shows it."""
    row = db.one(SopTemplate, template_id)
    values = {
        "name": row.name,
        "name_en": row.name_en,
        "weights": row.weights or [],
        "channel_ids": row.channel_ids or [],
        "tags": " / ".join(row.tags or ()),
        "when": "by_hand" if row.by_hand else "rules",
    }
    return {"template": row, "title": title_of(row.name, row.name_en), "values": values}

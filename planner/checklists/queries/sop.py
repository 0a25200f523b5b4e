"""A SOP: its lines, published and as they are edited, its versions, and what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base.i18n import gettext as _
from planner.base.show import duration
from planner.base.verbs import query
from planner.base.words import label
from planner.checklists import rules
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.rules import FIELDS, Difference, Mark, Stage, Times, compare, read_condition, read_evidence
from planner.checklists.words import (
    LINE_FIELDS,
    condition_word,
    evidence_word,
    offset_word,
    recheck_word,
    rules_word,
    title_of,
)
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live import queries as live
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


def _groups(items: list[SopItem]) -> dict[int, str]:
    """By id of the line, what names those of its stage that come at the same time: among them it can be dragged."""
    known: dict[Any, str] = {}
    return {i.id: known.setdefault((i.stage, _time_of(i)), str(len(known))) for i in items}


def as_typed(item: SopItem) -> dict[str, Any]:
    """A line as its form shows it, by the names of the fields."""
    held, asked, condition = item.recheck or {}, read_evidence(item.evidence), read_condition(item.condition)
    number = asked.number
    return {
        "text": item.title,
        "title_en": item.title_en,
        "help": item.help,
        "help_en": item.help_en,
        "position_id": item.position_id,
        "stage": item.stage.value,
        "anchor": item.anchor.value,
        "offset_minutes": offset_word(item.anchor, item.offset_minutes),
        "expires_minutes": item.expires_minutes,
        "evidence": list(asked.kinds),
        "photos_min": asked.photos[0] if asked.photos else None,
        "photos_max": asked.photos[1] if asked.photos else None,
        "number_min": number.least if number else None,
        "number_max": number.most if number else None,
        "number_unit": number.unit if number else "",
        "answers": " / ".join(asked.answers),
        "recheck": [name for name in rules.CHANGES if held.get(name)],
        "recheck_hours": held["move"] // 60 if held.get("move") else None,
        "condition_platforms": list(condition.platforms),
        "condition_weights": list(condition.weights),
        "condition_tags": " / ".join(condition.tags),
        "condition_item": f"{condition.item}={condition.answer}" if condition.item else "",
        "law": item.law,
        "identity": bool(item.identity),
        "blocks": item.blocks,
    }


@dataclass(frozen=True)
class Change:
    """A line of a draft that is another than what is published; a dropped one has no `after`."""

    difference: Difference
    before: SopItem | None
    after: SopItem | None

    @property
    def mark(self) -> Mark:
        """What became of it."""
        return self.difference.mark

    @property
    def line(self) -> SopItem:
        """It as it is, or was."""
        found = self.after or self.before
        assert found is not None
        return found

    def told(self, positions: Mapping[int, str], titles: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """What differs in words: the field, what it was, what it is."""
        if self.before is None or self.after is None:
            return []
        both = (said_by(self.before, positions, titles), said_by(self.after, positions, titles))
        names = dict.fromkeys(
            "when" if name in ("anchor", "offset_minutes") else name for name in self.difference.fields
        )
        return [(str(LINE_FIELDS[name]), both[0][name], both[1][name]) for name in names]


def said_by(item: SopItem, positions: Mapping[int, str], titles: Mapping[str, str]) -> dict[str, str]:
    """What a line says, in words, by `words.LINE_FIELDS`."""
    return {
        "title": item.title,
        "title_en": item.title_en,
        "position_id": positions.get(item.position_id or 0, _("Anybody")),
        "stage": label(item.stage),
        "when": offset_word(item.anchor, item.offset_minutes),
        "blocks": _("Yes") if item.blocks else _("No"),
        "evidence": evidence_word(item.evidence),
        "recheck": recheck_word(item.recheck),  # type: ignore[arg-type]
        "help": item.help,
        "help_en": item.help_en,
        "law": item.law,
        "expires_minutes": duration(item.expires_minutes) if item.expires_minutes else "",
        "condition": condition_word(item.condition, titles),
        "identity": _("Yes") if item.identity else _("No"),
    }


def changes_between(before: list[SopItem], after: list[SopItem]) -> list[Change]:
    """What differs between two versions, in the order in which lines come."""
    ways = [[(i.key, {name: getattr(i, name) for name in FIELDS}) for i in _by_stage(rows)] for rows in (before, after)]
    old, new = ({i.key: i for i in rows} for rows in (before, after))
    return [Change(each, old.get(each.key), new.get(each.key)) for each in compare(*ways)]


def _by_stage(items: list[SopItem]) -> list[SopItem]:
    ordered = in_order(items)
    return [item for stage in Stage for item in ordered if item.stage is stage]


def lines_of(version_ids: list[int | None]) -> dict[int, list[SopItem]]:
    """The lines of versions, in the order in which they come."""
    wanted = [row_id for row_id in version_ids if row_id is not None]
    found: dict[int, list[SopItem]] = {row_id: [] for row_id in wanted}
    for item in db.session().scalars(select(SopItem).where(SopItem.version_id.in_(wanted)).order_by(SopItem.id)):
        found[item.version_id].append(item)
    return {row_id: in_order(items) for row_id, items in found.items()}


@query(P.CHECKLIST_VIEW)
def template(template_id: int) -> dict[str, Any]:
    """A SOP: its lines by stage (as they are edited, for who may), what its draft changes, versions, proposals."""
    row = db.one(SopTemplate, template_id)
    positions = {p.id: p.name for p in people.positions()}
    edits = actor.current().may(P.SOP_EDIT) or row.version_id is None
    lines = lines_of([row.version_id, row.draft_id])
    published = lines.get(row.version_id or 0, [])
    items = lines.get(row.draft_id or 0, published) if edits else published
    asked = select(SopVersion).where(SopVersion.template_id == template_id)
    asked = asked.where(SopVersion.number.is_not(None) | (SopVersion.id == row.draft_id))
    kept = list(db.session().scalars(asked.order_by(SopVersion.id.desc()).limit(21)))
    versions = sorted((v for v in kept if v.number is not None), key=lambda v: -(v.number or 0))
    draft = next((v for v in kept if v.id == row.draft_id), None)
    names = people.names([v.created_by for v in [*versions, *([draft] if draft else [])]])
    stages = [(stage, [i for i in items if i.stage is stage]) for stage in Stage]
    changes = changes_between(published, lines[row.draft_id]) if row.draft_id else []
    return {
        "template": row,
        "title": title_of(row.name, row.name_en),
        "stages": stages,
        "movable": _movable([i for _stage, rows in stages for i in rows]),
        "groups": _groups(items),
        "number": next((v.number for v in versions if v.id == row.version_id), None),
        "positions": positions,
        "versions": versions,
        "names": names,
        "draft": draft,
        "edits": edits,
        "changes": changes,
        "marks": {each.line.key: each.mark for each in changes} if edits else {},
        "titles": {i.key: title_of(i.title, i.title_en) for i in [*published, *items]},
        "made_for": made_for_word(row),
        "orphans": _orphans(lines.get(row.draft_id or 0, []), published) if edits else [],
        "proposals": [p for p in proposals() if p.template_id == template_id],
    }


def made_for_word(row: SopTemplate) -> str:
    """Which shows it makes a list for, in words."""
    channels = {c.id: c.name for c in live.channels()} if row.channel_ids else {}
    names = [channels[channel_id] for channel_id in row.channel_ids or () if channel_id in channels]
    return rules_word(row.kind, row.weights or (), names, row.tags or (), row.by_hand)


def _orphans(draft: list[SopItem], published: list[SopItem]) -> list[str]:
    """The titles of lines that lose their condition with the draft, since what they asked for is gone."""
    before = {i.key: read_condition(i.condition).item for i in published}
    return [title_of(i.title, i.title_en) for i in draft if before.get(i.key) and not read_condition(i.condition).item]


@query(P.SOP_EDIT)
def line(line_id: int) -> dict[str, Any]:
    """A line of an SOP to be edited, as it is today; as it was where it has been taken out since."""
    row = db.one(SopItem, line_id)
    version = db.one(SopVersion, row.version_id)
    held = db.one(SopTemplate, version.template_id)
    items = lines_of([held.draft_id or held.version_id])[held.draft_id or held.version_id or 0]
    found = next((item for item in items if item.key == row.key), row)
    values = {**as_typed(found), "version": found.id}
    title = title_of(held.name, held.name_en)
    return {"template": held, "title": title, "line": found, "values": values, "asking": asking(items, found.key)}


@query(P.SOP_PROPOSE)
def new_line(template_id: int) -> dict[str, Any]:
    """A SOP that gets another line."""
    held = db.one(SopTemplate, template_id)
    items = lines_of([held.draft_id or held.version_id]).get(held.draft_id or held.version_id or 0, [])
    return {"template": held, "title": title_of(held.name, held.name_en), "asking": asking(items)}


@query(P.CHECKLIST_VIEW)
def key_of(line_id: int) -> str:
    """What names a line through all versions."""
    return db.one(SopItem, line_id).key


@query(P.SOP_EDIT)
def proposal(proposal_id: int) -> dict[str, Any]:
    """What is proposed, as the form of a line shows it."""
    row = db.one(SopProposal, proposal_id)
    line = SopItem(
        title=row.text, title_en="", position_id=row.position_id, stage=row.stage, anchor=row.anchor, law="", help="",
        offset_minutes=row.offset_minutes, evidence=row.evidence, recheck=row.recheck, blocks=False, help_en="",
    )  # fmt: skip
    return {**new_line(row.template_id), "proposal": row, "values": as_typed(line)}


def asking(items: list[SopItem], but: str = "") -> list[tuple[str, str]]:
    """The answers of lines that ask for one, as a condition can name them, for forms."""
    return [
        (f"{item.key}={answer}", f"{title_of(item.title, item.title_en)}: {answer}")
        for item in items
        if item.key != but
        for answer in read_evidence(item.evidence).answers
    ]


@query(P.CHECKLIST_VIEW)
def proposals(limit: int = 50) -> list[SopProposal]:
    """What reviews propose and nobody has decided on."""
    asked = select(SopProposal).where(SopProposal.state == "open").order_by(SopProposal.id).limit(limit)
    return list(db.session().scalars(asked))


@query(P.CHECKLIST_VIEW)
def compared(template_id: int, before_id: int | None, after_id: int | None) -> dict[str, Any]:
    """Two versions of a SOP and what differs; usually the one in force, or the draft, and the one before it."""
    row = db.one(SopTemplate, template_id)
    asked = select(SopVersion).where(SopVersion.template_id == template_id)
    kept = SopVersion.number.is_not(None) | (SopVersion.id == row.draft_id)
    versions = {v.id: v for v in db.session().scalars(asked.where(kept).order_by(SopVersion.number.desc()).limit(100))}
    ordered = sorted(versions.values(), key=lambda v: (v.number is None, v.number or 0))
    if not ordered or any(each is not None and each not in versions for each in (before_id, after_id)):
        raise NotFound()
    after = versions[after_id or row.draft_id or row.version_id or ordered[-1].id]
    place = ordered.index(after)
    published = row.version_id if after.id == row.draft_id else None
    before = versions[before_id or published or ordered[max(0, place - 1)].id]
    lines = lines_of([before.id, after.id])
    return {
        "template": row,
        "title": title_of(row.name, row.name_en),
        "versions": ordered,
        "before": before,
        "after": after,
        "changes": changes_between(lines[before.id], lines[after.id]),
        "positions": {p.id: p.name for p in people.positions()},
        "titles": {i.key: title_of(i.title, i.title_en) for each in (before.id, after.id) for i in lines[each]},
    }


@query(P.CHECKLIST_VIEW)
def on_paper(template_id: int) -> dict[str, Any]:
    """The published lines of a SOP by stage, for the wall."""
    row = db.one(SopTemplate, template_id)
    items = lines_of([row.version_id]).get(row.version_id or 0, [])
    number = db.one(SopVersion, row.version_id).number if row.version_id else None
    stages = [(stage, [i for i in items if i.stage is stage]) for stage in Stage]
    names = {p.id: p.name for p in people.positions()}
    title = title_of(row.name, row.name_en)
    return {"template": row, "title": title, "number": number, "stages": stages, "positions": names}

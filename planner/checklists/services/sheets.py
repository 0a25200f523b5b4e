"""Lines that somebody brings in a sheet go into the draft, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.base import db
from planner.base.verbs import command, query
from planner.checklists.models import SopItem, SopTemplate
from planner.checklists.queries.sop import Change, changes_between
from planner.checklists.rules import EACH_SHIFT, Mark, Stage, check_evidence
from planner.checklists.rules.sheets import Row, sort_of
from planner.checklists.services.sop import (
    check_block,
    check_condition,
    check_extra,
    check_line,
    check_room,
    check_rule,
    copied,
    freed,
    lines_to_edit,
    new_line,
    opened,
    redraft,
)
from planner.checklists.words import title_of
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import Message, fold
from planner.people import queries as people


@command(P.SOP_EDIT)
def bring_lines(template_id: int, rows: Sequence[Row], whole: bool) -> int:
    """The lines of a sheet in the draft: as the `whole` of it, or besides what is there. Faults stand at `rows.0`, …

    A row with the title of a line that is there is that line, in its stage first. Answers how many.
    """
    template = opened(template_id)
    lines = _with_rows(template, rows, whole)
    redraft(template, lines, f"⇪ {len(rows)}")
    return len(rows)


@dataclass(frozen=True)
class Brought:
    """What the lines of a sheet would make another in the lines as they are edited, one by one; how many stay."""

    changes: list[Change]
    stay: int
    positions: dict[int, str]
    titles: dict[str, str]

    def count(self, *marks: Mark) -> int:
        """How many lines become this."""
        return sum(each.mark in marks for each in self.changes)


@query(P.SOP_EDIT)
def look_at_lines(template_id: int, rows: Sequence[Row], whole: bool) -> Brought:
    """What bringing them would do, before anybody decides; refuses what could not be brought anyway."""
    template = db.one(SopTemplate, template_id)
    held, lines = lines_to_edit(template), _with_rows(template, rows, whole)
    for place, line in enumerate(lines, start=1):
        line.id = place  # of lines that are not kept: they stand in this order
    check_room(lines)
    changes = changes_between(held, lines)
    titles = {line.key: title_of(line.title, line.title_en) for line in (*held, *lines)}
    stay = len(lines) - sum(each.after is not None for each in changes)
    return Brought(changes, stay, {p.id: p.name for p in people.positions()}, titles)


def _with_rows(template: SopTemplate, rows: Sequence[Row], whole: bool) -> list[SopItem]:
    """The lines of a SOP as they would be with those of a sheet."""
    held = lines_to_edit(template)
    taken: dict[str, SopItem] = {}
    faults: dict[str, Message] = {}
    made: list[SopItem] = []
    for place, row in enumerate(rows):
        before = _same(row, held, taken)
        if before is not None:
            taken[before.key] = before
        try:
            made.append(_line(row, before, place, template.kind))
        except Invalid as fault:
            faults[f"rows.{place}"] = next(iter(fault.fields.values()))
    if not faults:
        _set_conditions(rows, made, [] if whole else [i for i in held if i.key not in taken], faults)
    if faults:
        raise Invalid(faults)
    rest = [] if whole else [copied(item) for item in held if item.key not in taken]
    return freed([*rest, *made])


def _same(row: Row, held: list[SopItem], taken: dict[str, SopItem]) -> SopItem | None:
    named = [i for i in held if fold(i.title) == fold(row.title) and i.key not in taken]
    return next((i for i in named if i.stage is row.stage), next(iter(named), None))


def _line(row: Row, before: SopItem | None, place: int, kind: object) -> SopItem:
    """The line of a row, with what a sheet doesn't say of it taken from the line it was before."""
    when = (row.stage, row.offset_minutes, row.position_id, row.anchor)
    title = check_line(row.title, *when, kind)  # type: ignore[arg-type]
    check_block(row.blocks, row.stage)
    extra, asked = check_extra(row.extra, row.anchor), check_evidence(row.evidence)
    rest = (row.position_id, row.anchor, row.offset_minutes, row.blocks, asked, check_rule(row.recheck))
    line = new_line(row.stage, title, *rest)
    line.title_en, line.help, line.help_en, line.law = extra.title_en, extra.help, extra.help_en, extra.law
    line.expires_minutes, line.sort = extra.expires_minutes, sort_of(Stage(row.stage), place)
    if before is not None:
        line.key, line.identity, line.proposal_id = before.key, before.identity, before.proposal_id
        line.each_shift = before.each_shift if before.anchor is row.anchor else row.anchor in EACH_SHIFT
    return line


def _set_conditions(rows: Sequence[Row], made: list[SopItem], rest: list[SopItem], faults: dict[str, Message]) -> None:
    by_title = {fold(line.title): line.key for line in [*rest, *made]}
    for place, (row, line) in enumerate(zip(rows, made, strict=True)):
        wanted = row.extra.condition
        if row.asks_of:
            wanted = replace(wanted, item=by_title.get(fold(row.asks_of), ""))
        try:
            line.condition = check_condition(wanted, line.key, [*rest, *made])
        except Invalid as fault:
            faults[f"rows.{place}"] = next(iter(fault.fields.values()))

"""A line that a SOP has: edited, or moved among the lines of its time; each makes the draft another one."""

from __future__ import annotations

from planner.base import db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.queries.sop import as_typed, beside
from planner.checklists.rules import (
    EACH_SHIFT,
    NOTHING,
    Anchor,
    Evidence,
    Extra,
    Recheck,
    Stage,
    check_evidence,
    read_condition,
)
from planner.checklists.services.sop import (
    check_block,
    check_line,
    check_rule,
    copied,
    freed,
    last_place,
    lines_to_edit,
    opened,
    redraft,
    set_extra,
)
from planner.kernel.errors import Refused, Stale
from planner.kernel.permissions import P
from planner.kernel.text import msg


def _present(line_id: int) -> tuple[SopTemplate, list[SopItem], SopItem]:
    """The template of a line, its lines as they are edited, and which of them this line is today."""
    row = db.one(SopItem, line_id)
    template = opened(db.one(SopVersion, row.version_id).template_id)
    held = lines_to_edit(template)
    line = next((item for item in held if item.key == row.key), None)
    if line is None:
        raise Refused(msg("This line is not in the SOP any more."))
    return template, held, line


def _check_started(line: SopItem, started: int) -> None:
    """Refuse a form that was opened on other words than those that stand now."""
    before = db.one(SopItem, started)
    if before.key != line.key or as_typed(before) != as_typed(line):
        version = db.one(SopVersion, line.version_id)
        raise Stale(as_typed(line), line.id, version.created_by, version.created_at)


def extra_of(line: SopItem) -> Extra:
    """What else a line says now."""
    condition = read_condition(line.condition)
    return Extra(line.title_en, line.help, line.help_en, line.law, line.expires_minutes, condition, line.identity)


@command(P.SOP_EDIT)
def edit_item(
    line_id: int,
    started: int,
    text: str,
    title_en: str,
    position_id: int | None,
    stage: Stage,
    anchor: Anchor,
    offset_minutes: int,
    blocks: bool,
    evidence: Evidence = NOTHING,
    recheck: Recheck | None = None,
    extra: Extra | None = None,
) -> int:
    """The line in other words, at another time, in the draft. `started` is the line that the form showed; without
    `extra` the rest stays as it is.

    Answers the line as it is now.
    """
    template, held, line = _present(line_id)
    _check_started(line, started)
    title, rule = check_line(text, stage, offset_minutes, position_id, anchor, template.kind), check_rule(recheck)
    check_block(blocks, stage)
    new = copied(line)
    new.title, new.position_id, new.blocks = title, position_id, blocks
    new.evidence = check_evidence(evidence).as_json()
    new.stage, new.anchor, new.offset_minutes, new.recheck = stage, anchor, offset_minutes, rule
    new.each_shift = line.each_shift if anchor is line.anchor else anchor in EACH_SHIFT
    new.sort = line.sort if stage is line.stage else last_place(stage)
    kept = extra_of(line)
    expires = kept.expires_minutes if anchor is Anchor.EVERY else None
    rest = extra or Extra(title_en, kept.help, kept.help_en, kept.law, expires, kept.condition, kept.identity)
    set_extra(new, rest, [item for item in held if item is not line])
    if as_typed(new) == as_typed(line):
        return line.id
    redraft(template, freed([new if item is line else copied(item) for item in held]), f"~ {title}")
    return new.id


@command(P.SOP_EDIT)
def unblock_item(template_id: int, key: str) -> int:
    """The line blocks going live no more, in the draft. Answers the line."""
    template = opened(template_id)
    lines = [copied(item) for item in lines_to_edit(template)]
    line = next((item for item in lines if item.key == key and item.blocks), None)
    if line is None:
        raise Refused(msg("This line does not block going live."))
    line.blocks = False
    redraft(template, lines, f"~ {line.title}")
    return line.id


@command(P.SOP_EDIT)
def move_item(line_id: int, up: bool) -> int:
    """One place up or down among the lines of its stage that come at the same time, in the draft.

    Answers the line as it is now.
    """
    template, held, line = _present(line_id)
    group = beside(held, line)
    place = group.index(line)
    return _put(template, held, line, group, place - 1 if up else place + 1)


@command(P.SOP_EDIT)
def place_item(line_id: int, before_key: str) -> int:
    """Dragged to where another line of its time stands, or to their end where none is named. Answers the line."""
    template, held, line = _present(line_id)
    group = beside(held, line)
    keys = [item.key for item in group if item is not line]
    if before_key and before_key not in keys:
        raise _out_of_time()
    return _put(template, held, line, group, keys.index(before_key) if before_key else len(keys))


def _out_of_time() -> Refused:
    return Refused(msg("Lines stand in the order of their times. Change the time of this one to move it further."))


def _put(template: SopTemplate, held: list[SopItem], line: SopItem, group: list[SopItem], to: int) -> int:
    """The line at this place of its group."""
    place = group.index(line)
    if not 0 <= to < len(group):
        raise _out_of_time()
    if to == place:
        return line.id
    places = list[int]()
    for each in group:
        places.append(max(each.sort, places[-1] + 1) if places else each.sort)
    group.insert(to, group.pop(place))
    given = {each.key: sort for each, sort in zip(group, places, strict=True)}
    lines = [copied(item) for item in held]
    for each in lines:
        each.sort = given.get(each.key, each.sort)
    redraft(template, lines, f"{'↑' if to < place else '↓'} {line.title}")
    return next(each.id for each in lines if each.key == line.key)


def before_template_undo(row: SopTemplate, act: str) -> None:
    """Registered with undo: who takes an edit back queues behind those who edit and publish."""
    lock("sop", row.id)
    db.session().refresh(row)


def before_proposal_undo(row: SopProposal, act: str) -> None:
    """Registered with undo: a proposal somebody has decided on is not taken away; a decision is, while its draft is."""
    lock("sop", row.template_id)
    if act == "insert" and row.state != "open":
        raise Refused(msg("What was decided about a proposal stands."))

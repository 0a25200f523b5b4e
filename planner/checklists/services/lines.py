"""A line that an SOP has: edited, or moved among the lines of its time; each makes a new version."""

from __future__ import annotations

from planner.base import db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.queries.sop import as_typed, beside
from planner.checklists.rules import EACH_SHIFT, Anchor, Proof, Recheck, Stage
from planner.checklists.services.sop import (
    check_block,
    check_line,
    check_rule,
    copied,
    items_of,
    last_place,
    publish,
)
from planner.kernel.errors import Invalid, Refused, Stale
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg


def _present(line_id: int) -> tuple[SopTemplate, list[SopItem], SopItem]:
    """The template of a line, the lines of its present version, and which of them this line is today."""
    row = db.one(SopItem, line_id)
    template_id = db.one(SopVersion, row.version_id).template_id
    lock("sop", template_id)
    template = db.one(SopTemplate, template_id)
    held = items_of(template.version_id)
    line = next((item for item in held if item.key == row.key), None)
    if line is None:
        raise Refused(msg("This line is not in the present version."))
    return template, held, line


def _check_started(line: SopItem, started: int) -> None:
    """Refuse a form that was opened on other words than those that stand now."""
    before = db.one(SopItem, started)
    if before.key != line.key or as_typed(before) != as_typed(line):
        version = db.one(SopVersion, line.version_id)
        raise Stale(as_typed(line), line.id, version.created_by, version.created_at)


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
    proof: Proof = Proof.NONE,
    recheck: Recheck | None = None,
) -> int:
    """The line in other words, at another time, in a new version. `started` is the line that the form showed.

    Answers the line as it is now.
    """
    template, held, line = _present(line_id)
    _check_started(line, started)
    title, rule = check_line(text, stage, offset_minutes, position_id, anchor), check_rule(recheck)
    check_block(blocks, stage)
    english = clean_line(title_en)
    if len(english) > 160:
        raise Invalid.at("title_en", msg("Say in at most 160 characters what is to be done."))
    new = copied(line, 0)
    new.title, new.title_en, new.position_id, new.blocks, new.proof = title, english, position_id, blocks, proof
    new.stage, new.anchor, new.offset_minutes, new.recheck = stage, anchor, offset_minutes, rule
    new.each_shift = line.each_shift if anchor is line.anchor else anchor in EACH_SHIFT
    new.sort = line.sort if stage is line.stage else last_place(stage)
    if as_typed(new) == as_typed(line):
        return line.id
    publish(template, [new if item is line else copied(item, 0) for item in held], f"~ {title}")
    return new.id


@command(P.SOP_EDIT)
def move_item(line_id: int, up: bool) -> int:
    """One place up or down among the lines of its stage that come at the same time, in a new version.

    Answers the line as it is now.
    """
    template, held, line = _present(line_id)
    group = beside(held, line)
    place = group.index(line)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(group):
        raise Refused(msg("Lines stand in the order of their times. Change the time of this one to move it further."))
    places = list[int]()
    for each in group:
        places.append(max(each.sort, places[-1] + 1) if places else each.sort)
    group[place], group[other] = group[other], group[place]
    given = {each.key: sort for each, sort in zip(group, places, strict=True)}
    lines = [copied(item, 0) for item in held]
    for each in lines:
        each.sort = given.get(each.key, each.sort)
    publish(template, lines, f"{'↑' if up else '↓'} {line.title}")
    return next(each.id for each in lines if each.key == line.key)


def before_template_undo(row: SopTemplate, act: str) -> None:
    """Registered with undo: who takes a version back queues behind those who publish."""
    lock("sop", row.id)
    db.session().refresh(row)


def before_proposal_undo(row: SopProposal, act: str) -> None:
    """Registered with undo: what was decided has reached lists of shows, and stands."""
    if act == "update" or row.state != "open":
        raise Refused(msg("What was decided about a proposal stands."))

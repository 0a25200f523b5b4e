"""What a review asks of a SOP, decided by a lead: what is accepted is part of the draft, as it is or changed."""

from __future__ import annotations

from dataclasses import dataclass

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.checklists.models import SopProposal, SopTemplate
from planner.checklists.rules import (
    NOTHING,
    PLAIN,
    Anchor,
    Evidence,
    Extra,
    Recheck,
    Stage,
    check_evidence,
    read_evidence,
)
from planner.checklists.services.sop import (
    check_block,
    check_line,
    check_rule,
    copied,
    lines_to_edit,
    new_line,
    redraft,
    set_extra,
)
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg


@dataclass(frozen=True)
class LineIn:
    """A line as somebody typed it."""

    text: str
    position_id: int | None
    stage: Stage
    anchor: Anchor
    offset_minutes: int
    blocks: bool = False
    evidence: Evidence = NOTHING
    recheck: Recheck | None = None
    extra: Extra = PLAIN


def _open(proposal_id: int) -> SopProposal:
    row = db.one(SopProposal, proposal_id)
    lock("sop", row.template_id)
    db.session().refresh(row)
    if row.state != "open":
        raise Refused(msg("Somebody has decided on this already."))
    row.decided_by, row.decided_at = actor.current().user_id, clock.now()
    return row


def _as_proposed(row: SopProposal) -> LineIn:
    line = (row.text, row.position_id, row.stage, row.anchor, row.offset_minutes, False, read_evidence(row.evidence))
    rule: Recheck | None = row.recheck  # type: ignore[assignment]
    return LineIn(*line, rule)


@command(P.SOP_EDIT)
def accept_proposal(proposal_id: int, changed: LineIn | None = None) -> int:
    """The line is part of the draft, as it was proposed or changed: lists get it once that is published.

    Who proposed it is told. Answers the template.
    """
    row = _open(proposal_id)
    template, given = db.one(SopTemplate, row.template_id), changed or _as_proposed(row)
    place = (given.stage, given.offset_minutes, given.position_id, given.anchor)
    title = check_line(given.text, *place, template.kind)
    check_block(given.blocks, given.stage)
    lines = [copied(item) for item in lines_to_edit(template)]
    when = (given.position_id, given.anchor, given.offset_minutes, given.blocks)
    line = new_line(given.stage, title, *when, check_evidence(given.evidence), check_rule(given.recheck), row.id)
    set_extra(line, given.extra, lines)
    redraft(template, [*lines, line], f"+ {title}")
    row.state = "accepted"
    about = ("sop", template.id)
    concern([row.created_by], Sort.CHANGED, about, msg("Your proposal is in the draft: %(title)s", title=title))
    return row.template_id


@command(P.SOP_EDIT)
def refuse_proposal(proposal_id: int) -> int:
    """Not this time; who proposed it is told. Answers the template."""
    row = _open(proposal_id)
    row.state = "refused"
    about = ("sop", row.template_id)
    concern([row.created_by], Sort.CHANGED, about, msg("Your proposal was refused: %(title)s", title=row.text))
    return row.template_id

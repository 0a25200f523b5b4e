"""Templates: the two built-in ones, new versions, and what reviews propose."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.checklists import builtin
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.news import SopProposed, SopPublished
from planner.checklists.rules import DAY, EACH_SHIFT, ON_THE_CLOCK, Anchor, Proof, Recheck, Stage
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live.rules import Weight
from planner.people import queries as people

MOST_OFFSET = 30 * DAY
SHORTEST_ROUND = 5


@command(P.SOP_EDIT)
def ensure_templates() -> None:
    """The two built-in templates, once a team is made."""
    held = {row.weight for row in db.session().scalars(select(SopTemplate).execution_options(with_trash=True))}
    positions = {p.key: p.id for p in people.positions()}
    names = {Weight.DAILY: ("日播标准流程", "SOP for daily shows"), Weight.BIG: ("大场标准流程", "SOP for big shows")}
    for weight in Weight:
        if weight in held:
            continue
        template = db.add(SopTemplate(name=names[weight][0], name_en=names[weight][1], weight=weight))
        version = db.add(SopVersion(template_id=template.id, number=1))
        template.version_id = version.id
        for sort, line in enumerate(builtin.LINES, start=1):
            offset = line.daily if weight is Weight.DAILY else line.big
            if offset is None:
                continue
            db.session().add(
                SopItem(
                    version_id=version.id,
                    key=line.key,
                    sort=sort * 10,
                    stage=line.stage,
                    title=line.zh,
                    title_en=line.en,
                    position_id=positions.get(line.position),
                    anchor=line.anchor,
                    offset_minutes=offset,
                    blocks=line.blocks_daily if weight is Weight.DAILY else line.blocks_big,
                    proof=line.proof,
                    each_shift=line.each_shift,
                    identity=line.identity,
                    recheck=dict(line.recheck) if line.recheck else None,
                )
            )
    db.flush()


def items_of(version_id: int | None) -> list[SopItem]:
    """The lines of a version in order."""
    return list(
        db.session().scalars(select(SopItem).where(SopItem.version_id == version_id).order_by(SopItem.sort, SopItem.id))
    )


def copied(item: SopItem, version_id: int) -> SopItem:
    """The same line for another version."""
    return SopItem(
        version_id=version_id, key=item.key, sort=item.sort, stage=item.stage, title=item.title, title_en=item.title_en,
        position_id=item.position_id, anchor=item.anchor, offset_minutes=item.offset_minutes, blocks=item.blocks,
        proof=item.proof, each_shift=item.each_shift, identity=item.identity, recheck=item.recheck,
        proposal_id=item.proposal_id,
    )  # fmt: skip


def publish(template: SopTemplate, items: list[SopItem], note: str) -> int:
    """A new version out of these lines; it counts from the next checklist on."""
    last = db.session().scalar(
        select(SopVersion.number)
        .where(SopVersion.template_id == template.id)
        .order_by(SopVersion.number.desc())
        .limit(1)
    )
    version = db.add(SopVersion(template_id=template.id, number=(last or 0) + 1, note=note[:200]))
    for item in items:
        item.version_id = version.id
    db.add_all(items)
    template.version_id = version.id
    tell(SopPublished(template_id=template.id, number=version.number))
    return version.id


def check_line(text: str, stage: Stage, offset_minutes: int, position_id: int | None, anchor: Anchor) -> str:
    """The text of a line that can be followed; refuses one that can't."""
    found = clean_line(text)
    if not 1 <= len(found) <= 160:
        raise Invalid.at("text", msg("Say in at most 160 characters what is to be done."))
    if abs(offset_minutes) > MOST_OFFSET:
        raise Invalid.at("offset_minutes", msg("The time lies within 30 days of its anchor."))
    if anchor in ON_THE_CLOCK and not 0 <= offset_minutes < DAY:
        raise Invalid.at("offset_minutes", msg("Type a clock time like 15:00."))
    if anchor is Anchor.EVERY and not SHORTEST_ROUND <= offset_minutes <= DAY:
        raise Invalid.at("offset_minutes", msg("It comes again after 5 to 1440 minutes."))
    if anchor is Anchor.EVERY and stage is not Stage.AIR:
        raise Invalid.at("stage", msg("What comes every so many minutes belongs to the time on air."))
    if position_id is not None and position_id not in {p.id for p in people.positions()}:
        raise Invalid.at("position_id", msg("Choose a position of this team."))
    return found


def check_block(blocks: bool, stage: Stage) -> None:
    """Only what is done before air can block it."""
    if blocks and stage not in (Stage.PREPARE, Stage.BEFORE):
        raise Invalid.at("blocks", msg("Only what is done before air can block going live."))


def check_rule(recheck: Recheck | None) -> dict[str, Any] | None:
    """The recheck rule as it is kept; refuses a move further than any show is moved."""
    if recheck is not None and not 0 <= recheck.get("move", 0) <= MOST_OFFSET:
        raise Invalid.at("recheck_hours", msg("Type a number of hours up to 720."))
    return dict(recheck) if recheck else None


def last_place(stage: Stage) -> int:
    """Where what comes to a stage stands among the lines of its time: at their end."""
    return 100 * (list(Stage).index(stage) + 1) + 95


def new_line(
    stage: Stage,
    text: str,
    position_id: int | None,
    anchor: Anchor,
    offset: int,
    blocks: bool,
    proof: Proof,
    recheck: dict[str, Any] | None,
    proposal_id: int | None,
) -> SopItem:
    """A line of the team's own, at the end of its stage."""
    return SopItem(
        version_id=0, key=f"own_{secrets.token_hex(6)}", sort=last_place(stage), stage=stage, title=text, title_en="",
        position_id=position_id, anchor=anchor, offset_minutes=offset, blocks=blocks, proof=proof,
        each_shift=anchor in EACH_SHIFT, identity=False, recheck=recheck, proposal_id=proposal_id,
    )  # fmt: skip


@command(P.SOP_EDIT)
def add_item(
    template_id: int,
    text: str,
    position_id: int | None,
    stage: Stage,
    anchor: Anchor,
    offset_minutes: int,
    blocks: bool,
    proof: Proof = Proof.NONE,
    recheck: Recheck | None = None,
) -> int:
    """A new line in a new version. Answers the version."""
    lock("sop", template_id)
    template = db.one(SopTemplate, template_id)
    title, rule = check_line(text, stage, offset_minutes, position_id, anchor), check_rule(recheck)
    check_block(blocks, stage)
    lines = [copied(item, 0) for item in items_of(template.version_id)]
    lines.append(new_line(stage, title, position_id, anchor, offset_minutes, blocks, proof, rule, None))
    return publish(template, lines, f"+ {title}")


@command(P.SOP_EDIT)
def remove_item(template_id: int, key: str) -> int:
    """A new version without one line. Answers the version."""
    lock("sop", template_id)
    template = db.one(SopTemplate, template_id)
    held = items_of(template.version_id)
    gone = [item for item in held if item.key == key]
    if not gone:
        raise Refused(msg("This line is not in the present version."))
    return publish(template, [copied(item, 0) for item in held if item.key != key], f"- {gone[0].title}")


@command(P.SOP_PROPOSE)
def propose_item(
    template_id: int,
    text: str,
    position_id: int | None,
    stage: Stage,
    anchor: Anchor,
    offset_minutes: int,
    reason: str,
    from_session_id: int | None = None,
    proof: Proof = Proof.NONE,
    recheck: Recheck | None = None,
) -> int:
    """Ask for a line in the SOP; a lead decides."""
    db.one(SopTemplate, template_id)
    row = db.add(
        SopProposal(
            template_id=template_id,
            text=check_line(text, stage, offset_minutes, position_id, anchor),
            position_id=position_id,
            stage=stage,
            anchor=anchor,
            offset_minutes=offset_minutes,
            proof=proof,
            recheck=check_rule(recheck),
            reason=clean_line(reason)[:300],
            from_session_id=from_session_id,
        )
    )
    tell(SopProposed(template_id=template_id, proposal_id=row.id))
    return row.id

"""Lines of SOPs and the drafts they are edited in; what a line may say; what is proposed."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.news import SopProposed
from planner.checklists.rules import (
    AFTER_THE_START,
    DAY,
    EACH_SHIFT,
    LONGEST_HELP,
    LONGEST_LAW,
    MOST_TAGS,
    NOTHING,
    ON_THE_CLOCK,
    PLAIN,
    Anchor,
    Condition,
    Evidence,
    Extra,
    Kind,
    Recheck,
    Stage,
    check_evidence,
    read_condition,
    read_evidence,
)
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, clean_text, msg
from planner.live.rules import Platform, Weight
from planner.people import queries as people

MOST_OFFSET = 30 * DAY
SHORTEST_ROUND = 5
MOST_LINES = 200


def items_of(version_id: int | None) -> list[SopItem]:
    """The lines of a version in order."""
    return list(
        db.session().scalars(select(SopItem).where(SopItem.version_id == version_id).order_by(SopItem.sort, SopItem.id))
    )


def lines_to_edit(template: SopTemplate) -> list[SopItem]:
    """The lines as people edit them: those of the draft, else the published ones."""
    return items_of(template.draft_id or template.version_id)


def copied(item: SopItem, version_id: int = 0) -> SopItem:
    """The same line for another version."""
    return SopItem(
        version_id=version_id, key=item.key, sort=item.sort, stage=item.stage, title=item.title, title_en=item.title_en,
        position_id=item.position_id, anchor=item.anchor, offset_minutes=item.offset_minutes, blocks=item.blocks,
        evidence=item.evidence, help=item.help, help_en=item.help_en, law=item.law,
        expires_minutes=item.expires_minutes, condition=item.condition, each_shift=item.each_shift,
        identity=item.identity, recheck=item.recheck, proposal_id=item.proposal_id,
    )  # fmt: skip


def opened(template_id: int) -> SopTemplate:
    """A SOP whose draft is going to be another one."""
    lock("sop", template_id)
    return db.one(SopTemplate, template_id)


def check_room(lines: list[SopItem]) -> None:
    """Refuse more lines than anybody goes through."""
    if len(lines) > MOST_LINES:
        raise Refused(msg("A SOP has at most %(most)s lines.", most=MOST_LINES))


def redraft(template: SopTemplate, lines: list[SopItem], note: str) -> int:
    """These lines are the draft from now on; the state before stays for who takes the edit back."""
    check_room(lines)
    base_id = db.one(SopVersion, template.draft_id).base_id if template.draft_id else template.version_id
    version = db.add(SopVersion(template_id=template.id, number=None, base_id=base_id, note=note[:200]))
    for item in lines:
        item.version_id = version.id
    db.add_all(lines)
    template.draft_id = version.id
    db.flush()
    return version.id


def last_place(stage: Stage) -> int:
    """Where what comes to a stage stands among the lines of its time: at their end."""
    return 100 * (list(Stage).index(stage) + 1) + 95


def own_key() -> str:
    """What names a line of the team's own through all versions."""
    return f"own_{secrets.token_hex(6)}"


def check_line(
    text: str, stage: Stage, offset_minutes: int, position_id: int | None, anchor: Anchor, kind: Kind = Kind.SHOW
) -> str:
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
    _check_kind(kind, stage, anchor, offset_minutes)
    if anchor is Anchor.EVERY and stage is not Stage.AIR:
        raise Invalid.at("stage", msg("What comes every so many minutes belongs to the time on air."))
    if stage in (Stage.PREPARE, Stage.BEFORE) and anchor in AFTER_THE_START:
        raise Invalid.at("offset_minutes", msg("This time comes after the show has begun, but the stage is before it."))
    if position_id is not None and position_id not in {p.id for p in people.positions()}:
        raise Invalid.at("position_id", msg("Choose a position of this team."))
    return found


def _check_kind(kind: Kind, stage: Stage, anchor: Anchor, minutes: int) -> None:
    """An emergency list counts from the emergency, and nothing else does."""
    if (stage is Stage.EMERGENCY) is not (kind is Kind.EMERGENCY):
        fault = msg("The lines of an emergency list are all of the emergency, and no others are.")
        raise Invalid.at("stage", fault)
    if kind is Kind.SHOW and anchor is Anchor.INCIDENT:
        raise Invalid.at("anchor", msg("Only lines of an emergency list count from the emergency."))
    if kind is Kind.EMERGENCY and (anchor not in (Anchor.INCIDENT, Anchor.AS_IT_HAPPENS) or minutes < 0):
        raise Invalid.at("offset_minutes", msg("It counts from the emergency on: type minutes after it, like 5 min."))


def check_block(blocks: bool, stage: Stage) -> None:
    """Only what is done before air can block it."""
    if blocks and stage not in (Stage.PREPARE, Stage.BEFORE):
        raise Invalid.at("blocks", msg("Only what is done before air can block going live."))


def check_rule(recheck: Recheck | None) -> dict[str, Any] | None:
    """The recheck rule as it is kept; refuses a move further than any show is moved."""
    if recheck is not None and not 0 <= recheck.get("move", 0) <= MOST_OFFSET:
        raise Invalid.at("recheck_hours", msg("Type a number of hours up to 720."))
    return dict(recheck) if recheck else None


def check_extra(extra: Extra, anchor: Anchor) -> Extra:
    """What else a line says, cleaned; refuses what is too long or means nothing."""
    texts = {"help": clean_text(extra.help), "help_en": clean_text(extra.help_en)}
    law, english = clean_line(extra.law), clean_line(extra.title_en)
    faults: dict[str, Message] = {}
    if len(english) > 160:
        faults["title_en"] = msg("Say in at most 160 characters what is to be done.")
    for name, text in texts.items():
        if len(text) > LONGEST_HELP:
            faults[name] = msg("At most %(most)s characters.", most=LONGEST_HELP)
    if len(law) > LONGEST_LAW:
        faults["law"] = msg("At most %(most)s characters.", most=LONGEST_LAW)
    after = extra.expires_minutes
    if after is not None and anchor is not Anchor.EVERY:
        faults["expires_minutes"] = msg("Only what comes every so many minutes expires.")
    elif after is not None and not 1 <= after <= DAY:
        faults["expires_minutes"] = msg("It expires after 1 to 1440 minutes.")
    if faults:
        raise Invalid(faults)
    return Extra(english, texts["help"], texts["help_en"], law, after, extra.condition, extra.identity)


def check_condition(wanted: Condition, key: str, lines: list[SopItem]) -> dict[str, Any] | None:
    """The condition as it is kept; refuses one that names what is not there, and lines that wait for one another."""
    if not set(wanted.platforms) <= set(Platform) or not set(wanted.weights) <= set(Weight):
        raise Invalid.at("condition_platforms", msg("Choose among what is offered."))
    if len(wanted.tags) > MOST_TAGS:
        raise Invalid.at("condition_tags", msg("At most %(most)s tags.", most=MOST_TAGS))
    if not wanted.item:
        return wanted.as_json()
    by_key = {line.key: line for line in lines}
    source = by_key.get(wanted.item)
    if source is None or wanted.item == key:
        raise Invalid.at("condition_item", msg("Choose another line of this SOP that asks for an answer."))
    if wanted.answer not in read_evidence(source.evidence).answers:
        raise Invalid.at("condition_item", msg("The other line does not ask for this answer."))
    seen, at = {key}, wanted.item
    while at in by_key and at not in seen:
        seen.add(at)
        at = read_condition(by_key[at].condition).item
    if at == key:
        raise Invalid.at("condition_item", msg("These lines would wait for one another."))
    return wanted.as_json()


def set_extra(line: SopItem, extra: Extra, lines: list[SopItem]) -> None:
    """Write what else a line says."""
    found = check_extra(extra, line.anchor)
    line.title_en, line.help, line.help_en, line.law = found.title_en, found.help, found.help_en, found.law
    line.expires_minutes, line.identity = found.expires_minutes, found.identity
    line.condition = check_condition(found.condition, line.key, lines)


def new_line(
    stage: Stage,
    text: str,
    position_id: int | None,
    anchor: Anchor,
    offset: int,
    blocks: bool,
    evidence: Evidence,
    recheck: dict[str, Any] | None,
    proposal_id: int | None = None,
) -> SopItem:
    """A line of the team's own, at the end of its stage."""
    return SopItem(
        version_id=0, key=own_key(), sort=last_place(stage), stage=stage, title=text, title_en="",
        position_id=position_id, anchor=anchor, offset_minutes=offset, blocks=blocks, evidence=evidence.as_json(),
        help="", help_en="", law="", expires_minutes=None, condition=None, each_shift=anchor in EACH_SHIFT,
        identity=False, recheck=recheck, proposal_id=proposal_id,
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
    evidence: Evidence = NOTHING,
    recheck: Recheck | None = None,
    extra: Extra = PLAIN,
) -> int:
    """A new line in the draft. Answers the line."""
    template = opened(template_id)
    title, rule = check_line(text, stage, offset_minutes, position_id, anchor, template.kind), check_rule(recheck)
    check_block(blocks, stage)
    asked = check_evidence(evidence)
    lines = [copied(item) for item in lines_to_edit(template)]
    line = new_line(stage, title, position_id, anchor, offset_minutes, blocks, asked, rule)
    set_extra(line, extra, lines)
    redraft(template, [*lines, line], f"+ {title}")
    return line.id


@command(P.SOP_EDIT)
def remove_item(template_id: int, key: str) -> int:
    """A draft without one line; what asked for its answer asks for nothing. Answers the draft."""
    template = opened(template_id)
    held = lines_to_edit(template)
    gone = next((item for item in held if item.key == key), None)
    if gone is None:
        raise Refused(msg("This line is not in the SOP any more."))
    return redraft(template, freed([copied(item) for item in held if item.key != key]), f"- {gone.title}")


def freed(lines: list[SopItem]) -> list[SopItem]:
    """These lines without conditions on lines, or answers, that are not among them."""
    by_key = {line.key: line for line in lines}
    for line in lines:
        held = read_condition(line.condition)
        source = by_key.get(held.item)
        if held.item and (source is None or held.answer not in read_evidence(source.evidence).answers):
            line.condition = Condition(held.platforms, held.weights, held.tags).as_json()
    return lines


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
    evidence: Evidence = NOTHING,
    recheck: Recheck | None = None,
) -> int:
    """Ask for a line in the SOP; a lead decides."""
    template = db.one(SopTemplate, template_id)
    row = db.add(
        SopProposal(
            template_id=template_id,
            text=check_line(text, stage, offset_minutes, position_id, anchor, template.kind),
            position_id=position_id,
            stage=stage,
            anchor=anchor,
            offset_minutes=offset_minutes,
            evidence=check_evidence(evidence).as_json(),
            recheck=check_rule(recheck),
            reason=clean_line(reason)[:300],
            from_session_id=from_session_id,
        )
    )
    tell(SopProposed(template_id=template_id, proposal_id=row.id))
    return row.id

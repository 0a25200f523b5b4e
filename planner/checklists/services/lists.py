"""The checklists of a session, made from the SOPs whose rules fit it, or by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopTemplate
from planner.checklists.rules import Anchor, Facts, ItemState, Kind, MadeFor, Times, read_condition
from planner.checklists.services.sop import items_of
from planner.checklists.services.templates import ensure_templates
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.queries import SessionBrief, ShiftRow
from planner.live.rules import State


def times_of(b: SessionBrief, began: datetime | None = None) -> Times:
    """The anchors a session offers; with when what went wrong `began`, to an emergency list."""
    who, reading = actor.current(), live.habits().reading_minutes
    return Times(b.planned_start, b.planned_end, b.real_start, b.real_end, who.timezone, who.day_start, began, reading)


def stretch_of(shift: ShiftRow | None) -> rules.Stretch | None:
    """A shift as an anchor."""
    return (shift.start, shift.end) if shift else None


def facts_of(b: SessionBrief) -> Facts:
    """What rules know of a session."""
    return Facts(b.platform.value, b.weight.value, b.channel_id, tuple(live.tags(b.id)))


def made_for(template: SopTemplate) -> MadeFor:
    """Which shows a template makes a list for."""
    lists = (tuple(template.weights or ()), tuple(template.channel_ids or ()), tuple(template.tags or ()))
    return MadeFor(*lists, template.by_hand)


def templates_for(facts: Facts) -> list[SopTemplate]:
    """The SOPs that make a list for such a show: that of its weight first, then what channel and tags add."""
    asked = select(SopTemplate).where(SopTemplate.kind == Kind.SHOW, SopTemplate.version_id.is_not(None))
    found = [row for row in db.session().scalars(asked.order_by(SopTemplate.id)) if made_for(row).fits(facts)]
    return sorted(found, key=lambda row: (*made_for(row).order(), row.id))


@command(P.CHECKLIST_TICK)
def make_checklist(session_id: int) -> int | None:
    """The lists of a session, from the versions that count now. Made once; a second call answers the first.

    Answers the first one; None where no SOP is for such a show.
    """
    asked = select(Checklist.id).where(Checklist.session_id == session_id).order_by(Checklist.id).limit(1)
    held = db.session().scalar(asked)
    if held is not None:
        return held
    b = live.brief(session_id)
    facts = facts_of(b)
    wanted = templates_for(facts)
    if not wanted:
        ensure_templates()
        wanted = templates_for(facts)
    made = [make_list(template, b, facts, {}).id for template in wanted]
    return made[0] if made else None


def make_list(
    template: SopTemplate, b: SessionBrief, facts: Facts, answers: Mapping[str, str], began: datetime | None = None,
    by_hand: bool = False,
) -> Checklist:  # fmt: skip
    """The list of one SOP for a session, from the version that counts now."""
    row = Checklist(session_id=b.id, template_id=template.id, version_id=template.version_id, began=began)
    row.by_hand = by_hand
    held = db.add(row)
    shifts, times, now = live.shifts(b.id), times_of(b, began), clock.now()
    made: list[ChecklistItem] = []
    for item in items_of(template.version_id):
        for offset, shift in instances(item, times, shifts, now):
            made.append(item_of(held.id, b.id, item, offset, shift, shifts, times, now))
            if not read_condition(item.condition).fits(facts, answers):
                made[-1].state = ItemState.NOT_APPLICABLE
    db.add_all(made)
    return held


def to_begin(session_id: int, template_id: int, kind: Kind) -> tuple[SessionBrief, SopTemplate]:
    """A session that is not called off, and a published SOP of this kind."""
    lock("checklist", session_id)
    b, template = live.brief(session_id), db.one(SopTemplate, template_id)
    if b.state is State.CANCELLED:
        raise Refused(msg("This session is cancelled."))
    if template.kind is not kind or template.version_id is None:
        raise Refused(msg("There is no published SOP of this kind to begin from."))
    return b, template


@command(P.SESSION_EDIT)
def add_list(session_id: int, template_id: int) -> int:
    """A list by hand, whatever the rules of its SOP say. Answers the list; the one that is there where there is one."""
    b, template = to_begin(session_id, template_id, Kind.SHOW)
    asked = select(Checklist).where(Checklist.session_id == session_id, Checklist.template_id == template_id)
    held = db.session().scalars(asked).one_or_none()
    if held is not None and not held.dropped:
        return held.id
    if held is not None:
        raise Refused(msg("The session has this list; it is not applicable since the session has become another one."))
    return make_list(template, b, facts_of(b), {}, by_hand=True).id


def lead_of(shifts: list[ShiftRow], at: datetime) -> int | None:
    """Who leads the show at that moment, and does what nobody has a shift for."""
    ids = {s.position_id for s in shifts if s.position_key == "operations"}
    return next((found for found in (_holder(each, at, shifts) for each in ids) if found is not None), None)


def rhythm_of(item: SopItem, times: Times) -> int:
    """Every how many minutes a line comes: figures are read as the team's rules for its shows say."""
    return times.reading if item.key == rules.READING and times.reading is not None else item.offset_minutes


def expiry_of(item: SopItem, due: datetime | None, times: Times) -> datetime | None:
    """When an item of this line is missed; None where it never is."""
    if item.anchor is not Anchor.EVERY:
        return None
    return rules.expiry(due, rhythm_of(item, times), times, item.expires_minutes)


def instances(item: SopItem, times: Times, shifts: list[ShiftRow], now: datetime) -> list[tuple[int, ShiftRow | None]]:
    """How often a line is done, each with its offset in minutes and its shift."""
    if item.anchor is Anchor.EVERY:
        return [(offset, None) for offset in rules.repeats(rhythm_of(item, times), times, now)]
    if item.each_shift:
        return [(item.offset_minutes, s) for s in served(item, shifts)]
    return [(item.offset_minutes, None)]


def served(item: SopItem, shifts: list[ShiftRow]) -> list[ShiftRow] | list[None]:
    """The shifts that an item is done for, each: those of the hosts, or the team's own line for its own position.

    The first shift takes nothing over. None stands for the host nobody has named yet.
    """
    own = [s for s in shifts if s.position_key == "host"]
    if item.key.startswith("own_") and item.position_id is not None:
        own = [s for s in shifts if s.position_id == item.position_id]
    own.sort(key=lambda s: (s.start, s.id))
    if item.key == "handover":
        return own[1:]
    return own or [None]


def _holder(position_id: int | None, due: datetime | None, shifts: list[ShiftRow]) -> int | None:
    """Who does it: whose shift of that position holds the moment, else the last one before it, else the first."""
    own = sorted((s for s in shifts if s.position_id == position_id), key=lambda s: (s.start, s.id))
    begun = [s for s in own if due is not None and s.start <= due]
    holding = [s for s in begun if due is not None and due < s.end]
    return next((s.user_id for s in [*holding, *reversed(begun), *own]), None)


def doer(position_id: int | None, due: datetime | None, shift: ShiftRow | None, shifts: list[ShiftRow]) -> int | None:
    """Whose shift it is, where it is theirs; a handover is the floor manager's, whatever host comes."""
    if shift is not None and position_id in (None, shift.position_id):
        return shift.user_id
    return _holder(position_id, due, shifts)


def item_of(
    checklist_id: int,
    session_id: int,
    item: SopItem,
    offset: int,
    shift: ShiftRow | None,
    shifts: list[ShiftRow],
    times: Times,
    now: datetime,
) -> ChecklistItem:
    """One item of a list."""
    due = rules.due_of(item.anchor, offset, times, stretch_of(shift))
    return ChecklistItem(
        checklist_id=checklist_id,
        session_id=session_id,
        sop_item_id=item.id,
        sort=item.sort * 100 + (offset if item.anchor is Anchor.EVERY else 0),
        stage=item.stage,
        title=item.title,
        title_en=item.title_en,
        position_id=item.position_id,
        shift_id=shift.id if shift else None,
        user_id=doer(item.position_id, due, shift, shifts),
        due=due,
        expires=expiry_of(item, due, times),
        blocks=item.blocks,
        evidence=item.evidence,
        identity=item.identity,
        state=born(due, item, now),
    )


def born(due: datetime | None, item: SopItem, now: datetime) -> ItemState:
    """What was due before there was a list is not applicable, not late; what blocks has to be done all the same."""
    late = due is not None and due < now and not item.blocks and item.stage in (rules.Stage.PREPARE, rules.Stage.BEFORE)
    return ItemState.NOT_APPLICABLE if late else ItemState.OPEN

"""A session's checklist, made from the SOP of its weight."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from planner.base import actor, db
from planner.base.verbs import command
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopTemplate
from planner.checklists.rules import Anchor, ItemState, Times
from planner.checklists.services.sop import ensure_templates, items_of
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief, ShiftRow


def times_of(b: SessionBrief) -> Times:
    """The anchors a session offers."""
    who = actor.current()
    return Times(b.planned_start, b.planned_end, b.real_start, b.real_end, who.timezone, who.day_start)


def stretch_of(shift: ShiftRow | None) -> rules.Stretch | None:
    """A shift as an anchor."""
    return (shift.start, shift.end) if shift else None


@command(P.CHECKLIST_TICK)
def make_checklist(session_id: int) -> int:
    """The checklist of a session, from the version that counts now. Made once; a second call answers the first."""
    held = db.session().scalar(select(Checklist.id).where(Checklist.session_id == session_id))
    if held is not None:
        return held
    b = live.brief(session_id)
    template = template_of(b)
    if template is None:
        ensure_templates()
        template = template_of(b)
    assert template is not None and template.version_id is not None
    row = db.add(Checklist(session_id=session_id, version_id=template.version_id))
    shifts, times, now = live.shifts(session_id), times_of(b), clock.now()
    made: list[ChecklistItem] = []
    for item in items_of(template.version_id):
        for offset, shift in instances(item, times, shifts, now):
            made.append(item_of(row.id, session_id, item, offset, shift, shifts, times, now))
    db.add_all(made)
    return row.id


def template_of(b: SessionBrief) -> SopTemplate | None:
    """The SOP for shows of this weight."""
    return (
        db.session()
        .scalars(select(SopTemplate).where(SopTemplate.weight == b.weight).order_by(SopTemplate.id).limit(1))
        .first()
    )


def rhythm_of(item: SopItem) -> int:
    """Every how many minutes a line comes: figures are read as the team's rules for its shows say."""
    return live.habits().reading_minutes if item.key == rules.READING else item.offset_minutes


def instances(item: SopItem, times: Times, shifts: list[ShiftRow], now: datetime) -> list[tuple[int, ShiftRow | None]]:
    """How often a line is done, each with its offset in minutes and its shift."""
    if item.anchor is Anchor.EVERY:
        return [(offset, None) for offset in rules.repeats(rhythm_of(item), times, now)]
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
        expires=rules.expiry(due, rhythm_of(item), times) if item.anchor is Anchor.EVERY else None,
        blocks=item.blocks,
        proof=item.proof,
        identity=item.identity,
        state=born(due, item, now),
    )


def born(due: datetime | None, item: SopItem, now: datetime) -> ItemState:
    """What was due before there was a list is not applicable, not late; what blocks has to be done all the same."""
    late = due is not None and due < now and not item.blocks and item.stage in (rules.Stage.PREPARE, rules.Stage.BEFORE)
    return ItemState.NOT_APPLICABLE if late else ItemState.OPEN

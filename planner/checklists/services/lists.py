"""A session's checklist: made from the SOP, and following the session when it changes."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from planner.base import actor, db
from planner.base.verbs import command
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopTemplate, Tick
from planner.checklists.rules import Act, Anchor, ItemState, Recheck, Times
from planner.checklists.services.sop import ensure_templates, items_of
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.ports import FollowerLine, SessionChange
from planner.live.queries import SessionBrief, ShiftRow


def times_of(b: SessionBrief) -> Times:
    """The anchors a session offers."""
    return Times(b.planned_start, b.planned_end, b.real_start, b.real_end, actor.current().timezone)


@command(P.CHECKLIST_TICK)
def make_checklist(session_id: int) -> int:
    """The checklist of a session, from the version that counts now. Made once; a second call answers the first."""
    held = db.session().scalar(select(Checklist.id).where(Checklist.session_id == session_id))
    if held is not None:
        return held
    b = live.brief(session_id)
    template = _template(b)
    if template is None:
        ensure_templates()
        template = _template(b)
    assert template is not None and template.version_id is not None
    row = db.add(Checklist(session_id=session_id, version_id=template.version_id))
    shifts, times, now = live.shifts(session_id), times_of(b), clock.now()
    made: list[ChecklistItem] = []
    for item in items_of(template.version_id):
        for offset, shift in _instances(item, times, shifts):
            made.append(_item(row.id, session_id, item, offset, shift, shifts, times, now))
    db.add_all(made)
    return row.id


def _template(b: SessionBrief) -> SopTemplate | None:
    return (
        db.session()
        .scalars(select(SopTemplate).where(SopTemplate.weight == b.weight).order_by(SopTemplate.id).limit(1))
        .first()
    )


def _instances(item: SopItem, times: Times, shifts: list[ShiftRow]) -> list[tuple[int, ShiftRow | None]]:
    if item.anchor is Anchor.EVERY:
        return [(offset, None) for offset in rules.repeats(item.offset_minutes, times)]
    if item.each_shift:
        return [(item.offset_minutes, s) for s in _served(item, shifts)]
    return [(item.offset_minutes, None)]


def _served(item: SopItem, shifts: list[ShiftRow]) -> list[ShiftRow] | list[None]:
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
    """Who does it: the person whose shift of that position holds the moment, else the first one."""
    own = [s for s in shifts if s.position_id == position_id]
    if due is not None:
        for s in own:
            if s.start <= due < s.end:
                return s.user_id
    return own[0].user_id if own else None


def _doer(position_id: int | None, due: datetime | None, shift: ShiftRow | None, shifts: list[ShiftRow]) -> int | None:
    """Whose shift it is, where it is theirs; a handover is the floor manager's, whatever host comes."""
    if shift is not None and position_id in (None, shift.position_id):
        return shift.user_id
    return _holder(position_id, due, shifts)


def _item(
    checklist_id: int,
    session_id: int,
    item: SopItem,
    offset: int,
    shift: ShiftRow | None,
    shifts: list[ShiftRow],
    times: Times,
    now: datetime,
) -> ChecklistItem:
    due = rules.due_of(item.anchor, offset, times, shift.start if shift else None)
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
        user_id=_doer(item.position_id, due, shift, shifts),
        due=due,
        blocks=item.blocks,
        proof=item.proof,
        identity=item.identity,
        state=_born(due, item, now),
    )


def _born(due: datetime | None, item: SopItem, now: datetime) -> ItemState:
    """What was due before there was a list is not applicable, not late; what blocks has to be done all the same."""
    late = due is not None and due < now and not item.blocks and item.stage in (rules.Stage.PREPARE, rules.Stage.BEFORE)
    return ItemState.NOT_APPLICABLE if late else ItemState.OPEN


def _items(session_id: int) -> list[tuple[ChecklistItem, SopItem]]:
    asked = (
        select(ChecklistItem, SopItem)
        .join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
        .where(ChecklistItem.session_id == session_id)
        .order_by(ChecklistItem.sort)
    )
    return [(i, s) for i, s in db.session().execute(asked)]


def _new_due(item: ChecklistItem, sop: SopItem, times: Times, shifts: dict[int, ShiftRow]) -> datetime | None:
    if item.due is None or item.pinned:
        return item.due
    offset = sop.offset_minutes
    if sop.anchor is Anchor.EVERY:
        offset = item.sort - sop.sort * 100
    shift = shifts.get(item.shift_id or 0)
    return rules.due_of(sop.anchor, offset, times, shift.start if shift else None)


class ChecklistFollower:
    """Open items move with the session, pinned and done ones stay, done ones reopen where their recheck rule says."""

    def _reopens(self, item: ChecklistItem, sop: SopItem, change: SessionChange) -> bool:
        rule: Recheck | None = sop.recheck  # type: ignore[assignment]
        done = item.state in (ItemState.DONE, ItemState.SKIPPED)
        return bool(done and rule and rules.reopens(rule, change.kinds, change.minutes_moved))

    def preview(self, change: SessionChange) -> list[FollowerLine]:
        """What would happen to each item."""
        zone = actor.current().timezone
        times = Times(change.start_after, change.end_after, None, None, zone)
        by = change.start_after - change.start_before
        lines: list[FollowerLine] = []
        for item, sop in _items(change.session_id):
            title = title_of(item.title, item.title_en)
            if self._reopens(item, sop, change):
                lines.append(FollowerLine("reopens", title, item.due, _new_due(item, sop, times, {})))
            elif item.state is not ItemState.OPEN or item.pinned:
                lines.append(FollowerLine("stays", title, item.due, item.due))
            elif item.due is not None and "move" in change.kinds:
                after = item.due + by if item.shift_id else _new_due(item, sop, times, {})
                lines.append(FollowerLine("moves" if after != item.due else "stays", title, item.due, after))
        return lines

    def apply(self, change: SessionChange) -> None:
        """Make it happen."""
        b = live.brief(change.session_id)
        times, rows = times_of(b), live.shifts(change.session_id)
        shifts = {s.id: s for s in rows}
        pairs = _items(change.session_id)
        for item, sop in pairs:
            if self._reopens(item, sop, change):
                _reopen(item)
        _serve_shifts(change.session_id, pairs, rows, times)
        for item, sop in pairs:
            if item.state is not ItemState.OPEN or item.pinned:
                continue
            item.due = _new_due(item, sop, times, shifts)
            item.user_id = _doer(item.position_id, item.due, shifts.get(item.shift_id or 0), rows)
        db.flush()


def _lines_of_shifts(session_id: int) -> list[tuple[int, SopItem]]:
    """The list of a session with the lines of its SOP that are done for each shift."""
    asked = (
        select(Checklist.id, SopItem)
        .join(SopItem, SopItem.version_id == Checklist.version_id)
        .where(Checklist.session_id == session_id, SopItem.each_shift)
    )
    return [(checklist_id, sop) for checklist_id, sop in db.session().execute(asked)]


def _serve_shifts(
    session_id: int, pairs: list[tuple[ChecklistItem, SopItem]], rows: list[ShiftRow], times: Times
) -> None:
    """What is done for each shift follows the shifts: taken over by the same person or the next, made, or dropped."""
    now = clock.now()
    for checklist_id, sop in _lines_of_shifts(session_id):
        held = [item for item, its_sop in pairs if its_sop.id == sop.id]
        wanted: list[ShiftRow | None] = [*_served(sop, rows)]
        known = {s.id if s else None for s in wanted}
        kept = {item.shift_id for item in held}
        loose = [item for item in held if item.shift_id not in known]
        for shift in [s for s in wanted if (s.id if s else None) not in kept]:
            taken = next((i for i in loose if shift and i.user_id == shift.user_id), loose[0] if loose else None)
            if taken is None:
                db.session().add(_item(checklist_id, session_id, sop, sop.offset_minutes, shift, rows, times, now))
                continue
            loose.remove(taken)
            taken.shift_id = shift.id if shift else None
            if taken.state is ItemState.NOT_APPLICABLE:
                due = rules.due_of(sop.anchor, sop.offset_minutes, times, shift.start if shift else None)
                taken.state = _born(due, sop, now)
        for item in loose:
            if item.state is ItemState.OPEN and not item.pinned:
                item.state = ItemState.NOT_APPLICABLE


def _reopen(item: ChecklistItem) -> None:
    db.session().add(
        Tick(
            item_id=item.id, act=Act.REOPEN, user_id=actor.current().user_id, client_id=_own_id(), tapped_at=clock.now()
        )
    )
    item.state, item.note = ItemState.OPEN, ""
    item.acted_by, item.acted_for, item.acted_at, item.halfway = None, None, None, None


def _own_id() -> str:
    return secrets.token_hex(16)


@command(P.CHECKLIST_TICK)
def retime(session_id: int) -> None:
    """After going live or ending: what hangs on the real times gets its due time."""
    b = live.brief(session_id)
    FOLLOWER.apply(
        SessionChange(session_id, frozenset(), b.planned_start, b.planned_start, b.planned_end, b.planned_end)
    )


FOLLOWER = ChecklistFollower()

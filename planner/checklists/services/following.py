"""A session's checklist follows the session: moved, with other people, of another weight."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from planner.base import actor, db
from planner.base.verbs import command
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopVersion, Tick
from planner.checklists.rules import Act, Anchor, ItemState, Recheck, Times
from planner.checklists.services.lists import born, doer, instances, item_of, served, template_of, times_of
from planner.checklists.services.sop import items_of
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.ports import FollowerLine, SessionChange
from planner.live.queries import SessionBrief, ShiftRow

Pairs = list[tuple[ChecklistItem, SopItem]]


def _items(session_id: int) -> Pairs:
    asked = (
        select(ChecklistItem, SopItem)
        .join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
        .where(ChecklistItem.session_id == session_id)
        .order_by(ChecklistItem.sort)
    )
    return [(i, s) for i, s in db.session().execute(asked)]


def _offset(item: ChecklistItem, sop: SopItem) -> int:
    return item.sort - sop.sort * 100 if sop.anchor is Anchor.EVERY else sop.offset_minutes


def _new_due(item: ChecklistItem, sop: SopItem, times: Times, shifts: dict[int, ShiftRow]) -> datetime | None:
    if item.due is None or item.pinned:
        return item.due
    shift = shifts.get(item.shift_id or 0)
    return rules.due_of(sop.anchor, _offset(item, sop), times, shift.start if shift else None)


class ChecklistFollower:
    """Open items move with the session, pinned and done ones stay, done ones reopen where their recheck rule says.

    What was not applicable because its time was over when the list was made is open again when its time lies ahead.
    """

    def _reopens(self, item: ChecklistItem, sop: SopItem, change: SessionChange) -> bool:
        rule: Recheck | None = sop.recheck  # type: ignore[assignment]
        done = item.state in (ItemState.DONE, ItemState.SKIPPED)
        return bool(done and rule and rules.reopens(rule, change.kinds, change.minutes_moved))

    def _comes_back(self, item: ChecklistItem, sop: SopItem, due: datetime | None, change: SessionChange) -> bool:
        if item.state is not ItemState.NOT_APPLICABLE or "move" not in change.kinds or sop.anchor is Anchor.EVERY:
            return False
        return due is not None and due > clock.now() and item.due is not None and not item.pinned

    def preview(self, change: SessionChange) -> list[FollowerLine]:
        """What would happen to each item."""
        zone = actor.current().timezone
        times = Times(change.start_after, change.end_after, None, None, zone)
        by = change.start_after - change.start_before
        held = {s.id for s in live.shifts(change.session_id)}
        lines: list[FollowerLine] = []
        for item, sop in _items(change.session_id):
            title = title_of(item.title, item.title_en)
            after = item.due + by if item.due and item.shift_id else _new_due(item, sop, times, {})
            lost = item.shift_id is not None and item.shift_id not in held
            if self._reopens(item, sop, change) or (not lost and self._comes_back(item, sop, after, change)):
                lines.append(FollowerLine("reopens", title, item.due, after))
            elif item.state is not ItemState.OPEN or item.pinned:
                lines.append(FollowerLine("stays", title, item.due, item.due))
            elif item.due is not None and "move" in change.kinds:
                lines.append(FollowerLine("moves" if after != item.due else "stays", title, item.due, after))
        return lines

    def apply(self, change: SessionChange) -> None:
        """Make it happen."""
        b = live.brief(change.session_id)
        times, rows = times_of(b), live.shifts(change.session_id)
        shifts = {s.id: s for s in rows}
        if "weight" in change.kinds:
            _change_sop(b, times, rows)
        pairs = _items(change.session_id)
        for item, sop in pairs:
            if self._reopens(item, sop, change):
                _reopen(item)
        _serve_shifts(change.session_id, pairs, rows, times)
        if b.real_end is None:
            _serve_length(change.session_id, pairs, rows, times)
        for item, sop in _items(change.session_id):
            lost = item.shift_id is not None and item.shift_id not in shifts
            if not lost and self._comes_back(item, sop, _new_due(item, sop, times, shifts), change):
                item.state = ItemState.OPEN
            if item.state is not ItemState.OPEN or item.pinned:
                continue
            item.due = _new_due(item, sop, times, shifts)
            item.user_id = doer(item.position_id, item.due, shifts.get(item.shift_id or 0), rows)
        db.flush()


def _lines(session_id: int, *conditions: object) -> list[tuple[int, SopItem]]:
    """The list of a session with those lines of its SOP."""
    asked = (
        select(Checklist.id, SopItem)
        .join(SopItem, SopItem.version_id == Checklist.version_id)
        .where(Checklist.session_id == session_id, *conditions)  # type: ignore[arg-type]
    )
    return [(checklist_id, sop) for checklist_id, sop in db.session().execute(asked)]


def _serve_shifts(session_id: int, pairs: Pairs, rows: list[ShiftRow], times: Times) -> None:
    """What is done for each shift follows the shifts: taken over by the same person or the next, made, or dropped."""
    now = clock.now()
    for checklist_id, sop in _lines(session_id, SopItem.each_shift):
        held = [item for item, its_sop in pairs if its_sop.id == sop.id]
        wanted: list[ShiftRow | None] = [*served(sop, rows)]
        known = {s.id if s else None for s in wanted}
        kept = {item.shift_id for item in held}
        loose = [item for item in held if item.shift_id not in known]
        for shift in [s for s in wanted if (s.id if s else None) not in kept]:
            taken = next((i for i in loose if shift and i.user_id == shift.user_id), loose[0] if loose else None)
            if taken is None:
                db.session().add(item_of(checklist_id, session_id, sop, sop.offset_minutes, shift, rows, times, now))
                continue
            loose.remove(taken)
            taken.shift_id = shift.id if shift else None
            if taken.state is ItemState.NOT_APPLICABLE:
                due = rules.due_of(sop.anchor, sop.offset_minutes, times, shift.start if shift else None)
                taken.state = born(due, sop, now)
        for item in loose:
            if item.state is ItemState.OPEN and not item.pinned:
                item.state = ItemState.NOT_APPLICABLE


def _serve_length(session_id: int, pairs: Pairs, rows: list[ShiftRow], times: Times) -> None:
    """What is due every n minutes is due as often as the show is long now."""
    now = clock.now()
    for checklist_id, sop in _lines(session_id, SopItem.anchor == Anchor.EVERY):
        held = {_offset(item, sop): item for item, its_sop in pairs if its_sop.id == sop.id}
        wanted = rules.repeats(sop.offset_minutes, times)
        for offset in wanted:
            if offset not in held:
                db.session().add(item_of(checklist_id, session_id, sop, offset, None, rows, times, now))
            elif held[offset].state is ItemState.NOT_APPLICABLE:
                held[offset].state = ItemState.OPEN
        over = {item.id: item for offset, item in held.items() if offset not in wanted and item.state is ItemState.OPEN}
        ticked = set(db.session().scalars(select(Tick.item_id).where(Tick.item_id.in_(over)))) if over else set[int]()
        for item_id, item in over.items():
            if item_id in ticked:
                item.state = ItemState.NOT_APPLICABLE
            else:
                db.session().delete(item)
    db.flush()


def _change_sop(b: SessionBrief, times: Times, rows: list[ShiftRow]) -> None:
    """The list becomes one of the SOP for the weight of now: what both know stays as it stands, ticks and all."""
    held = db.session().scalars(select(Checklist).where(Checklist.session_id == b.id)).one_or_none()
    template = template_of(b)
    if held is None or template is None or template.version_id is None:
        return
    now, pairs = clock.now(), _items(b.id)
    fits = db.one(SopVersion, held.version_id).template_id == template.id
    if fits and all(sop.version_id == held.version_id for _item, sop in pairs):
        return
    version_id = held.version_id if fits else template.version_id  # an undo has put the list's own version back
    lines = {line.key: line for line in items_of(version_id)}
    for item, sop in pairs:
        line = lines.get(sop.key)
        if line is None:
            if item.state is ItemState.OPEN:
                item.state = ItemState.NOT_APPLICABLE
            continue
        offset = _offset(item, sop) if line.anchor is Anchor.EVERY else 0
        item.sop_item_id, item.sort, item.stage = line.id, line.sort * 100 + offset, line.stage
        item.title, item.title_en, item.position_id = line.title, line.title_en, line.position_id
        item.blocks, item.proof, item.identity = line.blocks, line.proof, line.identity
        if item.state is ItemState.NOT_APPLICABLE:
            item.state = born(rules.due_of(line.anchor, line.offset_minutes, times), line, now)
    known = {sop.key for _item, sop in pairs}
    for line in lines.values():
        if line.key not in known:
            for offset, shift in instances(line, times, rows):
                db.session().add(item_of(held.id, b.id, line, offset, shift, rows, times, now))
    held.version_id = version_id
    db.flush()


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


@command(P.SESSION_EDIT)
def pin(item_id: int, pinned: bool) -> int:
    """Hold an item's time when the session moves, or let it go again. Answers the session."""
    item = db.one(ChecklistItem, item_id)
    if item.due is None:
        raise Refused(msg("This item has no time that could be held."))
    item.pinned = pinned
    if not pinned:
        db.flush()
        retime(item.session_id)
    return item.session_id


FOLLOWER = ChecklistFollower()

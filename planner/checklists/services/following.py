"""A session's checklist follows the session: moved, with other people, of another weight."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from sqlalchemy import select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopVersion, Tick
from planner.checklists.rules import Act, Anchor, ItemState, Proof, Recheck, Times
from planner.checklists.services.lists import (
    born,
    doer,
    instances,
    item_of,
    rhythm_of,
    served,
    stretch_of,
    template_of,
    times_of,
)
from planner.checklists.services.sop import items_of
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.ports import FollowerLine, SessionChange
from planner.live.queries import SessionBrief, ShiftRow
from planner.live.rules import State

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
    return rules.due_of(sop.anchor, _offset(item, sop), times, stretch_of(shifts.get(item.shift_id or 0)))


class ChecklistFollower:
    """Open items move with the session, pinned and done ones stay, done ones reopen where their recheck rule says.

    What was not applicable because its time was over when the list was made is open again when its time lies ahead.
    """

    def _reopens(self, item: ChecklistItem, sop: SopItem, change: SessionChange) -> bool:
        rule: Recheck | None = sop.recheck  # type: ignore[assignment]
        done = item.state in (ItemState.DONE, ItemState.SKIPPED)
        if change.since is not None and item.acted_at is not None and item.acted_at < change.since:
            return False
        return bool(done and rule and rules.reopens(rule, change.kinds, change.minutes_moved))

    def _comes_back(self, item: ChecklistItem, sop: SopItem, due: datetime | None, change: SessionChange) -> bool:
        if item.state is not ItemState.NOT_APPLICABLE or "move" not in change.kinds or sop.anchor is Anchor.EVERY:
            return False
        return due is not None and due > clock.now() and item.due is not None and not item.pinned

    def preview(self, change: SessionChange) -> list[FollowerLine]:
        """What would happen to each item that applies: it moves, reopens, stays because it is pinned or because it is
        done. What nothing happens to is left out."""
        b = live.brief(change.session_id)
        times = replace(times_of(b), planned_start=change.start_after, planned_end=change.end_after)
        rows = live.shifts(change.session_id) if change.crew_after is None else list(change.crew_after)
        shifts, pairs = {s.id: s for s in rows}, _items(change.session_id)
        gone = _dropped(pairs, rows)
        lines: list[FollowerLine] = []
        for item, sop in pairs:
            after, group = _new_due(item, sop, times, shifts), ""
            if item.id in gone:
                continue
            if self._reopens(item, sop, change) or self._comes_back(item, sop, after, change):
                group = "reopens"
            elif item.state in (ItemState.DONE, ItemState.SKIPPED):
                group, after = "done", item.due
            elif item.state is ItemState.OPEN and item.pinned:
                group = "pinned"
            elif item.state is ItemState.OPEN and after != item.due:
                group = "moves"
            if group:
                title = title_of(item.title, item.title_en)
                lines.append(FollowerLine(group, title, item.due, after, item.blocks))
        return lines

    def apply(self, change: SessionChange) -> None:
        """Make it happen."""
        lock("checklist", change.session_id)
        b = live.brief(change.session_id)
        times, rows = times_of(b), live.shifts(change.session_id)
        shifts = {s.id: s for s in rows}
        if "weight" in change.kinds:
            _change_sop(b, times, rows)
        pairs = _items(change.session_id)
        if change.since is not None:
            _close_again([item for item, _sop in pairs], change.since)
        for item, sop in pairs:
            if self._reopens(item, sop, change):
                _reopen(item)
        _serve_shifts(change.session_id, pairs, rows, times)
        _serve_length(change.session_id, pairs, rows, times)
        for item, sop in _items(change.session_id):
            lost = item.shift_id is not None and item.shift_id not in shifts
            if not lost and self._comes_back(item, sop, _new_due(item, sop, times, shifts), change):
                item.state = ItemState.OPEN
            if item.state is ItemState.OPEN and not item.pinned:
                item.due = _new_due(item, sop, times, shifts)
                item.user_id = doer(item.position_id, item.due, shifts.get(item.shift_id or 0), rows)
            if sop.anchor is Anchor.EVERY:
                item.expires = rules.expiry(item.due, rhythm_of(sop), times)
        db.flush()


def _lines(session_id: int, *conditions: object) -> list[tuple[int, SopItem]]:
    """The list of a session with those lines of its SOP."""
    asked = (
        select(Checklist.id, SopItem)
        .join(SopItem, SopItem.version_id == Checklist.version_id)
        .where(Checklist.session_id == session_id, *conditions)  # type: ignore[arg-type]
    )
    return [(checklist_id, sop) for checklist_id, sop in db.session().execute(asked)]


def _hand_on(
    held: list[ChecklistItem], wanted: list[ShiftRow | None]
) -> tuple[list[tuple[ShiftRow | None, ChecklistItem | None]], list[ChecklistItem]]:
    """Which item each new shift takes over, the same person's first, and which items nobody takes."""
    known = {s.id if s else None for s in wanted}
    kept = {item.shift_id for item in held}
    loose = [item for item in held if item.shift_id not in known]
    handed: list[tuple[ShiftRow | None, ChecklistItem | None]] = []
    for shift in [s for s in wanted if (s.id if s else None) not in kept]:
        taken = next((i for i in loose if shift and i.user_id == shift.user_id), loose[0] if loose else None)
        if taken is not None:
            loose.remove(taken)
        handed.append((shift, taken))
    return handed, loose


def _dropped(pairs: Pairs, rows: list[ShiftRow]) -> set[int]:
    """The items of shifts that this crew no longer has."""
    lines = {sop.id: sop for _item, sop in pairs if sop.each_shift}
    found = set[int]()
    for sop in lines.values():
        held = [item for item, its_sop in pairs if its_sop.id == sop.id]
        found |= {item.id for item in _hand_on(held, [*served(sop, rows)])[1] if not item.pinned}
    return found


def _serve_shifts(session_id: int, pairs: Pairs, rows: list[ShiftRow], times: Times) -> None:
    """What is done for each shift follows the shifts: taken over by the same person or the next, made, or dropped."""
    now = clock.now()
    for checklist_id, sop in _lines(session_id, SopItem.each_shift):
        held = [item for item, its_sop in pairs if its_sop.id == sop.id]
        handed, loose = _hand_on(held, [*served(sop, rows)])
        for shift, taken in handed:
            if taken is None:
                db.session().add(item_of(checklist_id, session_id, sop, sop.offset_minutes, shift, rows, times, now))
                continue
            taken.shift_id = shift.id if shift else None
            if taken.state is ItemState.NOT_APPLICABLE:
                taken.state = born(rules.due_of(sop.anchor, sop.offset_minutes, times, stretch_of(shift)), sop, now)
        for item in loose:
            if item.state is ItemState.OPEN and not item.pinned:
                item.state = ItemState.NOT_APPLICABLE


def _serve_length(session_id: int, pairs: Pairs, rows: list[ShiftRow], times: Times) -> None:
    """What is due every n minutes is due as often as the show is long: by plan before it, in fact from its start on.

    What falls into a break between two streams or behind the end does not apply.
    """
    now, on_air = clock.now(), times.real_start is not None
    streams = [(a.real_start, a.real_end) for a in live.airings(session_id)] if on_air else []
    for checklist_id, sop in _lines(session_id, SopItem.anchor == Anchor.EVERY):
        held = {_offset(item, sop): item for item, its_sop in pairs if its_sop.id == sop.id}
        every = rhythm_of(sop)
        wanted = rules.repeats(every, times, now)
        for offset in [o for o in wanted if o not in held and times.real_end is None]:
            made = item_of(checklist_id, session_id, sop, offset, None, rows, times, now)
            if made.expires is None or made.expires > now:
                db.session().add(made)
        over: dict[int, ChecklistItem] = {}
        for offset, item in held.items():
            due = _new_due(item, sop, times, {})
            if rules.falls_on_air(due, streams) and offset % every == 0 if on_air else offset in wanted:
                item.state = ItemState.OPEN if item.state is ItemState.NOT_APPLICABLE else item.state
            elif item.state is ItemState.OPEN:
                over[item.id] = item
        for item_id in _untouched(over) if not on_air else ():
            db.session().delete(over.pop(item_id))
        for item in over.values():
            item.state = ItemState.NOT_APPLICABLE
    db.flush()


def _untouched(item_ids: Iterable[int]) -> set[int]:
    """Those that nobody has ever ticked: they may go as if they had never been."""
    ids = set(item_ids)
    asked = select(Tick.item_id).where(Tick.item_id.in_(ids))
    return ids - set(db.session().scalars(asked)) if ids else ids


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
            for offset, shift in instances(line, times, rows, now):
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


@command(P.CHECKLIST_TICK)
def follow_habits() -> None:
    """What is on air is read by the team's new rhythm from now on; other lists learn of it when they go on air."""
    on_air = select(LiveSession.id).where(LiveSession.state == State.LIVE, db.alive(LiveSession))
    for session_id in list(db.session().scalars(on_air.order_by(LiveSession.id))):
        retime(session_id)


@command(P.CHECKLIST_TICK)
def read_on(session_id: int) -> None:
    """A show that runs over its planned length is read on until it ends."""
    lock("checklist", session_id)
    b = live.brief(session_id)
    if b.state is State.LIVE:
        _serve_length(session_id, _items(session_id), live.shifts(session_id), times_of(b))


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


def _close_again(items: list[ChecklistItem], since: datetime) -> None:
    """What a change opened again that is being taken back stands as it did: by whom, when, and with its note.

    Only what the change itself opened: an item somebody has worked on since keeps what it has. Its acts are
    written once more, as they were, so that the state is what the acts say.
    """
    held = {item.id: item for item in items if item.state is ItemState.OPEN}
    asked = select(Tick).where(Tick.item_id.in_(list(held))).order_by(Tick.item_id, Tick.id)
    acts: dict[int, list[Tick]] = {}
    for tick in db.session().scalars(asked) if held else ():
        acts.setdefault(tick.item_id, []).append(tick)
    for item_id, ticks in acts.items():
        if len(ticks) < 2 or ticks[-1].act is not Act.REOPEN or ticks[-1].created_at != since:
            continue
        before = list(takewhile(lambda tick: tick.act in (Act.DONE, Act.SKIP), reversed(ticks[:-1])))
        if before:
            _stand_again(held[item_id], before[::-1])


def _stand_again(item: ChecklistItem, acts: list[Tick]) -> None:
    last = acts[-1]
    item.state = ItemState.DONE if last.act is Act.DONE else ItemState.SKIPPED
    item.note, item.acted_by, item.acted_for, item.acted_at = last.note, last.user_id, last.for_user_id, last.tapped_at
    item.halfway = acts[0].user_id if item.proof is Proof.TWO_PEOPLE else None
    for act in acts:
        again = Tick(item_id=item.id, act=act.act, user_id=act.user_id, client_id=_own_id(), tapped_at=act.tapped_at)
        again.for_user_id, again.note = act.for_user_id, act.note
        db.session().add(again)

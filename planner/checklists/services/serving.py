"""The lists of a session as its SOPs and the session ask for them: which there are, and the items of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from planner.base import db
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopTemplate, Tick
from planner.checklists.rules import Anchor, Facts, ItemState, Times, read_condition
from planner.checklists.services.lists import (
    born,
    doer,
    expiry_of,
    facts_of,
    instances,
    item_of,
    made_for,
    make_list,
    rhythm_of,
    served,
    stretch_of,
    templates_for,
    times_of,
)
from planner.checklists.services.sop import items_of
from planner.kernel import clock
from planner.live import queries as live
from planner.live.queries import SessionBrief, ShiftRow
from planner.live.rules import OPEN_STATES, State

Pairs = list[tuple[ChecklistItem, SopItem, Checklist]]
RULED = frozenset({"weight", "channel", "tags"})
"""What of a session decides which lists it has, and which of their lines apply."""
RUNNING = OPEN_STATES - {State.DRAFT}


@dataclass(frozen=True)
class Lists:
    """The items of all lists of a session with their lines and lists, and what conditions go by."""

    pairs: Pairs
    facts: Facts
    answers: Mapping[str, str]

    @classmethod
    def of(cls, b: SessionBrief) -> Lists:
        """As they stand."""
        pairs = items_with_lines(b.id)
        asks = any(sop.condition for _item, sop, _held in pairs)
        facts = facts_of(b) if asks else Facts(b.platform.value, b.weight.value, b.channel_id)
        return cls(pairs, facts, answers_in(pairs))

    def apply(self, sop: SopItem, held: Checklist) -> bool:
        """Whether a line applies to the session, by the version its list runs and by its condition."""
        wanted = not held.dropped and sop.version_id == held.version_id
        return wanted and read_condition(sop.condition).fits(self.facts, self.answers)


def answers_in(pairs: Pairs) -> dict[str, str]:
    """What was answered, by the keys of the lines that asked."""
    given = [(sop.key, item.given) for item, sop, _held in pairs if item.state is ItemState.DONE and item.given]
    return {key: str(kept["answer"]) for key, kept in given if kept.get("answer")}


def items_with_lines(session_id: int) -> Pairs:
    asked = (
        select(ChecklistItem, SopItem, Checklist)
        .join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
        .join(Checklist, Checklist.id == ChecklistItem.checklist_id)
        .where(ChecklistItem.session_id == session_id)
        .order_by(ChecklistItem.sort, ChecklistItem.id)
    )
    return [(i, s, c) for i, s, c in db.session().execute(asked)]


def _offset(item: ChecklistItem, sop: SopItem) -> int:
    return item.sort - sop.sort * 100 if sop.anchor is Anchor.EVERY else sop.offset_minutes


def new_due(
    item: ChecklistItem, sop: SopItem, held: Checklist, times: Times, shifts: dict[int, ShiftRow]
) -> datetime | None:
    if item.pinned:
        return item.due
    since = replace(times, incident=held.began)
    return rules.due_of(sop.anchor, _offset(item, sop), since, stretch_of(shifts.get(item.shift_id or 0)))


def _nothing(item: ChecklistItem, sop: SopItem, due: datetime | None) -> bool:
    return False


def serve(
    b: SessionBrief,
    lists: Lists,
    anew: bool,
    comes_back: Callable[[ChecklistItem, SopItem, datetime | None], bool] = _nothing,
) -> None:
    """The items of all lists as the session asks for them: each for its shifts and rounds, in time, with its person.

    With `anew` what did not apply and does now is open, unless its time was over before there was an item.
    """
    times, rows = times_of(b), live.shifts(b.id)
    shifts, crew = {s.id: s for s in rows}, {s.user_id for s in rows}
    _serve_shifts(b.id, lists, rows, times)
    serve_length(b.id, lists, rows, times)
    for item, sop, held in items_with_lines(b.id):
        applies = lists.apply(sop, held)
        if not applies and item.state is ItemState.OPEN:
            item.state = ItemState.NOT_APPLICABLE
        due = new_due(item, sop, held, times, shifts)
        if applies and item.state is ItemState.NOT_APPLICABLE and _is_served(item, sop, rows, shifts):
            if comes_back(item, sop, due):
                item.state, item.given = ItemState.OPEN, {"opened": ["move"]}
            elif anew and sop.anchor is not Anchor.EVERY:
                item.state = born(due, sop, item.created_at)
        if item.state in (ItemState.OPEN, ItemState.NOT_APPLICABLE) and not item.pinned:
            item.due = due
            if not item.handed or item.user_id not in crew:
                item.handed = False
                item.user_id = doer(item.position_id, item.due, shifts.get(item.shift_id or 0), rows)
        if sop.anchor is Anchor.EVERY:
            item.expires = expiry_of(sop, item.due, times)
    db.flush()


def _is_served(item: ChecklistItem, sop: SopItem, rows: list[ShiftRow], shifts: dict[int, ShiftRow]) -> bool:
    """Whether the shift of an item is one that it is done for."""
    if not sop.each_shift:
        return item.shift_id is None or item.shift_id in shifts
    return item.shift_id in {s.id if s else None for s in served(sop, rows)}


def _lines(session_id: int, *conditions: object) -> list[tuple[Checklist, SopItem]]:
    """The lists of a session with those lines of their SOPs."""
    asked = (
        select(Checklist, SopItem)
        .join(SopItem, SopItem.version_id == Checklist.version_id)
        .where(Checklist.session_id == session_id, Checklist.dropped.is_(False), *conditions)  # type: ignore[arg-type]
        .order_by(Checklist.id, SopItem.sort, SopItem.id)
    )
    return [(held, sop) for held, sop in db.session().execute(asked)]


def _of_line(pairs: Pairs, held: Checklist, sop: SopItem) -> list[ChecklistItem]:
    """The items of a list that stand for one of its lines."""
    return [item for item, its_sop, its_list in pairs if its_sop.id == sop.id and its_list.id == held.id]


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


def shifts_dropped(pairs: Pairs, rows: list[ShiftRow]) -> set[int]:
    """The items of shifts that this crew no longer has."""
    lines = {(held.id, sop.id): (held, sop) for _item, sop, held in pairs if sop.each_shift}
    found = set[int]()
    for held, sop in lines.values():
        own = _of_line(pairs, held, sop)
        found |= {item.id for item in _hand_on(own, [*served(sop, rows)])[1] if not item.pinned}
    return found


def _serve_shifts(session_id: int, lists: Lists, rows: list[ShiftRow], times: Times) -> None:
    """What is done for each shift follows the shifts: taken over by the same person or the next, made, or dropped."""
    now = clock.now()
    for held, sop in _lines(session_id, SopItem.each_shift):
        applies = lists.apply(sop, held)
        handed, loose = _hand_on(_of_line(lists.pairs, held, sop), [*served(sop, rows)])
        for shift, taken in handed:
            if taken is None:
                made = item_of(held.id, session_id, sop, sop.offset_minutes, shift, rows, times, now)
                made.state = made.state if applies else ItemState.NOT_APPLICABLE
                db.session().add(made)
                continue
            taken.shift_id = shift.id if shift else None
            if applies and taken.state is ItemState.NOT_APPLICABLE:
                taken.state = born(rules.due_of(sop.anchor, sop.offset_minutes, times, stretch_of(shift)), sop, now)
        for item in loose:
            if item.state is ItemState.OPEN and not item.pinned:
                item.state = ItemState.NOT_APPLICABLE


def serve_length(session_id: int, lists: Lists, rows: list[ShiftRow], times: Times) -> None:
    """What is due every n minutes is due as often as the show is long: by plan before it, in fact from its start on.

    What falls into a break between two streams or behind the end does not apply.
    """
    now, on_air = clock.now(), times.real_start is not None
    streams = [(a.real_start, a.real_end) for a in live.airings(session_id)] if on_air else []
    for own, sop in _lines(session_id, SopItem.anchor == Anchor.EVERY):
        applies = lists.apply(sop, own)
        held = {_offset(item, sop): item for item in _of_line(lists.pairs, own, sop)}
        every = rhythm_of(sop, times)
        wanted = rules.repeats(every, times, now)
        for offset in [o for o in wanted if o not in held and times.real_end is None and applies]:
            made = item_of(own.id, session_id, sop, offset, None, rows, times, now)
            if made.expires is None or made.expires > now:
                db.session().add(made)
        over: dict[int, ChecklistItem] = {}
        for offset, item in held.items():
            due = new_due(item, sop, own, times, {})
            fits = rules.falls_on_air(due, streams) and offset % every == 0 if on_air else offset in wanted
            if fits and applies:
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


def choose_lists(b: SessionBrief) -> None:
    """The session has the lists that its SOPs make for what it is now.

    A list that is for such a show no more becomes one that is wanted, where there is one: what both know stays as it
    stands, ticks and all.
    """
    facts = facts_of(b)
    asked = select(Checklist, SopTemplate).join(SopTemplate, SopTemplate.id == Checklist.template_id)
    asked = asked.where(Checklist.session_id == b.id, Checklist.began.is_(None)).order_by(Checklist.id)
    held = [(row[0], row[1]) for row in db.session().execute(asked.execution_options(with_trash=True))]
    if not held and b.state not in RUNNING:
        return
    fitting = {row.id: replace(made_for(template), by_hand=False).fits(facts) for row, template in held}
    for row, _template in held:
        if fitting[row.id] or row.by_hand:
            row.dropped = False
    known = {row.template_id for row, _template in held}
    loose = [row for row, _template in held if not row.by_hand and not fitting[row.id]]
    for template in templates_for(facts):
        if template.id in known:
            continue
        if loose:
            row = loose.pop(0)
            row.template_id, row.version_id, row.dropped = template.id, template.version_id or 0, False
        else:
            make_list(template, b, facts, {})
    for row in loose:
        row.dropped = True
    db.flush()
    for row, _template in held:
        if not row.dropped:
            serve_version(row, b)


def serve_version(held: Checklist, b: SessionBrief) -> None:
    """The items of a list stand for the lines of its version: kept with their ticks, made, or not applicable.

    What is done keeps what it was proved with.
    """
    pairs = [(item, sop) for item, sop, its_list in items_with_lines(b.id) if its_list.id == held.id]
    if held.dropped or (pairs and all(sop.version_id == held.version_id for _item, sop in pairs)):
        return
    pairs.sort(key=lambda pair: (pair[1].version_id != held.version_id, pair[0].state is not ItemState.DONE))
    lines = {line.key: line for line in items_of(held.version_id)}
    rows, times, now = live.shifts(b.id), times_of(b, held.began), clock.now()
    known = set[str]()
    for item, sop in pairs:
        line = lines.get(sop.key)
        single = line is not None and not line.each_shift and line.anchor is not Anchor.EVERY
        if line is None or (single and sop.key in known):
            if item.state is ItemState.OPEN:
                item.state = ItemState.NOT_APPLICABLE
            continue
        known.add(sop.key)
        offset = _offset(item, sop) if line.anchor is sop.anchor is Anchor.EVERY else 0
        take_line(item, line, offset)
    for key, line in lines.items():
        if key not in known:
            for offset, shift in instances(line, times, rows, now):
                db.session().add(item_of(held.id, b.id, line, offset, shift, rows, times, now))
    db.flush()


def take_line(item: ChecklistItem, line: SopItem, offset: int) -> None:
    """The item stands for this line from now on; what somebody has worked on keeps the proof it was asked for."""
    worked_on = item.state in rules.TOUCHED or item.halfway is not None
    item.sop_item_id, item.sort, item.stage = line.id, line.sort * 100 + offset, line.stage
    item.title, item.title_en, item.position_id = line.title, line.title_en, line.position_id
    item.blocks, item.identity = line.blocks, line.identity
    if not worked_on:
        item.evidence = line.evidence
    if not line.each_shift:
        item.shift_id = None

"""What has gone wrong in shows: what runs, what is over, what can be begun."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select

from planner.base import actor, db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopTemplate
from planner.checklists.queries.items import ItemRow, in_full, items_asked, read_items
from planner.checklists.rules import ItemState, Kind
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.live.rules import State


@dataclass(frozen=True)
class EmergencyRow:
    """An emergency of a show: how long it runs or ran, how many steps are done and were left out.

    What was `dropped` was none: a false alarm, with `why`, or, if it never `ended`, taken back.
    """

    id: int
    session_id: int
    name: str
    began: datetime
    ended: datetime | None
    total: int
    open: int
    left: int
    by: int | None = None
    dropped: bool = False
    why: str = ""

    @property
    def done(self) -> int:
        """How many steps were done."""
        return self.total - self.open - self.left

    def minutes(self, now: datetime) -> int:
        """How long it took, or takes so far."""
        if self.ended is not None:
            return rules.lasted(self.began, self.ended)
        return max(0, int((now - self.began).total_seconds() // 60))


def _told() -> Any:
    state, i = ChecklistItem.state, ChecklistItem
    c, t, applies = Checklist, SopTemplate, state != ItemState.NOT_APPLICABLE
    counted = (applies, state == ItemState.OPEN, state == ItemState.SKIPPED)
    counts = (func.sum(case((each, 1), else_=0)) for each in counted)
    told = (c.id, c.session_id, t.name, t.name_en, c.began, c.ended, c.created_by, c.dropped)
    asked = (
        select(*told, func.max(case((applies, ""), else_=i.note)), *counts)
        .join(t, t.id == c.template_id)
        .join(i, i.checklist_id == c.id)
        .where(c.began.is_not(None))
        .group_by(*told)
    )
    return asked.order_by(c.began, c.id).execution_options(with_trash=True)


@ready
def _of_sessions() -> Any:
    return _told().where(Checklist.session_id.in_(bindparam("ids", expanding=True)))


@ready
def _of_one() -> Any:
    return _told().where(Checklist.id == bindparam("id"))


def _begun(session_ids: Iterable[int]) -> list[EmergencyRow]:
    """All that were ever begun, also what was none."""
    wanted = list(session_ids)
    return _read(_of_sessions.rows(ids=wanted)) if wanted else []


@query(P.CHECKLIST_VIEW)
def one_emergency(checklist_id: int) -> EmergencyRow | None:
    """An emergency that others name, whatever became of it; None where the list is of something else."""
    return next(iter(_read(_of_one.rows(id=checklist_id))), None)


def _read(rows: Iterable[Any]) -> list[EmergencyRow]:
    found = list[EmergencyRow]()
    for row_id, session_id, name, english, began, ended, by, dropped, why, total, still, left in rows:
        counts = (int(total), int(still), int(left))
        found.append(EmergencyRow(row_id, session_id, title_of(name, english), began, ended, *counts, by, dropped, why))
    return found


@query(P.CHECKLIST_VIEW)
def emergencies(session_ids: Iterable[int]) -> list[EmergencyRow]:
    """All emergencies of these shows, the first one first; without what was none."""
    return [e for e in _begun(session_ids) if not e.dropped]


@query(P.CHECKLIST_VIEW)
def running(session_id: int) -> list[EmergencyRow]:
    """What goes on now."""
    return [e for e in emergencies([session_id]) if e.ended is None]


@dataclass(frozen=True)
class Beginning:
    """What can be begun in a show, and what runs already."""

    session: SessionBrief
    choices: list[tuple[int, str, int]]
    running: list[EmergencyRow]
    now: datetime


@query(P.CHECKLIST_VIEW)
def beginning(session_id: int) -> Beginning:
    """The emergencies that the team has a list for, with how many of each the show had."""
    asked = select(SopTemplate.id, SopTemplate.name, SopTemplate.name_en).where(
        SopTemplate.kind == Kind.EMERGENCY, SopTemplate.version_id.is_not(None), db.alive(SopTemplate)
    )
    b, held = live.brief(session_id), emergencies([session_id])
    rows = db.session().execute(asked.order_by(SopTemplate.id)).all()
    names = [(row_id, title_of(name, english)) for row_id, name, english in rows]
    choices = [(row_id, name, sum(e.name == name for e in held)) for row_id, name in names]
    return Beginning(b, choices, [e for e in held if e.ended is None], clock.now())


@dataclass(frozen=True)
class EmergencyPage:
    """One emergency with its steps; `may_end` is whether it is this reader's to end, `may_undo` to take back."""

    session: SessionBrief
    row: EmergencyRow
    items: list[ItemRow]
    others: list[EmergencyRow]
    may_end: bool
    now: datetime

    @property
    def stands(self) -> bool:
        """Whether its clock stands: the show is over, though nobody has ended it."""
        return self.session.real_end is not None

    @property
    def until(self) -> datetime:
        """When its clock stands still, or now."""
        return self.session.real_end or self.now

    @property
    def may_undo(self) -> bool:
        """Begun by this reader, and nothing is done yet."""
        return self.may_end and self.row.by == actor.current().user_id and not (self.row.done or self.row.left)


@query(P.CHECKLIST_VIEW)
def emergency(session_id: int, checklist_id: int) -> EmergencyPage:
    """The steps of an emergency, in their order."""
    b, held = live.brief(session_id), _begun([session_id])
    row = next((e for e in held if e.id == checklist_id), None)
    if row is None:
        raise NotFound()
    order = (ChecklistItem.due.is_(None), ChecklistItem.due, ChecklistItem.sort, ChecklistItem.id)
    applies = ChecklistItem.state != ItemState.NOT_APPLICABLE
    asked = items_asked().where(ChecklistItem.checklist_id == checklist_id, applies)
    items = in_full(read_items(asked.order_by(*order)))
    others = [e for e in held if e.id != checklist_id and e.ended is None and not e.dropped]
    who = actor.current()
    mine = who.may(P.CHECKLIST_TICK) and (who.may(P.SESSION_EDIT) or live.is_crew(session_id, who.user_id))
    return EmergencyPage(b, row, items, others, mine and row.ended is None and not row.dropped, clock.now())


@query(P.CHECKLIST_VIEW)
def emergencies_on_air(session_id: int) -> dict[str, object] | None:
    """The panel of a show on air: what runs, and the way to begin another."""
    b = live.brief(session_id)
    rows = running(session_id)
    who = actor.current()
    may = b.state is State.LIVE and who.may(P.CHECKLIST_TICK)
    mine = may and (who.may(P.SESSION_EDIT) or live.is_crew(session_id, who.user_id))
    return {"rows": rows, "may": mine, "now": clock.now()} if rows or mine else None


@query(P.CHECKLIST_VIEW)
def emergencies_after(session_id: int) -> dict[str, object] | None:
    """The panel of the review: what went wrong, how long it took, and what was left undone; false alarms apart."""
    held = [e for e in _begun([session_id]) if e.ended is not None or not e.dropped]
    rows, none = [e for e in held if not e.dropped], [e for e in held if e.dropped]
    return {"rows": rows, "none": none, "now": clock.now()} if held else None

"""执行指标: how a show was carried out, from its times, its log and its checklist. Nobody types them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select

from planner.base.ready import ready
from planner.base.verbs import query
from planner.checklists import queries as checklists
from planner.checklists.models import ChecklistItem
from planner.checklists.rules import ItemState
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live.models import LiveSession, LogEntry
from planner.live.queries import AiringRow, LogRow, SessionBrief, is_fault
from planner.live.rules import AFTER_AIR
from planner.outcomes.queries.sets import Result


@ready
def _carried_out() -> Any:
    noted = select(func.count(LogEntry.id)).where(LogEntry.session_id == LiveSession.id, is_fault())
    of_list = select(func.count(ChecklistItem.id)).where(
        ChecklistItem.session_id == LiveSession.id, ChecklistItem.state != ItemState.NOT_APPLICABLE
    )
    behind = (ChecklistItem.state == ItemState.DONE) & (ChecklistItem.acted_at > ChecklistItem.due)
    missed = (ChecklistItem.state == ItemState.OPEN) & (ChecklistItem.due < bindparam("now"))
    counts = [
        asked.correlate(LiveSession).scalar_subquery() for asked in (noted, of_list, of_list.where(behind | missed))
    ]
    return select(LiveSession.id, *counts).where(LiveSession.id.in_(bindparam("ids", expanding=True)))


@query(P.RESULT_VIEW)
def carried_out(briefs: Mapping[int, SessionBrief]) -> dict[int, dict[str, Decimal]]:
    """Minutes late at the start, checks late or missed, faults noted, SOP pass rate: of shows that have been on air."""
    aired = {b.id: b for b in briefs.values() if b.real_start is not None}
    found, counted = dict[int, dict[str, Decimal]](), counted_of(briefs)
    for session_id, faults, checks, late in _carried_out.rows(ids=list(aired), now=clock.now()) if aired else ():
        b = aired[session_id]
        held = {"start_delay": _minutes(b.planned_start, b.start), "faults": Decimal(faults)}
        found[session_id] = held | ({"checks_late": Decimal(late)} if checks else {}) | counted.get(session_id, {})
    return found


def counted_of(briefs: Mapping[int, SessionBrief]) -> dict[int, dict[str, Decimal]]:
    """How much of the SOP was done in time (SOP通过率), with its parts; of shows after air."""
    over = {b.id: b for b in briefs.values() if b.state in AFTER_AIR}
    return {
        session_id: {
            "sop_passed": Decimal(rate.passed),
            "sop_due": Decimal(rate.due),
            "sop_pass_rate": Decimal(rate.passed) / rate.due,
        }
        for session_id, rate in (checklists.pass_rates(over) if over else {}).items()
    }


def back_in_order(airings: Sequence[AiringRow], log: Sequence[LogRow] = ()) -> dict[str, Decimal]:
    """The longest time until the show ran as it should again; nothing where nothing broke or nobody said it was over.

    A break lasts from one stream of a channel to its next one, a fault from when it happened until it was restored.
    """
    lasted = [_minutes(one.at, one.ended) for one in log if one.fault and one.ended is not None]
    until: dict[int, datetime] = {}
    for one in sorted(airings, key=lambda a: a.real_start):
        before = until.get(one.channel_id)
        if before is not None and one.real_start > before:
            lasted.append(_minutes(before, one.real_start))
        if one.real_end is not None:
            until[one.channel_id] = max(before or one.real_end, one.real_end)
    return {"react_minutes": max(lasted)} if lasted else {}


def _minutes(start: datetime, end: datetime) -> Decimal:
    return Decimal(max(0, int((end - start).total_seconds() // 60)))


def with_execution(results: dict[int, Result], watched: Mapping[int, Mapping[str, Decimal]]) -> dict[int, Result]:
    """The results with what was watched beside what was measured."""
    return {
        session_id: replace(one, figures={**one.figures, **watched.get(session_id, {})})
        for session_id, one in results.items()
    }

"""执行指标: how a show was carried out, from its times, its log and its checklist. Nobody types them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from planner.base.verbs import query
from planner.checklists import queries as checklists
from planner.checklists.rules import ItemState
from planner.checklists.rules.learning import Fact, PassRate
from planner.figures.rules import COUNTED
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live.models import LiveSession, LogEntry
from planner.live.queries import AiringRow, LogRow, SessionBrief, is_fault
from planner.live.rules import AFTER_AIR
from planner.outcomes.queries.sets import Result


@query(P.RESULT_VIEW)
def carried_out(briefs: Mapping[int, SessionBrief]) -> dict[int, dict[str, Decimal]]:
    """Minutes late at the start, checks late or missed, faults noted, SOP pass rate: of shows that have been on air."""
    noted = select(func.count(LogEntry.id)).where(LogEntry.session_id == LiveSession.id, is_fault())
    asked, now = checklists.judged(briefs, noted.correlate(LiveSession).scalar_subquery()), clock.now()
    found: dict[int, dict[str, Decimal]] = {}
    for session_id, held in asked.items():
        b = briefs[session_id]
        told = {"start_delay": _minutes(b.planned_start, b.start), "faults": Decimal(*(held.beside or [0]))}
        found[session_id] = told | _behind(held.facts, now) | (_counted(held.rate) if b.state in AFTER_AIR else {})
    return found


def _behind(facts: Sequence[Fact], now: datetime) -> dict[str, Decimal]:
    """Checks done late, or missed; nothing where there are none."""
    late = sum(
        one.due is not None
        and (
            (one.state is ItemState.DONE and one.acted_at is not None and one.acted_at > one.due)
            or (one.state is ItemState.OPEN and one.due < now)
        )
        for one in facts
    )
    return {"checks_late": Decimal(late)} if any(one.state is not ItemState.NOT_APPLICABLE for one in facts) else {}


def _counted(rate: PassRate) -> dict[str, Decimal]:
    if not rate.due:
        return {}
    passed, due = Decimal(rate.passed), Decimal(rate.due)
    return {"sop_passed": passed, "sop_due": due, "sop_pass_rate": passed / due}


def counted_of(briefs: Mapping[int, SessionBrief]) -> dict[int, dict[str, Decimal]]:
    """How much of the SOP was done in time (SOP 通过率), with its parts; of shows after air."""
    over = {b.id: b for b in briefs.values() if b.state in AFTER_AIR}
    return {session_id: _counted(rate) for session_id, rate in (checklists.pass_rates(over) if over else {}).items()}


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
        session_id: replace(one, figures={**one.figures, **_told(watched.get(session_id, {}))})
        for session_id, one in results.items()
    }


def _told(watched: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Without the parts that nobody is told."""
    return {key: value for key, value in watched.items() if key not in COUNTED}

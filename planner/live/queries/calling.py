"""What blocks shows that begin soon and is late, and whom it waits for: of all registered checks, by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P, Role
from planner.live import ports, rules
from planner.live.models import LiveSession
from planner.live.queries.briefs import SessionBrief, briefs, briefs_between
from planner.live.queries.crew import shifts_of
from planner.live.queries.ready import checks_of
from planner.live.rules import calling
from planner.people import queries as people

LEADS = (Role.LEAD, Role.MANAGER)


@dataclass(frozen=True)
class Open:
    """A check that does not hold yet, and whom it waits for."""

    session: SessionBrief
    check: ports.GateCheck
    user_ids: tuple[int, ...]


@dataclass(frozen=True)
class Call(Open):
    """One that blocks and was late when a step before air came."""

    step: int


def _asked(check: ports.GateCheck, here: Collection[int], others: bool) -> tuple[int, ...]:
    """Who of the team is asked for it by name; `others`: also those who decide and have no part in the show."""
    named = (others and check.asked) or ((check.who_id,) if check.who_id is not None else ())
    return tuple(user_id for user_id in named if user_id in here)


def _whom(held: dict[int, SessionBrief], checks: dict[int, list[ports.GateCheck]], others: bool) -> list[Open]:
    """The checks with their people; who has left the team has nothing any more."""
    if not any(checks.values()):
        return []
    roles = people.roles()
    may_lead = [user_id for user_id, role in roles.items() if role in LEADS]
    nobodys = {row_id for row_id, rows in checks.items() if any(not _asked(c, roles, others) for c in rows)}
    crews = shifts_of(nobodys)
    asked = select(LiveSession.id, LiveSession.created_by).where(LiveSession.id.in_(nobodys))
    planners: dict[int, int | None] = {}
    for row_id, user_id in db.session().execute(asked).all() if nobodys else ():
        planners[row_id] = user_id
    found: list[Open] = []
    for row_id, rows in checks.items():
        crew = [s.user_id for s in crews.get(row_id, [])]
        of_it = tuple(calling.leads_of(crew, planners.get(row_id), may_lead))
        found += [Open(held[row_id], c, _asked(c, roles, others) or of_it) for c in rows]
    return found


@query(P.SESSION_VIEW)
def calls(now: datetime) -> list[Call]:
    """What is to be called out now: of shows that begin within half an hour and are not on air."""
    ends = now + timedelta(minutes=calling.STEPS[0], microseconds=1)
    held = {b.id: b for b in briefs_between(now, ends, rules.PLANNED)}
    steps = {b.id: step for b in held.values() if (step := calling.step_of(b.planned_start, now)) is not None}
    checks = {
        row_id: [c for c in found if _calls(c, held[row_id], steps[row_id])]
        for row_id, found in checks_of([held[row_id] for row_id in steps], now).items()
    }
    return [Call(o.session, o.check, o.user_ids, steps[o.session.id]) for o in _whom(held, checks, others=False)]


def _calls(check: ports.GateCheck, b: SessionBrief, step: int) -> bool:
    return check.blocking and not check.passed and calling.was_late(check.due, b.planned_start, step)


@query(P.SESSION_VIEW)
def open_checks(ids: Collection[int], now: datetime) -> list[Open]:
    """The checks of these sessions that do not hold yet, with whom they wait for; of none that is on air or over."""
    held = {row_id: b for row_id, b in briefs(ids).items() if b.state in rules.PLANNED}
    checks = {row_id: [c for c in found if not c.passed] for row_id, found in checks_of(held.values(), now).items()}
    return _whom(held, checks, others=True)

"""What a phase waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from planner.base import db, show
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import User
from planner.plan.models import Phase, PhaseCriterion
from planner.plan.queries.periods import phase
from planner.plan.rules import Gate, criteria_warn


@dataclass(frozen=True)
class CriterionRow:
    """A criterion, and who signed it when."""

    id: int
    gate: Gate
    text: str
    signed_at: datetime | None
    signed_by: str


@dataclass(frozen=True)
class PhaseCriteria:
    """A phase with its criteria by the end they stand at."""

    phase: Phase
    gates: dict[Gate, list[CriterionRow]]


@dataclass(frozen=True)
class Signed:
    """How many of how many criteria of one end of a phase are signed, and whether they should be by now."""

    gate: Gate
    signed: int
    count: int
    warns: bool


@query(P.PLAN_VIEW)
def phase_criteria(phase_id: int) -> PhaseCriteria:
    """The criteria of a phase, in the order in which they were written."""
    asked = select(PhaseCriterion, User.name).outerjoin(User, User.id == PhaseCriterion.signed_by)
    rows: Any = db.session().execute(
        asked.where(PhaseCriterion.phase_id == phase_id).order_by(PhaseCriterion.sort, PhaseCriterion.id)
    )
    found: dict[Gate, list[CriterionRow]] = {gate: [] for gate in Gate}
    for row, name in rows:
        found[row.gate].append(CriterionRow(row.id, row.gate, row.text, row.signed_at, name or ""))
    return PhaseCriteria(phase(phase_id), found)


def criteria_of(phases: Iterable[Phase]) -> dict[int, tuple[tuple[Gate, str], ...]]:
    """The criteria of phases, without who signed them."""
    asked = select(PhaseCriterion).where(PhaseCriterion.phase_id.in_([p.id for p in phases]))
    found: dict[int, tuple[tuple[Gate, str], ...]] = {}
    for row in db.session().scalars(asked.order_by(PhaseCriterion.sort, PhaseCriterion.id)):
        found[row.phase_id] = (*found.get(row.phase_id, ()), (row.gate, row.text))
    return found


def signed_of(phases: Iterable[Phase]) -> dict[int, list[Signed]]:
    """How far the criteria of phases are signed; phases without any are left out."""
    held = {each.id: each for each in phases}
    of_phase = (PhaseCriterion.phase_id, PhaseCriterion.gate)
    asked = select(*of_phase, func.count(PhaseCriterion.signed_at), func.count(PhaseCriterion.id))
    asked = asked.where(PhaseCriterion.phase_id.in_(held)).group_by(*of_phase)
    found: dict[int, list[Signed]] = {}
    rows: Any = db.session().execute(asked)
    for phase_id, gate, signed, count in rows:
        days = (held[phase_id].start, held[phase_id].end)
        warns = signed < count and criteria_warn(gate, *days, show.today())
        found.setdefault(phase_id, []).append(Signed(gate, signed, count, warns))
    return {key: sorted(each, key=lambda s: s.gate is Gate.EXIT) for key, each in found.items()}

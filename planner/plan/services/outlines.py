"""A period that is begun from the built-in plan or from another period: phases, goals, steps and all they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from planner.base import show
from planner.base.verbs import command
from planner.kernel.permissions import P
from planner.plan import queries
from planner.plan.rules import Aggregation, StepPlan, Way
from planner.plan.services.criteria import add_criteria
from planner.plan.services.goals import add_goal
from planner.plan.services.inside import add_lines, wait_on
from planner.plan.services.periods import add_period, add_phase
from planner.plan.services.steps import add_step
from planner.plan.services.targets import add_target


@command(P.PLAN_EDIT)
def begin_from(source: str, name: str, start: date, owners: bool = True, late_today: bool = False) -> int:
    """Make it all as it was proposed, with or without the people who owned it; nothing is done yet, and no baseline is
    taken over. With `late_today` what would be due before today is due today. Answers the period."""
    plan = queries.proposed(source, start)
    period = add_period(name, plan.start, plan.end)
    phases = {p.key: add_phase(period, p.name, p.start, p.end) for p in plan.phases}
    for p in plan.phases:
        for gate, text in p.criteria:
            add_criteria(phases[p.key], gate, text)
    goals: dict[int, int] = {}
    for g in plan.goals:
        goals[g.key] = add_goal(period, g.title, g.owner_id if owners else None, g.why)
        for t in g.targets:
            add_target(
                goals[g.key],
                t.metric,
                t.value,
                Aggregation(t.aggregation),
                Way(t.way),
                weight=t.weight,
                own_id=t.own_id,
            )
    wanted = [_not_late(s) if late_today else s for s in plan.steps]
    made = {s.key: _step(s, phases, goals, owners) for s in wanted}
    for s in plan.steps:
        for key in s.first:
            wait_on(made[s.key], made[key])
    return period


def _not_late(s: StepPlan) -> StepPlan:
    """A step whose day is gone is due today, and counts its day from nothing."""
    today = show.today()
    if s.due is None or s.due >= today:
        return s
    return replace(s, due=today, details=replace(s.details, hang=None))


def _step(s: StepPlan, phases: dict[int, int], goals: dict[int, int], owners: bool) -> int:
    begins = s.details.start if s.due is None or s.details.start is None or s.details.start <= s.due else s.due
    made = add_step(
        s.title, s.owner_id if owners else None, s.due, phases[s.phase] if s.phase is not None else None,
        goals.get(s.goal) if s.goal is not None else None, s.note, details=replace(s.details, start=begins),
    )  # fmt: skip
    if s.lines:
        add_lines(made, "\n".join(s.lines))
    return made

"""What a period would hold if it were begun from the built-in plan, or from another period."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from planner.base import db, i18n
from planner.base.verbs import query
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.people import queries as people
from planner.plan import builtin, rules
from planner.plan.models import Goal, Period, Step, StepLine, StepLink, Target
from planner.plan.queries.criteria import criteria_of
from planner.plan.queries.periods import phases_of
from planner.plan.queries.steps import tags_of
from planner.plan.rules import (
    Details,
    Extras,
    GoalPlan,
    Hang,
    HangsOn,
    PeriodKind,
    PeriodPlan,
    PhasePlan,
    StepPlan,
    TargetPlan,
)
from planner.plan.rules import StepState as State

MOST_STEPS = 500
FROM_PERIOD = "period:"


@query(P.PLAN_VIEW)
def proposed(source: str, start: date) -> PeriodPlan:
    """The period, phases, goals and steps with their days; `source` is the built-in plan's key or `period:ID`."""
    if source == builtin.THREE_MONTHS:
        return _built_in(start)
    text = source.removeprefix(FROM_PERIOD)
    if text == source or not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Invalid.at("source", msg("Choose what it begins from."))
    return _of_period(db.one(Period, int(text)), start)


def _built_in(start: date) -> PeriodPlan:
    chinese = i18n.language() != "en"
    if start.day != 1:
        raise Invalid.at("start", msg("This plan begins on the first of a month."))
    firsts = [rules.add_months(start, n) for n in range(len(builtin.MONTHS) + 1)]
    phases = tuple(
        PhasePlan(n, zh if chinese else en, firsts[n], firsts[n + 1] - timedelta(days=1))
        for n, (zh, en) in enumerate(builtin.MONTHS)
    )
    steps = tuple(
        StepPlan(
            n, line.zh if chinese else line.en, firsts[line.month] + timedelta(days=line.day), line.month,
            details=Details(
                department=line.department_zh if chinese else line.department_en,
                hang=Hang(HangsOn.PHASE_START, line.day),
            ),
            lines=line.inside_zh if chinese else line.inside_en,
            first=() if line.after is None else (line.after,),
        )
        for n, line in enumerate(builtin.STEPS)
    )  # fmt: skip
    return PeriodPlan(start, firsts[-1] - timedelta(days=1), phases, (), steps)


def _of_period(period: Period, start: date) -> PeriodPlan:
    by_months = rules.kind_of(period.start, period.end) is not PeriodKind.CUSTOM and start.day == 1
    shift = rules.shift_of(period.start, start, by_months)
    phases = phases_of(period.id)
    criteria = criteria_of(phases)
    goals = list(db.session().scalars(select(Goal).where(Goal.period_id == period.id).order_by(Goal.sort, Goal.id)))
    inside = Step.phase_id.in_([p.id for p in phases]) | (
        Step.phase_id.is_(None) & Step.goal_id.in_([g.id for g in goals])
    )
    asked = select(Step).where(inside, Step.state != State.DROPPED).order_by(Step.due, Step.id).limit(MOST_STEPS)
    return PeriodPlan(
        start,
        shift(period.end),
        tuple(PhasePlan(p.id, p.name, shift(p.start), shift(p.end), criteria.get(p.id, ())) for p in phases),
        tuple(_goals(goals)),
        tuple(_steps(list(db.session().scalars(asked)), shift, {p.id: (p.start, p.end) for p in phases})),
    )


def _goals(goals: list[Goal]) -> list[GoalPlan]:
    targets: dict[int, list[TargetPlan]] = {}
    for t in db.session().scalars(select(Target).where(Target.goal_id.in_([g.id for g in goals])).order_by(Target.id)):
        plan = TargetPlan(t.metric, t.own_id, t.value, str(t.aggregation), str(t.way), t.weight)
        targets.setdefault(t.goal_id, []).append(plan)
    there = set(people.assignable())
    return [
        GoalPlan(g.id, g.title, g.why, g.owner_id if g.owner_id in there else None, tuple(targets.get(g.id, ())))
        for g in goals
    ]


def _steps(rows: list[Step], shift: rules.Shift, days: dict[int, tuple[date, date]]) -> list[StepPlan]:
    ids, there = {row.id for row in rows}, set(people.assignable())
    lines: dict[int, list[str]] = {}
    held = select(StepLine).where(StepLine.step_id.in_(ids)).order_by(StepLine.sort, StepLine.id)
    for line in db.session().scalars(held):
        lines.setdefault(line.step_id, []).append(line.text)
    first: dict[int, list[int]] = {}
    for one, other in db.session().execute(select(StepLink.step_id, StepLink.on_id).where(StepLink.step_id.in_(ids))):
        if other in ids:
            first.setdefault(one, []).append(other)
    tags = tags_of(ids)

    def details(row: Step) -> Details:
        hang = None
        if row.hangs_on is not None and row.hangs_on is not HangsOn.SESSION and row.phase_id in days:
            hang = Hang(row.hangs_on, row.offset_days)
        begins = shift(row.start) if row.start else None
        extras = Extras(row.estimate_minutes)
        return Details(begins, row.priority, row.department, tuple(tags.get(row.id, ())), hang, extras)

    return [
        StepPlan(
            row.id, row.title, shift(row.due) if row.due else None, row.phase_id if row.phase_id in days else None,
            row.goal_id, row.owner_id if row.owner_id in there else None, row.note, details(row),
            tuple(lines.get(row.id, ())), tuple(first.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip

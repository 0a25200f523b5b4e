"""What can be done with the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from planner.base import actor, db
from planner.base import trash as trashing
from planner.base.news import tell
from planner.base.verbs import command
from planner.figures import rules as figures
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound
from planner.kernel.permissions import P
from planner.kernel.spans import business_day
from planner.kernel.text import clean_line, clean_text, msg
from planner.live import queries as live
from planner.people import queries as people
from planner.plan import ports, rules
from planner.plan.models import Evidence, Goal, Period, Phase, Step, Target
from planner.plan.news import GoalAdded, GoalMoved, StepAdded, StepMoved
from planner.plan.rules import Aggregation, StepState, Way

SMALLEST = Decimal("0.000001")
OWN_WAYS = (figures.Adding.MAX, figures.Adding.BY_MINUTES, figures.Adding.BY_VIEWERS)


def _text(text: str, field: str, most: int) -> str:
    found = clean_line(text)
    if not 1 <= len(found) <= most:
        raise Invalid.at(field, msg("Use between 1 and %(n)s characters.", n=most))
    return found


def _days(start: date, end: date) -> None:
    if end < start:
        raise Invalid.at("end", msg("The end lies before the start."))
    if (end - start).days > 800:
        raise Invalid.at("end", msg("A period lasts two years at most."))


def _person(user_id: int | None) -> int | None:
    if user_id is not None and user_id not in {p.user_id for p in people.people()}:
        raise Invalid.at("owner_id", msg("Choose somebody of this team."))
    return user_id


@command(P.PLAN_EDIT)
def add_period(name: str, start: date, end: date) -> int:
    """A reporting cycle."""
    _days(start, end)
    return db.add(Period(name=_text(name, "name", 60), start=start, end=end)).id


@command(P.PLAN_EDIT)
def edit_period(period_id: int, version: int, name: str, start: date, end: date) -> None:
    """Name and days of a period."""
    row = db.edit(Period, period_id, version)
    _days(start, end)
    days = (row.start, row.end)
    row.name, row.start, row.end = _text(name, "name", 60), start, end
    if (start, end) != days:
        db.flush()
        targets = select(Target).join(Goal, Goal.id == Target.goal_id).where(Goal.period_id == period_id)
        _reckon(list(db.session().scalars(targets)), start, end)


@command(P.PLAN_EDIT)
def add_phase(period_id: int, name: str, start: date, end: date) -> int:
    """A stretch of the period with work of its own."""
    period = db.one(Period, period_id)
    _days(start, end)
    if start < period.start or end > period.end:
        raise Invalid.at("start", msg("A phase lies within its period."))
    sort = len(list(db.session().scalars(select(Phase.id).where(Phase.period_id == period_id)))) + 1
    return db.add(Phase(period_id=period_id, name=_text(name, "name", 80), start=start, end=end, sort=sort)).id


@command(P.PLAN_EDIT)
def add_goal(period_id: int, title: str, owner_id: int | None = None) -> int:
    """Something to reach in a period."""
    db.one(Period, period_id)
    sort = len(list(db.session().scalars(select(Goal.id).where(Goal.period_id == period_id)))) + 1
    row = db.add(Goal(period_id=period_id, title=_text(title, "title", 120), owner_id=_person(owner_id), sort=sort))
    tell(GoalAdded(goal_id=row.id))
    return row.id


@command(P.PLAN_EDIT)
def add_target(
    goal_id: int,
    metric: str,
    value: Decimal,
    aggregation: Aggregation,
    way: Way = Way.UP,
    baseline: Decimal | None = None,
) -> int:
    """A number that says whether the goal is reached."""
    period = db.one(Period, db.one(Goal, goal_id).period_id, with_trash=True)
    if metric not in figures.METRICS:
        raise Invalid.at("metric", msg("Choose a figure."))
    if not SMALLEST <= value <= 10**12:
        raise Invalid.at("value", msg("A target is a number above 0."))
    found = figures.METRICS[metric]
    if found.over and found.over[1] and aggregation in (Aggregation.SUM, Aggregation.PER_DAY):
        raise Invalid.at("aggregation", msg("Ratios don't add up; choose the ratio over all sessions."))
    if found.adding in OWN_WAYS and aggregation not in (Aggregation.BEST_SESSION, Aggregation.LATEST):
        raise Invalid.at("aggregation", msg("This figure doesn't add up; choose the best or the latest session."))
    row = db.add(
        Target(goal_id=goal_id, metric=metric, baseline=baseline, value=value, way=way, aggregation=aggregation)
    )
    _reckon([row], period.start, period.end)
    return row.id


@command(P.PLAN_EDIT)
def trash_goal(goal_id: int) -> None:
    """A goal that is no longer wanted."""
    trashing.trash(db.one(Goal, goal_id))


def _links(phase_id: int | None, goal_id: int | None) -> None:
    if phase_id is not None:
        db.one(Phase, phase_id)
    if goal_id is not None:
        db.one(Goal, goal_id)


@command(P.PLAN_EDIT)
def add_step(
    title: str,
    owner_id: int | None = None,
    due: date | None = None,
    phase_id: int | None = None,
    goal_id: int | None = None,
    note: str = "",
    from_session_id: int | None = None,
) -> int:
    """Something one person does until a day."""
    _links(phase_id, goal_id)
    row = db.add(
        Step(
            title=_text(title, "title", 160),
            owner_id=_person(owner_id),
            due=due,
            phase_id=phase_id,
            goal_id=goal_id,
            note=clean_text(note)[:4000],
            from_session_id=from_session_id,
            state=StepState.OPEN,
        )
    )
    tell(StepAdded(step_id=row.id))
    return row.id


@command(P.PLAN_EDIT)
def edit_step(
    step_id: int,
    version: int,
    title: str,
    owner_id: int | None,
    due: date | None,
    phase_id: int | None,
    goal_id: int | None,
    note: str,
) -> None:
    """Title, owner, due day and place of a step."""
    row = db.edit(Step, step_id, version)
    if phase_id != row.phase_id or goal_id != row.goal_id:
        _links(phase_id, goal_id)
    if owner_id != row.owner_id:
        _person(owner_id)
    row.title, row.owner_id, row.due = _text(title, "title", 160), owner_id, due
    row.phase_id, row.goal_id, row.note = phase_id, goal_id, clean_text(note)[:4000]


@command(P.STEP_DO)
def move_step(step_id: int, move: str) -> None:
    """Start, finish, reopen or drop a step: one's own, or anybody's for a lead."""
    row, who = db.one(Step, step_id), actor.current()
    if move not in rules.STEPS.moves:
        raise NotFound()
    if not who.may(P.PLAN_EDIT) and row.owner_id != who.user_id:
        raise Forbidden(msg("This step belongs to somebody else."))
    if not who.may(rules.STEPS.moves[move].permission):
        raise Forbidden()
    before = row.state
    row.state = rules.STEPS.take(move, before)
    finished = row.state is StepState.DONE
    row.done_at, row.done_by = (clock.now(), who.user_id) if finished else (None, None)
    tell(StepMoved(step_id=step_id, before=str(before), after=str(row.state)))


@command(P.PLAN_EDIT)
def trash_step(step_id: int) -> None:
    """A step goes to the trash."""
    trashing.trash(db.one(Step, step_id))


@command(P.FIGURES_EDIT)
def record_evidence(session_id: int, base: Mapping[str, Decimal], streams: int) -> None:
    """Write what a session's figures say about every target whose period holds its day; replaces what was there."""
    b, who = live.brief(session_id), actor.current()
    day = business_day(b.planned_start, who.timezone, who.day_start)
    targets = (
        db.session()
        .execute(
            select(Target, Goal.id)
            .join(Goal, Goal.id == Target.goal_id)
            .join(Period, Period.id == Goal.period_id)
            .where(Period.start <= day, Period.end >= day, db.alive(Goal), db.alive(Period))
        )
        .all()
    )
    ids = [t.id for t, _goal in targets]
    old = {
        e.target_id: e
        for e in db.session().scalars(select(Evidence).where(Evidence.session_id == session_id))
        if e.target_id in ids
    }
    found = ports.SessionFigures(session_id, day, base, streams)
    for target, goal_id in targets:
        if _prove(target, old.get(target.id), found):
            tell(GoalMoved(goal_id=goal_id, session_id=session_id))


def _prove(target: Target, held: Evidence | None, of: ports.SessionFigures) -> bool:
    """Let the evidence of a target say what a session's figures say; answers whether something moved."""
    parts = _parts(target.metric, of.base, figures.derive(of.base))
    if parts is None:
        if held is not None:
            db.session().delete(held)
        return False
    value, top, bottom = parts
    if held is None:
        held = Evidence(target_id=target.id, session_id=of.session_id, day=of.day, numerator=top, denominator=bottom)
        db.session().add(held)
    elif (held.day, held.value, held.numerator, held.denominator) == (of.day, value, top, bottom):
        return False
    held.day, held.value, held.numerator, held.denominator = of.day, value, top, bottom
    held.basis = figures.bound_of(target.metric, of.streams)
    return True


def reckon_goal(row: Goal) -> None:
    """Registered with the trash: a goal that comes back knows the shows of the meantime."""
    period = db.one(Period, row.period_id, with_trash=True)
    targets = select(Target).where(Target.goal_id == row.id)
    _reckon(list(db.session().scalars(targets)), period.start, period.end)


def _reckon(targets: list[Target], start: date, end: date) -> None:
    """Write the evidence of targets anew from all figures of these days."""
    if not targets:
        return
    shows = [show for answer in ports.figures_of_days for show in answer(start, end)]
    asked = select(Evidence).where(Evidence.target_id.in_([t.id for t in targets]))
    old = {(e.target_id, e.session_id): e for e in db.session().scalars(asked)}
    known = {show.session_id for show in shows}
    for (_target, session_id), held in old.items():
        if session_id not in known:
            db.session().delete(held)
    for target in targets:
        for show in shows:
            _prove(target, old.get((target.id, show.session_id)), show)
    db.flush()


def _parts(
    metric: str, base: Mapping[str, Decimal], derived: Mapping[str, Decimal]
) -> tuple[Decimal, Decimal, Decimal] | None:
    found = figures.METRICS.get(metric)
    if found is None:
        return None
    if found.over is not None:
        parts = figures.fraction(found, base)
        return (derived[metric], parts[0], parts[1]) if parts is not None else None
    return (base[metric], base[metric], Decimal(1)) if metric in base else None

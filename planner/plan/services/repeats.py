"""Steps that come again: the rule is set, changed, paused and ended; the next copy is made exactly once.

Whoever makes a copy holds the lock of its series, so two workers, or two people who finish at once, make one; the
database refuses a second copy of a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from planner.base import actor, db, show
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel.errors import Invalid, NotFound, Refused, Stale
from planner.kernel.permissions import P
from planner.kernel.spans import business_day
from planner.kernel.text import msg
from planner.people import queries as people
from planner.plan import rules
from planner.plan.models import Goal, Period, Phase, Step, StepHelper, StepLine, StepSeries, StepTag
from planner.plan.news import StepAdded
from planner.plan.queries.repeats import coming_days, first_day, pattern_of
from planner.plan.rules import UNFINISHED, PeriodState, Repeat
from planner.plan.services import told

DAY = timedelta(days=1)
MOST_AT_ONCE = 1000


def _locked(series_id: int) -> StepSeries:
    """The series as it stands once everybody else is done with it."""
    lock("step series", series_id)
    asked = select(StepSeries).where(StepSeries.id == series_id).execution_options(populate_existing=True)
    row = db.session().scalars(asked).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _unfinished(series: StepSeries) -> int:
    asked = select(func.count(Step.id)).where(Step.series_id == series.id, Step.state.in_(UNFINISHED), db.alive(Step))
    return db.session().scalar(asked) or 0


def _days_held(series: StepSeries) -> set[date]:
    """The days that have a copy already."""
    asked = select(Step.occurs_on).where(Step.series_id == series.id, db.alive(Step))
    return {day for day in db.session().scalars(asked) if day is not None}


def _latest_day(series: StepSeries) -> date:
    return max(_days_held(series), default=series.first)


def _places(series: StepSeries, due: date) -> tuple[int | None, int | None]:
    """Phase and goal of a copy: where their period is open, and the phase is not over by then."""
    standing = (Period.state == PeriodState.OPEN, db.alive(Period))
    phases = select(Phase.id).join(Period, Period.id == Phase.period_id)
    phases = phases.where(Phase.id == series.phase_id, Phase.end >= due, db.alive(Phase), *standing)
    goals = select(Goal.id).join(Period, Period.id == Goal.period_id)
    goals = goals.where(Goal.id == series.goal_id, db.alive(Goal), *standing)
    phase_id = db.session().scalar(phases) if series.phase_id else None
    return phase_id, db.session().scalar(goals) if series.goal_id else None


def _make(series: StepSeries, due: date, day: date) -> None:
    """A copy by the pattern, due on a day, that stands for a day of the series; nothing in it is done yet."""
    there = people.assignable()
    owner_id = series.owner_id if series.owner_id in there else None
    phase_id, goal_id = _places(series, due)
    begins = None if series.begins_before is None else due - timedelta(days=series.begins_before)
    row = db.add(
        Step(
            title=series.title, owner_id=owner_id, due=due, phase_id=phase_id, goal_id=goal_id, note=series.note,
            priority=series.priority, department=series.department, start=begins, series_id=series.id, occurs_on=day,
            estimate_minutes=series.estimate_minutes,
        )
    )  # fmt: skip
    db.add_all(StepTag(step_id=row.id, tag=tag) for tag in series.tags)
    db.add_all(StepLine(step_id=row.id, sort=n, text=text) for n, text in enumerate(series.lines, start=1))
    helpers = [user_id for user_id in series.helpers if user_id in there and user_id != owner_id]
    db.add_all(StepHelper(step_id=row.id, user_id=user_id) for user_id in helpers)
    series.latest_id, series.made = row.id, series.made + 1
    tell(StepAdded(step_id=row.id))
    told.assigned(row)
    told.helping(row, helpers)
    if series.owner_id is not None and owner_id is None:
        words = msg("Nobody owns this step now, as its owner is no longer in the team: %(title)s", title=row.title)
        concern([series.created_by], Sort.CHANGED, ("step", row.id), words)


def _end(series: StepSeries) -> None:
    series.ended_on, series.paused = show.today(), False
    series.next_on = series.appears_on = None


def _wait_for(series: StepSeries, day: date) -> None:
    series.next_on, series.appears_on = day, day - timedelta(days=series.lead)


def _look_on(series: StepSeries, after: date) -> bool:
    """Find the day that comes next after a day; where none comes any more, the series is over."""
    found = rules.allowed(series.rule, coming_days(series.rule, series.first, after, 1), series.made)
    if found:
        _wait_for(series, found[0])
    else:
        _end(series)
    return bool(found)


def _bring(series: StepSeries) -> None:
    """Make the copies whose time to appear has come, leave out what went by unseen, and look on."""
    today = show.today()
    if series.next_on is None or series.paused or series.appears_on is None or series.appears_on > today:
        return
    last = today + timedelta(days=series.lead)
    most = min((last - series.next_on).days, MOST_AT_ONCE)
    days = [series.next_on, *(coming_days(series.rule, series.first, series.next_on, most) if most else ())]
    days = [day for day in days if day <= min(last, series.until or last)]
    found = rules.coming(days, today, _unfinished(series))
    held = _days_held(series)
    room = MOST_AT_ONCE if series.times is None else series.times - series.made
    for day in [day for day in found.made if day not in held][:room]:
        _make(series, day, day)
    if found.left_out:
        series.left_out, series.left_out_last = series.left_out + len(found.left_out), found.left_out[-1]
    if found.held is not None and (series.times is None or series.made < series.times):
        _wait_for(series, found.held)
    else:
        _look_on(series, max(days, default=today))


def _bring_after(series: StepSeries, done: date) -> None:
    """The next copy of a series that is counted from the last one that was done; not while another is unfinished."""
    if series.paused or series.over or _unfinished(series):
        return
    due = max(rules.after_done(series.rule, done), show.today())
    if not rules.allowed(series.rule, [due], series.made):
        _end(series)
        return
    day, held = due, _days_held(series)
    while day in held:  # done before its day: two copies are due on the same one
        day += DAY
    _make(series, due, day)


def follow(row: Step, stop: bool = False) -> None:
    """After a step was finished, dropped or deleted, inside of that command: the next copy comes, or none any more."""
    if row.series_id is None:
        return
    series = _locked(row.series_id)
    if stop:
        _end(series)
    elif series.rule.by_calendar:
        _bring(series)
    else:
        _bring_after(series, show.today())


def end_with(rows: Iterable[Any]) -> None:
    """Where the whole that these rows belong to is given up, its steps come no more; inside of that command."""
    for series_id in sorted({row.series_id for row in rows if isinstance(row, Step) and row.series_id}):
        series = _locked(series_id)
        if not series.over:
            _end(series)


def carry(row: Step, phase_id: int | None, goal_id: int | None) -> None:
    """A step goes on in another period, and so do its next copies; before the step itself is changed."""
    if row.series_id is None:
        return
    series = _locked(row.series_id)
    series.phase_id = phase_id if series.phase_id == row.phase_id else series.phase_id
    series.goal_id = goal_id if series.goal_id == row.goal_id else series.goal_id


def _set_rule(series: StepSeries, repeat: Repeat, first: date) -> None:
    series.rhythm, series.every, series.weekdays = repeat.rhythm, repeat.every, sorted(repeat.weekdays)
    series.month_day, series.nth, series.stretch = repeat.month_day, repeat.nth, repeat.stretch
    series.lead, series.until, series.times, series.first = repeat.lead, repeat.until, repeat.times, first


def _set_pattern(series: StepSeries, row: Step) -> None:
    for name, value in pattern_of(row).items():
        setattr(series, name, value)


def _go_on(series: StepSeries) -> None:
    """From now on by the rule it has: the next copy after those that are there."""
    today = show.today()
    series.ended_on = series.next_on = series.appears_on = None
    if series.rule.by_calendar:
        if not _look_on(series, max(_latest_day(series), today - DAY)):
            raise Invalid.at("times" if series.times == series.made else "until", msg("It would not come again."))
        _bring(series)
    else:
        _bring_after(series, _last_done(series) or today)


def _last_done(series: StepSeries) -> date | None:
    asked = select(func.max(Step.done_at)).where(Step.series_id == series.id, db.alive(Step))
    last, who = db.session().scalar(asked), actor.current()
    return business_day(last, who.timezone, who.day_start) if last is not None else None


def _begin(row: Step, repeat: Repeat) -> StepSeries:
    first = first_day(row, repeat)
    if repeat.by_calendar:
        row.due = first
    series = StepSeries(made=1, left_out=0, paused=False, latest_id=row.id)
    _set_rule(series, repeat, first)
    _set_pattern(series, row)
    db.add(series)
    row.series_id, row.occurs_on = series.id, first
    db.flush()
    return series


@command(P.PLAN_EDIT)
def repeat_step(step_id: int, version: int, series_id: int | None, repeat: Repeat, like_this: bool = False) -> int:
    """A step comes again by a rule from now on; `like_this`: its next copies look as it does now. Answers the series.

    `version` is the series' where there is one, which `series_id` names as the form saw it; else the step's.
    """
    row = db.one(Step, step_id)
    held = _locked(row.series_id) if row.series_id is not None else None
    if (series_id or None) != row.series_id:
        raise Stale({}, (held or row).version, *db.last_change(row))
    if held is None:
        series = _begin(db.edit(Step, step_id, version), repeat)
    else:
        series = db.edit(StepSeries, held.id, version)
        _set_rule(series, repeat, row.occurs_on or show.today())
        if like_this:
            _set_pattern(series, row)
    rules.check_repeat(repeat, series.first)
    if repeat.times is not None and repeat.times <= series.made > 1:
        raise Invalid.at("times", msg("It has come %(n)s times already.", n=series.made))
    _go_on(series)
    return series.id


@command(P.PLAN_EDIT)
def next_like(step_id: int) -> None:
    """The next copies look as this one does now."""
    row = db.one(Step, step_id)
    if row.series_id is None:
        raise NotFound()
    _set_pattern(_locked(row.series_id), row)


@command(P.PLAN_EDIT)
def pause_series(series_id: int) -> None:
    """No copy comes until it goes on."""
    series = _locked(series_id)
    if series.over:
        raise Refused(msg("It does not repeat any more."))
    series.paused = True


@command(P.PLAN_EDIT)
def resume_series(series_id: int) -> None:
    """What was paused, or ended, goes on from today; what fell into the pause is not made up for."""
    series = _locked(series_id)
    if not series.paused and not series.over:
        return
    series.paused = False
    try:
        _go_on(series)
    except Invalid as fault:
        raise Refused(msg("Its end has been reached. Change the rule to let it go on.")) from fault


@command(P.PLAN_EDIT)
def end_series(series_id: int) -> None:
    """No copy comes any more; those that are there stay."""
    series = _locked(series_id)
    if not series.over:
        _end(series)


@command(P.INSTALLATION)
def bring_next(series_id: int) -> None:
    """The program's round: what has come due of a series appears; a second time it changes nothing."""
    _bring(_locked(series_id))


def check_step(row: Step) -> None:
    """Registered with the trash: a copy whose day has another one by now comes back as a step on its own."""
    asked = select(Step.id).where(Step.series_id == row.series_id, Step.occurs_on == row.occurs_on, db.alive(Step))
    if row.series_id is not None and db.session().scalar(asked) is not None:
        row.series_id = row.occurs_on = None


def before_series_undo(row: StepSeries, act: str) -> None:
    """Registered with undo: before a series goes, the step that began it has let go of it."""
    if act == "insert":
        db.flush()

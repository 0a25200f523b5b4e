"""The plan: who does what by when, and whether the goals are on pace."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, safe_next, uses
from planner.people import queries as people
from planner.plan import forms, queries, services
from planner.plan.rules import Aggregation, Way

bp = Blueprint("plan", __name__)
TABS = ("all", "mine", "late", "done")


def _status(form: forms.Form) -> int:
    return 200 if request.method == "GET" else form.status


def _people() -> list[tuple[int, str]]:
    return [(p.user_id, p.name) for p in people.people() if not p.disabled]


def _day(typed: date | None) -> date:
    """A day that the form requires."""
    assert typed is not None
    return typed


@bp.get("/plan")
@uses(queries.plan_page)
def index() -> Response:
    """Table first: goals with their pace, steps by phase."""
    tab = request.args.get("tab", "all")
    chosen = request.args.get("period", "")
    period_id = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None
    view = queries.plan_page(period_id, tab if tab in TABS else "all", actor.current().user_id)
    return page("plan/index.html", view=view, tab=tab)


@bp.route("/plan/periods/new", methods=["GET", "POST"])
@uses(services.add_period)
def new_period() -> Response:
    """A reporting cycle."""
    today = show.today()
    form = forms.PeriodForm(data={"start": today.replace(day=1), "end": today + timedelta(days=90)})
    if form.ok():
        with form.catching():
            services.add_period(form.name.data or "", _day(form.start.data), _day(form.end.data))
        if not form.errors:
            return done(url_for("plan.index"), _("Saved."), undo=True)
    return page("plan/form.html", _status(form), form=form, heading=_("New period"), names=["name", "start", "end"])


@bp.route("/plan/periods/<id:period_id>/edit", methods=["GET", "POST"])
@uses(services.edit_period, queries.period)
def edit_period(period_id: int) -> Response:
    """Name and days."""
    row = queries.period(period_id)
    form = forms.PeriodForm(data={"version": row.version, "name": row.name, "start": row.start, "end": row.end})
    if form.ok():
        with form.catching():
            services.edit_period(
                period_id, form.version.data or 0, form.name.data or "", _day(form.start.data), _day(form.end.data)
            )
        if not form.errors:
            return done(url_for("plan.index", period=period_id), _("Saved."), undo=True)
    return page("plan/form.html", _status(form), form=form, heading=row.name, names=["name", "start", "end"])


@bp.route("/plan/periods/<id:period_id>/phases/new", methods=["GET", "POST"])
@uses(services.add_phase, queries.period)
def new_phase(period_id: int) -> Response:
    """A stretch of the period."""
    row = queries.period(period_id)
    form = forms.PhaseForm(data={"start": row.start, "end": row.end})
    if form.ok():
        with form.catching():
            services.add_phase(period_id, form.name.data or "", _day(form.start.data), _day(form.end.data))
        if not form.errors:
            return done(url_for("plan.index", period=period_id), _("Saved."), undo=True)
    return page("plan/form.html", _status(form), form=form, heading=_("New phase"), names=["name", "start", "end"])


@bp.route("/plan/periods/<id:period_id>/goals/new", methods=["GET", "POST"])
@uses(services.add_goal, queries.period, people.people)
def new_goal(period_id: int) -> Response:
    """Something to reach."""
    queries.period(period_id)
    form = forms.GoalForm()
    form.owner_id.offer(_people())
    if form.ok():
        with form.catching():
            made = services.add_goal(period_id, form.title.data or "", form.owner_id.data)
        if not form.errors:
            return done(url_for("plan.goal", goal_id=made), _("Now say in numbers when it is reached."), undo=True)
    return page("plan/form.html", _status(form), form=form, heading=_("New goal"), names=["title", "owner_id"])


@bp.get("/plan/goals/<id:goal_id>")
@uses(queries.goal)
def goal(goal_id: int) -> Response:
    """On pace? And which sessions moved it."""
    view, period, evidence, steps = queries.goal(goal_id)
    return page("plan/goal.html", view=view, period=period, evidence=evidence, steps=steps)


@bp.route("/plan/goals/<id:goal_id>/targets/new", methods=["GET", "POST"])
@uses(services.add_target, queries.goal)
def new_target(goal_id: int) -> Response:
    """A number that says whether it is reached."""
    view = queries.goal(goal_id)[0]
    form = forms.TargetForm()
    if form.ok():
        with form.catching():
            services.add_target(
                goal_id, form.metric.data, form.value.data or Decimal(0), Aggregation(form.aggregation.data),
                Way(form.way.data), form.baseline.data,
            )  # fmt: skip
        if not form.errors:
            return done(url_for("plan.goal", goal_id=goal_id), _("Saved."), undo=True)
    names = ["metric", "aggregation", "way", "baseline", "value"]
    return page(
        "plan/form.html", _status(form), form=form, heading=_("New target for %(goal)s", goal=view.title), names=names
    )


@bp.post("/plan/goals/<id:goal_id>/delete")
@uses(services.trash_goal)
def delete_goal(goal_id: int) -> Response:
    """Into the trash."""
    services.trash_goal(goal_id)
    return done(url_for("plan.index"), _("The goal is in the trash."), undo=True)


def _step_form(**held: object) -> forms.StepForm:
    form = forms.StepForm(data=held)
    offered = queries.choices()
    form.owner_id.offer(_people())
    form.phase_id.offer(_with(offered["phases"], held.get("phase_id")))
    form.goal_id.offer(_with(offered["goals"], held.get("goal_id")))
    return form


def _with(offered: list[tuple[int, str]], held: object) -> list[tuple[int, str]]:
    known = {row_id for row_id, _name in offered}
    return offered if not isinstance(held, int) or held in known else [*offered, (held, "…")]


@bp.route("/plan/steps/new", methods=["GET", "POST"])
@uses(services.add_step, queries.choices, people.people)
def new_step() -> Response:
    """Something one person does until a day."""
    asked = {name: request.args.get(name, "") for name in ("phase_id", "goal_id")}
    form = _step_form(**{name: int(v) for name, v in asked.items() if v.isdecimal() and len(v) < 19})
    if form.ok():
        with form.catching():
            services.add_step(
                form.title.data or "", form.owner_id.data, form.due.data, form.phase_id.data, form.goal_id.data,
                form.note.data or "",
            )  # fmt: skip
        if not form.errors:
            return done(url_for("plan.index"), _("The step is in the plan."), undo=True)
    names = ["title", "owner_id", "due", "phase_id", "goal_id", "note"]
    return page("plan/form.html", _status(form), form=form, heading=_("New step"), names=names)


@bp.get("/plan/steps/<id:step_id>")
@uses(queries.step)
def step(step_id: int) -> Response:
    """What is this."""
    row, owner = queries.step(step_id)
    return page("plan/step.html", row=row, owner=owner, mine=row.owner_id == actor.current().user_id)


@bp.route("/plan/steps/<id:step_id>/edit", methods=["GET", "POST"])
@uses(services.edit_step, queries.step, queries.choices, people.people)
def edit_step(step_id: int) -> Response:
    """Title, owner, due day, place."""
    row, _owner = queries.step(step_id)
    names = ["title", "owner_id", "due", "phase_id", "goal_id", "note"]
    form = _step_form(version=row.version, **{name: getattr(row, name) for name in names})
    if form.ok():
        with form.catching():
            services.edit_step(
                step_id, form.version.data or 0, form.title.data or "", form.owner_id.data, form.due.data,
                form.phase_id.data, form.goal_id.data, form.note.data or "",
            )  # fmt: skip
        if not form.errors:
            return done(url_for("plan.step", step_id=step_id), _("Saved."), undo=True)
    return page("plan/form.html", _status(form), form=form, heading=row.title, names=names)


@bp.post("/plan/steps/<id:step_id>/<move>")
@uses(services.move_step)
def move_step(step_id: int, move: str) -> Response:
    """Start, finish, reopen, drop."""
    services.move_step(step_id, move)
    return done(safe_next(url_for("plan.step", step_id=step_id)), _("Saved."), undo=True)


@bp.post("/plan/steps/<id:step_id>/delete")
@uses(services.trash_step)
def delete_step(step_id: int) -> Response:
    """Into the trash."""
    services.trash_step(step_id)
    return done(url_for("plan.index"), _("The step is in the trash."), undo=True)

"""Goals and their targets."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.discussions import queries as discussions
from planner.people import queries as people
from planner.plan import forms, queries, services
from planner.plan.rules import Aggregation, Way
from planner.plan.views.blueprint import bp, form_page, offered, persons

TARGET_ROWS = [["metric", "aggregation"], ["way"], ["baseline", "value"]]


def _goal(goal_id: int) -> str:
    return url_for("plan.goal", goal_id=goal_id)


@bp.route("/plan/periods/<id:period_id>/goals/new", methods=["GET", "POST"])
@uses(services.add_goal, queries.period, people.people)
def new_goal(period_id: int) -> Response:
    """Something to reach."""
    row = queries.period(period_id)
    form = forms.GoalForm(data={"period_id": period_id})
    form.owner_id.offer(persons())
    form.period_id.offer([(row.id, row.name)])
    if form.ok():
        with form.catching():
            made = services.add_goal(period_id, form.title.data or "", form.owner_id.data, form.why.data or "")
            return done(_goal(made), _("Now say in numbers when it is reached."), undo=True)
    return form_page(form, _("New goal"), [["title"], ["why"], ["owner_id"]], url_for("plan.index", period=period_id))


@bp.get("/plan/goals/<id:goal_id>")
@uses(queries.goal, discussions.thread)
def goal(goal_id: int) -> Response:
    """Whether it is on pace, and which sessions moved it."""
    view, period, evidence, steps = queries.goal(goal_id)
    thread = discussions.thread("goal", goal_id)
    return page("plan/goal.html", view=view, period=period, evidence=evidence, steps=steps, thread=thread)


@bp.route("/plan/goals/<id:goal_id>/edit", methods=["GET", "POST"])
@uses(services.edit_goal, queries.goal, queries.period_choices, people.people)
def edit_goal(goal_id: int) -> Response:
    """Title, reason, owner, period."""
    view, period, _evidence, _steps = queries.goal(goal_id)
    form = forms.GoalForm(
        data={"version": view.version, "title": view.title, "why": view.why}
        | {"owner_id": view.owner_id, "period_id": view.period_id}
    )
    form.owner_id.offer(offered(persons(), view.owner_id, view.owner_name))
    form.period_id.offer(offered(queries.period_choices(), period.id, period.name))
    if form.ok():
        with form.catching():
            services.edit_goal(
                goal_id, form.version.data or 0, form.title.data or "", form.why.data or "", form.owner_id.data,
                form.period_id.data or view.period_id,
            )  # fmt: skip
            return done(_goal(goal_id), _("Saved."), undo=True)
    return form_page(form, view.title, [["title"], ["why"], ["owner_id", "period_id"]], _goal(goal_id))


@bp.post("/plan/goals/<id:goal_id>/delete")
@uses(services.trash_goal)
def delete_goal(goal_id: int) -> Response:
    """Into the trash."""
    services.trash_goal(goal_id)
    return done(url_for("plan.index"), _("The goal is in the trash. Its steps stay in the plan."), undo=True)


@bp.route("/plan/goals/<id:goal_id>/targets/new", methods=["GET", "POST"])
@uses(services.add_target, queries.goal)
def new_target(goal_id: int) -> Response:
    """A number that says so."""
    view, _period, _evidence, _steps = queries.goal(goal_id)
    form = forms.TargetForm()
    if form.ok():
        with form.catching():
            services.add_target(
                goal_id, form.metric.data, form.value.data or Decimal(0), Aggregation(form.aggregation.data),
                Way(form.way.data), form.baseline.data,
            )  # fmt: skip
            return done(_goal(goal_id), _("Saved."), undo=True)
    return form_page(form, _("New target for %(goal)s", goal=view.title), TARGET_ROWS, _goal(goal_id))


@bp.route("/plan/targets/<id:target_id>/edit", methods=["GET", "POST"])
@uses(services.edit_target, queries.target)
def edit_target(target_id: int) -> Response:
    """Another number, figure or way of counting."""
    row, title = queries.target(target_id)
    names = ("version", "metric", "aggregation", "way", "baseline", "value")
    form = forms.TargetForm(data={name: getattr(row, name) for name in names})
    if form.ok():
        with form.catching():
            services.edit_target(
                target_id, form.version.data or 0, form.metric.data, form.value.data or Decimal(0),
                Aggregation(form.aggregation.data), Way(form.way.data), form.baseline.data,
            )  # fmt: skip
            return done(_goal(row.goal_id), _("Saved."), undo=True)
    return form_page(form, _("Target of %(goal)s", goal=title), TARGET_ROWS, _goal(row.goal_id))


@bp.post("/plan/targets/<id:target_id>/remove")
@uses(services.remove_target)
def remove_target(target_id: int) -> Response:
    """It no longer counts."""
    goal_id = services.remove_target(target_id)
    return done(_goal(goal_id), _("The target is gone."), undo=True)

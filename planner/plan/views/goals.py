"""Goals: all of a period, one with what it came to, and what serves it."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.discussions import queries as discussions
from planner.people import queries as people
from planner.plan import forms, queries, services
from planner.plan.rules import PeriodState
from planner.plan.views.blueprint import bp, form_page, goal_url, number, offered, persons


@bp.get("/plan/goals")
@uses(queries.goals_page)
def goals() -> Response:
    """On pace? A card a goal on a phone, a table at a desk."""
    return page("plan/goals.html", view=queries.goals_page(number("period")))


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
            return done(goal_url(made), _("Now say in numbers when it is reached."), undo=True)
    return form_page(form, _("New goal"), [["title"], ["why"], ["owner_id"]], url_for("plan.index", period=period_id))


@bp.get("/plan/goals/<id:goal_id>")
@uses(queries.goal_page, discussions.thread)
def goal(goal_id: int) -> Response:
    """Whether it is on pace, which sessions moved it, what was reported, and what serves it."""
    found = queries.goal_page(goal_id)
    thread, free = discussions.thread("goal", goal_id), found.period.state is PeriodState.OPEN
    return page("plan/goal.html", found=found, view=found.view, period=found.period, thread=thread, free=free)


@bp.route("/plan/goals/<id:goal_id>/edit", methods=["GET", "POST"])
@uses(services.edit_goal, queries.goal, queries.period_choices, people.people)
def edit_goal(goal_id: int) -> Response:
    """Title, reason, owner, period."""
    view, period = queries.goal(goal_id)
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
            return done(goal_url(goal_id), _("Saved."), undo=True)
    return form_page(form, view.title, [["title"], ["why"], ["owner_id", "period_id"]], goal_url(goal_id))


@bp.post("/plan/goals/<id:goal_id>/delete")
@uses(services.trash_goal)
def delete_goal(goal_id: int) -> Response:
    """Into the trash."""
    services.trash_goal(goal_id)
    return done(url_for("plan.index"), _("The goal is in the trash. Its steps stay in the plan."), undo=True)


@bp.route("/plan/goals/<id:goal_id>/links", methods=["GET", "POST"])
@uses(services.link_goal, queries.linkable, queries.goal)
def link_goal(goal_id: int) -> Response:
    """Say which phases and sessions serve it."""
    view, _period = queries.goal(goal_id)
    phases, shows = queries.linkable(goal_id)
    form = forms.LinkForm()
    form.phase_ids.choices = phases
    form.session_ids.choices = [(b.id, f"{show.when(b.planned_start)} {b.theme}") for b in shows]
    if form.ok():
        with form.catching():
            services.link_goal(goal_id, form.phase_ids.data or [], form.session_ids.data or [])
            return done(goal_url(goal_id), _("Linked."), undo=True)
    status = form.status if form.errors else 200
    return page("plan/links.html", status, form=form, view=view, phases=phases, shows=shows)


@bp.post("/plan/links/<id:link_id>/remove")
@uses(services.unlink_goal)
def unlink_goal(link_id: int) -> Response:
    """It does not serve the goal after all."""
    goal_id = services.unlink_goal(link_id)
    return done(goal_url(goal_id), _("The link is gone."), undo=True)

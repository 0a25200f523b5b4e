"""Check-ins: what people report of a goal."""

from __future__ import annotations

from decimal import Decimal

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.plan import forms, queries, services
from planner.plan.queries import GoalView, TargetView
from planner.plan.rules import Health
from planner.plan.views.blueprint import bp, goal_url


def _figures(view: GoalView) -> dict[int, TargetView]:
    """The figures of the team's own that the goal counts, each once."""
    return {t.own_id: t for t in view.targets if t.own_id}


@bp.route("/plan/goals/<id:goal_id>/check-in", methods=["GET", "POST"])
@uses(services.check_in, queries.goal)
def check_in(goal_id: int) -> Response:
    """What moved, and how it stands."""
    view, period = queries.goal(goal_id)
    asked = _figures(view)
    kind = forms.CheckInForm.with_figures([(own_id, t.own_name) for own_id, t in asked.items()])
    form = kind(data={"day": min(max(show.today(), period.start), period.end)})
    if form.ok():
        with form.catching():
            typed: dict[int, Decimal | None] = {own_id: form[f"own_{own_id}"].data for own_id in asked}
            said = Health(form.health.data) if form.health.data else None
            values = {own_id: value for own_id, value in typed.items() if value is not None}
            services.check_in(goal_id, form.note.data or "", said, values, form.day.data)
            return done(goal_url(goal_id) + "#check-ins", _("Noted."), undo=True)
    status = 200 if request.method == "GET" else form.status
    return page("plan/check_in.html", status, form=form, view=view, asked=asked, period=period)


@bp.post("/plan/check-ins/<id:check_in_id>/acknowledge")
@uses(services.acknowledge)
def acknowledge(check_in_id: int) -> Response:
    """I have read it."""
    goal_id = services.acknowledge(check_in_id)
    return done(url_for("plan.goal", goal_id=goal_id, _anchor="check-ins"), _("Acknowledged."), undo=True)


@bp.post("/plan/check-ins/<id:check_in_id>/remove")
@uses(services.remove_check_in)
def remove_check_in(check_in_id: int) -> Response:
    """It was a mistake."""
    goal_id = services.remove_check_in(check_in_id)
    return done(url_for("plan.goal", goal_id=goal_id, _anchor="check-ins"), _("The check-in is gone."), undo=True)

"""Steps that come again: the rule with the days it would bring, pausing and ending it, and all of them in one list."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, safe_next, uses
from planner.plan import forms, queries, services
from planner.plan.queries import Foreseen, RepeatPage
from planner.plan.rules import Repeat, Rhythm
from planner.plan.views.blueprint import bp


def _repeat_form(view: RepeatPage) -> forms.RepeatForm:
    """The rule that stands, else the weekday of the step every week."""
    row = view.row
    day = row.due or show.today()
    rule = view.series.rule if view.series else Repeat(Rhythm.WEEKS, weekdays=frozenset({day.weekday()}))
    held: dict[str, Any] = {"version": view.version, "series_id": row.series_id, **forms.typed_rule(rule)}
    if view.series is None:
        held |= {"month_day": str(day.day), "nth": str(min((day.day - 1) // 7 + 1, 4))}
    return forms.RepeatForm(data=held)


@bp.route("/plan/steps/<id:step_id>/repeat", methods=["GET", "POST"])
@uses(services.repeat_step, queries.repeat_page)
def repeat(step_id: int) -> Response:
    """By which rule it comes again: the next days are looked at, then it is saved."""
    view = queries.repeat_page(step_id)
    form, days = _repeat_form(view), list[Foreseen]()
    if request.method == "GET" or form.ok():
        with form.catching(form.places()):
            days = queries.foreseen(view, form.repeat())
            if request.method == "POST" and request.form.get("step") == "save":
                services.repeat_step(
                    step_id, form.version.data or 0, form.series_id.data, form.repeat(), bool(form.like_this.data)
                )
                return done(f"{url_for('plan.step', step_id=step_id)}#repeats", _("It repeats from now on."), undo=True)
    status = form.status if request.method == "POST" and form.errors else 200
    return page("plan/repeat.html", status, view=view, form=form, days=days, asked=request.method == "POST")


@bp.post("/plan/steps/<id:step_id>/repeat/pattern")
@uses(services.next_like)
def next_like(step_id: int) -> Response:
    """The next ones look like this one."""
    services.next_like(step_id)
    return done(f"{url_for('plan.step', step_id=step_id)}#repeats", _("The next ones will look like this."), undo=True)


@bp.get("/plan/repeating")
@uses(queries.repeating)
def repeating() -> Response:
    """All that comes again in this team."""
    return page("plan/repeating.html", rows=queries.repeating())


@bp.post("/plan/repeating/<id:series_id>/pause")
@uses(services.pause_series)
def pause_series(series_id: int) -> Response:
    """No copy comes until it goes on."""
    services.pause_series(series_id)
    return done(safe_next(url_for("plan.repeating")), _("Paused: no copy comes until it goes on."), undo=True)


@bp.post("/plan/repeating/<id:series_id>/resume")
@uses(services.resume_series)
def resume_series(series_id: int) -> Response:
    """It goes on from today."""
    services.resume_series(series_id)
    return done(safe_next(url_for("plan.repeating")), _("It repeats from now on."), undo=True)


@bp.post("/plan/repeating/<id:series_id>/end")
@uses(services.end_series)
def end_series(series_id: int) -> Response:
    """No copy comes any more."""
    services.end_series(series_id)
    return done(safe_next(url_for("plan.repeating")), _("It repeats no more. What is there stays."), undo=True)

"""When the team works: the hours of its week, holidays, days worked in spite of it."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.resources import forms, queries, services
from planner.resources.views.blueprint import bp


def _week_form() -> forms.WorkWeekForm:
    version, held = queries.versioned_hours()
    data = {"version": version or None, "opens": str(held.opens), "closes": str(held.closes)}
    return forms.WorkWeekForm(data=data | {"days_off": sorted(held.days_off)})


def _shown(week: forms.WorkWeekForm, days: forms.WorkDaysForm, status: int = 200) -> Response:
    return page("resources/hours.html", status, form=week, days=days, rows=queries.work_days())


@bp.route("/settings/working-hours", methods=["GET", "POST"])
@uses(services.set_work_week, queries.versioned_hours, queries.work_days)
def work_hours() -> Response:
    """From when to when, and which days are off."""
    form = _week_form()
    if form.ok():
        with form.catching():
            off = frozenset(form.days_off.data or ())
            services.set_work_week(form.version.data or 0, int(form.opens.data), int(form.closes.data), off)
            return done(url_for("resources.work_hours"), _("Saved."), undo=True)
    return _shown(form, forms.WorkDaysForm(formdata=None), 200 if request.method == "GET" else form.status)


@bp.post("/settings/working-hours/days")
@uses(services.add_work_days, queries.versioned_hours, queries.work_days)
def add_work_days() -> Response:
    """A holiday, or days worked in spite of the week."""
    form = forms.WorkDaysForm()
    if form.ok() and form.first.data:
        with form.catching():
            services.add_work_days(form.first.data, form.last.data, form.works.data == "y", form.name.data or "")
            return done(url_for("resources.work_hours"), _("Saved."), undo=True)
    version, held = queries.versioned_hours()
    week = forms.WorkWeekForm(formdata=None, data={"opens": str(held.opens), "closes": str(held.closes)})
    week.version.data, week.days_off.data = version or None, sorted(held.days_off)
    return _shown(week, form, form.status)


@bp.post("/settings/working-hours/days/<id:days_id>/remove")
@uses(services.remove_work_days)
def remove_work_days(days_id: int) -> Response:
    """Like all others of the week again."""
    services.remove_work_days(days_id)
    return done(url_for("resources.work_hours"), _("Removed."), undo=True)

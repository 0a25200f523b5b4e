"""Targets of goals, and the figures of the team's own."""

from __future__ import annotations

import json

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.figures import queries as team_figures
from planner.plan import forms, queries, services, words
from planner.plan.rules import OF_CHECK_INS, Aggregation, Way
from planner.plan.views.blueprint import bp, form_page, goal_url

ROWS = [["metric", "aggregation"], ["way", "weight"], ["baseline", "value"]]
OWN_ROWS = [["own_id"], ["name", "unit"], ["way", "aggregation"], ["baseline", "value"], ["weight"]]
EDIT_OWN_ROWS = [["aggregation"], ["baseline", "value"], ["weight"]]
METRIC_ROWS = [["name", "unit"], ["way"]]
USUAL = "gmv"
HELD = ("version", "metric", "aggregation", "way", "baseline", "value", "weight")


def _proposed(form: forms.TargetForm | forms.OwnTargetForm, goal_id: int, metric: str, own_id: int | None) -> bool:
    """Whether the baseline was asked for instead of saving: the form comes back with it, in the digits of its figure
    and with the days it was found in, or says that none is known."""
    if "propose" not in request.form or (not metric and not own_id):
        return False
    counted = Aggregation(form.aggregation.data)
    if metric and counted not in queries.countings_of(metric):
        return False  # what can't be is refused, as when it is saved
    found = queries.baseline_for(goal_id, metric, counted, Way(form.way.data), own_id)
    if found is None:
        form.fault("baseline", _("Nothing is known of the period before."))
        return True
    form.baseline.raw_data, form.baseline.data = None, words.rounded(found.value, metric)
    form.baseline.description = _("What it came to from %(days)s.", days=show.days(found.first, found.last))
    return True


def _offer_figures(form: forms.TargetForm, held: str = "") -> None:
    """The team's own figures, then those a file brings and those computed of them; each with how it can be counted.
    What is no ratio can't become one here: a target that stands keeps the kind of its figure."""
    base, derived = team_figures.metric_groups()
    known = queries.all_countings()
    own = [] if held else [(f"{forms.OWN}{m.id}", m.name) for m in queries.own_metrics()]
    form.metric.offer(
        [
            (_("Our own figures"), own),
            (_("From the platform"), [(m.key, m.name) for m in base if m.key in known]),
            (_("Computed"), [(m.key, m.name) for m in derived if m.key in known]),
        ]
    )
    can = {key: [str(each) for each in found] for key, found in known.items()}
    can |= {key: [str(each) for each in OF_CHECK_INS] for key, _name in own}
    form.metric.render_kw = {"data-limits": "aggregation", "data-can": json.dumps(can)}


def _target_page(
    form: forms.TargetForm | forms.OwnTargetForm, heading: str, rows: list[list[str]], goal_id: int
) -> Response:
    return form_page(form, heading, rows, goal_url(goal_id), extra="plan/_propose.html")


@bp.route("/plan/goals/<id:goal_id>/targets/new", methods=["GET", "POST"])
@uses(services.add_target, queries.goal, queries.own_metrics, queries.baseline_for)
def new_target(goal_id: int) -> Response:
    """A number that says so: of sessions, or one that people report."""
    view, _period = queries.goal(goal_id)
    form = forms.TargetForm(data={"metric": USUAL})
    _offer_figures(form)
    metric = "" if form.own_id else str(form.metric.data or "")
    if not _proposed(form, goal_id, metric, form.own_id) and form.ok():
        with form.catching():
            services.add_target(
                goal_id, metric, form.value.data, Aggregation(form.aggregation.data), Way(form.way.data),
                form.baseline.data, form.relative, form.heavy, form.own_id,
            )  # fmt: skip
            return done(goal_url(goal_id), _("Saved."), undo=True)
    return _target_page(form, _("New target for %(goal)s", goal=view.title), ROWS, goal_id)


@bp.route("/plan/goals/<id:goal_id>/targets/own", methods=["GET", "POST"])
@uses(services.add_own_target, queries.goal, queries.own_metrics, queries.baseline_for)
def new_own_target(goal_id: int) -> Response:
    """A number that people report."""
    view, _period = queries.goal(goal_id)
    form = forms.OwnTargetForm()
    form.own_id.offer([(m.id, m.name) for m in queries.own_metrics()])
    if not _proposed(form, goal_id, "", form.own_id.data) and form.ok():
        with form.catching():
            services.add_own_target(
                goal_id, form.own_id.data, form.name.data or "", form.unit.data or "", Way(form.way.data),
                form.value.data, Aggregation(form.aggregation.data), form.baseline.data, form.relative,
                form.heavy,
            )  # fmt: skip
            return done(goal_url(goal_id), _("Saved."), undo=True)
    return _target_page(form, _("New target for %(goal)s", goal=view.title), OWN_ROWS, goal_id)


@bp.route("/plan/targets/<id:target_id>/edit", methods=["GET", "POST"])
@uses(services.edit_target, queries.target, queries.baseline_for)
def edit_target(target_id: int) -> Response:
    """Another number, figure or way of counting."""
    row, title, own = queries.target(target_id)
    kind = forms.OwnTargetForm if own else forms.TargetForm
    form = kind(data={name: getattr(row, name) for name in HELD})
    form.value.relative = form.value.relative if form.value.raw_data else row.relative
    metric = "" if isinstance(form, forms.OwnTargetForm) else form.metric.data or ""
    if isinstance(form, forms.OwnTargetForm):
        form.own_id.offer([])
    else:
        _offer_figures(form, row.metric)
    if not _proposed(form, row.goal_id, metric, row.own_id) and form.ok():
        with form.catching():
            services.edit_target(
                target_id, form.version.data or 0, metric, form.value.data, Aggregation(form.aggregation.data),
                Way(form.way.data), form.baseline.data, form.relative, form.heavy,
            )  # fmt: skip
            return done(goal_url(row.goal_id), _("Saved."), undo=True)
    return _target_page(form, _("Target of %(goal)s", goal=title), EDIT_OWN_ROWS if own else ROWS, row.goal_id)


@bp.post("/plan/targets/<id:target_id>/remove")
@uses(services.remove_target)
def remove_target(target_id: int) -> Response:
    """It no longer counts."""
    goal_id = services.remove_target(target_id)
    return done(goal_url(goal_id), _("The target is gone."), undo=True)


@bp.get("/plan/figures")
@uses(queries.own_metrics)
def own_metrics() -> Response:
    """The figures of the team's own."""
    return page("plan/own_metrics.html", rows=queries.own_metrics())


@bp.route("/plan/figures/new", methods=["GET", "POST"])
@uses(services.add_own_metric)
def new_own_metric() -> Response:
    """Another one."""
    form = forms.OwnMetricForm()
    if form.ok():
        with form.catching():
            services.add_own_metric(form.name.data or "", form.unit.data or "", Way(form.way.data))
            return done(url_for("plan.own_metrics"), _("Saved."), undo=True)
    return form_page(form, _("New own figure"), METRIC_ROWS, url_for("plan.own_metrics"))


@bp.route("/plan/figures/<id:own_id>/edit", methods=["GET", "POST"])
@uses(services.edit_own_metric, queries.own_metric)
def edit_own_metric(own_id: int) -> Response:
    """Name, unit, direction."""
    row = queries.own_metric(own_id)
    form = forms.OwnMetricForm(data={name: getattr(row, name) for name in ("version", "name", "unit", "way")})
    if form.ok():
        with form.catching():
            services.edit_own_metric(
                own_id, form.version.data or 0, form.name.data or "", form.unit.data or "", Way(form.way.data)
            )
            return done(url_for("plan.own_metrics"), _("Saved."), undo=True)
    return form_page(form, row.name, METRIC_ROWS, url_for("plan.own_metrics"))


@bp.post("/plan/figures/<id:own_id>/delete")
@uses(services.trash_own_metric)
def delete_own_metric(own_id: int) -> Response:
    """Into the trash."""
    services.trash_own_metric(own_id)
    return done(url_for("plan.own_metrics"), _("The figure is in the trash."), undo=True)

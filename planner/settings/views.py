"""The table of settings, and the list of causes."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, panels
from planner.base.forms import Form, InputRequired, Length, LineField, SelectMultipleField, VersionField, WholeField
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.base.words import _l
from planner.figures import queries as figures
from planner.figures import services
from planner.figures.rules import MAY_BE_INTERACTIONS
from planner.figures.words import metric_label
from planner.people import queries as people

bp = Blueprint("settings", __name__)


class CauseForm(Form):
    """A cause of the team's own."""

    name = LineField(_l("Name"), [InputRequired(), Length(max=40)])


class FigureRulesForm(Form):
    """What the team agreed on about figures."""

    version = VersionField()
    tolerance = WholeField(_l("A miss is a normal swing up to"), [InputRequired()])
    interactions = SelectMultipleField(
        _l("Interactions are the sum of"), choices=lambda: [(key, metric_label(key)) for key in MAY_BE_INTERACTIONS]
    )


@bp.get("/settings")
@uses(people.me)
def index() -> Response:
    """Where everything is set up."""
    return page("settings/index.html", notes=panels.shown("settings", "top", actor.current().user_id or 0))


@bp.route("/settings/causes", methods=["GET", "POST"])
@uses(services.add_cause, figures.causes)
def causes() -> Response:
    """What a miss may be put down to."""
    form = CauseForm()
    if form.ok():
        with form.catching():
            services.add_cause(form.name.data or "")
        if not form.errors:
            return done(url_for("settings.causes"), _("Saved."), undo=True)
    status = 200 if request.method == "GET" else 422
    return page("settings/causes.html", status, form=form, rows=figures.causes())


@bp.post("/settings/causes/<id:cause_id>/remove")
@uses(services.remove_cause)
def remove_cause(cause_id: int) -> Response:
    """No longer offered."""
    services.remove_cause(cause_id)
    return done(url_for("settings.causes"), _("Removed."), undo=True)


@bp.route("/settings/figures", methods=["GET", "POST"])
@uses(services.set_team_rules, figures.versioned_rules)
def figure_rules() -> Response:
    """How a miss is judged, and what counts as an interaction."""
    version, held = figures.versioned_rules()
    form = FigureRulesForm(
        data={"version": version or None, "tolerance": int(held.tolerance * 100), "interactions": held.interactions}
    )
    if form.ok():
        with form.catching():
            share = Decimal(form.tolerance.data or 0) / 100
            services.set_team_rules(form.version.data or 0, share, form.interactions.data or [])
        if not form.errors:
            return done(url_for("settings.figure_rules"), _("Saved."))
    return page("settings/figures.html", 200 if request.method == "GET" else form.status, form=form)

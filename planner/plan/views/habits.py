"""What the team turns on in its plan, and the criteria of a phase."""

from __future__ import annotations

from dataclasses import asdict

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.plan import forms, queries, services
from planner.plan.rules import Gate
from planner.plan.views.blueprint import bp


@bp.route("/settings/plan", methods=["GET", "POST"])
@uses(services.set_plan_rules, queries.versioned_plan_rules)
def habits() -> Response:
    """Estimates, helpers, criteria, and how many cards are too many."""
    version, held = queries.versioned_plan_rules()
    form = forms.PlanRulesForm(data={"version": version or None} | asdict(held))
    if form.ok():
        with form.catching():
            services.set_plan_rules(form.version.data or 0, form.rules())
        if not form.errors:
            return done(url_for("plan.habits"), _("Saved."))
    return page("plan/habits.html", 200 if request.method == "GET" else form.status, form=form)


@bp.route("/plan/phases/<id:phase_id>/criteria", methods=["GET", "POST"])
@uses(queries.phase_criteria, services.add_criteria)
def criteria(phase_id: int) -> Response:
    """What has to hold before a phase begins, and before it is done."""
    form, here = forms.CriteriaForm(), url_for("plan.criteria", phase_id=phase_id)
    if form.ok():
        with form.catching():
            count = services.add_criteria(phase_id, Gate(form.gate.data), form.text.data or "")
            return done(here, ngettext("%(num)s line added.", "%(num)s lines added.", count), undo=True)
    status = 200 if request.method == "GET" else form.status
    return page("plan/criteria.html", status, view=queries.phase_criteria(phase_id), form=form)


@bp.post("/plan/criteria/<id:criterion_id>/sign")
@uses(services.sign_criterion)
def sign_criterion(criterion_id: int) -> Response:
    """It holds."""
    phase_id = services.sign_criterion(criterion_id, True)
    return done(url_for("plan.criteria", phase_id=phase_id), _("Signed."), undo=True)


@bp.post("/plan/criteria/<id:criterion_id>/unsign")
@uses(services.sign_criterion)
def unsign_criterion(criterion_id: int) -> Response:
    """It does not hold after all."""
    phase_id = services.sign_criterion(criterion_id, False)
    return done(url_for("plan.criteria", phase_id=phase_id), _("The signature is taken back."), undo=True)


@bp.post("/plan/criteria/<id:criterion_id>/remove")
@uses(services.remove_criterion)
def remove_criterion(criterion_id: int) -> Response:
    """Not asked for any more."""
    phase_id = services.remove_criterion(criterion_id)
    return done(url_for("plan.criteria", phase_id=phase_id), _("Removed."), undo=True)

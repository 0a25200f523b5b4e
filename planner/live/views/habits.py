"""What the team agreed on about its shows."""

from __future__ import annotations

from dataclasses import asdict

from flask import url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import forms, queries, services
from planner.live.views.blueprint import answered, bp


@bp.route("/settings/shows", methods=["GET", "POST"])
@uses(services.set_habits, queries.versioned_habits)
def habits() -> Response:
    """How often figures are read on air, and from when on a plan warns."""
    version, held = queries.versioned_habits()
    form = forms.HabitsForm(data={"version": version or None} | asdict(held))
    if form.ok():
        with form.catching():
            services.set_habits(form.version.data or 0, form.habits())
        if not form.errors:
            return done(url_for("live.habits"), _("Saved."))
    return page("live/habits.html", answered(form), form=form)

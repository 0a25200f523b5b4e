"""Results of sessions: the list, one in numbers, typing figures in."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import queries as live
from planner.outcomes import forms, services
from planner.outcomes.queries import results as queries
from planner.outcomes.queries import reviews
from planner.outcomes.views.blueprint import bp


@bp.get("/results")
@uses(queries.latest_results, reviews.reviews_due, reviews.waiting)
def results() -> Response:
    """What came of the last shows, and what waits for figures, review or a verdict."""
    rows, waits = queries.latest_results(40), reviews.waiting()
    return page("outcomes/results.html", rows=rows, due=reviews.reviews_due(), waits=waits)


@bp.route("/sessions/<id:session_id>/figures", methods=["GET", "POST"])
@uses(services.type_figures, live.brief, queries.typed_figures, queries.once_typed)
def figures(session_id: int) -> Response:
    """Type figures, or paste lines; who was overtaken sees theirs and mine."""
    typed, back = queries.typed_figures(session_id), url_for("live.session", session_id=session_id, phase="review")
    form = forms.FiguresForm(data={**typed.values, "version": typed.id or None, "started": typed.id or None})
    form.held = typed.values
    if form.ok():
        form.held = queries.once_typed(session_id, form.started.data or 0)
        form.read_lines()
        if not form.errors:
            with form.catching():
                services.type_figures(session_id, form.changes(), form.version.data or 0)
        if not form.errors:
            return done(back, _("The figures are in."))
    status = 200 if request.method == "GET" else form.status
    return page("outcomes/figures.html", status, form=form, session=live.brief(session_id), back=back)

"""Results of sessions: the list, one in numbers, typing figures in."""

from __future__ import annotations

from decimal import Decimal

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import queries as live
from planner.outcomes import forms, services
from planner.outcomes.queries import results as queries
from planner.outcomes.queries import reviews
from planner.outcomes.rules import compass
from planner.outcomes.views.blueprint import bp


@bp.get("/results")
@uses(queries.latest_results, reviews.reviews_due, reviews.verdicts_due)
def results() -> Response:
    """What came of the last shows, and what waits for figures, review or a verdict."""
    rows = queries.latest_results(40)
    return page("outcomes/results.html", rows=rows, due=reviews.reviews_due(), verdicts=reviews.verdicts_due())


@bp.route("/sessions/<id:session_id>/figures", methods=["GET", "POST"])
@uses(services.type_figures, live.brief, queries.typed_values)
def figures(session_id: int) -> Response:
    """Type figures, or paste lines."""
    held = queries.typed_values(session_id)
    form = forms.FiguresForm(data=held)
    status = 200 if request.method == "GET" else 422
    if form.ok():
        given: dict[str, Decimal] = {name: form[name].data for name in forms.TYPED if form[name].data is not None}
        pasted, strange = compass.read_lines(form.lines.data or "")
        for number, line in strange:
            form.fault("lines", _("Line %(number)s says nothing we know: %(line)s", number=number, line=line))
        if not form.errors:
            with form.catching():
                kept = {k: v for k, v in held.items() if k not in forms.TYPED}
                services.type_figures(session_id, kept | given | pasted)
        if not form.errors:
            return done(url_for("live.session", session_id=session_id, phase="review"), _("The figures are in."))
    return page("outcomes/figures.html", status, form=form, session=live.brief(session_id), names=forms.TYPED)

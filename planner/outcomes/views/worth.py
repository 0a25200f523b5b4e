"""Whether money was worth it: a person's word."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, page, uses
from planner.kernel.errors import NotFound
from planner.outcomes import services
from planner.outcomes.forms.worth import VerdictForm
from planner.outcomes.queries import output as outputs
from planner.outcomes.queries import worth as queries
from planner.outcomes.views.blueprint import bp
from planner.resources.rules import Worth


@bp.route("/requests/<id:request_id>/verdict", methods=["GET", "POST"])
@uses(services.give_verdict, queries.worth_page)
def verdict(request_id: int) -> Response:
    """Say it, or say something else."""
    view = queries.worth_page(request_id)
    if view is None:
        raise NotFound()
    held = {"worth": view.mine.worth, "words": view.mine.words} if view.mine else {}
    form = VerdictForm(data={"version": view.mine.version if view.mine else None, **held})
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            worth = Worth(form.worth.data)
            services.give_verdict(request_id, form.version.data or 0, worth, form.words.data or "")
            return done(url_for("resources.request", request_id=request_id), _("Saved."), undo=True)
    return page("outcomes/verdict.html", form.status if form.stale else status, view=view, form=form)


@bp.get("/requests/<id:request_id>/worth")
@uses(queries.on_request)
def worth(request_id: int) -> Response:
    """What the money of a request has brought, and what was said of it; ?part=rows for its page."""
    panel = queries.on_request(request_id)
    if request.args.get("part") == "rows":
        return fragment("outcomes/_worth_part.html", panel=panel)
    return page("outcomes/worth_page.html", panel=panel, request_id=request_id)


@bp.get("/budget/periods/<id:period_id>/output")
@uses(outputs.output_page)
def input_output(period_id: int) -> Response:
    """What went in and what came out, as a table and as text for the group."""
    return page("outcomes/output.html", view=outputs.output_page(period_id))

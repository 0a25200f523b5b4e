"""Which shows verify an action, and which nights comparisons leave out."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import services as sessions
from planner.outcomes import forms, services
from planner.outcomes.queries import actions as queries
from planner.outcomes.views.blueprint import bp


@bp.route("/actions/<id:action_id>/verify", methods=["GET", "POST"])
@uses(services.verify_by, queries.action_page)
def verify(action_id: int) -> Response:
    """Choose the shows that will tell whether it worked."""
    view = queries.action_page(action_id)
    form = forms.VerifyForm(data={"version": view.action.version, "verify": view.chosen})
    form.verify.choices = [(b.id, f"{show.when(b.planned_start)} {b.theme}") for b in view.offered]
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            session_id = services.verify_by(action_id, form.version.data or 0, form.verify.data or [])
            return done(url_for("outcomes.review", session_id=session_id), _("Saved."), undo=True)
    return page("outcomes/verify.html", form.status if form.stale else status, view=view, form=form)


@bp.post("/sessions/<id:session_id>/review/leave-out")
@uses(sessions.leave_out)
def leave_out(session_id: int) -> Response:
    """A night that says little about others; or it counts again."""
    out = request.form.get("out") == "1"
    sessions.leave_out(session_id, out)
    said = _("This night is left out of comparisons.") if out else _("This night counts in comparisons again.")
    return done(url_for("outcomes.review", session_id=session_id), said, undo=True)

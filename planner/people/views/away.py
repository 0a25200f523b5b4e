"""Days away: one's own, or somebody's for whom a lead speaks."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel.permissions import P
from planner.people import forms, queries, services
from planner.people.views.blueprint import bp


def _back(user_id: int) -> str:
    return url_for("people.away", user_id=None if user_id == actor.current().user_id else user_id)


@bp.route("/me/away", methods=["GET", "POST"], defaults={"user_id": None})
@bp.route("/settings/people/<id:user_id>/away", methods=["GET", "POST"])
@uses(services.mark_away, queries.days_away, queries.person)
def away(user_id: int | None) -> Response:
    """Days on which somebody can't be planned, and whom their shifts need instead."""
    person, form = queries.person(user_id or actor.current().user_id or 0), forms.AwayForm()
    mine = person.user_id == actor.current().user_id
    if form.ok() and form.first.data:
        with form.catching():
            services.mark_away(person.user_id, form.first.data, form.last.data, form.reason.data or "")
        if not form.errors:
            return done(_back(person.user_id), _("Marked as away."), undo=True)
    status = form.status if form.is_submitted() else 200
    shown = {"person": person, "mine": mine, "rows": queries.days_away(person.user_id)}
    return page("people/away.html", status, form=form, may_mark=mine or actor.current().may(P.PEOPLE_MANAGE), **shown)


@bp.post("/days-away/<id:away_id>/withdraw")
@uses(services.withdraw_away)
def withdraw_away(away_id: int) -> Response:
    """These days can be planned after all."""
    return done(_back(services.withdraw_away(away_id)), _("These days can be planned again."), undo=True)

"""Emergencies on air: which one, its steps with the clock, its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, page, uses
from planner.checklists import forms, queries, services
from planner.checklists.views.blueprint import bp
from planner.kernel import clock


@bp.route("/sessions/<id:session_id>/emergency", methods=["GET", "POST"])
@uses(services.begin_emergency, queries.beginning, queries.emergency)
def begin(session_id: int) -> Response:
    """Which one it is: the second tap, and its clock runs."""
    form = forms.EmergencyForm()
    if form.ok():
        with form.catching():
            made = services.begin_emergency(session_id, form.template_id.data, _began(form))
            return _runs(queries.emergency(session_id, made))
    status = 200 if request.method == "GET" else form.status
    return page("checklists/begin.html", status, view=queries.beginning(session_id), form=form)


def _runs(view: queries.EmergencyPage) -> Response:
    """To its steps; whoever began it can take it back, not who found it running."""
    place = url_for("checklists.emergency", session_id=view.session.id, checklist_id=view.row.id)
    return done(place, _("The emergency list runs."), undo=f"{place}/take-back" if view.may_undo else False)


def _began(form: forms.EmergencyForm) -> datetime | None:
    return clock.now() - timedelta(minutes=form.minutes.data) if form.minutes.data else None


@bp.get("/sessions/<id:session_id>/emergency/<id:checklist_id>")
@uses(queries.emergency)
def emergency(session_id: int, checklist_id: int) -> Response:
    """The steps, each with who does it; ?part=rows for the poll."""
    view = queries.emergency(session_id, checklist_id)
    if request.args.get("part") == "rows":
        return fragment("checklists/_emergency.html", view=view, show="all")
    return page("checklists/emergency.html", view=view, show="all", form=forms.FalseAlarmForm())


@bp.get("/sessions/<id:session_id>/emergency/strips")
@uses(queries.emergencies_on_air)
def strips(session_id: int) -> Response:
    """What runs now, for the poll of the show's page."""
    panel = queries.emergencies_on_air(session_id) or {"rows": [], "may": False, "now": clock.now()}
    shown = {"emergencies": panel["rows"], "may_begin": panel["may"], "now": panel["now"]}
    return fragment("checklists/_strips.html", session={"id": session_id}, **shown)


@bp.post("/sessions/<id:session_id>/emergency/<id:checklist_id>/end")
@uses(services.end_emergency, queries.emergency)
def end_emergency(session_id: int, checklist_id: int) -> Response:
    """It is over, by hand."""
    queries.emergency(session_id, checklist_id)
    services.end_emergency(checklist_id, request.form.get("note", ""))
    return done(url_for("live.session", session_id=session_id), _("The emergency is over."))


@bp.post("/sessions/<id:session_id>/emergency/<id:checklist_id>/take-back")
@uses(services.take_back_emergency, queries.emergency)
def take_back_emergency(session_id: int, checklist_id: int) -> Response:
    """It was begun by mistake."""
    queries.emergency(session_id, checklist_id)
    services.take_back_emergency(checklist_id)
    return done(url_for("live.session", session_id=session_id), _("The emergency list is taken back."), undo=True)


@bp.post("/sessions/<id:session_id>/emergency/<id:checklist_id>/false-alarm")
@uses(services.end_false_alarm, queries.emergency)
def end_false_alarm(session_id: int, checklist_id: int) -> Response:
    """Nothing had gone wrong, with the reason."""
    form, view = forms.FalseAlarmForm(), queries.emergency(session_id, checklist_id)
    if form.ok():
        with form.catching():
            services.end_false_alarm(checklist_id, form.reason.data or "")
            said = _("It ended as a false alarm and counts as no emergency.")
            return done(url_for("live.session", session_id=session_id), said, undo=True)
    return page("checklists/emergency.html", form.status, view=view, show="all", form=form)

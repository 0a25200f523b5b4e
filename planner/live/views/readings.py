"""Figures read on air: the page of its own, and each reading set right."""

from __future__ import annotations

import secrets
from typing import Any

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from planner.base import verbs
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.web import done, is_tick, page, piece, uses
from planner.kernel.errors import Invalid
from planner.live import forms, queries, services
from planner.live.rules import FIGURES, Phase
from planner.live.views.air import CLIENT_ID, tapped_at
from planner.live.views.blueprint import answered, bp
from planner.live.words import read_label


def _page_of(session_id: int) -> dict[str, Any]:
    view = queries.hub(session_id, Phase.AIR)
    return {"view": view, "session": view.session, "air": queries.on_air(view)}


@bp.route("/sessions/<id:session_id>/reading", methods=["GET", "POST"])
@uses(services.take_reading, queries.hub, queries.on_air)
def reading(session_id: int) -> Response:
    """Type what the platform shows; a jump is asked about beside its field."""
    form = forms.ReadingForm()
    if is_tick():
        return _queued(session_id, form)
    if form.ok():
        with form.catching():
            made = services.take_reading(session_id, form.reading(), _client_id())
            back = url_for("live.take_back_reading", row_id=made)
            return done(_air_of(session_id), _("The figures are kept."), undo=back)
    return page("live/reading.html", answered(form), reading_form=form, **_page_of(session_id))


def _client_id() -> str:
    """The id of the tap; without JavaScript the form's own key stands in, so that a double click is one reading."""
    sent = request.form.get("client_id", "")
    return sent if CLIENT_ID.fullmatch(sent) else verbs.asked_once()[:32] or secrets.token_hex(16)


def _air_of(session_id: int) -> str:
    return url_for("live.session", session_id=session_id, phase=Phase.AIR)


def _queued(session_id: int, form: forms.ReadingForm) -> Response:
    """The phone's queue: it keeps what was typed until it is taken, and asks the question itself."""
    if not form.ok():
        raise Invalid.at("at", _first_fault(form))
    try:
        made = services.take_reading(session_id, form.reading(), _client_id(), tapped_at())
    except Invalid as fault:
        said = [f"{read_label(k)}: {told(m)}" for k, m in fault.fields.items() if k in FIGURES]
        answer = jsonify(ok=False, message=" ".join(said) or told(next(iter(fault.fields.values()))))
        if "sure" in fault.fields:
            answer = jsonify(ok=False, message=" ".join(said), ask=_("It is right"))
        answer.status_code = 422
        return answer
    row = piece("live/_reading_form.html", reading_form=forms.ReadingForm(formdata=None), **_page_of(session_id))
    back = url_for("live.take_back_reading", row_id=made)
    return jsonify(ok=True, row_html=row, noted=True, message=_("The figures are kept."), undo_url=back)


def _first_fault(form: forms.ReadingForm) -> Any:
    return next(str(words) for said in form.errors.values() for words in said)


@bp.route("/readings/<id:reading_id>", methods=["GET", "POST"])
@uses(services.correct_reading, queries.reading)
def correct_reading(reading_id: int) -> Response:
    """Other figures, or another moment, count instead."""
    held = queries.reading(reading_id)
    stands = forms.typed_figures(held.figures) | {"at": held.at}
    form = forms.CorrectionForm(data={"version": held.row_id} | stands)
    if form.ok():
        with form.catching():
            made = services.correct_reading(reading_id, form.version.data or 0, form.reading())
            back = url_for("live.take_back_reading", row_id=made)
            return done(_figures_of(held.session_id), _("Saved."), undo=back)
    brief = queries.brief(held.session_id)
    return page("live/reading_one.html", answered(form, stands), form=form, held=held, session=brief)


def _figures_of(session_id: int) -> str:
    return url_for("live.session", session_id=session_id, _anchor="readings")


@bp.post("/readings/<id:reading_id>/withdraw")
@uses(services.withdraw_reading, queries.reading)
def withdraw_reading(reading_id: int) -> Response:
    """It was none."""
    held = queries.reading(reading_id)
    row_id = services.withdraw_reading(reading_id)
    back = url_for("live.take_back_reading", row_id=row_id)
    return done(_figures_of(held.session_id), _("The reading is withdrawn."), undo=back)


@bp.post("/readings/<id:row_id>/back")
@uses(services.take_back_reading)
def take_back_reading(row_id: int) -> Response:
    """What stood before stands again."""
    session_id = services.take_back_reading(row_id)
    if is_tick():
        return jsonify(ok=True, message=_("The reading is withdrawn."))
    return done(_figures_of(session_id), _("The figures stand as they did before."))

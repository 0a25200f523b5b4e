"""On air: the taps of the crew, and what is noted."""

from __future__ import annotations

import re
import secrets

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, is_tick, page, uses
from planner.live import forms, queries, services
from planner.live.rules import LogKind
from planner.live.views.blueprint import bp

CLIENT_ID = re.compile(r"[0-9a-f]{32}")


def _hub(session_id: int, **more: str) -> str:
    return url_for("live.session", session_id=session_id, **more)


@bp.route("/sessions/<id:session_id>/go", methods=["GET", "POST"])
@uses(services.give_go, queries.hub)
def go(session_id: int) -> Response:
    """A person's go, with the checks as seen."""
    form = forms.GoForm()
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            services.give_go(session_id, form.note.data or "")
        if not form.errors:
            return done(_hub(session_id), _("Go is given."), undo=True)
    return page("live/go.html", status, form=form, view=queries.hub(session_id))


@bp.post("/sessions/<id:session_id>/withdraw-go")
@uses(services.withdraw_go)
def withdraw_go(session_id: int) -> Response:
    """The go is taken back."""
    services.withdraw_go(session_id)
    return done(_hub(session_id), _("The go is withdrawn."))


@bp.post("/sessions/<id:session_id>/air")
@uses(services.go_live)
def air(session_id: int) -> Response:
    """On air."""
    services.go_live(session_id)
    return done(_hub(session_id), _("On air."))


@bp.post("/sessions/<id:session_id>/not-live")
@uses(services.take_back_live)
def not_live(session_id: int) -> Response:
    """The tap was a mistake."""
    services.take_back_live(session_id)
    return done(_hub(session_id), _("Not on air after all."))


@bp.post("/sessions/<id:session_id>/end")
@uses(services.end_live)
def end(session_id: int) -> Response:
    """Off air."""
    services.end_live(session_id)
    return done(_hub(session_id), _("Off air. Import the figures when the platform has them."))


@bp.post("/sessions/<id:session_id>/not-ended")
@uses(services.take_back_end)
def not_ended(session_id: int) -> Response:
    """The end was tapped by mistake."""
    services.take_back_end(session_id)
    return done(_hub(session_id), _("Still on air; nothing is lost."))


@bp.route("/sessions/<id:session_id>/times", methods=["GET", "POST"])
@uses(services.correct_times, queries.brief)
def times(session_id: int) -> Response:
    """Set the real times right."""
    b = queries.brief(session_id)
    form = forms.TimesForm(data={"version": b.version, "start": b.real_start, "end": b.real_end})
    if form.ok():
        with form.catching():
            services.correct_times(session_id, form.version.data or 0, form.start.data, form.end.data)
        if not form.errors:
            return done(_hub(session_id), _("Saved."), undo=True)
    return page("live/times.html", 200 if request.method == "GET" else form.status, form=form, session=b)


@bp.post("/sessions/<id:session_id>/log")
@uses(services.log_entry)
def log(session_id: int) -> Response:
    """One tap, one note; the phone's queue repeats until it is heard."""
    kind, sent = request.form.get("kind", ""), request.form.get("client_id", "")
    client_id = sent if CLIENT_ID.fullmatch(sent) else secrets.token_hex(16)
    member = LogKind(kind) if kind in set(LogKind) else LogKind.HIGHLIGHT
    services.log_entry(session_id, member, client_id, note=request.form.get("note", ""))
    if is_tick():
        return jsonify(ok=True, message=_("Noted."))
    return done(_hub(session_id), _("Noted."))


@bp.post("/log/<id:entry_id>/note")
@uses(services.note_log)
def note(entry_id: int) -> Response:
    """Say what it was."""
    session_id = services.note_log(entry_id, request.form.get("text", ""))
    return done(_hub(session_id, phase=request.form.get("phase", "")), _("Saved."))


@bp.post("/log/<id:entry_id>/withdraw")
@uses(services.withdraw_log)
def withdraw(entry_id: int) -> Response:
    """It was a slip of the finger."""
    session_id = services.withdraw_log(entry_id)
    return done(_hub(session_id, phase=request.form.get("phase", "")), _("The note is withdrawn."))

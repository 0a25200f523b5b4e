"""On air: the taps of the crew, and what is noted."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.web import done, is_tick, page, uses
from planner.kernel.permissions import P
from planner.live import forms, queries, services
from planner.live.rules import Phase
from planner.live.views.blueprint import answered, bp

CLIENT_ID = re.compile(r"[0-9a-f]{32}")


def hub_url(session_id: int, phase: str | None = None) -> str:
    """The page of a session, in a phase where it is one."""
    return url_for("live.session", session_id=session_id, phase=phase if phase in set(Phase) else None)


def tapped_at() -> datetime | None:
    """When the phone noted it, by the server's clock as the phone keeps it; None where it does not say."""
    try:
        found = datetime.fromisoformat(request.form.get("tapped_at", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None and 2000 < found.year < 2100 else None


def client_id() -> str:
    """The id the phone's queue gave a tap; one of our own where a plain form was sent."""
    sent = request.form.get("client_id", "")
    return sent if CLIENT_ID.fullmatch(sent) else secrets.token_hex(16)


@bp.route("/sessions/<id:session_id>/go", methods=["GET", "POST"])
@uses(services.give_go, queries.hub)
def go(session_id: int) -> Response:
    """A person's go, with the checks as seen."""
    view = queries.hub(session_id)
    form = forms.go_form(view.blockers)
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            services.give_go(session_id, form.note.data or "", form.reasons(view.blockers))
        if not form.errors:
            return done(hub_url(session_id), _("Go is given."), undo=True)
    return page("live/go.html", status, form=form, view=view)


@bp.post("/sessions/<id:session_id>/withdraw-go")
@uses(services.withdraw_go)
def withdraw_go(session_id: int) -> Response:
    """The go is taken back."""
    services.withdraw_go(session_id)
    return done(hub_url(session_id), _("The go is withdrawn."), undo=True)


@bp.post("/sessions/<id:session_id>/air")
@uses(services.go_live)
def air(session_id: int) -> Response:
    """On air."""
    services.go_live(session_id)
    return done(hub_url(session_id), _("On air."), undo=True)


@bp.post("/sessions/<id:session_id>/again")
@uses(services.resume_live)
def again(session_id: int) -> Response:
    """On air again after a break: another stream."""
    services.resume_live(session_id)
    return done(hub_url(session_id), _("On air again: another stream of this session."), undo=True)


@bp.post("/sessions/<id:session_id>/prepare")
@uses(services.start_preparing)
def prepare(session_id: int) -> Response:
    """The room has begun with it."""
    services.start_preparing(session_id)
    return done(hub_url(session_id), _("Preparation has begun."), undo=True)


@bp.post("/sessions/<id:session_id>/not-live")
@uses(services.take_back_live)
def not_live(session_id: int) -> Response:
    """The tap was a mistake."""
    services.take_back_live(session_id)
    return done(hub_url(session_id), _("Not on air after all."), undo=True)


@bp.route("/sessions/<id:session_id>/end", methods=["GET", "POST"])
@uses(services.end_live, queries.brief)
def end(session_id: int) -> Response:
    """Off air, now or since a time; the page asks first where nobody held the button."""
    form, b = forms.EndForm(), queries.brief(session_id)
    if form.ok():
        with form.catching():
            services.end_live(session_id, form.at.data)
        if not form.errors:
            return done(hub_url(session_id), _("Off air. Import the figures when the platform has them."), undo=True)
    return page("live/end.html", answered(form), form=form, session=b)


@bp.post("/sessions/<id:session_id>/earlier")
@uses(services.start_earlier)
def earlier(session_id: int) -> Response:
    """The start was tapped late."""
    sent = request.form.get("minutes", ""), request.form.get("version", "")
    minutes, version = (int(s) if s.isdecimal() and len(s) < 19 else 0 for s in sent)
    services.start_earlier(session_id, version, minutes)
    return done(hub_url(session_id), _("The real start is set right."), undo=True)


@bp.post("/sessions/<id:session_id>/not-ended")
@uses(services.take_back_end)
def not_ended(session_id: int) -> Response:
    """The end was tapped by mistake."""
    services.take_back_end(session_id)
    return done(hub_url(session_id), _("Still on air; nothing is lost."), undo=True)


@bp.route("/sessions/<id:session_id>/times", methods=["GET", "POST"])
@uses(services.correct_times, queries.airings, queries.channels)
def times(session_id: int) -> Response:
    """Set the real times right, each stream on its own; a lead adds one that was forgotten."""
    b, held = queries.brief(session_id), queries.airings(session_id)
    offered = queries.channels() if held and actor.current().may(P.SESSION_EDIT) else []
    form = forms.times_form(b.version, held, [(c.id, c.name) for c in offered])
    stands = {name: found for a in held for name, found in zip(_fields(a.id), (a.real_start, a.real_end), strict=True)}
    if form.ok():
        with form.catching(_places(held)):
            services.correct_times(session_id, form.version.data or 0, form.streams(held))
        if not form.errors:
            return done(hub_url(session_id), _("Saved."), undo=True)
    return page("live/times.html", answered(form, stands), form=form, session=b, streams=held)


def _fields(name: int | str) -> tuple[str, str]:
    return f"start_{name}", f"end_{name}"


def _places(held: Sequence[queries.AiringRow]) -> dict[str, str]:
    """Where the faults of a stream by its number stand in the form, which goes by ids."""
    names = [_fields(a.id) for a in held] + [_fields("new")]
    numbered = {f"{part}_{n}": pair[i] for n, pair in enumerate(names, 1) for i, part in enumerate(("start", "end"))}
    return numbered | {"channel_id": "channel_new"}


@bp.post("/sessions/<id:session_id>/log")
@uses(services.log_entry)
def log(session_id: int) -> Response:
    """One tap, one note; the phone's queue repeats until it is heard."""
    kind, said = request.form.get("kind", ""), request.form.get("note", "")
    made = services.log_entry(session_id, kind, client_id(), tapped_at(), said)
    if is_tick():
        told = {"undo_url": url_for("live.withdraw", entry_id=made), "more": _("Add words"), "more_url": f"#say-{made}"}
        return jsonify(ok=True, message=_("Noted."), **told)
    return done(hub_url(session_id), _("Noted."), undo=url_for("live.withdraw", entry_id=made))


@bp.post("/log/<id:entry_id>/note")
@uses(services.note_log)
def note(entry_id: int) -> Response:
    """Say what it was."""
    session_id = services.note_log(entry_id, request.form.get("text", ""))
    if is_tick():
        return jsonify(ok=True, message=_("Saved."))
    return done(hub_url(session_id, request.form.get("phase")), _("Saved."))


@bp.post("/log/<id:entry_id>/withdraw")
@uses(services.withdraw_log)
def withdraw(entry_id: int) -> Response:
    """It was a slip of the finger."""
    session_id, phase = services.withdraw_log(entry_id), request.form.get("phase")
    if is_tick():
        return jsonify(ok=True, message=_("The note is withdrawn."))
    back = url_for("live.put_back", entry_id=entry_id, phase=phase if phase in set(Phase) else None)
    return done(hub_url(session_id, phase), _("The note is withdrawn."), undo=back)


@bp.post("/log/<id:entry_id>/put-back")
@uses(services.put_back_log)
def put_back(entry_id: int) -> Response:
    """It was none: the note stands again."""
    session_id = services.put_back_log(entry_id)
    return done(hub_url(session_id, request.args.get("phase")), _("The note stands again."))

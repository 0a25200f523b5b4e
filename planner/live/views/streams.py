"""Streams of a show that runs."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import forms, queries, services
from planner.live.rules import Phase
from planner.live.views.blueprint import answered, bp


def _air(session_id: int) -> str:
    return url_for("live.session", session_id=session_id, phase=str(Phase.AIR))


@bp.route("/sessions/<id:session_id>/streams", methods=["GET", "POST"])
@uses(services.add_stream, queries.brief, queries.channels, queries.airings)
def streams(session_id: int) -> Response:
    """On another channel as well."""
    b, form = queries.brief(session_id), forms.StreamForm()
    running = {a.channel_id for a in queries.airings(session_id) if a.real_end is None}
    form.channel_id.offer([(c.id, c.name) for c in queries.channels() if c.id not in running])
    if form.ok():
        with form.catching():
            services.add_stream(session_id, form.channel_id.data or 0)
        if not form.errors:
            return done(_air(session_id), _("On another channel as well."), undo=True)
    return page("live/streams.html", answered(form), form=form, session=b)


@bp.post("/sessions/<id:session_id>/reopen")
@uses(services.reopen_stream)
def reopen(session_id: int) -> Response:
    """It broke and is open again."""
    services.reopen_stream(session_id)
    return done(_air(session_id), _("On air again: another stream of this session."), undo=True)


@bp.post("/sessions/<id:session_id>/streams/<id:airing_id>/end")
@uses(services.end_stream)
def end_stream(session_id: int, airing_id: int) -> Response:
    """This stream ends, the show goes on."""
    services.end_stream(session_id, airing_id)
    return done(_air(session_id), _("This stream has ended; the show goes on."), undo=True)

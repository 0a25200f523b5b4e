"""History of an object, news of the team, undo, background work."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from planner.base import jobs, undo
from planner.base.i18n import gettext as _
from planner.base.web import done, page, safe_next, uses
from planner.history import queries

bp = Blueprint("history", __name__)


@bp.get("/history/<kind>/<id:object_id>")
@uses(queries.history)
def of(kind: str, object_id: int) -> Response:
    """Who changed which field when."""
    title, entries = queries.history(kind, object_id)
    return page("history/of.html", title=title, entries=entries, kind=kind, object_id=object_id)


@bp.get("/news")
@uses(queries.news)
def news() -> Response:
    """What happened in the team."""
    asked = request.args.get("before", "")
    lines, following = queries.news(int(asked) if asked.isdecimal() and len(asked) < 19 else None)
    return page(
        "history/news.html", lines=lines, next_url=url_for("history.news", before=following) if following else None
    )


@bp.post("/undo/<command_id>")
@uses(undo.undo)
def take_back(command_id: str) -> Response:
    """Take the last thing back."""
    undo.undo(command_id)
    back = request.referrer or ""
    inside = back.removeprefix(request.host_url.rstrip("/")) if back.startswith(request.host_url) else "/"
    return done(safe_next(inside), _("Undone."))


@bp.get("/jobs")
@uses(jobs.recent)
def background() -> Response:
    """What runs in the background."""
    return page("history/jobs.html", rows=jobs.recent())

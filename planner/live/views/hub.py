"""The session page: it follows its phase and shows first what is not right."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from planner.base import panels
from planner.base.web import fragment, page, uses
from planner.discussions import queries as discussions
from planner.live import queries
from planner.live.rules import Phase
from planner.live.views.blueprint import bp

PARTS = ("top", "main", "end", "side")
"""Where panels stand in a phase: before, among and after what the session itself shows, and beside it."""


@bp.get("/sessions/<id:session_id>")
@uses(queries.hub, discussions.thread)
def session(session_id: int) -> Response:
    """The hub. ?phase=prepare|air|review shows another phase than the present one."""
    asked = request.args.get("phase", "")
    view = queries.hub(session_id, Phase(asked) if asked in set(Phase) else None)
    if request.args.get("part") == "log":
        return fragment("live/_timeline.html", view=view, session=view.session)
    parts = {part: panels.shown("session", f"{view.phase}.{part}", session_id) for part in PARTS}
    thread = discussions.thread("session", session_id)
    return page("live/session.html", view=view, session=view.session, parts=parts, thread=thread)

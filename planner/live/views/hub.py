"""The session page: it follows its phase and shows first what is not right."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from planner.base import panels
from planner.base.web import fragment, page, uses
from planner.discussions import queries as discussions
from planner.live import forms, queries
from planner.live.rules import Phase
from planner.live.views.blueprint import bp

PARTS = ("first", "top", "main", "end", "side")
"""Where panels stand in a phase: below what is on air, before, among and after the session itself, and beside it."""

PARTS_ALONE = {"log": "live/_timeline.html", "ready": "live/_ready.html"}
"""What needs no figures to be asked for again."""

POLLED = {"reading": "live/_now.html", "figures": "live/_figures.html"}
"""What the live page asks for again by itself while it is on air."""


@bp.get("/sessions/<id:session_id>")
@uses(queries.hub, queries.on_air, queries.strains_on, discussions.thread)
def session(session_id: int) -> Response:
    """The hub. ?phase=prepare|air|review shows another phase than the present one."""
    asked = request.args.get("phase", "")
    view = queries.hub(session_id, Phase(asked) if asked in set(Phase) else None)
    if request.args.get("part") in PARTS_ALONE:
        return fragment(PARTS_ALONE[request.args["part"]], view=view, session=view.session)
    air = queries.on_air(view)
    if request.args.get("part") in POLLED and air.rhythm is not None:
        form = forms.ReadingForm(formdata=None)
        template = POLLED[request.args["part"]]
        return fragment(template, view=view, session=view.session, air=air, reading_form=form)
    parts = {part: panels.shown("session", f"{view.phase}.{part}", session_id) for part in PARTS}
    thread = discussions.thread("session", session_id)
    return page(
        "live/session.html", view=view, session=view.session, air=air, parts=parts, thread=thread,
        reading_form=forms.ReadingForm(formdata=None), strains=queries.strains_on(view),
    )  # fmt: skip

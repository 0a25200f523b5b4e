"""A SOP, or tonight's list, on paper for the wall of a studio, with a picture to scan that opens the next list."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.pictograms import qr
from planner.base.web import page, uses
from planner.checklists import queries
from planner.checklists.views.blueprint import bp
from planner.checklists.words import title_of
from planner.live import queries as live


def _next_url(studio_id: int) -> str:
    return url_for("checklists.next_of_studio", studio_id=studio_id, _external=True)


@bp.get("/sop/<id:template_id>/print")
@uses(queries.template, live.studios)
def print_sop(template_id: int) -> Response:
    """The standard on paper; ?studio= puts the picture of that studio on it."""
    studios = live.studios()
    asked = request.args.get("studio", "")
    chosen = next((s for s in studios if str(s.id) == asked), None)
    picture = qr(_next_url(chosen.id)) if chosen else None
    held = queries.on_paper(template_id)
    titles = {i.key: title_of(i.title, i.title_en) for _stage, items in held["stages"] for i in items}
    return page("checklists/paper.html", studios=studios, studio=chosen, picture=picture, titles=titles, **held)


@bp.get("/sessions/<id:session_id>/checklist/print")
@uses(queries.list_page)
def print_run(session_id: int) -> Response:
    """The list of a session on paper, with boxes to tick by hand and a picture that opens it."""
    view = queries.list_page(session_id, "all")
    address = url_for("checklists.run", session_id=session_id, _external=True)
    return page("checklists/run_paper.html", view=view, picture=qr(address))


@bp.get("/studios/<id:studio_id>/checklist")
@uses(queries.next_of_studio)
def next_of_studio(studio_id: int) -> Response:
    """What the picture on a studio's wall opens: the list of the show that is on there, or comes next."""
    studio, session_id = queries.next_of_studio(studio_id)
    if session_id is not None:
        answer = Response("", 303, {"Location": url_for("checklists.run", session_id=session_id)})
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return page("checklists/none_next.html", studio=studio)

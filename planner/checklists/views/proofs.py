"""One item: what was done to it, who does it instead, and the earlier proof that still holds."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import page, uses
from planner.checklists import queries, services
from planner.checklists.views.blueprint import bp
from planner.checklists.views.runs import answered, client_id, tapped_at
from planner.discussions import queries as discussions
from planner.live import queries as live


@bp.get("/checklist-items/<id:item_id>")
@uses(queries.item_page, discussions.thread)
def item(item_id: int) -> Response:
    """An item with all that was done to it."""
    view = queries.item_page(item_id)
    return page("checklists/item.html", view=view, i=view.item, thread=discussions.thread(queries.KIND, item_id))


@bp.get("/checklist-items/<id:item_id>/hand")
@uses(queries.item_page)
def hand_page(item_id: int) -> Response:
    """To whom of the crew."""
    view = queries.item_page(item_id)
    return page("checklists/hand.html", view=view, i=view.item)


@bp.get("/checklist-items/<id:item_id>/earlier")
@uses(queries.earlier_proofs, queries.item, live.briefs)
def earlier(item_id: int) -> Response:
    """The last proofs of the same line, one of which may hold again."""
    row, rows = queries.item(item_id), queries.earlier_proofs(item_id)
    briefs = live.briefs([row.session_id, *(each.session_id for each in rows)])
    themes = {b.id: b.theme for b in briefs.values()}
    return page("checklists/earlier.html", i=row, rows=rows, themes=themes)


@bp.post("/checklist-items/<id:item_id>/earlier")
@uses(services.carry_over, queries.ticked)
def carry_over(item_id: int) -> Response:
    """It still holds."""
    session_id = services.carry_over(item_id, _number("earlier_id"), client_id(), tapped_at())
    return answered(item_id, session_id, _("Carried over."))


@bp.post("/checklist-items/<id:item_id>/hand")
@uses(services.hand_over, queries.ticked)
def hand_over(item_id: int) -> Response:
    """Somebody else of the crew does it."""
    tap = client_id()
    session_id = services.hand_over(item_id, _number("user_id"), tap, tapped_at())
    back = url_for("checklists.hand_back", item_id=item_id, tap=tap)
    return answered(item_id, session_id, _("Handed over."), undo=back)


@bp.post("/checklist-items/<id:item_id>/hand/back")
@uses(services.hand_back, queries.ticked)
def hand_back(item_id: int) -> Response:
    """It is whose it was."""
    session_id = services.hand_back(item_id, request.args.get("tap", ""), client_id())
    return answered(item_id, session_id, _("The handing over is taken back."))


def _number(name: str) -> int:
    sent = request.form.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 19 else 0

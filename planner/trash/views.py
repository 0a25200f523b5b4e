"""The trash."""

from __future__ import annotations

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from planner.base import kinds, trash
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses

bp = Blueprint("trash", __name__)


@bp.get("/trash")
@uses(trash.trashed)
def index() -> Response:
    """What lies there, since when."""
    rows = [(trash_id, kinds.word(kind), title, at) for trash_id, kind, _row, title, at in trash.trashed()]
    return page("trash/index.html", rows=rows)


@bp.post("/trash/<trash_id>/restore")
@uses(trash.restore)
def restore(trash_id: str) -> Response:
    """Bring it back."""
    trash.restore(trash_id)
    return done(url_for("trash.index"), _("It is back."))

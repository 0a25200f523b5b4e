"""Saying that one knows."""

from __future__ import annotations

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, uses
from planner.notifications import services

bp = Blueprint("notifications", __name__)


@bp.post("/notices/<id:newest>/known")
@uses(services.know_notices)
def know(newest: int) -> Response:
    """One button for all that is shown."""
    services.know_notices(newest)
    again = url_for("notifications.again", newest=newest)
    return done(url_for("home.today"), _("Noted. These messages are gone."), undo=again)


@bp.post("/notices/<id:newest>/again")
@uses(services.show_notices_again)
def again(newest: int) -> Response:
    """Not yet, after all."""
    services.show_notices_again(newest)
    return done(url_for("home.today"))

"""Versions of a SOP: compared, who ran them, and lists that go over to the one in force."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.checklists import queries, services
from planner.checklists.views.blueprint import bp
from planner.checklists.views.sops import sop_url
from planner.kernel.permissions import P
from planner.live import queries as live


def _asked(name: str) -> int | None:
    sent = request.values.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 19 else None


@bp.get("/sop/<id:template_id>/compare")
@uses(queries.compared)
def compare_sop(template_id: int) -> Response:
    """What is another in one version than in the other: ?before= and ?after=, usually the last two."""
    held = queries.compared(template_id, _asked("before"), _asked("after"))
    return page("checklists/compare.html", back=sop_url(template_id), **held)


@bp.get("/sop/<id:template_id>/runs")
@uses(queries.ran_page, live.next_briefs)
def sop_runs(template_id: int) -> Response:
    """Which sessions ran which version; ?version= of one alone. One that is to come can get a list by hand."""
    held = queries.ran_page(template_id, _asked("version"))
    coming = live.next_briefs(limit=20) if actor.current().may(P.SESSION_EDIT) else []
    return page("checklists/ran.html", back=sop_url(template_id), coming=coming, **held)


@bp.get("/sop/<id:template_id>/upgrade")
@uses(queries.upgrades)
def upgrades(template_id: int) -> Response:
    """What would going over to the version in force do to each running list."""
    return page("checklists/upgrade.html", back=sop_url(template_id), **queries.upgrades(template_id))


@bp.post("/sop/<id:template_id>/upgrade")
@uses(services.upgrade_lists)
def upgrade(template_id: int) -> Response:
    """Those that were chosen go over."""
    sent = [int(each) for each in request.form.getlist("lists") if each.isdecimal() and len(each) < 19]
    count = services.upgrade_lists(template_id, _asked("version_id") or 0, sent)
    words = ngettext("%(num)s list runs the new version.", "%(num)s lists run the new version.", count)
    return done(sop_url(template_id), words if count else _("No list was chosen."), undo=bool(count))

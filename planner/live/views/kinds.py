"""The team's list of what is noted on air."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import forms, queries, services
from planner.live.views.blueprint import answered, bp

LIST = "live.log_kinds"


@bp.route("/settings/log-kinds", methods=["GET", "POST"])
@uses(services.add_log_kind, queries.log_kinds)
def log_kinds() -> Response:
    """What is offered in its order, what was removed, and another kind."""
    form = forms.KindForm()
    if form.ok():
        with form.catching():
            services.add_log_kind(form.name.data or "", form.icon.data or "", form.asks())
        if not form.errors:
            return done(url_for(LIST), _("Saved."), undo=True)
    return page("live/log_kinds.html", answered(form), form=form, kinds=queries.log_kinds())


@bp.route("/settings/log-kinds/<id:kind_id>/edit", methods=["GET", "POST"])
@uses(services.edit_log_kind, queries.log_kind)
def edit_log_kind(kind_id: int) -> Response:
    """Its name and picture where it is the team's own, and what it says."""
    row = queries.log_kind(kind_id)
    held = {"name": row.name, "icon": row.icon, "is_fault": row.fault, "restores": row.restores}
    form = forms.KindForm(data=held | {"version": row.version})
    if form.ok():
        with form.catching():
            named = (form.name.data or "", form.icon.data or "")
            services.edit_log_kind(kind_id, form.version.data or 0, *named, form.asks())
        if not form.errors:
            return done(url_for(LIST), _("Saved."), undo=True)
    shown = next(kind for kind in queries.log_kinds() if kind.id == kind_id)
    return page("live/log_kind.html", answered(form, held), form=form, kind=shown)


@bp.post("/settings/log-kinds/<id:kind_id>/move")
@uses(services.move_log_kind)
def move_log_kind(kind_id: int) -> Response:
    """One place up, or down."""
    services.move_log_kind(kind_id, request.form.get("to") != "down")
    return done(url_for(LIST), _("Saved."), undo=True)


@bp.post("/settings/log-kinds/<id:kind_id>/remove")
@uses(services.remove_log_kind)
def remove_log_kind(kind_id: int) -> Response:
    """No longer offered."""
    services.remove_log_kind(kind_id)
    return done(url_for(LIST), _("Removed."), undo=True)


@bp.post("/settings/log-kinds/<id:kind_id>/put-back")
@uses(services.put_back_log_kind)
def put_back_log_kind(kind_id: int) -> Response:
    """Offered again."""
    services.put_back_log_kind(kind_id)
    return done(url_for(LIST), _("Offered again."), undo=True)

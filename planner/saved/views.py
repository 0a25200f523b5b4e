"""Pages of saved views, and the view that opens when a list is asked for nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel.permissions import P
from planner.saved import forms, queries, rules, services
from planner.saved.words import page_word

bp = Blueprint("saved", __name__)


def _comes_from_itself() -> bool:
    """Whether somebody on the list itself asked for nothing, by taking away what narrowed it."""
    came = urlsplit(request.referrer or "")
    return came.netloc == request.host and came.path == request.path


@bp.before_app_request
def open_by_default() -> Response | None:
    """Whoever comes to a list that asks for nothing, and has a view that opens then, is led to it."""
    listed = rules.PAGES.get(request.endpoint or "")
    if listed is None or request.method != "GET" or request.args or "X-Requested-With" in request.headers:
        return None
    who = actor.current()
    if not (who.may(P.SAVE_VIEWS) and who.may(listed.view)) or _comes_from_itself():
        return None
    found = queries.default_of(request.endpoint or "")
    return redirect(found.url, 302) if found else None


@bp.get("/views")
@uses(queries.all_views)
def index() -> Response:
    """All views one sees, by list: opened, renamed, shared, deleted, opened by default."""
    return page("saved/index.html", held=queries.all_views(), page_word=page_word)


@bp.route("/views/new", methods=["GET", "POST"])
@uses(services.save_view, services.replace_view, queries.replaceable)
def new() -> Response:
    """Keep what is looked at: under a name, or in the place of a view."""
    listed, query = request.values.get("page", ""), request.values.get("query", "")
    form, rows = forms.SaveForm(), queries.replaceable(listed)
    form.offer(rows)
    kept = rules.normal(listed, query)
    back = url_for(listed, **rules.values_of(kept))
    if form.ok():
        with form.catching({"query": ""}):
            taken = form.chosen()
            if taken:
                services.replace_view(*taken, query)
            else:
                services.save_view(listed, query, form.name.data or "", bool(form.shared.data))
            return done(back, _("The view is kept."), undo=True)
    status = 200 if request.method == "GET" else form.status
    more = {"listed": listed, "query": kept, "back": back, "may_share": actor.current().may(rules.PAGES[listed].share)}
    return page("saved/form.html", status, form=form, rows=rows, row=None, word=page_word(listed), **more)


@bp.get("/views/<id:view_id>")
@uses(queries.view)
def view(view_id: int) -> Response:
    """To the list as the view shows it."""
    return done(queries.view(view_id).url)


@bp.route("/views/<id:view_id>/edit", methods=["GET", "POST"])
@uses(services.edit_view, queries.view)
def edit(view_id: int) -> Response:
    """Its name, and for whom it is."""
    row = queries.view(view_id)
    form = forms.ViewForm(data={"version": row.version, "name": row.name, "shared": row.shared})
    if form.ok():
        with form.catching():
            services.edit_view(view_id, form.version.data or 0, form.name.data or "", bool(form.shared.data))
            return done(url_for("saved.index"), _("Saved."), undo=True)
    status = 200 if request.method == "GET" else form.status
    more = {"back": url_for("saved.index"), "may_share": row.shared or actor.current().may(rules.PAGES[row.page].share)}
    return page("saved/form.html", status, form=form, row=row, word=page_word(row.page), **more)


@bp.post("/views/<id:view_id>/delete")
@uses(services.trash_view)
def delete(view_id: int) -> Response:
    """Into the trash."""
    services.trash_view(view_id)
    return done(url_for("saved.index"), _("The view is in the trash."), undo=True)


@bp.post("/views/<id:view_id>/open-by-default")
@uses(services.open_by_default)
def set_default(view_id: int) -> Response:
    """It opens when its list is asked for nothing."""
    services.open_by_default(view_id)
    return done(url_for("saved.index"), _("It opens by default now."), undo=True)


@bp.post("/views/<id:view_id>/open-plainly")
@uses(services.open_plainly)
def clear_default(view_id: int) -> Response:
    """The list opens as it is again."""
    services.open_plainly(view_id)
    return done(url_for("saved.index"), _("The list opens without a view again."), undo=True)

"""Templates of requests: kept, listed, renamed, deleted, begun from."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.resources import forms, queries, services
from planner.resources.rules import Kind
from planner.resources.views.blueprint import bp, number, request_url


@bp.get("/requests/templates")
@uses(queries.request_templates)
def templates() -> Response:
    """All of the team's."""
    return page("resources/templates.html", rows=queries.request_templates())


@bp.route("/requests/<id:request_id>/template", methods=["GET", "POST"])
@uses(services.keep_template, queries.head_of)
def keep_template(request_id: int) -> Response:
    """What is asked for again and again."""
    row = queries.head_of(request_id).row
    form = forms.TemplateForm(data={"name": row.title[:60]})
    if form.ok():
        with form.catching():
            services.keep_template(request_id, form.name.data or "")
            words = _("Kept as a template: it stands on the page of a new request.")
            return done(request_url(request_id), words, undo=True)
    status = 200 if request.method == "GET" else form.status
    return page("resources/template_form.html", status, form=form, back=request_url(request_id), request_row=row)


@bp.route("/requests/templates/<id:pattern_id>/rename", methods=["GET", "POST"])
@uses(services.rename_template, queries.request_template)
def rename_template(pattern_id: int) -> Response:
    """Another name."""
    row = queries.request_template(pattern_id)
    form = forms.TemplateForm(data={"version": row.version, "name": row.name})
    if form.ok():
        with form.catching():
            services.rename_template(pattern_id, form.version.data or 0, form.name.data or "")
            return done(url_for("resources.templates"), _("Saved."), undo=True)
    status = 200 if request.method == "GET" else form.status
    back = url_for("resources.templates")
    return page("resources/template_form.html", status, form=form, back=back, request_row=None)


@bp.post("/requests/templates/<id:pattern_id>/delete")
@uses(services.trash_template)
def delete_template(pattern_id: int) -> Response:
    """It is offered no more."""
    services.trash_template(pattern_id)
    return done(url_for("resources.templates"), _("The template is in the trash."), undo=True)


@bp.post("/requests/templates/<id:pattern_id>/use")
@uses(services.begin_from, queries.request_template)
def begin_from(pattern_id: int) -> Response:
    """A draft filled with it; of an envelope, its form."""
    if queries.request_template(pattern_id).kind is Kind.ENVELOPE:
        return redirect(url_for("resources.new_envelope", template=pattern_id), 303)
    made = services.begin_from(pattern_id, number("session"))
    return done(url_for("resources.edit_request", request_id=made), _("A draft from the template."), undo=True)

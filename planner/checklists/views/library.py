"""The library of SOPs: a new one, its name and its rules, into the trash."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.checklists import forms, queries, services
from planner.checklists.rules import Kind, Stage, read_answers
from planner.checklists.views.blueprint import bp
from planner.checklists.views.sops import sop_url
from planner.live import queries as live


@bp.get("/checklists/sop")
@uses(queries.templates)
def library() -> Response:
    """Which standards do we have."""
    rows = queries.templates()
    groups = [(kind, [row for row in rows if row.kind is kind]) for kind in Kind]
    return page("checklists/library.html", groups=groups, stages=list(Stage), built_in=queries.built_in_left())


def _sources(form: forms.NewForm) -> None:
    made = [(f"of-{row.id}", row.title) for row in queries.templates()]
    form.source.choices = [
        ("show", _("Empty, for a show")),
        ("emergency", _("Empty, for an emergency")),
        *[(f"built-in-{origin}", _("Built-in: %(name)s", name=name)) for origin, name in queries.built_in()],
        *[(value, _("Copy of: %(name)s", name=name)) for value, name in made],
    ]


@bp.route("/checklists/sop/new", methods=["GET", "POST"])
@uses(services.create_template, queries.templates, queries.copy_of)
def new_sop() -> Response:
    """Empty, out of a built-in one, or a copy of another, named after it; it is a draft first."""
    form = forms.NewForm(data={"source": request.args.get("source", "show")})
    _sources(form)
    if request.method == "GET":
        _named(form)
    if form.ok():
        with form.catching():
            made = _create(form)
            return done(sop_url(made), _("It is a draft. Publish it, and say for which shows it is."), undo=True)
    return page("checklists/new_sop.html", 200 if request.method == "GET" else 422, form=form)


def _named(form: forms.NewForm) -> None:
    """A copy has a name from the beginning, ready to be edited."""
    if form.copy_of() and form.source.data in {value for value, _word in form.source.choices}:
        form.name.data, form.name_en.data = queries.copy_of(form.copy_of() or 0)


def _create(form: forms.NewForm) -> int:
    source, copy_of = form.source.data or "", form.copy_of()
    origin = source.removeprefix("built-in-") if source.startswith("built-in-") else ""
    kind = Kind.EMERGENCY if source == "emergency" else Kind.SHOW
    return services.create_template(form.name.data or "", form.name_en.data or "", kind, origin, copy_of)


@bp.post("/checklists/sop/built-in")
@uses(services.bring_built_in)
def bring_built_in() -> Response:
    """The built-in ones that the team has never had."""
    count = services.bring_built_in()
    words = ngettext("%(num)s built-in SOP is here now.", "%(num)s built-in SOPs are here now.", count)
    return done(url_for("checklists.library"), words, undo=bool(count))


@bp.route("/sop/<id:template_id>/settings", methods=["GET", "POST"])
@uses(queries.settings, services.edit_template, live.channels)
def sop_settings(template_id: int) -> Response:
    """What it is called, and for which shows it is."""
    held = queries.settings(template_id)
    form = forms.RulesForm(data=held["values"])
    form.channel_ids.choices = [(c.id, c.name) for c in live.channels()]
    if form.ok():
        with form.catching():
            _save(template_id, form)
            return done(sop_url(template_id), _("Saved. It holds for the lists that are made from now on."), undo=True)
    status = 200 if request.method == "GET" else 422
    return page("checklists/settings.html", status, form=form, back=sop_url(template_id), **held)


def _save(template_id: int, form: forms.RulesForm) -> None:
    tags = read_answers(form.tags.data or "")
    lists = (form.weights.data or [], form.channel_ids.data or [], tags, form.when.data == "by_hand")
    services.edit_template(template_id, form.name.data or "", form.name_en.data or "", *lists)


@bp.post("/sop/<id:template_id>/delete")
@uses(services.delete_template)
def delete_sop(template_id: int) -> Response:
    """Into the trash; lists that are made stay."""
    services.delete_template(template_id)
    return done(url_for("checklists.library"), _("The SOP is in the trash. Lists that are made stay."), undo=True)


@bp.post("/sop/<id:template_id>/lists")
@uses(services.add_list)
def add_list(template_id: int) -> Response:
    """A list of it for one session, by hand."""
    sent = request.form.get("session_id", "")
    session_id = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
    services.add_list(session_id, template_id)
    return done(url_for("checklists.run", session_id=session_id, show="all"), _("The list is added to the session."))

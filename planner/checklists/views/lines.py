"""The lines of a SOP: written, edited, moved, taken out; and what is proposed, taken in."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.checklists import forms, queries, services
from planner.checklists.rules import Anchor, Kind, Stage, read_condition, read_when
from planner.checklists.services import LineIn
from planner.checklists.views.blueprint import bp
from planner.checklists.views.sops import sop_url
from planner.checklists.words import title_of
from planner.people import queries as people


def _positions() -> list[tuple[int, str]]:
    return [(p.id, p.name) for p in people.positions()]


def _typed(form: forms.LineForm, before: Anchor = Anchor.PLANNED_START) -> LineIn:
    """The line as it was typed; the words of its time are read."""
    anchor, minutes = read_when(form.offset_minutes.data or "", Anchor(form.anchor.data), before)
    place = (form.position_id.data, Stage(form.stage.data), anchor, minutes)
    proof = (bool(form.blocks.data), form.evidence_typed(), form.rule_typed())
    return LineIn(form.text.data or "", *place, *proof, form.extra_typed())


def _fresh(held: dict[str, object], kind: Kind) -> forms.ItemForm:
    """The form of a new line of such a SOP."""
    emergency = {"stage": Stage.EMERGENCY.value, "anchor": Anchor.INCIDENT.value, "offset_minutes": ""}
    form = forms.ItemForm(data=emergency if kind is Kind.EMERGENCY else {})
    form.offer(kind, _positions(), held["asking"])  # type: ignore[arg-type]
    return form


@bp.route("/sop/<id:template_id>/items", methods=["GET", "POST"])
@uses(queries.new_line, services.propose_item, services.add_item, people.positions)
def add_item(template_id: int) -> Response:
    """A new line: into the draft by a lead, proposed by everybody else."""
    held = queries.new_line(template_id)
    form = _fresh(held, held["template"].kind)
    if form.ok():
        with form.catching():
            return _added(template_id, form)
    status = 200 if request.method == "GET" else 422
    return page("checklists/new_line.html", status, form=form, back=sop_url(template_id), **held)


def _added(template_id: int, form: forms.ItemForm) -> Response:
    line = _typed(form)
    place = (template_id, line.text, line.position_id, line.stage, line.anchor, line.offset_minutes)
    if request.form.get("act") != "publish":
        services.propose_item(*place, form.reason.data or "", evidence=line.evidence, recheck=line.recheck)
        return done(sop_url(template_id), _("Proposed. A team lead decides."))
    made = services.add_item(*place, line.blocks, line.evidence, line.recheck, line.extra)
    return done(sop_url(template_id, queries.key_of(made)), _("It is in the draft."), undo=True)


@bp.post("/sop/<id:template_id>/remove")
@uses(services.remove_item, queries.template)
def remove_item(template_id: int) -> Response:
    """A draft without one line."""
    before = _hung(template_id)
    services.remove_item(template_id, request.form.get("key", ""))
    said = _("The line is taken out of the draft.")
    return done(sop_url(template_id), _with_freed(said, template_id, before), undo=True)


def _hung(template_id: int) -> dict[str, str]:
    """The lines that hang on the answer of another one, by their keys."""
    rows = [item for _stage, items in queries.template(template_id)["stages"] for item in items]
    return {item.key: title_of(item.title, item.title_en) for item in rows if read_condition(item.condition).item}


def _with_freed(said: str, template_id: int, before: dict[str, str]) -> str:
    """What was done, and which lines are asked of every show now that the answer they hung on is gone."""
    after = _hung(template_id)
    rows = {item.key for _stage, items in queries.template(template_id)["stages"] for item in items}
    freed = [title for key, title in before.items() if key in rows and key not in after]
    if not freed:
        return said
    more = _("It hung on an answer that is gone, so every show asks for it now: %(lines)s", lines=_(", ").join(freed))
    return f"{said} {more}"


@bp.route("/sop/lines/<id:line_id>", methods=["GET", "POST"])
@uses(queries.line, queries.template, queries.offers, services.edit_item, people.positions)
def line(line_id: int) -> Response:
    """Another wording, time or rule of a line, in the draft."""
    held = queries.line(line_id)
    form = forms.EditForm(data=held["values"] | _suggested())
    form.offer(held["template"].kind, _positions(), held["asking"])
    if form.ok():
        with form.catching():
            before = _hung(held["template"].id)
            return _saved(_edit(line_id, form, held["line"].anchor), before)
    status = 200 if request.method == "GET" else form.status
    learned = [o for o in queries.offers(held["template"].id) if o.key == held["line"].key] if status == 200 else []
    return page("checklists/line.html", status, form=form, back=sop_url(held["template"].id), offers=learned, **held)


def _suggested() -> dict[str, str]:
    """A time that another page has offered for a line; nothing is changed until it is saved."""
    offered = request.args.get("when", "").strip()[:60]
    return {"offset_minutes": offered} if offered else {}


def _saved(line_id: int, before: dict[str, str] | None = None) -> Response:
    """Back to the SOP, at the line; `before` are the lines that hung on an answer."""
    now = queries.line(line_id)
    said = _with_freed(_("It is in the draft."), now["template"].id, before or {})
    return done(sop_url(now["template"].id, now["line"].key), said, undo=True)


def _edit(line_id: int, form: forms.EditForm, before: Anchor) -> int:
    typed = _typed(form, before)
    return services.edit_item(
        line_id, form.version.data or 0, typed.text, typed.extra.title_en, typed.position_id, typed.stage, typed.anchor,
        typed.offset_minutes, typed.blocks, typed.evidence, typed.recheck, typed.extra,
    )  # fmt: skip


@bp.post("/sop/lines/<id:line_id>/move")
@uses(services.move_item, services.place_item, queries.line)
def move_line(line_id: int) -> Response:
    """One place up or down among the lines of its time; or, dragged, to where another one stands."""
    if "before" in request.form:
        return _saved(services.place_item(line_id, request.form["before"]))
    return _saved(services.move_item(line_id, request.form.get("to") == "up"))


@bp.post("/sop/<id:template_id>/unblock")
@uses(services.unblock_item)
def unblock(template_id: int) -> Response:
    """A line that shows are let on air without blocks no more."""
    key = request.form.get("key", "")
    services.unblock_item(template_id, key)
    return done(sop_url(template_id, key), _("It blocks no more, in the draft."), undo=True)


@bp.route("/sop/proposals/<id:proposal_id>/accept", methods=["GET", "POST"])
@uses(queries.proposal, services.accept_proposal, people.positions)
def accept(proposal_id: int) -> Response:
    """Into the draft: as it is where nothing was typed, or as the form says."""
    held = queries.proposal(proposal_id)
    form = forms.ItemForm(data=held["values"])
    form.offer(held["template"].kind, _positions(), held["asking"])
    as_it_is = request.method == "POST" and "text" not in request.form
    if as_it_is or form.ok():
        with form.catching():
            services.accept_proposal(proposal_id, None if as_it_is else _typed(form))
            return done(sop_url(held["template"].id), _accepted(), undo=True)
    status = 200 if request.method == "GET" else 422
    return page("checklists/accept.html", status, form=form, back=sop_url(held["template"].id), **held)


def _accepted() -> str:
    return _("Accepted into the draft. Lists have it once that is published.")

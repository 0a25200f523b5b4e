"""Checklists on a phone, and the library of SOPs."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, verbs
from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, is_tick, page, piece, uses
from planner.checklists import forms, queries, services
from planner.checklists.rules import Anchor, Proof, Stage, read_when, recheck_of
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.people import queries as people

bp = Blueprint("checklists", __name__)
CLIENT_ID = re.compile(r"[0-9a-f]{32}")


def _client_id() -> str:
    """The id of the tap; without JavaScript the form's own key stands in, so that a double click is one act."""
    sent = request.form.get("client_id", "")
    return sent if CLIENT_ID.fullmatch(sent) else verbs.asked_once() or secrets.token_hex(16)


def _tapped_at() -> datetime | None:
    try:
        found = datetime.fromisoformat(request.form.get("tapped_at", ""))
        return found if found.tzinfo is not None else None
    except ValueError:
        return None


@bp.get("/checklists")
@uses(queries.my_lists, queries.templates, queries.proposals)
def index() -> Response:
    """Tonight's lists and the next ones; the SOPs they come from."""
    return page(
        "checklists/index.html",
        lists=queries.my_lists(clock.now()),
        templates=queries.templates(),
        proposals=queries.proposals(),
        now=clock.now(),
    )


def _position_id() -> int | None:
    asked = request.args.get("position", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


@bp.get("/sessions/<id:session_id>/checklist")
@uses(queries.list_page)
def run(session_id: int) -> Response:
    """What do I tick; ?show=mine|open|blocking|all, ?position= of one position, and the rows alone for the poll."""
    view = queries.list_page(session_id, request.args.get("show", ""), _position_id())
    context: dict[str, Any] = {"view": view, "show": view.show}
    if request.args.get("part") == "rows":
        return fragment("checklists/_rows.html", **context)
    return page("checklists/run.html", **context)


def _answer(item_id: int, session_id: int, words: str) -> Response:
    show = request.form.get("show", "all")
    if not is_tick():
        return done(url_for("checklists.run", session_id=session_id, show=show) + f"#tick-{item_id}", words)
    view = queries.ticked(item_id)
    return jsonify(
        ok=True,
        row_html=piece("checklists/_row.html", i=view.item, view=view, show=show),
        head_html=piece("checklists/_ring.html", view=view),
        message=words,
    )


@bp.post("/checklist-items/<id:item_id>/tick")
@uses(services.tick, queries.ticked)
def tick(item_id: int) -> Response:
    """Done."""
    session_id = services.tick(item_id, _client_id(), request.form.get("note", ""), _tapped_at())
    return _answer(item_id, session_id, _("Ticked."))


@bp.post("/checklist-items/<id:item_id>/untick")
@uses(services.untick, queries.ticked)
def untick(item_id: int) -> Response:
    """Not done after all."""
    session_id = services.untick(item_id, _client_id(), request.form.get("note", ""), _tapped_at())
    return _answer(item_id, session_id, _("Open again."))


@bp.post("/checklist-items/<id:item_id>/skip")
@uses(services.skip, queries.ticked)
def skip(item_id: int) -> Response:
    """Left out, with the reason."""
    session_id = services.skip(item_id, _client_id(), request.form.get("reason", ""), _tapped_at())
    return _answer(item_id, session_id, _("Skipped."))


@bp.post("/checklist-items/<id:item_id>/pin")
@uses(services.pin, queries.ticked)
def pin(item_id: int) -> Response:
    """The time stays when the session moves; or moves with it again."""
    held = request.form.get("pinned") == "1"
    session_id = services.pin(item_id, held)
    return _answer(item_id, session_id, _("The time is held.") if held else _("The time moves with the session again."))


@bp.get("/sop/<id:template_id>")
@uses(queries.template, people.positions)
def sop(template_id: int) -> Response:
    """What is our standard."""
    return page("checklists/sop.html", form=_form(), **queries.template(template_id))


def _sop_url(template_id: int) -> str:
    return url_for("checklists.sop", template_id=template_id)


def _form() -> forms.ItemForm:
    form = forms.ItemForm()
    held = people.positions() if actor.current().may(P.SOP_PROPOSE) else []
    form.position_id.offer([(p.id, p.name) for p in held])
    return form


@bp.post("/sop/<id:template_id>/items")
@uses(services.propose_item, services.add_item, queries.template)
def add_item(template_id: int) -> Response:
    """A new line: published at once by a lead, proposed by everybody else."""
    form = _form()
    if form.ok():
        proof, rule = Proof(form.proof.data), recheck_of(form.recheck.data or [], form.recheck_hours.data)
        with form.catching():
            when = read_when(form.offset_minutes.data or "", Anchor(form.anchor.data))
            common = (form.text.data or "", form.position_id.data, Stage(form.stage.data), *when)
            if request.form.get("act") == "publish":
                services.add_item(template_id, *common, bool(form.blocks.data), proof, rule)
            else:
                services.propose_item(template_id, *common, form.reason.data or "", proof=proof, recheck=rule)
        if not form.errors:
            published = request.form.get("act") == "publish"
            return done(_sop_url(template_id), _("Saved."), undo=published)
    return page("checklists/sop.html", 422, form=form, **queries.template(template_id))


@bp.post("/sop/<id:template_id>/remove")
@uses(services.remove_item)
def remove_item(template_id: int) -> Response:
    """A new version without one line."""
    services.remove_item(template_id, request.form.get("key", ""))
    return done(_sop_url(template_id), _("The line is gone from the next lists on."), undo=True)


@bp.route("/sop/lines/<id:line_id>", methods=["GET", "POST"])
@uses(queries.line, services.edit_item, people.positions)
def line(line_id: int) -> Response:
    """Another wording, time or rule of a line, published as a new version."""
    held = queries.line(line_id)
    form = forms.EditForm(data=held["values"] | _suggested())
    form.position_id.offer([(p.id, p.name) for p in people.positions()])
    if form.ok():
        with form.catching():
            return _published(_edit(line_id, form, held["line"].anchor))
    status = 200 if request.method == "GET" else form.status
    return page("checklists/line.html", status, form=form, back=_sop_url(held["template"].id), **held)


def _suggested() -> dict[str, str]:
    """A time that another page has offered for a line; nothing is changed until it is published."""
    offered = request.args.get("when", "").strip()[:60]
    return {"offset_minutes": offered} if offered else {}


def _published(line_id: int) -> Response:
    """Back to the SOP, at the line."""
    now = queries.line(line_id)
    return done(f"{_sop_url(now['template'].id)}#line-{now['line'].key}", _("Published."), undo=True)


def _edit(line_id: int, form: forms.EditForm, before: Anchor) -> int:
    anchor, minutes = read_when(form.offset_minutes.data or "", Anchor(form.anchor.data), before)
    rule = recheck_of(form.recheck.data or [], form.recheck_hours.data)
    return services.edit_item(
        line_id, form.version.data or 0, form.text.data or "", form.title_en.data or "", form.position_id.data,
        Stage(form.stage.data), anchor, minutes, bool(form.blocks.data), Proof(form.proof.data), rule,
    )  # fmt: skip


@bp.post("/sop/lines/<id:line_id>/move")
@uses(services.move_item, queries.line)
def move_line(line_id: int) -> Response:
    """One place up or down among the lines of its time."""
    return _published(services.move_item(line_id, request.form.get("to") == "up"))


@bp.post("/sop/proposals/<id:proposal_id>/accept")
@uses(services.accept_proposal)
def accept(proposal_id: int) -> Response:
    """Into the template."""
    template_id = services.accept_proposal(proposal_id)
    return done(
        _sop_url(template_id),
        _("Accepted: the lists of coming shows have it, and all that are made from now on."),
    )


@bp.post("/sop/proposals/<id:proposal_id>/refuse")
@uses(services.refuse_proposal)
def refuse(proposal_id: int) -> Response:
    """Not this time."""
    template_id = services.refuse_proposal(proposal_id)
    return done(_sop_url(template_id), _("Refused."))

"""Checklists on a phone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, i18n, pictures, show, verbs
from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, is_tick, page, piece, uses
from planner.checklists import forms, queries, services
from planner.checklists.views import drawing
from planner.checklists.views.blueprint import bp
from planner.kernel import clock
from planner.kernel.errors import Invalid


def client_id() -> str:
    """The id of the tap; without JavaScript the form's own key stands in, so that a double click is one act."""
    sent = request.form.get("client_id", "")
    return sent if forms.CLIENT_ID.fullmatch(sent) else verbs.asked_once() or secrets.token_hex(16)


def tapped_at() -> datetime | None:
    return forms.moment(request.form.get("tapped_at", ""))


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


@bp.get("/wall")
@uses(queries.wall)
def wall() -> Response:
    """Which room is in trouble: tonight's shows for a screen on the wall, and its rows alone for the poll."""
    view = queries.wall()
    if request.args.get("part") == "rows":
        return fragment("checklists/_wall.html", view=view)
    return page("checklists/wall.html", view=view, zone=actor.current().timezone)


def _position_id() -> int | None:
    asked = request.args.get("position", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


@bp.get("/sessions/<id:session_id>/checklist")
@uses(queries.list_page, queries.running)
def run(session_id: int) -> Response:
    """What do I tick; ?show=mine|open|blocking|all, ?position= of one position, and the rows alone for the poll."""
    view = queries.list_page(session_id, request.args.get("show", ""), _position_id())
    context: dict[str, Any] = {"view": view, "show": view.show, "emergencies": queries.running(session_id)}
    context["titles"] = {i.key: i.title for i in view.items}
    if request.args.get("part") == "rows":
        return fragment("checklists/_rows.html", **context)
    return page("checklists/run.html", **context)


def answered(item_id: int, session_id: int, words: str, notice: str = "", undo: str = "") -> Response:
    """The row as it stands now for the phone's queue, else the list; a `notice` stands in the row for a moment."""
    shown = request.form.get("show", "all")
    if not is_tick():
        place = url_for("checklists.run", session_id=session_id, show=shown)
        return done(f"{place}#tick-{item_id}", words, undo or False)
    view = queries.ticked(item_id)
    return jsonify(
        ok=True,
        row_html=drawing.tick_row(view.item, view.now, shown),
        head_html=piece("checklists/_ring.html", view=view),
        message=words,
        news=bool(view.item.evidence.answers),
        notice=notice,
    )


def _lacks(item_id: int, fault: Invalid) -> Response:
    """What a tick lacks, beside its fields, with all that was typed: for the phone's queue, else in the list."""
    told = {name: i18n.told(words) for name, words in fault.fields.items()}
    if is_tick():
        answer = jsonify(ok=False, message=" ".join(told.values()), faults=told)
        answer.status_code = fault.status
        return answer
    session_id = queries.item(item_id).session_id
    view = queries.list_page(session_id, "all")
    typed = {item_id: {"faults": told, **request.form, "rows": request.form.getlist("rows")}}
    return page("checklists/run.html", fault.status, view=view, show=view.show, typed=typed)


def _bring_photos(item_id: int) -> None:
    """Those that came with a form, without JavaScript; each is known again by the form's key and its place."""
    for place, data in enumerate(forms.sent_photos()):
        own = hashlib.sha256(f"{client_id()}-{place}".encode()).hexdigest()[:32]
        services.add_photo(item_id, pictures.read(data), own)


@bp.post("/checklist-items/<id:item_id>/tick")
@uses(services.tick, services.add_photo, queries.ticked, queries.item, queries.list_page)
def tick(item_id: int) -> Response:
    """Done, with all that is asked for."""
    try:
        _with_photo_faults(_bring_photos, item_id)
        sent = forms.given(request.form)
        session_id = services.tick(item_id, client_id(), request.form.get("note", ""), tapped_at(), sent)
    except Invalid as fault:
        return _lacks(item_id, fault)
    return answered(item_id, session_id, _("Ticked."))


def _with_photo_faults(act: Callable[[int], None], item_id: int) -> None:
    """What is wrong with a photo is told beside the photos of the row."""
    try:
        act(item_id)
    except Invalid as fault:
        raise Invalid({"photos" if name == "photo" else name: told for name, told in fault.fields.items()}) from None


@bp.post("/checklist-items/<id:item_id>/photos")
@uses(services.add_photo, queries.ticked, queries.item, queries.list_page)
def add_photo(item_id: int) -> Response:
    """One photo of an item, which the phone's queue repeats until it is heard."""
    try:
        session_id = services.add_photo(item_id, pictures.read(forms.sent_photo()), client_id())
    except Invalid as fault:
        return _lacks(item_id, Invalid({"photos": fault.message}))
    return answered(
        item_id, session_id, _("The photo is there."), _("The photo is there; tick the box when all is right.")
    )


@bp.post("/checklist-items/<id:item_id>/fail")
@uses(services.fail, queries.ticked, queries.item, queries.list_page)
def fail(item_id: int) -> Response:
    """Measured, and not as it should be."""
    try:
        sent = forms.given(request.form)
        session_id = services.fail(item_id, client_id(), request.form.get("note", ""), tapped_at(), sent)
    except Invalid as fault:
        return _lacks(item_id, fault)
    return answered(item_id, session_id, _("Recorded as not passed; it still has to be done."))


@bp.post("/checklist-items/<id:item_id>/untick")
@uses(services.untick, queries.ticked)
def untick(item_id: int) -> Response:
    """Not done after all."""
    session_id = services.untick(item_id, client_id(), request.form.get("note", ""), tapped_at())
    return answered(item_id, session_id, _("Open again."))


@bp.post("/checklist-items/<id:item_id>/skip")
@uses(services.skip, queries.ticked)
def skip(item_id: int) -> Response:
    """Left out, with the reason."""
    session_id = services.skip(item_id, client_id(), request.form.get("reason", ""), tapped_at())
    return answered(item_id, session_id, _("Skipped."))


@bp.post("/checklists/replay")
@uses(services.tick, services.untick, services.skip, services.fail, queries.counted, queries.ticked)
def replay() -> Response:
    """What waited on a phone, at most fifty acts: each has its own answer, and the rows as they stand now."""
    answers = services.replay(forms.taps(request.get_data(), clock.now()))
    changed = {a.item_id: a.client_id for a in answers if a.result != services.REFUSED}
    told = [
        {
            "faults": {name: i18n.told(words) for name, words in a.faults.items()},
            "id": a.client_id,
            "result": a.result,
            "message": i18n.told(a.message) if a.message else "",
            "row_html": _row_html(a.item_id) if changed.get(a.item_id) == a.client_id else "",
        }
        for a in answers
    ]
    return jsonify(ok=True, now=show.iso(clock.now()), answers=told)


def _row_html(item_id: int) -> str:
    """A row as the whole list has it."""
    view = queries.ticked(item_id)
    return drawing.tick_row(view.item, view.now, "all")


@bp.post("/checklist-items/<id:item_id>/pin")
@uses(services.pin, queries.ticked)
def pin(item_id: int) -> Response:
    """The time stays when the session moves; or moves with it again."""
    held = request.form.get("pinned") == "1"
    session_id = services.pin(item_id, held)
    return answered(
        item_id, session_id, _("The time is held.") if held else _("The time moves with the session again.")
    )

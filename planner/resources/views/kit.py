"""Kit of studios: the list, one piece, and what becomes of it; what of a request is put into a studio."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.forms import Form
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, fragment, page, uses
from planner.discussions import queries as discussions
from planner.live import queries as live
from planner.resources import forms, queries, services
from planner.resources.rules import Use
from planner.resources.views.blueprint import bp, member, number, request_url


def _studios() -> list[tuple[int, str]]:
    return [(row.id, row.name) for row in live.studios()]


def _piece_url(kit_id: int) -> str:
    return url_for("resources.piece_of_kit", kit_id=kit_id)


@bp.get("/kit")
@uses(queries.kit_list)
def kit() -> Response:
    """What stands where."""
    text, state = request.args.get("q", "")[:200], member(Use, "state")
    view = queries.kit_list(number("studio"), state, text, min(number("from") or 0, 10**6))
    kept = {"studio": view.studio_id, "state": view.state, "q": view.text or None}
    return page("resources/kit.html", view=view, uses=Use, prices=queries.sees_prices(), kept=kept)


@bp.route("/kit/new", methods=["GET", "POST"])
@uses(services.add_kit, live.studios)
def new_kit() -> Response:
    """Something that is there already."""
    form = forms.KitForm(data={"studio_id": number("studio")})
    form.studio_id.offer(_studios())
    if form.ok():
        with form.catching():
            made = services.add_kit(form.wish())
            return done(_piece_url(made), _("Saved."), undo=True)
    return _shown(form, _("New kit"), url_for("resources.kit"), ("name", "studio_id"))


@bp.get("/kit/<id:kit_id>")
@uses(queries.kit_piece)
def piece_of_kit(kit_id: int) -> Response:
    """One row: what it is, where it stands, what became of it, what was said about it."""
    view = queries.kit_piece(kit_id)
    return page("resources/kit_piece.html", view=view, thread=discussions.thread("kit", kit_id))


def _shown(form: Form, heading: str, back: str, first: tuple[str, ...], row: Any = None, **more: Any) -> Response:
    status = 200 if request.method == "GET" else form.status
    return page(
        "resources/kit_form.html", status, form=form, heading=heading, back=back, first=first, row=row, **more,
    )  # fmt: skip


HELD = ("version", "name", "quantity", "unit_price", "acquired_on", "serial", "note")


@bp.route("/kit/<id:kit_id>/edit", methods=["GET", "POST"])
@uses(services.edit_kit, queries.kit_piece)
def edit_kit(kit_id: int) -> Response:
    """Another name, quantity, price, number."""
    row = queries.kit_piece(kit_id).row
    form = forms.KitForm(data={name: getattr(row, name) for name in HELD} | {"studio_id": row.studio_id})
    del form.studio_id
    if form.ok():
        with form.catching():
            services.edit_kit(kit_id, form.version.data or 0, form.wish(row.studio_id))
            return done(_piece_url(kit_id), _("Saved."), undo=True)
    return _shown(form, _("Edit"), _piece_url(kit_id), ("name",), row)


@bp.route("/kit/<id:kit_id>/move", methods=["GET", "POST"])
@uses(services.move_kit, queries.kit_piece, live.studios)
def move_kit(kit_id: int) -> Response:
    """Into another studio."""
    row = queries.kit_piece(kit_id).row
    form = forms.MoveKitForm(data={"version": row.version, "quantity": row.quantity})
    form.studio_id.offer([pair for pair in _studios() if pair[0] != row.studio_id])
    if form.ok():
        with form.catching():
            made = services.move_kit(kit_id, form.version.data or 0, form.studio_id.data or 0, form.quantity.data)
            studio = dict(_studios()).get(form.studio_id.data or 0, "")
            return done(_piece_url(made), _("It stands in %(studio)s now.", studio=studio), undo=True)
    return _shown(form, _("Move into another studio"), _piece_url(kit_id), ("studio_id",), row)


@bp.route("/kit/<id:kit_id>/repair", methods=["GET", "POST"])
@uses(services.repair_kit, queries.kit_piece)
def repair_kit(kit_id: int) -> Response:
    """It is broken for now."""
    row = queries.kit_piece(kit_id).row
    form = forms.RepairForm(data={"version": row.version, "quantity": row.quantity, "note": row.note})
    if form.ok():
        with form.catching():
            made = services.repair_kit(kit_id, form.version.data or 0, form.quantity.data, form.note.data or "")
            return done(_piece_url(made), _("It is in repair."), undo=True)
    return _shown(form, _("Send to repair"), _piece_url(kit_id), (), row)


@bp.post("/kit/<id:kit_id>/repaired")
@uses(services.repaired_kit, queries.kit_piece)
def repaired_kit(kit_id: int) -> Response:
    """It works again."""
    services.repaired_kit(kit_id, number("version") or queries.kit_piece(kit_id).row.version)
    return done(_piece_url(kit_id), _("It is in use again."), undo=True)


@bp.route("/kit/<id:kit_id>/part", methods=["GET", "POST"])
@uses(services.part_with_kit, queries.kit_piece)
def part_with_kit(kit_id: int) -> Response:
    """Given away, or retired."""
    row = queries.kit_piece(kit_id).row
    form = forms.PartWithForm(data={"version": row.version, "quantity": row.quantity, "day": show.today()})
    if form.ok() and form.day.data:
        with form.catching():
            made = services.part_with_kit(
                kit_id, form.version.data or 0, Use(form.to.data), form.day.data, form.reason.data or "",
                form.quantity.data,
            )  # fmt: skip
            return done(_piece_url(made), _("It is in the list of what is gone."), undo=True)
    return _shown(form, _("Give away or retire"), _piece_url(kit_id), ("to", "day", "reason"), row, danger=True)


@bp.post("/kit/<id:kit_id>/back")
@uses(services.bring_kit_back, queries.kit_piece)
def bring_kit_back(kit_id: int) -> Response:
    """It is there after all."""
    services.bring_kit_back(kit_id, number("version") or queries.kit_piece(kit_id).row.version)
    return done(_piece_url(kit_id), _("It is in use again."), undo=True)


@bp.post("/kit/<id:kit_id>/delete")
@uses(services.trash_kit)
def delete_kit(kit_id: int) -> Response:
    """Written in by mistake."""
    services.trash_kit(kit_id)
    return done(url_for("resources.kit"), _("It is in the trash."), undo=True)


@bp.route("/requests/<id:request_id>/kit", methods=["GET", "POST"])
@uses(services.put_away, queries.became_kit, live.studios)
def put_away(request_id: int) -> Response:
    """What has come goes into a studio."""
    view = queries.became_kit(request_id)
    if request.args.get("part") == "rows":
        return fragment("resources/_kit_of_request.html", kit=view)
    if view is None:
        return done(request_url(request_id), _("Nothing has come yet that could stand in a studio."), kind="warn")
    form, lines = forms.PutAwayForm(), [each.line.id for each in view.lines]
    form.studio_id.offer(_studios())
    if form.ok():
        with form.catching():
            pieces = form.pieces(request.form, lines)
            made = services.put_away(request_id, form.studio_id.data or 0, pieces, form.note.data or "")
            words = ngettext("%(num)s row is in the kit now.", "%(num)s rows are in the kit now.", len(made))
            return done(request_url(request_id), words, undo=True)
    status = 200 if request.method == "GET" else form.status
    return page("resources/kit_put.html", status, form=form, view=view)

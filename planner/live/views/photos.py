"""Photos of what was noted on air: taken with the phone in the hand, looked at in the review."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from planner.base import pictures
from planner.base.i18n import gettext as _
from planner.base.web import done, is_tick, page, uses
from planner.kernel.errors import NotFound
from planner.live import forms, queries, services
from planner.live.rules import Phase
from planner.live.views.air import client_id, hub_url
from planner.live.views.blueprint import answered, bp


@bp.route("/log/<id:entry_id>/photos", methods=["GET", "POST"])
@uses(services.add_photo, queries.log_entry_of)
def entry_photos(entry_id: int) -> Response:
    """The photos of a note, and one more; the phone's queue repeats until it is heard."""
    if is_tick() and request.method == "POST":
        services.add_photo(entry_id, pictures.read(forms.sent_photo()), client_id())
        return jsonify(ok=True, message=_("The photo is there."))
    form, phase = forms.PhotoForm(), request.values.get("phase")
    b, row = queries.log_entry_of(entry_id)
    if row is None:
        raise NotFound()
    if form.ok():
        with form.catching():
            services.add_photo(entry_id, pictures.read(forms.sent_photo()), client_id())
            return done(f"{hub_url(b.id, phase)}#log-{entry_id}", _("The photo is there."), undo=True)
    shown = {"session": b, "entry": row, "most": services.MOST_PHOTOS, "accept": pictures.ACCEPT}
    return page("live/photos.html", answered(form), form=form, phase=phase if phase in set(Phase) else None, **shown)


@bp.get("/log/photos/<id:photo_id>")
@uses(queries.log_photo)
def photo(photo_id: int) -> Response:
    """One photo, as large as the screen."""
    return page("live/photo.html", photo=queries.log_photo(photo_id))


@bp.get("/log/photos/<id:photo_id>/whole.jpg")
@uses(queries.photo_file)
def photo_whole(photo_id: int) -> Response:
    """The photo itself."""
    return pictures.answer(*queries.photo_file(photo_id, small=False))


@bp.get("/log/photos/<id:photo_id>/small.jpg")
@uses(queries.photo_file)
def photo_small(photo_id: int) -> Response:
    """The same for lists."""
    return pictures.answer(*queries.photo_file(photo_id, small=True))


@bp.post("/log/photos/<id:photo_id>/trash")
@uses(services.trash_photo)
def trash_photo(photo_id: int) -> Response:
    """Into the trash."""
    session_id = services.trash_photo(photo_id)
    return done(hub_url(session_id, request.form.get("phase")), _("The photo is in the trash."), undo=True)

"""Files that hang on an object: brought, looked at, taken away with one, removed."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from planner.base import files, pictures
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, is_tick, page, strip, uses
from planner.discussions import forms, queries, services
from planner.discussions.views.blueprint import back_to, bp, home_of


@bp.route("/files/<kind>/<id:object_id>", methods=["GET", "POST"])
@uses(services.add_files, queries.files_of)
def attach(kind: str, object_id: int) -> Response:
    """Bring files, several at once; what was refused is told file by file. A script asks for JSON."""
    form, view = forms.FilesForm(), queries.files_of(kind, object_id)
    back = back_to(kind, object_id, "files")
    if form.ok():
        with form.catching():
            made = services.add_files(kind, object_id, services.read_files(forms.sent_files()))
            said = ngettext("%(num)s file is attached.", "%(num)s files are attached.", len(made))
            return _told(back, said) if is_tick() else done(back, said, undo=True)
    if is_tick():
        return _refused(form)
    status = 200 if request.method == "GET" else form.status
    return page("discussions/attach.html", status, view=view, form=form, back=back)


def _told(back: str, said: str) -> Response:
    """For the script: where the page is that says so."""
    strip(said, undo=True)
    return jsonify(ok=True, url=back)


def _refused(form: forms.FilesForm) -> Response:
    answer = jsonify(ok=False, message=" ".join(form.told()))
    answer.status_code = form.status
    return answer


@bp.get("/files/<id:attachment_id>")
@uses(queries.attachment)
def attachment(attachment_id: int) -> Response:
    """One file: a picture as large as the screen, of others what they are."""
    view = queries.attachment(attachment_id)
    return page("discussions/file.html", view=view, row=view.row, back=home_of(view.kind, view.object_id))


@bp.get("/files/<id:attachment_id>/download")
@uses(queries.attachment_file)
def download(attachment_id: int) -> Response:
    """The file itself, to be saved: a browser never runs it."""
    return files.attachment(*queries.attachment_file(attachment_id))


@bp.get("/files/<id:attachment_id>/whole.jpg")
@uses(queries.attachment_file)
def picture(attachment_id: int) -> Response:
    """A picture for the page around it."""
    return _picture(attachment_id, small=False)


@bp.get("/files/<id:attachment_id>/small.jpg")
@uses(queries.attachment_file)
def small(attachment_id: int) -> Response:
    """The same for lists."""
    return _picture(attachment_id, small=True)


def _picture(attachment_id: int, small: bool) -> Response:
    name, _kind, data = queries.attachment_file(attachment_id, small, pictures_only=True)
    return pictures.answer(name, data)


@bp.post("/files/<id:attachment_id>/remove")
@uses(services.remove_file, queries.attachment)
def remove_file(attachment_id: int) -> Response:
    """Into the trash."""
    view = queries.attachment(attachment_id)
    services.remove_file(attachment_id)
    return done(back_to(view.kind, view.object_id, "files"), _("The file is in the trash."), undo=True)

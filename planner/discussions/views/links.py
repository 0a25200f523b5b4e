"""Links that hang on an object: made by pasting an address, removed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.wrappers import Response

from planner.base import kinds
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.discussions import forms, queries, services
from planner.discussions.views.blueprint import back_to, bp, home_of
from planner.kernel.errors import Invalid
from planner.kernel.text import msg


def _own_path(typed: str) -> str | None:
    """The path of an address of our own; None where it leads elsewhere."""
    if typed.startswith("/") and not typed.startswith("//"):
        return urlsplit(typed).path
    ours = {request.host, urlsplit(current_app.config["PUBLIC_URL"]).netloc} - {""}
    try:
        parts = urlsplit(typed if "://" in typed else f"//{typed}")
    except ValueError:
        return None
    return parts.path.removeprefix(request.script_root) or "/" if parts.netloc in ours else None


def _link(kind: str, object_id: int, typed: str, title: str) -> int:
    path = _own_path(typed)
    if path is None:
        return services.link_address(kind, object_id, typed, title)
    found = kinds.at(path)
    if found is None:
        raise Invalid.at("address", msg("This page is no single thing: open what you mean, and paste its address."))
    return services.link_object(kind, object_id, *found)


@bp.route("/links/<kind>/<id:object_id>", methods=["GET", "POST"])
@uses(services.link_object, services.link_address, queries.files_of)
def add_link(kind: str, object_id: int) -> Response:
    """Paste an address: of something here, which is linked both ways, or of the web."""
    form, view = forms.LinkForm(), queries.files_of(kind, object_id)
    back = back_to(kind, object_id, "files")
    if form.ok():
        with form.catching():
            _link(kind, object_id, (form.address.data or "").strip(), form.title.data or "")
            return done(back, _("It is linked."), undo=True)
    status = 200 if request.method == "GET" else form.status
    return page("discussions/link.html", status, view=view, form=form, back=back)


@bp.get("/links/<id:object_link_id>")
@uses(queries.link)
def link(object_link_id: int) -> Response:
    """To where it stands."""
    return done(f"{home_of(*queries.link(object_link_id))}#files")


@bp.post("/links/<id:object_link_id>/remove")
@uses(services.remove_link, queries.link)
def remove_link(object_link_id: int) -> Response:
    """Into the trash."""
    here = queries.link(object_link_id)
    services.remove_link(object_link_id)
    return done(back_to(*here, "files"), _("The link is in the trash."), undo=True)

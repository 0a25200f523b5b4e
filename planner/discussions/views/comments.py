"""What people say about an object."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, safe_next, uses
from planner.discussions import forms, queries, services
from planner.discussions.views.blueprint import bp, home_of


@bp.get("/comments/<kind>/<id:object_id>")
@uses(queries.conversation)
def talk(kind: str, object_id: int) -> Response:
    """The whole conversation about an object."""
    asked = request.args.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    return page("discussions/talk.html", view=queries.conversation(kind, object_id, before), form=None)


@bp.post("/comments/<kind>/<id:object_id>")
@uses(services.add_comment, queries.conversation, queries.unheard)
def add(kind: str, object_id: int) -> Response:
    """Say something; what was refused is shown with what was typed."""
    form, view = forms.CommentForm(), queries.conversation(kind, object_id)
    if form.ok():
        with form.catching():
            made = services.add_comment(kind, object_id, form.text.data or "")
            back = safe_next(home_of(kind, object_id))
            return done(f"{back.split('#')[0]}#comment-{made}", _said(made), undo=True)
    return page("discussions/talk.html", form.status, view=view, form=form)


def _said(comment_id: int) -> str:
    """That it is there; and whom it calls that nobody is."""
    names = _(", ").join(f"@{name}" for name in queries.unheard(comment_id))
    if not names:
        return _("Your comment is there.")
    return _("Your comment is there. Nobody in the team is called %(names)s, so nobody was told.", names=names)


@bp.get("/comments/names")
@uses(queries.callable_names)
def names() -> Response:
    """Whom an @ can name, for the list that opens while one types."""
    return jsonify(names=[{"name": name, "login": login} for name, login in queries.callable_names()])


@bp.get("/comments/<id:comment_id>")
@uses(queries.comment)
def comment(comment_id: int) -> Response:
    """To the comment where it stands."""
    row, _text = queries.comment(comment_id)
    return done(f"{home_of(row.kind, row.object_id)}#comment-{comment_id}")


@bp.route("/comments/<id:comment_id>/edit", methods=["GET", "POST"])
@uses(services.edit_comment, queries.comment)
def edit(comment_id: int) -> Response:
    """Other words."""
    row, text = queries.comment(comment_id)
    form = forms.CommentForm(data={"version": row.version, "text": text})
    back = f"{home_of(row.kind, row.object_id)}#comment-{comment_id}"
    if form.ok():
        with form.catching():
            services.edit_comment(comment_id, form.version.data or 0, form.text.data or "")
            return done(back, _("Saved."), undo=True)
    if form.stale:
        form.stale.theirs["text"] = text  # as it was typed, not as it is kept
    status = 200 if request.method == "GET" else form.status
    return page("discussions/edit.html", status, form=form, row=row, back=back)


@bp.post("/comments/<id:comment_id>/remove")
@uses(services.remove_comment, queries.comment)
def remove(comment_id: int) -> Response:
    """Into the trash."""
    row, _text = queries.comment(comment_id)
    services.remove_comment(comment_id)
    back = safe_next(home_of(row.kind, row.object_id))
    return done(f"{back.split('#')[0]}#comments", _("The comment is in the trash."), undo=True)

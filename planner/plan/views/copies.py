"""A step once more, with what comes along."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.people import queries as people
from planner.plan import forms, queries, services
from planner.plan.queries import StepPage
from planner.plan.services import Along, As, Copied
from planner.plan.views.blueprint import bp, persons

USUAL = {"lines": True, "tags": True, "note": True, "helpers": True, "first": False, "after": False}


def _copy_form(view: StepPage) -> forms.CopyStepForm:
    """What stands, as far as it can still be chosen; the copy has the same title until it gets another."""
    row, choices, owners = view.row, queries.choices(), persons()
    known = {"owner_id": owners, "phase_id": choices["phases"], "goal_id": choices["goals"]}
    held = {name: getattr(row, name) for name in known if getattr(row, name) in dict(known[name])}
    form = forms.CopyStepForm(data={"title": row.title, "due": row.due, **held, **USUAL})
    for name, offer in known.items():
        form[name].offer(offer)  # type: ignore[attr-defined]
    return form


def _said(made: Copied) -> str:
    """That this is the copy, and how many came along."""
    if not made.more:
        return _("This is the copy.")
    return ngettext(
        "This is the copy; %(num)s step that waits for it was copied too.",
        "This is the copy; %(num)s steps that wait for it were copied too.",
        made.more,
    )


@bp.route("/plan/steps/<id:step_id>/copy", methods=["GET", "POST"])
@uses(services.copy_step, queries.step_to_edit, queries.choices, people.people)
def copy_step(step_id: int) -> Response:
    """Title, owner, day and place of the copy, and what comes along."""
    view = queries.step_to_edit(step_id)
    form = _copy_form(view)
    if form.ok():
        with form.catching():
            wanted = As(form.title.data or "", form.owner_id.data, form.due.data, form.phase_id.data, form.goal_id.data)
            along = Along(**{name: bool(form[name].data) for name in USUAL})
            made = services.copy_step(step_id, wanted, along)
            return done(url_for("plan.step", step_id=made.step_id), _said(made), undo=True)
    return page("plan/copy.html", 200 if request.method == "GET" else form.status, view=view, form=form)

"""What a step holds: lines to tick; and which steps come before it."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.plan import forms, queries, services
from planner.plan.views.blueprint import bp


def _place(step_id: int, part: str) -> str:
    return f"{url_for('plan.step', step_id=step_id)}#{part}"


@bp.route("/plan/steps/<id:step_id>/lines", methods=["GET", "POST"])
@uses(services.add_lines, queries.step_page)
def lines(step_id: int) -> Response:
    """Lines to tick, one for each line that is typed or pasted."""
    view, form = queries.step_page(step_id), forms.LinesForm()
    if form.ok():
        with form.catching():
            count = services.add_lines(step_id, form.text.data or "")
            return done(
                _place(step_id, "lines"), ngettext("%(num)s line added.", "%(num)s lines added.", count), undo=True
            )
    status = 200 if request.method == "GET" else form.status
    return page("plan/lines.html", status, view=view, form=form)


@bp.post("/plan/lines/<id:line_id>/done")
@uses(services.tick_line)
def tick_line(line_id: int) -> Response:
    """Done."""
    return done(_place(services.tick_line(line_id, True), "lines"))


@bp.post("/plan/lines/<id:line_id>/open")
@uses(services.tick_line)
def open_line(line_id: int) -> Response:
    """Not yet after all."""
    return done(_place(services.tick_line(line_id, False), "lines"))


@bp.post("/plan/lines/<id:line_id>/remove")
@uses(services.remove_line)
def remove_line(line_id: int) -> Response:
    """Not wanted any more."""
    step_id = services.remove_line(line_id)
    return done(_place(step_id, "lines"), _("The line is gone."), undo=True)


@bp.route("/plan/steps/<id:step_id>/first", methods=["GET", "POST"])
@uses(services.wait_on, queries.step_page, queries.could_come_first, queries.told_apart)
def first(step_id: int) -> Response:
    """Which step has to come first."""
    view, form = queries.step_page(step_id), forms.FirstForm()
    found = queries.could_come_first(step_id)
    apart = queries.told_apart(found)
    form.on_id.offer([(s.id, " · ".join(filter(None, [s.title, apart.get(s.id)]))) for s in found])
    if form.ok():
        with form.catching():
            services.wait_on(step_id, form.on_id.data or 0)
            return done(_place(step_id, "first"), _("Saved."), undo=True)
    status = 200 if request.method == "GET" else form.status
    return page("plan/first.html", status, view=view, form=form)


@bp.post("/plan/steps/<id:step_id>/first/<id:on_id>/remove")
@uses(services.wait_no_more)
def not_first(step_id: int, on_id: int) -> Response:
    """It need not come first any more."""
    services.wait_no_more(step_id, on_id)
    return done(_place(step_id, "first"), _("Saved."), undo=True)

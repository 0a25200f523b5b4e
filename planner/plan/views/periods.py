"""The page of the plan, periods and phases."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, page, uses
from planner.plan import forms, queries, services
from planner.plan.rules import PeriodKind, kind_of
from planner.plan.views import proposals
from planner.plan.views.blueprint import bp, day, form_page, number

TABS = ("all", "mine", "late", "done")
ROWS = [["name"], ["start", "end"]]
PERIOD_ROWS = [["name"], ["kind"], ["start", "end"]]


def _plan(period_id: int) -> str:
    return url_for("plan.index", period=period_id)


@bp.get("/plan")
@uses(queries.plan_page)
def index() -> Response:
    """Table first: goals with their pace, steps by phase; ?tab=mine for one's own, with who=ID for somebody else's."""
    asked = request.args.get("tab", "all")
    tab = asked if asked in TABS else "all"
    view = queries.plan_page(number("period"), tab, actor.current().user_id, number("who"))
    given: dict[str, Any] = {"period": number("period"), "who": number("who"), "tab": tab if tab != "all" else None}
    here, fresh = url_for("plan.index", **given), url_for("plan.index", **given, part="table")
    if request.args.get("part") == "table":
        return fragment("plan/_table.html", view=view, tab=tab, here=here)
    return page("plan/index.html", view=view, tab=tab, here=here, fresh=fresh)


@bp.route("/plan/periods/new", methods=["GET", "POST"])
@uses(services.add_period, queries.every_period)
def new_period() -> Response:
    """A reporting cycle: the next of its kind, until another is typed."""
    found = {str(kind): queries.coming(kind) for kind in PeriodKind}
    usual = found[PeriodKind.QUARTER]
    form = forms.PeriodForm(
        data={"kind": PeriodKind.QUARTER, "name": usual.name, "start": usual.start, "end": usual.end}
    )
    form.kind.render_kw = {"data-proposes": proposals.told(found)}
    if form.ok():
        with form.catching():
            made = services.add_period(form.name.data or "", day(form.start.data), day(form.end.data))
            return done(_plan(made), _("Saved."), undo=True)
    return form_page(form, _("New period"), PERIOD_ROWS, url_for("plan.index"), lead="plan/_templates.html")


@bp.route("/plan/periods/<id:period_id>/edit", methods=["GET", "POST"])
@uses(services.edit_period, queries.period)
def edit_period(period_id: int) -> Response:
    """Name and days."""
    row = queries.period(period_id)
    kind = kind_of(row.start, row.end)
    held = {"version": row.version, "name": row.name, "kind": kind, "start": row.start, "end": row.end}
    form = forms.PeriodForm(data=held)
    if form.ok():
        with form.catching():
            services.edit_period(
                period_id, form.version.data or 0, form.name.data or "", day(form.start.data), day(form.end.data)
            )
            return done(_plan(period_id), _("Saved."), undo=True)
    return form_page(form, row.name, PERIOD_ROWS, _plan(period_id))


@bp.route("/plan/periods/<id:period_id>/delete", methods=["GET", "POST"])
@uses(services.trash_period, queries.inside, queries.period)
def delete_period(period_id: int) -> Response:
    """Into the trash, after saying what goes with it."""
    row = queries.period(period_id)
    if request.method == "POST":
        services.trash_period(period_id)
        return done(url_for("plan.index"), _("The period is in the trash, with all that was in it."), undo=True)
    counts: dict[str, int] = {}
    for part in queries.inside(period_id):
        counts[part.__tablename__] = counts.get(part.__tablename__, 0) + 1
    return page("plan/delete_period.html", row=row, counts=counts)


@bp.route("/plan/periods/<id:period_id>/phases/new", methods=["GET", "POST"])
@uses(services.add_phase, queries.period)
def new_phase(period_id: int) -> Response:
    """A stretch of the period."""
    row = queries.period(period_id)
    form = forms.PhaseForm(data={"start": row.start, "end": row.end})
    if form.ok():
        with form.catching():
            services.add_phase(period_id, form.name.data or "", day(form.start.data), day(form.end.data))
            return done(_plan(period_id), _("Saved."), undo=True)
    return form_page(form, _("New phase"), ROWS, _plan(period_id))


@bp.route("/plan/phases/<id:phase_id>/edit", methods=["GET", "POST"])
@uses(services.edit_phase, queries.phase, queries.moves_with_phase)
def edit_phase(phase_id: int) -> Response:
    """Name and days."""
    row = queries.phase(phase_id)
    form = forms.PhaseForm(data={"version": row.version, "name": row.name, "start": row.start, "end": row.end})
    if form.ok():
        seen, moves = f"{form.start.data}_{form.end.data}", []
        if request.form.get("seen") != seen:
            moves = queries.moves_with_phase(phase_id, day(form.start.data), day(form.end.data))
        if moves:
            shown = {"extra": "plan/_reflow.html", "moves": moves, "seen": seen}
            return form_page(form, row.name, ROWS, _plan(row.period_id), **shown)
        with form.catching():
            services.edit_phase(
                phase_id, form.version.data or 0, form.name.data or "", day(form.start.data), day(form.end.data)
            )
            return done(_plan(row.period_id), _("Saved."), undo=True)
    return form_page(form, row.name, ROWS, _plan(row.period_id))


@bp.post("/plan/phases/<id:phase_id>/delete")
@uses(services.trash_phase, queries.phase)
def delete_phase(phase_id: int) -> Response:
    """Into the trash; its steps stay."""
    row = queries.phase(phase_id)
    services.trash_phase(phase_id)
    return done(_plan(row.period_id), _("The phase is in the trash. Its steps stay, without a phase."), undo=True)

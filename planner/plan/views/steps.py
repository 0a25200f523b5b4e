"""Steps: who does what by when."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.web import done, is_tick, page, safe_next, uses
from planner.discussions import queries as discussions
from planner.people import queries as people
from planner.plan import forms, queries, services
from planner.plan.queries import StepPage
from planner.plan.rules import GOES_ON, Extras, HangsOn, StepState, as_hours
from planner.plan.views import drawing
from planner.plan.views.blueprint import bp, form_page, number, offered, persons
from planner.plan.views.narrowing import day_of

ROWS = [["title"], ["owner_id", "due"], ["phase_id", "goal_id"], ["note"]]
MORE_ROWS = [["start", "priority"], ["department", "tags"], ["hangs_on", "offset_days"], ["hangs_session_id"]]
TURNED_ON = ("estimate", "helpers")
FIELDS = (
    "title", "owner_id", "due", "phase_id", "goal_id", "note", "start", "priority", "department", "hangs_on",
    "hangs_session_id", "offset_days",
)  # fmt: skip


def _step_form(held: StepPage | None = None) -> forms.StepForm:
    """The form of a step; what lies in the trash or in another period is no choice, unless it stands there."""
    form = forms.StepForm(data=_held_values(held) if held else _asked_values())
    choices, owners = queries.choices(), persons()
    phases, goals, session_id = choices["phases"], choices["goals"], number("session_id")
    if held is not None:
        row, session_id = held.row, held.row.hangs_session_id
        phases, goals = offered(phases, row.phase_id, held.phase), offered(goals, row.goal_id, held.goal)
        owners = offered(owners, row.owner_id, held.owner)
    form.phase_id.offer(phases)
    form.goal_id.offer(goals)
    form.owner_id.offer(owners)
    form.hangs_session_id.offer(queries.sessions_to_hang_on(session_id))
    _only_turned_on(form, held, owners)
    return form


def _only_turned_on(form: forms.StepForm, held: StepPage | None, owners: list[tuple[int, str]]) -> None:
    """Estimate and helpers where the team turned them on; else they stay as they are."""
    on = queries.plan_rules()
    if held is not None:
        form.keep_extras(Extras(held.row.estimate_minutes, tuple(held.helpers)))
    if on.helpers:
        gone = held.helpers.items() - dict(owners).items() if held else ()
        form.helpers.choices = [*owners, *gone]
    for name in TURNED_ON:
        if not getattr(on, "estimates" if name == "estimate" else name):
            del form[name]


def _more_rows(form: forms.StepForm) -> list[list[str]]:
    return [*MORE_ROWS, *([name] for name in TURNED_ON if name in form)]


def _asked_values() -> dict[str, Any]:
    session_id = number("session_id")
    hangs: dict[str, Any] = {"hangs_on": str(HangsOn.SESSION), "hangs_session_id": session_id} if session_id else {}
    due = day_of(request.args.get("due", ""))
    return {"phase_id": number("phase_id"), "goal_id": number("goal_id"), "due": due, **hangs}


def _held_values(held: StepPage) -> dict[str, Any]:
    row = held.row
    values = {name: getattr(row, name) for name in ("version", *FIELDS)}
    places = {"phase_id": row.phase_id if held.phase else None, "goal_id": row.goal_id if held.goal else None}
    extras = {"estimate": as_hours(row.estimate_minutes), "helpers": list(held.helpers)}
    return {**values, **places, **extras, "tags": " ".join(held.tags), "hangs_on": row.hangs_on or ""}


@bp.route("/plan/steps/new", methods=["GET", "POST"])
@uses(services.add_step, queries.choices, queries.sessions_to_hang_on, people.people)
def new_step() -> Response:
    """Something one person does until a day."""
    form, goal_id = _step_form(), number("goal_id")
    back = safe_next(url_for("plan.goal", goal_id=goal_id) if goal_id else url_for("plan.index"))
    if form.ok():
        with form.catching():
            made = services.add_step(
                form.title.data or "", form.owner_id.data, form.due.data, form.phase_id.data, form.goal_id.data,
                form.note.data or "", details=form.details(),
            )  # fmt: skip
            return done(f"{back}#step-{made}", _("The step is in the plan."), undo=True)
    return form_page(form, _("New step"), ROWS, back, folded=_more_rows(form))


def _step_page(view: StepPage, form: forms.WaitForm | None = None) -> Response:
    row, who = view.row, actor.current()
    waiting = form or forms.WaitForm(data={"version": row.version, "waits_for": row.waits_for})
    mine, thread = row.owner_id == who.user_id, discussions.thread("step", row.id)
    status = form.status if form else 200
    return page("plan/step.html", status, view=view, row=row, mine=mine, form=waiting, thread=thread)


@bp.get("/plan/steps/<id:step_id>")
@uses(queries.step_page, discussions.thread)
def step(step_id: int) -> Response:
    """What is this."""
    return _step_page(queries.step_page(step_id))


@bp.route("/plan/steps/<id:step_id>/edit", methods=["GET", "POST"])
@uses(services.edit_step, queries.step_to_edit, queries.choices, queries.sessions_to_hang_on, people.people)
def edit_step(step_id: int) -> Response:
    """Title, owner, due day, place."""
    view = queries.step_to_edit(step_id)
    form = _step_form(view)
    if form.ok():
        with form.catching():
            services.edit_step(
                step_id, form.version.data or 0, form.title.data or "", form.owner_id.data, form.due.data,
                form.phase_id.data, form.goal_id.data, form.note.data or "", form.details(),
            )  # fmt: skip
            return done(url_for("plan.step", step_id=step_id), _("Saved."), undo=True)
    return form_page(form, view.row.title, ROWS, url_for("plan.step", step_id=step_id), folded=_more_rows(form))


@bp.post("/plan/steps/<id:step_id>/waits")
@uses(services.wait_for, queries.step_page, discussions.thread)
def wait_for(step_id: int) -> Response:
    """What it waits for."""
    form = forms.WaitForm()
    if form.ok():
        with form.catching():
            services.wait_for(step_id, form.version.data or 0, form.waits_for.data or "")
            return done(url_for("plan.step", step_id=step_id), _("Saved."), undo=True)
    return _step_page(queries.step_page(step_id), form)


SAID = {
    "start": lambda: _("Started."),
    "put_back": lambda: _("Not started any more."),
    "block": lambda: _("Blocked."),
    "finish": lambda: _("Done."),
    "reopen": lambda: _("Open again."),
    "drop": lambda: _("Dropped."),
}


@bp.route("/plan/steps/<id:step_id>/block", methods=["GET", "POST"])
@uses(services.move_step, queries.step_page)
def block(step_id: int) -> Response:
    """What it is blocked by: asked on a page of its own."""
    return _why(step_id, "block", forms.BlockForm(), "waits_for")


@bp.route("/plan/steps/<id:step_id>/drop", methods=["GET", "POST"])
@uses(services.move_step, queries.step_page)
def drop(step_id: int) -> Response:
    """Why it is dropped: asked on a page of its own."""
    return _why(step_id, "drop", forms.DropForm(), "why")


def _why(step_id: int, move: str, form: forms.BlockForm | forms.DropForm, name: str) -> Response:
    view, back = queries.step_page(step_id), safe_next(url_for("plan.step", step_id=step_id))
    if form.ok():
        with form.catching():
            services.move_step(step_id, move, str(form[name].data or ""), request.form.get("stop") == "y")
            return done(back, SAID[move](), undo=True)
    status = 200 if request.method == "GET" else form.status
    return page("plan/why.html", status, view=view, form=form, move=move, back=back)


@bp.post("/plan/steps/<id:step_id>/<move>")
@uses(services.move_step, queries.ticked, queries.open_before)
def move_step(step_id: int, move: str) -> Response:
    """Start, finish, reopen, drop: answers with the row where a tap asked, which may have been on its way before."""
    services.move_step(step_id, move)
    if move == "reopen" and request.values.get("was") == StepState.DOING:
        services.move_step(step_id, "start")
    held = queries.ticked(step_id)
    plain = SAID[move]()
    said = drawing.with_ahead(plain, queries.open_before(step_id)) if held.state in GOES_ON else plain
    if not is_tick():
        place = f"#step-{step_id}" if "client_id" in request.form else ""
        return done(safe_next(url_for("plan.step", step_id=step_id)) + place, said, undo=True)
    goals = dict(queries.choices()["goals"])
    row = drawing.step_row(held, goals) if request.args.get("look") == "row" else drawing.step_item(held)
    return jsonify(ok=True, row_html=row, message=said, notice=said if said != plain else "")


@bp.post("/plan/steps/<id:step_id>/delete")
@uses(services.trash_step)
def delete_step(step_id: int) -> Response:
    """Into the trash; of a step that comes again this one only, unless it is to come no more."""
    services.trash_step(step_id, request.form.get("stop") == "y")
    return done(url_for("plan.index"), _("The step is in the trash."), undo=True)

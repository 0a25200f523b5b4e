"""Planning a session: new, edit, duplicate, move, cancel, crew, targets, lineup."""

from __future__ import annotations

from datetime import timedelta

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.kernel.spans import Span
from planner.live import forms, queries, rules, services
from planner.live.rules import Weight
from planner.live.views.blueprint import bp
from planner.people import queries as people

EMPTY_ROWS = 3


def _offer(form: forms.SessionForm | forms.MoveForm) -> None:
    form.studio_id.offer([(s.id, s.name) for s in queries.studios()])
    if isinstance(form, forms.SessionForm):
        form.channel_id.offer([(c.id, c.name) for c in queries.channels()])


def _crew_choices() -> dict[str, object]:
    return {"people": people.people(), "positions": people.positions()}


def _hub(session_id: int) -> str:
    return url_for("live.session", session_id=session_id)


@bp.get("/sessions/new")
@uses(services.schedule_session, queries.channels, queries.studios, people.people, people.positions)
def new() -> Response:
    """Plan a session on one page."""
    soon = show.local(clock.now() + timedelta(days=1)).replace(hour=20, minute=0, second=0, microsecond=0)
    form = forms.SessionForm(data={"start": soon, "minutes": 240, "weight": Weight.DAILY.value})
    _offer(form)
    return _new_page(form)


def _new_page(form: forms.SessionForm, status: int = 200) -> Response:
    return page("live/new.html", status, form=form, crew=_sent_crew(), **_crew_choices())


def _sent_crew() -> list[dict[str, str]]:
    columns = {name: request.form.getlist(f"crew_{name}") for name in ("position", "person", "start", "end")}
    count = max((len(c) for c in columns.values()), default=0)
    rows = [{name: column[n] if n < len(column) else "" for name, column in columns.items()} for n in range(count)]
    rows = [row for row in rows if any(row.values())]
    return rows + [dict.fromkeys(columns, "")] * max(EMPTY_ROWS, 5 - len(rows))


@bp.post("/sessions/new")
@uses(services.schedule_session)
def schedule() -> Response:
    """Save it; a conflict stands at its field and nothing typed is lost."""
    form = forms.SessionForm()
    _offer(form)
    if form.ok():
        with form.catching():
            span = rules.check_times(form.start.data, form.minutes.data or 0)
            made = services.schedule_session(
                form.theme.data or "", Weight(form.weight.data), form.channel_id.data or 0, form.studio_id.data, span.start,
                form.minutes.data or 0, form.targets(), forms.read_crew(request.form, span), form.tag_list(),
                form.notes.data or "", form.override_reason.data or "",
            )  # fmt: skip
        if not form.errors:
            return done(_hub(made), _("The session is planned and its checklist is made."), undo=True)
    return _new_page(form, 422)


@bp.route("/sessions/<id:session_id>/edit", methods=["GET", "POST"])
@uses(services.edit_session, queries.brief, queries.tags)
def edit(session_id: int) -> Response:
    """Theme, weight, tags, notes."""
    b = queries.brief(session_id)
    held = {
        "version": b.version,
        "theme": b.theme,
        "weight": b.weight.value,
        "notes": b.notes,
        "no_compare": b.no_compare,
    }
    form = forms.EditForm(data=held | {"tags": " ".join(queries.tags(session_id))})
    if form.ok():
        with form.catching():
            services.edit_session(
                session_id, form.version.data or 0, form.theme.data or "", Weight(form.weight.data),
                form.notes.data or "", forms.split_tags(form.tags.data or ""), bool(form.no_compare.data),
            )  # fmt: skip
        if not form.errors:
            return done(_hub(session_id), _("Saved."), undo=True)
    return page("live/edit.html", 200 if request.method == "GET" else form.status, form=form, session=b)


@bp.route("/sessions/<id:session_id>/duplicate", methods=["GET", "POST"])
@uses(services.duplicate_session, queries.brief)
def duplicate(session_id: int) -> Response:
    """The same show a week later, or whenever."""
    b = queries.brief(session_id)
    form = forms.DuplicateForm(data={"start": b.planned_start + timedelta(days=7)})
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            made = services.duplicate_session(session_id, form.start.data)
        if not form.errors:
            return done(_hub(made), _("The session is planned and its checklist is made."), undo=True)
    return page("live/duplicate.html", status, form=form, session=b)


@bp.route("/sessions/<id:session_id>/move", methods=["GET", "POST"])
@uses(services.move_session, services.move_preview, queries.brief)
def move(session_id: int) -> Response:
    """First what moves, what reopens and what stays; then the decision."""
    b = queries.brief(session_id)
    minutes = int((b.planned_end - b.planned_start).total_seconds() // 60)
    held = {"version": b.version, "start": b.planned_start, "minutes": minutes, "studio_id": b.studio_id}
    form = forms.MoveForm(data=held)
    _offer(form)
    lines, status = None, 200 if request.method == "GET" else 422
    if form.ok():
        given = (form.start.data, form.minutes.data or 0, form.studio_id.data)
        with form.catching():
            if request.form.get("step") == "confirm":
                services.move_session(session_id, form.version.data or 0, *given, form.override_reason.data or "")
            else:
                lines, status = services.move_preview(session_id, *given), 200
        if not form.errors and lines is None:
            return done(_hub(session_id), _("Moved."), undo=True)
    return page("live/move.html", 409 if form.stale else status, form=form, session=b, lines=lines)


@bp.route("/sessions/<id:session_id>/cancel", methods=["GET", "POST"])
@uses(services.cancel_session, queries.brief)
def cancel(session_id: int) -> Response:
    """Call it off, with the reason."""
    b = queries.brief(session_id)
    form = forms.CancelForm(data={"version": b.version})
    if form.ok():
        with form.catching():
            services.cancel_session(session_id, form.version.data or 0, form.reason.data or "")
        if not form.errors:
            return done(_hub(session_id), _("The session is cancelled."), undo=True)
    return page("live/cancel.html", 200 if request.method == "GET" else form.status, form=form, session=b)


@bp.post("/sessions/<id:session_id>/restore")
@uses(services.restore_session)
def restore(session_id: int) -> Response:
    """On again after all."""
    try:
        services.restore_session(session_id)
    except Invalid as fault:
        return done(_hub(session_id), fault.message, kind="bad")
    return done(_hub(session_id), _("The session is on again."))


@bp.post("/sessions/<id:session_id>/delete")
@uses(services.trash_session)
def delete(session_id: int) -> Response:
    """Into the trash."""
    services.trash_session(session_id)
    return done(url_for("live.sessions"), _("The session is in the trash."), undo=True)


@bp.route("/sessions/<id:session_id>/crew", methods=["GET", "POST"])
@uses(services.set_crew, queries.brief, queries.shifts, people.people, people.positions)
def crew(session_id: int) -> Response:
    """Who does what when."""
    b = queries.brief(session_id)
    form = forms.Form()
    if form.ok():
        version = request.form.get("version", "")
        with form.catching():
            shifts = forms.read_crew(request.form, Span(b.planned_start, b.planned_end))
            number = int(version) if version.isdecimal() and len(version) < 18 else 0
            services.set_crew(session_id, number, shifts, request.form.get("override_reason", ""))
        if not form.errors:
            return done(_hub(session_id), _("Saved."), undo=True)
    rows = _sent_crew() if request.method == "POST" else _held_crew(session_id)
    status = 200 if request.method == "GET" else form.status
    return page("live/crew.html", status, form=form, session=b, crew=rows, **_crew_choices())


def _held_crew(session_id: int) -> list[dict[str, str]]:
    rows = [
        {
            "position": str(s.position_id),
            "person": str(s.user_id),
            "start": show.clock_of(s.start),
            "end": show.clock_of(s.end),
        }
        for s in queries.shifts(session_id)
    ]
    return rows + [{"position": "", "person": "", "start": "", "end": ""}] * EMPTY_ROWS


@bp.route("/sessions/<id:session_id>/targets", methods=["GET", "POST"])
@uses(services.set_targets, queries.brief, queries.targets)
def targets(session_id: int) -> Response:
    """What it is meant to reach."""
    held = queries.targets(session_id)
    form = forms.TargetsForm(data=held)
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            given = {name: form[name].data for name in forms.TARGETS if form[name].data is not None}
            kept = {metric: value for metric, value in held.items() if metric not in forms.TARGETS}
            services.set_targets(session_id, kept | given)
        if not form.errors:
            return done(_hub(session_id), _("Saved."), undo=True)
    return page("live/targets.html", status, form=form, session=queries.brief(session_id), metrics=forms.TARGETS)


@bp.route("/sessions/<id:session_id>/lineup", methods=["GET", "POST"])
@uses(services.set_lineup, queries.brief, queries.lineup)
def lineup(session_id: int) -> Response:
    """Rows pasted out of the team's sheet."""
    form = forms.LineupForm(data={"rows": _as_rows(session_id)})
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            services.set_lineup(session_id, rules.read_lineup(form.rows.data or ""))
        if not form.errors:
            return done(_hub(session_id), _("Saved."), undo=True)
    return page("live/lineup.html", status, form=form, session=queries.brief(session_id))


def _as_rows(session_id: int) -> str:
    def price(minor: int | None) -> str:
        return "" if minor is None else f"{minor / 100:.2f}"

    return "\n".join(
        "\t".join(
            [i.number, i.name, i.link_no, price(i.live_price), price(i.usual_price), str(i.stock or ""), i.mechanism]
        )
        for i in queries.lineup(session_id)
    )

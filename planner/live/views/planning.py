"""Planning a session: new, edit, again, moved, called off, deleted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel import clock
from planner.live import forms, queries, rules, services
from planner.live.rules import Weight
from planner.live.views.blueprint import answered, bp
from planner.live.views.crew import crew_choices, sent_crew, wants_rows
from planner.people import queries as people


def _offer(form: forms.SessionForm | forms.MoveForm) -> None:
    form.studio_id.offer([(s.id, s.name) for s in queries.studios()])
    if isinstance(form, forms.SessionForm):
        form.channel_id.offer([(c.id, c.name) for c in queries.channels()])


def _hub(session_id: int) -> str:
    return url_for("live.session", session_id=session_id)


def _evening() -> datetime:
    """20:00 of the asked day, else of tomorrow: what most shows begin with."""
    tomorrow = show.local(clock.now()) + timedelta(days=1)
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = tomorrow.date()
    found = day if 2000 <= day.year <= 2100 else tomorrow.date()
    return datetime.combine(found, time(20), tomorrow.tzinfo)


def _new_page(form: forms.SessionForm, status: int = 200) -> Response:
    return page("live/new.html", status, form=form, crew=sent_crew(), **crew_choices())


@bp.get("/sessions/new")
@uses(services.schedule_session, queries.channels, queries.studios, people.people, people.positions)
def new() -> Response:
    """Plan a session on one page."""
    form = forms.SessionForm(data={"start": _evening(), "minutes": 240, "weight": Weight.DAILY.value})
    _offer(form)
    return _new_page(form)


@bp.post("/sessions/new")
@uses(services.schedule_session, queries.channels, queries.studios, people.people, people.positions)
def schedule() -> Response:
    """Save it; a conflict stands at its field and nothing typed is lost."""
    form = forms.SessionForm()
    _offer(form)
    if wants_rows():
        return _new_page(form)
    if form.ok():
        with form.catching():
            made = _schedule(form)
        if not form.errors:
            return done(_hub(made), _("The session is planned and its checklist is made."), undo=True)
    return _new_page(form, 422)


def _schedule(form: forms.SessionForm) -> int:
    span = rules.check_times(form.start.data, form.minutes.data or 0)
    return services.schedule_session(
        form.theme.data or "",
        Weight(form.weight.data),
        form.channel_id.data or 0,
        form.studio_id.data,
        span.start,
        form.minutes.data or 0,
        form.targets(),
        forms.read_crew(request.form, span),
        form.tag_list(),
        form.notes.data or "",
        form.override_reason.data or "",
    )


@bp.route("/sessions/<id:session_id>/edit", methods=["GET", "POST"])
@uses(services.edit_session, queries.brief, queries.tags)
def edit(session_id: int) -> Response:
    """Theme, weight, tags, notes."""
    b = queries.brief(session_id)
    held = {"version": b.version, "theme": b.theme, "weight": b.weight.value, "notes": b.notes}
    held |= {"no_compare": b.no_compare, "tags": " ".join(queries.tags(session_id))}
    form = forms.EditForm(data=held)
    if form.ok():
        with form.catching():
            _edit(session_id, form)
        if not form.errors:
            return done(_hub(session_id), _("Saved."), undo=True)
    return page("live/edit.html", answered(form, held), form=form, session=b)


def _edit(session_id: int, form: forms.EditForm) -> None:
    services.edit_session(
        session_id,
        form.version.data or 0,
        form.theme.data or "",
        Weight(form.weight.data),
        form.notes.data or "",
        forms.split_tags(form.tags.data or ""),
        bool(form.no_compare.data),
    )


@bp.route("/sessions/<id:session_id>/duplicate", methods=["GET", "POST"])
@uses(services.duplicate_session, queries.brief)
def duplicate(session_id: int) -> Response:
    """The same show a week later, or whenever."""
    b = queries.brief(session_id)
    form = forms.DuplicateForm(data={"start": b.planned_start + timedelta(days=7)})
    if form.ok():
        with form.catching():
            made = services.duplicate_session(session_id, form.start.data, form.override_reason.data or "")
        if not form.errors:
            return done(_hub(made), _("The session is planned and its checklist is made."), undo=True)
    return page("live/duplicate.html", answered(form), form=form, session=b)


@bp.route("/sessions/<id:session_id>/move", methods=["GET", "POST"])
@uses(services.move_session, services.move_preview, queries.brief, queries.studios)
def move(session_id: int) -> Response:
    """First what moves, what reopens and what stays; then the decision."""
    b = queries.brief(session_id)
    minutes = int((b.planned_end - b.planned_start).total_seconds() // 60)
    held = {"version": b.version, "start": b.planned_start, "minutes": minutes, "studio_id": b.studio_id}
    form = forms.MoveForm(data=held)
    _offer(form)
    lines = None
    if form.ok():
        with form.catching():
            lines = _move(session_id, form)
        if not form.errors and lines is None:
            return done(_hub(session_id), _("Moved."), undo=True)
    status = 200 if lines is not None else answered(form, held)
    return page("live/move.html", status, form=form, session=b, lines=lines)


def _move(session_id: int, form: forms.MoveForm) -> list[Any] | None:
    """Move it if that was confirmed, else answer what would follow."""
    given = (form.start.data, form.minutes.data or 0, form.studio_id.data)
    reason = form.override_reason.data or ""
    if request.form.get("step") != "confirm":
        return services.move_preview(session_id, *given, reason)
    services.move_session(session_id, form.version.data or 0, *given, reason)
    return None


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
    return page("live/cancel.html", answered(form), form=form, session=b)


@bp.post("/sessions/<id:session_id>/restore")
@uses(services.restore_session)
def restore(session_id: int) -> Response:
    """On again after all."""
    services.restore_session(session_id)
    return done(_hub(session_id), _("The session is on again."), undo=True)


@bp.post("/sessions/<id:session_id>/delete")
@uses(services.trash_session)
def delete(session_id: int) -> Response:
    """Into the trash."""
    services.trash_session(session_id)
    return done(url_for("live.sessions"), _("The session is in the trash."), undo=True)

"""A session that is there: edited, moved, planned again, called off, deleted; and a draft that becomes a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from planner.base import i18n, show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, safe_next, uses
from planner.base.words import label
from planner.kernel.spans import Span
from planner.live import forms, queries, services
from planner.live.queries import SessionBrief
from planner.live.rules import Booking, State, Weight
from planner.live.views.blueprint import answered, bp
from planner.live.views.narrowing import number

PROPOSED = ("start", "minutes", "channel_id", "studio_id")
"""What an address may propose of a move, by the names of the form."""


def _hub(session_id: int) -> str:
    return url_for("live.session", session_id=session_id)


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
@uses(services.duplicate_session, queries.brief, queries.again)
def duplicate(session_id: int) -> Response:
    """The same show a week later, or whenever, with what is in the way of it."""
    b = queries.brief(session_id)
    form = forms.DuplicateForm(data={"start": b.planned_start + timedelta(days=7)})
    if form.ok() and "check" not in request.form:
        with form.catching():
            made = services.duplicate_session(session_id, form.start.data, form.override_reason.data or "")
        if not form.errors:
            return done(_hub(made), _("The session is planned and its checklist is made."), undo=True)
    status = 200 if "check" in request.form else answered(form)
    return page("live/duplicate.html", status, form=form, session=b, **_again(session_id, form.start.data))


@bp.get("/sessions/<id:session_id>/duplicate/check")
@uses(queries.again, queries.brief)
def check_duplicate(session_id: int) -> Response:
    """What is in the way of it, asked while its start is being chosen."""
    queries.brief(session_id)
    form = forms.DuplicateForm(formdata=request.args)
    form.validate()
    return page("live/_outlook.html", **_again(session_id, form.start.data))


def _again(session_id: int, start: datetime | None) -> dict[str, Any]:
    """What is in the way of the same show then, and what it would ask of its crew; nothing without a start."""
    if start is None:
        return {"outlook": None, "clashes": {}, "warnings": {}}
    found, asked = queries.again(session_id, start)
    places = {clash.field: [i18n.told(clash.message)] for clash in found.places}
    crew = [i18n.told(clash.message(asked[clash.index].span)) for clash in found.people]
    strains = [i18n.told(one.message) for one in found.strains]
    return {"outlook": found, "clashes": places | {"crew": crew}, "warnings": {"crew": strains} if strains else {}}


def _proposal(b: SessionBrief, held: Mapping[str, Any]) -> MultiDict[str, str] | None:
    """What the address asks to look at, over what stands: the form as if it had been sent so. None if it asks nothing.

    With the version of what was looked at while it was proposed, the decision is checked against that one.
    """
    asked = {name: request.args[name] for name in PROPOSED if name in request.args}
    if request.method == "POST" or not asked:
        return None
    stands = {name: "" if value is None else str(value) for name, value in held.items()}
    version = number(request.args.get("version", ""), 9) or stands["version"]
    return MultiDict({**stands, "start": show.wall(b.planned_start), **asked, "version": version})


def _move_form(b: SessionBrief, held: Mapping[str, Any], proposal: MultiDict[str, str] | None) -> forms.MoveForm:
    """What the session has now can be kept, also where it lies in the trash by now."""
    form = forms.MoveForm(data=held) if proposal is None else forms.MoveForm(proposal)
    channels = {c.id: c.name for c in queries.channels()} | {b.channel_id: b.channel_name}
    studios = {s.id: s.name for s in queries.studios()}
    if b.studio_id is not None:
        studios |= {b.studio_id: b.studio_name}
    form.channel_id.offer(list(channels.items()))
    form.studio_id.offer(list(studios.items()))
    return form


@bp.route("/sessions/<id:session_id>/move", methods=["GET", "POST"])
@uses(services.move_session, services.move_preview, queries.brief, queries.studios, queries.channels)
def move(session_id: int) -> Response:
    """First what moves, what reopens and what stays, of what was typed or the address proposes; then the decision."""
    b = queries.brief(session_id)
    minutes = int((b.planned_end - b.planned_start).total_seconds() // 60)
    held = {"version": b.version, "start": b.planned_start, "minutes": minutes}
    held |= {"studio_id": b.studio_id, "channel_id": b.channel_id}
    proposal, lines, back = _proposal(b, held), None, safe_next(_hub(session_id))
    form = _move_form(b, held, proposal)
    if form.ok() or (proposal is not None and form.validate()):
        with form.catching():
            lines = _move(session_id, form)
        if not form.errors and lines is None:
            return done(back, _("Moved."), undo=True)
    status = 200 if lines is not None else answered(form, held)
    more: dict[str, Any] = {"seen": _asked(form), "changed": _confirmed() and lines is not None}
    more |= {"becomes": [] if lines is None else _becomes(b, form), "back": back, "next": safe_next("")}
    return page("live/move.html", status, form=form, session=b, lines=lines, **more)


def _becomes(b: SessionBrief, form: forms.MoveForm) -> list[tuple[str, str, str]]:
    """What of time and place would be another: its word, as it stands, as it would be."""
    start, minutes = form.start.data, form.minutes.data or 0
    words = {f.name: {value: str(said) for value, said in f.choices} for f in (form.channel_id, form.studio_id)}
    nowhere = _("No studio")
    stands = (*_told(b.planned_start, b.planned_end), b.channel_name, b.studio_name or nowhere)
    where = (words["channel_id"].get(form.channel_id.data, ""), words["studio_id"].get(form.studio_id.data, nowhere))
    after = (*_told(start, start + timedelta(minutes=minutes)), *where)
    heads = (_("When"), _("Length"), _("Channel"), _("Studio"))
    return [row for row in zip(heads, stands, after, strict=True) if row[1] != row[2]]


def _told(start: datetime, end: datetime) -> tuple[str, str]:
    """When and how long, in words."""
    return f"{show.day(start)} {show.span(start, end)}", show.duration((end - start).total_seconds() / 60)


def _confirmed() -> bool:
    return request.form.get("step") == "confirm"


def _asked(form: forms.MoveForm) -> str:
    """Time and place as the form has them: what a preview was of goes with it and comes back with the decision."""
    start = form.start.data.isoformat() if form.start.data else ""
    return f"{start} {form.minutes.data} {form.channel_id.data} {form.studio_id.data}"


def _move(session_id: int, form: forms.MoveForm) -> list[Any] | None:
    """Move it if just that was looked at and confirmed, else answer what would follow."""
    given = (form.start.data, form.minutes.data or 0, form.studio_id.data, form.override_reason.data or "")
    if not _confirmed() or request.form.get("seen") != _asked(form):
        return services.move_preview(session_id, *given, channel_id=form.channel_id.data)
    services.move_session(session_id, form.version.data or 0, *given, channel_id=form.channel_id.data)
    return None


def _stands(b: SessionBrief, mine: str) -> list[tuple[str, str, str, bool]]:
    """For theirs and mine of a decision about the whole session: how it stands now beside what I was about to do."""
    told, _length = _told(b.planned_start, b.planned_end)
    place = " · ".join(word for word in (b.channel_name, b.studio_name) if word)
    rows = [(_("State"), label(b.state), mine, True), (_("Theme"), b.theme, "", False)]
    return [*rows, (_("When"), told, "", False), (_("Where"), place, "", False)]


@bp.route("/sessions/<id:session_id>/cancel", methods=["GET", "POST"])
@uses(services.cancel_session, services.cancel_preview, queries.brief)
def cancel(session_id: int) -> Response:
    """Call it off, with the reason."""
    b = queries.brief(session_id)
    form = forms.CancelForm(data={"version": b.version})
    if form.ok():
        with form.catching():
            services.cancel_session(session_id, form.version.data or 0, form.reason.data or "")
        if not form.errors:
            return done(_hub(session_id), _("The session is cancelled."), undo=True)
    pair = _stands(b, f"{label(State.CANCELLED)}: {form.reason.data}") if form.stale else []
    lines = services.cancel_preview(session_id)
    return page("live/cancel.html", answered(form), form=form, session=b, pair=pair, lines=lines)


@bp.route("/sessions/<id:session_id>/schedule", methods=["GET", "POST"])
@uses(services.schedule_draft, queries.brief, queries.outlook, queries.shifts)
def schedule_draft(session_id: int) -> Response:
    """A draft becomes a plan, if nothing and nobody is in the way."""
    b = queries.brief(session_id)
    if b.state is not State.DRAFT:
        return done(_hub(session_id))
    form = forms.ScheduleForm(data={"version": b.version})
    if form.ok():
        with form.catching():
            services.schedule_draft(session_id, form.version.data or 0, form.override_reason.data or "")
        if not form.errors:
            return done(_hub(session_id), _("The session is planned and its checklist is made."), undo=True)
    pair = _stands(b, label(State.SCHEDULED)) if form.stale else []
    return page("live/schedule.html", answered(form), form=form, session=b, pair=pair, **_outlook_of(b))


def _outlook_of(b: SessionBrief) -> dict[str, Any]:
    """What is in the way of a draft as it stands."""
    span = Span(b.planned_start, b.planned_end)
    asked = [Booking(s.user_id, Span(s.start, s.end)) for s in queries.shifts(b.id)]
    found = queries.outlook(span, b.channel_id, b.studio_id, asked, b.id)
    told = [i18n.told(c.message) for c in found.places]
    told += [i18n.told(c.message(asked[c.index].span)) for c in found.people]
    return {"outlook": found, "in_the_way": told}


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

"""A new session: one page, with what is in the way beside it while it is being filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from planner.base import i18n, show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.kernel.spans import Span
from planner.live import forms, queries, rules, services
from planner.live.queries import Outlook
from planner.live.rules import LineupRow, Weight
from planner.live.services import ShiftIn
from planner.live.services.crew import booking_of
from planner.live.views.blueprint import bp
from planner.live.views.crew import crew_choices, sent_crew, sent_targets, target_choices, wants_rows, with_choices


def _offer(form: forms.SessionForm) -> None:
    form.studio_id.offer([(s.id, s.name) for s in queries.studios()])
    form.channel_id.offer([(c.id, c.name) for c in queries.channels()])


def _evening() -> datetime:
    """20:00 of the asked day, else of tomorrow: what most shows begin with."""
    tomorrow = show.local(clock.now()) + timedelta(days=1)
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = tomorrow.date()
    found = day if 2000 <= day.year <= 2100 else tomorrow.date()
    return datetime.combine(found, time(20), tomorrow.tzinfo)


def _look(form: forms.SessionForm, sent: MultiDict[str, str]) -> dict[str, Any]:
    """What is in the way of what has been filled in so far; nothing while there is no time to look at."""
    start, minutes = form.start.data, form.minutes.data or forms.USUAL_MINUTES
    try:
        span: Span | None = rules.check_times(start, minutes) if start else None
    except Invalid:
        span = None
    if span is None:
        return {"outlook": None, "clashes": {}, "warnings": {}}
    crew = forms.readable_crew(sent, span)
    asked = [booking_of(s) for s in crew.values()]
    found = queries.outlook(span, form.channel_id.data or _first(form), form.studio_id.data, asked)
    clashes = _told(found, list(crew), {n: booking_of(s).span for n, s in crew.items()})
    return {"outlook": found, "clashes": clashes, "warnings": _warned(found, list(crew))}


def _warned(found: Outlook, rows: list[int]) -> dict[str, list[str]]:
    """The warnings by the row of the crew they belong to."""
    told: dict[str, list[str]] = {}
    for one in found.strains:
        told.setdefault(f"crew-{rows[one.index]}", []).append(i18n.told(one.message))
    return told


def _first(form: forms.SessionForm) -> int | None:
    """The channel a browser shows where none was chosen."""
    offered: list[Any] = list(form.channel_id.choices or [])
    return offered[0][0] if offered else None


def _told(found: Outlook, rows: list[int], spans: Mapping[int, Span]) -> dict[str, list[str]]:
    """The sentences by the place they belong to: a field, or a row of the crew."""
    told: dict[str, list[str]] = {clash.field: [i18n.told(clash.message)] for clash in found.places}
    for clash in found.people:
        row = rows[clash.index]
        told.setdefault(f"crew-{row}", []).append(i18n.told(clash.message(spans[row])))
    return told


def _new_page(form: forms.SessionForm, status: int = 200) -> Response:
    shown = {"form": form, "crew": sent_crew(), "targets": sent_targets(), **crew_choices(), **target_choices()}
    look = _look(form, request.form)
    with_choices(shown["crew"], shown, look["outlook"].span if look["outlook"] else None, None)
    return page("live/new.html", status, **shown, **look)


@bp.get("/sessions/new")
@uses(
    services.schedule_session, queries.channels, queries.studios, queries.outlook, queries.free_evening, queries.bench
)
def new() -> Response:
    """Plan a session on one page."""
    held = {"start": _evening(), "minutes": forms.USUAL_MINUTES, "weight": Weight.DAILY.value}
    form = forms.SessionForm(data=held)
    _offer(form)
    channel_id = _first(form)
    if channel_id and not request.args.get("day"):
        form.start.data = queries.free_evening(channel_id, _evening(), timedelta(minutes=forms.USUAL_MINUTES))
    return _new_page(form)


@bp.get("/sessions/new/check")
@uses(queries.outlook, queries.channels, queries.studios, queries.bench)
def check() -> Response:
    """What is in the way, asked while the form is being filled in."""
    form = forms.DraftForm(formdata=request.args)
    _offer(form)
    form.validate()
    rows: list[dict[str, Any]] = [*forms.typed_rows(request.args, "crew", forms.CREW)]
    look, choices = _look(form, request.args), crew_choices()
    with_choices(rows, choices, look["outlook"].span if look["outlook"] else None, None)
    return page("live/_check.html", **look, rows=len(rows), crew=rows, people=choices["people"])


@bp.post("/sessions/new")
@uses(services.schedule_session, services.draft_session, queries.channels, queries.studios, queries.bench)
def schedule() -> Response:
    """Save it; a conflict stands at its field and nothing typed is lost. A draft is kept without asking anybody."""
    drafting = "draft" in request.form
    form = forms.DraftForm() if drafting else forms.SessionForm()
    _offer(form)
    if wants_rows() or "check" in request.form:
        return _new_page(form)
    if form.ok():
        made = _save(form, drafting)
        if made:
            word = _("Kept as a draft.") if drafting else _("The session is planned and its checklist is made.")
            return done(url_for("live.session", session_id=made), word, undo=True)
    return _new_page(form, 422)


def _save(form: forms.SessionForm, drafting: bool) -> int | None:
    """Read the rows and write it all; what is wrong is told at its place, the whole of it at once."""
    places, crew = dict[str, str](), list[ShiftIn]()
    targets, lineup = dict[str, Decimal](), list[LineupRow]()
    start, minutes = form.start.data, form.minutes.data or forms.USUAL_MINUTES
    with form.catching():
        targets, places = forms.read_targets(request.form)
    with form.catching():
        crew = forms.read_crew(request.form, rules.check_times(start, minutes))
    with form.catching():
        lineup = rules.read_lineup(form.lineup.data or "", "lineup")
    with form.catching(places):
        return None if form.errors else _write(form, drafting, start, minutes, targets, crew, lineup)
    return None


def _write(
    form: forms.SessionForm,
    drafting: bool,
    start: datetime,
    minutes: int,
    targets: Mapping[str, Decimal],
    crew: list[ShiftIn],
    lineup: list[LineupRow],
) -> int:
    asked = (form.theme.data or "", Weight(form.weight.data), form.channel_id.data or 0, form.studio_id.data)
    parts = (targets, crew, form.tag_list(), form.notes.data or "")
    if drafting:
        return services.draft_session(*asked, start, minutes, *parts, lineup)
    return services.schedule_session(*asked, start, minutes, *parts, form.override_reason.data or "", lineup)

"""Bringing in the platform's file: upload, look, link, take over."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, files, sheets, show
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.web import done, fragment, page, uses
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.live import queries as live
from planner.outcomes import forms, services
from planner.outcomes.queries import imports as queries
from planner.outcomes.queries import reviews
from planner.outcomes.rules import sample
from planner.outcomes.services.imports import Doubtful
from planner.outcomes.views.blueprint import bp
from planner.outcomes.words import counted, taken_back

STAMP = re.compile(r"(?<!\d)(20\d{2})[-_.]?(\d{2})[-_.]?(\d{2})[-_T ]?(\d{2})[-_.:]?(\d{2})(?:[-_.:]?\d{2})?(?!\d)")
CLOCKS_DIFFER = timedelta(minutes=5)


def _zone() -> ZoneInfo:
    return ZoneInfo(actor.current().timezone)


def _stamp_in(name: str) -> datetime | None:
    """The download time where the file's name says one with a clock (`..._20260910_1012.xlsx`), not a range of days."""
    found = list(STAMP.finditer(name))
    if not found:
        return None
    year, month, day, hour, minute = (int(part) for part in found[-1].groups())
    try:
        said = datetime(year, month, day, hour, minute, tzinfo=_zone()).astimezone(UTC)
    except ValueError:
        return None
    return said if said <= clock.now() else None


def _taken(form: forms.TakenForm, name: str) -> datetime | None:
    """What was typed, else what the file's name says; a clock that goes a little ahead means now."""
    taken, now = form.taken_at.data or _stamp_in(name), clock.now()
    return now if taken and now < taken < now + CLOCKS_DIFFER else taken


@bp.get("/imports")
@uses(queries.recent_imports, reviews.reviews_due)
def imports() -> Response:
    """Upload, what other platforms need, and what was brought before."""
    return _imports_page(200, forms.UploadForm())


def _imports_page(status: int, form: forms.UploadForm) -> Response:
    waiting = [due.session for due in reviews.reviews_due() if due.result is None]
    return page("outcomes/imports.html", status, form=form, rows=queries.recent_imports(), waiting=waiting)


@bp.post("/imports")
@uses(services.upload, services.date_import, queries.recent_imports, queries.import_page, reviews.reviews_due)
def upload() -> Response:
    """Read it and show what was recognised; nothing counts yet. A good file is kept while its time is asked again."""
    form, sent, made, name = forms.UploadForm(), request.files.get("file"), 0, "file"
    form.ok()
    with form.catching():
        data = sent.stream.read(sheets.MOST_BYTES + 1) if sent else b""
        name = (sent.filename if sent else "") or name
        made = services.upload(name, data, sheets.read(data))
    if made and not form.errors:
        with form.catching():
            services.date_import(made, _taken(form, name))
    if form.errors:
        return _time_page(422, made, form) if made else _imports_page(422, form)
    return done(url_for("outcomes.import_file", import_id=made))


def _time_page(status: int, import_id: int, form: forms.TakenForm) -> Response:
    return page("outcomes/taken.html", status, view=queries.import_page(import_id), form=form)


@bp.post("/imports/<id:import_id>/taken")
@uses(services.date_import, queries.import_page)
def taken(import_id: int) -> Response:
    """When a file was downloaded that is here already."""
    form = forms.TakenForm()
    if form.ok():
        try:
            services.date_import(import_id, _taken(form, ""))
        except Invalid as fault:
            form.fault("taken_at", told(fault.message))
    if form.errors:
        return _time_page(422, import_id, form)
    return done(url_for("outcomes.import_file", import_id=import_id))


@bp.get("/imports/<id:import_id>")
@uses(queries.import_page, queries.import_progress)
def import_file(import_id: int) -> Response:
    """Row by row: what was read, which session it belongs to, what is wrong where; or how far the worker is with it."""
    if request.args.get("part") == "progress":
        return _progress(queries.import_progress(import_id))
    view = queries.import_page(import_id)
    if view.file.state == "undated":
        return _time_page(200, import_id, forms.TakenForm())
    answer = page("outcomes/import.html", view=view, problem="", held=[])
    if view.progress.running:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _progress(found: queries.Progress) -> Response:
    answer = fragment("outcomes/_progress.html", p=found)
    answer.headers["Cache-Control"] = "no-store"
    if not found.running:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/imports/<id:import_id>/rows/<id:row_id>")
@uses(services.link_row, queries.link_question)
def link_row(import_id: int, row_id: int) -> Response:
    """Link a row by hand, leave it out, or have the missing session planned; a doubtful link is asked about first."""
    back = url_for("outcomes.import_file", import_id=import_id) + f"#row-{row_id}"
    choice = request.form.get("choice", "")
    try:
        services.link_row(row_id, choice, request.form.get("sure") == "yes")
    except Doubtful as fault:
        asked = queries.link_question(row_id, int(choice))
        return page("outcomes/link.html", 409, asked=asked, doubts=fault.details, back=back)
    except (Refused, Invalid) as fault:
        return done(back, fault.message, kind="bad")
    return done(back)


@bp.post("/imports/<id:import_id>/store")
@uses(services.store_import)
def store(import_id: int) -> Response:
    """Take it over, all at once."""
    counts = services.store_import(import_id)
    summed = counted(counts)
    if "waiting" in counts:
        summed = _("%(count)s rows are being taken over. You need not wait here.", count=counts["waiting"])
    return done(url_for("outcomes.import_file", import_id=import_id), summed)


@bp.post("/imports/<id:import_id>/withdraw")
@uses(services.withdraw_import, queries.import_page)
def withdraw(import_id: int) -> Response:
    """What this file said counts no more; a review that rests on it alone is named."""
    try:
        counts = services.withdraw_import(import_id)
    except Refused as fault:
        held = [told(detail) for detail in fault.details]
        view = queries.import_page(import_id)
        return page("outcomes/import.html", 409, view=view, problem=told(fault.message), held=held)
    return done(url_for("outcomes.import_file", import_id=import_id), taken_back(counts))


@bp.post("/imports/<id:import_id>/drop")
@uses(services.drop_import)
def drop(import_id: int) -> Response:
    """Nobody wants it."""
    services.drop_import(import_id)
    return done(url_for("outcomes.imports"), _("The file is dropped; nothing of it counted."))


@bp.get("/imports/<id:import_id>/file")
@uses(queries.original)
def original(import_id: int) -> Response:
    """The file as it was brought."""
    name, data = queries.original(import_id)
    return files.attachment(name, "application/octet-stream", data)


@bp.get("/imports/sample.csv")
@uses(live.past_briefs, live.channels)
def sample_file() -> Response:
    """A file as the platform exports it, for the team's last show, to try the import with."""
    past = live.past_briefs(limit=1)
    channels = live.channels()
    name, account = (past[0].channel_name, past[0].account) if past else ("晨光美妆旗舰店", "chenguang_beauty")
    if not past and channels:
        name, account = channels[0].name, channels[0].account
    start = past[0].start if past else show.local(clock.now()).replace(hour=20, minute=0) - timedelta(days=1)
    end = min(start + timedelta(hours=4), clock.now())
    first, last = (at.astimezone(_zone()).replace(tzinfo=None) for at in (start, end))
    row = sample.cells(name, account, first, last, sample.HELD)
    return files.attachment("sample.csv", "text/csv", sample.as_csv([row]))

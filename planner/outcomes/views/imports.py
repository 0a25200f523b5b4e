"""Bringing in the platform's file: upload, look, link, take over."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, files, sheets, show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.live import queries as live
from planner.outcomes import forms, services
from planner.outcomes.queries import imports as queries
from planner.outcomes.rules import sample
from planner.outcomes.views.blueprint import bp

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


@bp.get("/imports")
@uses(queries.recent_imports)
def imports() -> Response:
    """Upload, and what was brought before."""
    form = forms.UploadForm(data={"taken_at": clock.now()})
    return page("outcomes/imports.html", form=form, rows=queries.recent_imports())


@bp.post("/imports")
@uses(services.upload, queries.recent_imports)
def upload() -> Response:
    """Read it and show what was recognised; nothing counts yet."""
    form, sent = forms.UploadForm(), request.files.get("file")
    if form.ok():
        with form.catching():
            data = sent.stream.read(sheets.MOST_BYTES + 1) if sent else b""
            name = (sent.filename if sent else "") or "file"
            taken, now = _stamp_in(name) or form.taken_at.data, clock.now()
            taken = now if now < taken < now + CLOCKS_DIFFER else taken
            made = services.upload(name, data, sheets.read(data), taken)
        if not form.errors:
            return done(url_for("outcomes.import_file", import_id=made))
    return page("outcomes/imports.html", 422, form=form, rows=queries.recent_imports())


@bp.get("/imports/<id:import_id>")
@uses(queries.import_page)
def import_file(import_id: int) -> Response:
    """Row by row: what was read, which session it belongs to, what is wrong where."""
    return page("outcomes/import.html", view=queries.import_page(import_id))


@bp.post("/imports/<id:import_id>/rows/<id:row_id>")
@uses(services.link_row)
def link_row(import_id: int, row_id: int) -> Response:
    """Link a row by hand, leave it out, or plan the missing session."""
    back = url_for("outcomes.import_file", import_id=import_id) + f"#row-{row_id}"
    try:
        services.link_row(row_id, request.form.get("choice", ""))
    except (Refused, Invalid) as fault:
        return done(back, fault.message, kind="bad")
    return done(back)


@bp.post("/imports/<id:import_id>/store")
@uses(services.store_import)
def store(import_id: int) -> Response:
    """Take it over, all at once."""
    counts = services.store_import(import_id)
    told = _(
        "%(new)s new, %(replaced)s replaced, %(unchanged)s unchanged, %(older)s older than what is there, "
        "%(skip)s left out, %(error)s with errors.",
        **{name: counts.get(name, 0) for name in ("new", "replaced", "unchanged", "older", "skip", "error")},
    )
    if "waiting" in counts:
        told = _("%(count)s rows are being taken over. You need not wait here.", count=counts["waiting"])
    return done(url_for("outcomes.import_file", import_id=import_id), told)


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
    wall = start.astimezone(_zone()).replace(tzinfo=None)
    held: dict[str, Any] = {
        "exposed_users": 89651, "exposures": 141666, "viewers": 16614, "views": 22996, "pcu": 581, "acu": 199,
        "avg_watch_seconds": 87, "comments": 996, "new_club": 182, "new_fans": 215, "lost_fans": 18,
        "product_exposed_users": 13685, "clickers": 7085, "product_exposures": 69054, "clicks": 10849, "orders": 1777,
        "gmv": "68328.31", "paid_amount": "66881.32", "items": 1817, "buyers": 1702, "refund_orders": 126,
        "refund_amount": "5755.79", "ad_spend": "9000", "net_gmv": "65120.10",
    }  # fmt: skip
    row = sample.cells(name, account, wall, wall + timedelta(hours=4), {k: Decimal(str(v)) for k, v in held.items()})
    return files.attachment("sample.csv", "text/csv", sample.as_csv([row]))

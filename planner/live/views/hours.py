"""Hours of people by month: on a page, and to take away."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flask import request
from werkzeug.wrappers import Response

from planner.base import exports, files, show
from planner.base.i18n import gettext as _
from planner.base.web import page, uses
from planner.live import queries
from planner.live.queries import PersonHours
from planner.live.queries.hours import as_hours
from planner.live.views.blueprint import bp


def _month() -> date:
    """The first of the asked month, else of this one."""
    try:
        found = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        found = show.today().replace(day=1)
    return found if 2000 <= found.year < 2100 else show.today().replace(day=1)


@bp.get("/hours")
@uses(queries.hours)
def hours() -> Response:
    """Who was planned for how long, and who really worked how long."""
    month = _month()
    around = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=32)).replace(day=1)
    before, after = (m.strftime("%Y-%m") for m in around)
    return page(
        "live/hours.html",
        month=month,
        month_word=show.month(month),
        rows=queries.hours(month),
        before=before,
        after=after,
        as_hours=as_hours,
    )


@bp.get("/hours.csv")
@uses(queries.hours)
def hours_csv() -> Response:
    """The month as CSV."""
    return _taken_away(exports.CSV)


@bp.get("/hours.xlsx")
@uses(queries.hours)
def hours_xlsx() -> Response:
    """The month as a workbook."""
    return _taken_away(exports.XLSX)


def _lines(rows: list[PersonHours]) -> list[list[exports.Cell]]:
    """A line for each person and position; hours as numbers."""
    return [
        [row.name, place, each.shifts, Decimal(as_hours(each.planned)), Decimal(as_hours(each.actual))]
        for row in rows
        for place, each in row.positions
    ]


def _taken_away(kind: str) -> Response:
    month = _month()
    head = [_("Person"), _("Position"), _("Shifts"), _("Planned hours"), _("Hours worked")]
    data = exports.made(kind, _("Hours"), head, _lines(queries.hours(month)))
    return files.attachment(f"hours_{month:%Y-%m}.{kind}", exports.MIMES[kind], data)

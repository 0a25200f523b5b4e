"""The page of the daily report."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.daily import queries, services
from planner.daily.forms import DailyRulesForm, ReportForm

bp = Blueprint("daily", __name__)


def _asked() -> tuple[date, bool]:
    """The day and whose report; today and mine where nothing sensible was asked."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = show.today()
    day = day if date(2000, 1, 2) < day < date(2100, 12, 30) else show.today()
    return day, request.args.get("of") == "team"


def _page(form: ReportForm, day: date, team: bool, status: int = 200) -> Response:
    view = queries.daily_page(day, team, "anew" in request.args)
    if request.method == "GET":
        form.text.data, form.version.data = view.text, view.version or None
    around = [day - timedelta(days=1), day + timedelta(days=1)]
    return page("daily/index.html", status, form=form, view=view, team_of=team, around=around, today=show.today())


@bp.get("/daily")
@uses(queries.daily_page)
def index() -> Response:
    """My report of a day, or the team's, with its sources."""
    day, team = _asked()
    return _page(ReportForm(), day, team)


@bp.post("/daily")
@uses(queries.daily_page, services.save_report)
def save() -> Response:
    """Keep what was written."""
    (day, team), form = _asked(), ReportForm()
    if form.ok():
        with form.catching():
            services.save_report(day, team, form.version.data or 0, form.text.data or "")
        if not form.errors:
            return done(_address(day, team), _("Saved."))
    return _page(form, day, team, form.status)


@bp.post("/daily/send")
@uses(queries.daily_page, services.send_report)
def send() -> Response:
    """Keep it, and let the group read it."""
    (day, team), form = _asked(), ReportForm()
    if form.ok():
        with form.catching():
            services.send_report(day, team, form.version.data or 0, form.text.data or "")
        if not form.errors:
            return done(_address(day, team), _("Sent. It stays as it was sent."))
    return _page(form, day, team, form.status)


def _address(day: date, team: bool) -> str:
    of = "team" if team else None
    return url_for("daily.index", day=day.isoformat() if day != show.today() else None, of=of)


@bp.route("/settings/daily", methods=["GET", "POST"])
@uses(services.set_daily_rules, queries.daily_rules)
def rules() -> Response:
    """When reports go out by themselves."""
    version, on, send_at = queries.daily_rules()
    form = DailyRulesForm(data={"version": version or None, "is_on": on, "send_at": str(send_at)})
    if form.ok():
        with form.catching():
            services.set_daily_rules(form.version.data or 0, bool(form.is_on.data), int(form.send_at.data or -1))
        if not form.errors:
            return done(url_for("daily.rules"), _("Saved."))
    return page("daily/rules.html", 200 if request.method == "GET" else form.status, form=form)

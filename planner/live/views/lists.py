"""When, where, who: days with a week strip, a month, and a list to search."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.web import page, uses
from planner.kernel.spans import business_day, day_span
from planner.kernel.text import clean_line
from planner.live import queries
from planner.live.queries import SessionBrief
from planner.live.rules import State
from planner.live.views.blueprint import bp

ROWS = 50


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
        return found if 2000 <= found.year <= 2100 else show.today()
    except ValueError:
        return show.today()


def _by_day(rows: list[SessionBrief]) -> dict[date, list[SessionBrief]]:
    who, found = actor.current(), dict[date, list[SessionBrief]]()
    for row in rows:
        found.setdefault(business_day(row.planned_start, who.timezone, who.day_start), []).append(row)
    return found


def _days(first: date, count: int) -> list[tuple[date, list[SessionBrief]]]:
    who = actor.current()
    start = day_span(first, who.timezone, who.day_start).start
    end = day_span(first + timedelta(days=count), who.timezone, who.day_start).start
    held = _by_day(queries.briefs_between(start, end))
    return [(first + timedelta(days=n), held.get(first + timedelta(days=n), [])) for n in range(count)]


@bp.get("/sessions")
@uses(queries.briefs_between, queries.shifts_of, queries.listed, queries.count_by_state)
def sessions() -> Response:
    """The week by default; ?view=month and ?view=list; every view has its own address."""
    view = request.args.get("view", "week")
    day = _day(request.args.get("day", ""))
    if view == "list":
        return _list()
    if view == "month":
        first = day.replace(day=1)
        grid = first - timedelta(days=first.weekday())
        weeks = 6 if (first + timedelta(days=32)).replace(day=1) > grid + timedelta(days=35) else 5
        days = _days(grid, weeks * 7)
        return page("live/month.html", days=days, month=first, today=show.today(), **_around(first))
    monday = day - timedelta(days=day.weekday())
    days = _days(monday, 7)
    crews = queries.shifts_of([b.id for _day, rows in days for b in rows])
    around: dict[str, Any] = {"before": monday - timedelta(days=7), "after": monday + timedelta(days=7)}
    return page("live/week.html", days=days, crews=crews, today=show.today(), chosen=day, **around)


def _around(first: date) -> dict[str, Any]:
    after = (first + timedelta(days=32)).replace(day=1)
    return {"before": (first - timedelta(days=1)).replace(day=1), "after": after}


def _key(text: str) -> tuple[datetime, int] | None:
    try:
        start, _mark, row_id = text.partition("_")
        known = start.endswith("+00:00") and row_id.isdecimal() and len(row_id) <= 18
        return (datetime.fromisoformat(start), int(row_id)) if known else None
    except ValueError:
        return None


def _list() -> Response:
    asked = {name: request.args.get(name, "") for name in ("q", "state", "rows")}
    asked["q"] = clean_line(asked["q"])[:80]
    state = State(asked["state"]) if asked["state"] in set(State) else None
    rows = min(int(asked["rows"]), 200) if asked["rows"].isdecimal() and len(asked["rows"]) < 5 else ROWS
    found = queries.listed(_key(request.args.get("after", "")), rows + 1, asked["q"], state)
    more = len(found) > rows
    last = found[rows - 1] if more else None
    keep: dict[str, Any] = {name: value for name, value in asked.items() if value}
    following = None
    if last is not None:
        following = url_for("live.sessions", view="list", after=f"{last.planned_start.isoformat()}_{last.id}", **keep)
    return page(
        "live/list.html",
        rows=found[:rows],
        next_url=following,
        counts=queries.count_by_state(),
        state=state,
        q=asked["q"],
    )

"""When, where, who: a week by hours, a month, and a list to search."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.web import page, uses
from planner.kernel import clock
from planner.kernel.spans import business_day, day_span
from planner.kernel.text import clean_line
from planner.live import queries
from planner.live.queries import SessionBrief
from planner.live.rules import State
from planner.live.views.blueprint import bp
from planner.live.views.calendar import week_of

ROWS = 50
MOST_OF_A_DAY = 3
"""How many sessions a day of the month shows before it says how many more there are."""


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
        return found if 2000 <= found.year <= 2100 else show.today()
    except ValueError:
        return show.today()


def business_day_of(row: SessionBrief) -> date:
    """The business day a session belongs to: the one it is planned to begin in, however long it runs."""
    who = actor.current()
    return business_day(row.planned_start, who.timezone, who.day_start)


def _between(first: date, count: int, before: timedelta = timedelta()) -> list[SessionBrief]:
    who = actor.current()
    start = day_span(first, who.timezone, who.day_start).start
    end = day_span(first + timedelta(days=count), who.timezone, who.day_start).start
    return queries.briefs_between(start - before, end)


def _days(first: date, count: int, rows: list[SessionBrief]) -> list[tuple[date, list[SessionBrief]]]:
    held: dict[date, list[SessionBrief]] = {}
    for row in rows:
        held.setdefault(business_day_of(row), []).append(row)
    return [(day, held.get(day, [])) for day in (first + timedelta(days=n) for n in range(count))]


@bp.get("/sessions")
@uses(queries.briefs_between, queries.shifts_of, queries.listed, queries.count_by_state)
def sessions() -> Response:
    """The week by default; ?view=month and ?view=list; every view has its own address."""
    view = request.args.get("view", "week")
    day = _day(request.args.get("day", ""))
    if view == "list":
        return _list()
    return _month(day.replace(day=1)) if view == "month" else _week(day - timedelta(days=day.weekday()), day)


def _week(monday: date, chosen: date) -> Response:
    rows = _between(monday, 7, timedelta(hours=24))
    days = _days(monday, 7, rows)
    crews = queries.shifts_of([b.id for _day, held in days for b in held])
    week = week_of(days, [b for b in rows if business_day_of(b) < monday], clock.now())
    around: dict[str, Any] = {"before": monday - timedelta(days=7), "after": monday + timedelta(days=7)}
    around["week_word"] = show.days(monday, monday + timedelta(days=6))
    return page("live/week.html", days=days, week=week, crews=crews, today=show.today(), chosen=chosen, **around)


def _month(first: date) -> Response:
    grid = first - timedelta(days=first.weekday())
    after = (first + timedelta(days=32)).replace(day=1)
    weeks = -(-(after - grid).days // 7)
    days = _days(grid, weeks * 7, _between(grid, weeks * 7))
    around: dict[str, Any] = {"before": (first - timedelta(days=1)).replace(day=1), "after": after}
    around["month_word"] = show.month(first)
    return page("live/month.html", days=days, month=first, today=show.today(), most=MOST_OF_A_DAY, **around)


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
        days=[(day, list(held)) for day, held in groupby(found[:rows], business_day_of)],
        shown=min(len(found), rows),
        crews=queries.shifts_of([b.id for b in found[:rows]]),
        next_url=following,
        counts=queries.count_by_state(),
        state=state,
        q=asked["q"],
        today=show.today(),
    )

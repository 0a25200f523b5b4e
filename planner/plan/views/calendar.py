"""The steps of a month on the days they are due: a table at a desk, day after day on a phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.web import fragment, page, uses
from planner.people import queries as people
from planner.plan import queries
from planner.plan.rules import Show
from planner.plan.views import narrowing
from planner.plan.views.blueprint import bp

MOST_OF_A_DAY = 4
"""How many steps a day shows before it says how many more there are."""
MOST_OF_A_MONTH = 1000


def _month() -> date:
    """The first of the asked month, else of this one."""
    return narrowing.day_of(f"{request.args.get('month', '')}-01") or show.today().replace(day=1)


def _given() -> dict[str, str]:
    """What narrows it; its days are those of the month."""
    return {name: value for name, value in narrowing.asked().items() if name not in narrowing.OF_THE_LIST}


@bp.get("/plan/calendar")
@uses(queries.listed, queries.shows_by_day, queries.words_in_use, queries.choices, people.people)
def calendar() -> Response:
    """What is due on which day, with how many sessions there are on it."""
    given, first = _given(), _month()
    after = (first + timedelta(days=32)).replace(day=1)
    grid = first - timedelta(days=first.weekday())
    days = [grid + timedelta(days=n) for n in range(-(-(after - grid).days // 7) * 7)]
    asked = {**given, "from": str(grid), "to": str(days[-1])}
    rows = queries.listed(narrowing.wanted(asked, Show.STANDING), 0, MOST_OF_A_MONTH)
    month = {"month": f"{first:%Y-%m}"}
    shown: dict[str, Any] = {
        "days": [(day, _day_url(given, day)) for day in days],
        "held": queries.by_day(rows),
        "shows": queries.shows_by_day(grid, days[-1]),
        "first": first,
        "today": show.today(),
        "most": MOST_OF_A_DAY,
        "too_many": len(rows) == MOST_OF_A_MONTH,
        "here": narrowing.here("plan.calendar", {**given, **month}),
    }
    if request.args.get("part") == "days":
        return fragment("plan/_calendar.html", **shown)
    return page(
        "plan/calendar.html",
        **shown,
        fresh=narrowing.here("plan.calendar", {**given, **month}, part="days"),
        month_word=show.month(first),
        steps={name: narrowing.here("plan.calendar", given, month=at) for name, at in _around(first, after).items()},
        given=given,
        keep={**month, **({"q": given["q"]} if "q" in given else {})},
        kept_by_words={**month, **{name: value for name, value in given.items() if name != "q"}},
        **narrowing.view_choices(given, Show.STANDING),
    )


def _around(first: date, after: date) -> dict[str, str]:
    """The months before and after, and this one where another is shown."""
    found = {"before": f"{first - timedelta(days=1):%Y-%m}", "after": f"{after:%Y-%m}"}
    return found if first == show.today().replace(day=1) else {**found, "now": ""}


def _day_url(given: dict[str, str], day: date) -> str:
    """The list of one day."""
    more: dict[str, Any] = {"from": day, "to": day, "show": given.get("show", Show.STANDING)}
    return narrowing.here("plan.steps", given, **more)

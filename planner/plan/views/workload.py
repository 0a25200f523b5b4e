"""Who has how much to do: people and their next weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.web import fragment, page, uses
from planner.people import queries as people
from planner.plan import queries
from planner.plan.queries import PersonLoad, Workload
from planner.plan.rules import Show
from planner.plan.views import narrowing
from planner.plan.views.blueprint import bp

WEEK = timedelta(days=7)
LEFT_OUT = (*narrowing.OF_THE_LIST, "show")


def _monday(today: date) -> date:
    """The Monday of the asked day, else of today."""
    day = narrowing.day_of(request.args.get("from", "")) or today
    return day - timedelta(days=day.weekday())


def _list(given: dict[str, str], row: PersonLoad, **more: Any) -> str:
    """The list of what somebody has to do, narrowed further."""
    return narrowing.here("plan.steps", given, owner=str(row.user_id), **more)


def _cells(given: dict[str, str], row: PersonLoad, mondays: list[date]) -> list[dict[str, Any]]:
    return [
        {
            "week": week,
            "load": load,
            "monday": monday,
            "hours": round(week.on_air.total_seconds() / 3600, 1),
            "url": _list(given, row, **{"from": monday, "to": monday + timedelta(days=6)}),
        }
        for monday, (week, load) in zip(mondays, row.weeks, strict=True)
    ]


def _rows(given: dict[str, str], view: Workload) -> list[tuple[PersonLoad, list[dict[str, Any]], dict[str, str]]]:
    return [(row, _cells(given, row, view.mondays), _rest(given, row)) for row in view.rows]


@bp.get("/plan/workload")
@uses(queries.workload, queries.words_in_use, queries.choices, people.people)
def workload() -> Response:
    """Steps that are due in eight weeks by who owns them, beside their shifts and days away."""
    given = {name: value for name, value in narrowing.asked().items() if name not in LEFT_OUT}
    today = show.today()
    monday = _monday(today)
    wanted = replace(narrowing.wanted(given), show=Show.UNFINISHED)
    view = queries.workload(monday, wanted)
    shown, choices = {"from": str(monday)}, narrowing.choices(given)
    choices["choices"] = [each for each in choices["choices"] if each[0] != "due"]
    table = {"view": view, "heads": _heads(view, today), "rows": _rows(given, view)}
    if request.args.get("part") == "weeks":
        return fragment("plan/_workload.html", **table)
    return page(
        "plan/workload.html",
        **table,
        fresh=narrowing.here("plan.workload", given, **shown, part="weeks"),
        range_word=show.days(monday, view.mondays[-1] + timedelta(days=6)),
        steps={name: narrowing.here("plan.workload", given, **{"from": at}) for name, at in _around(monday, today)},
        given=given,
        keep=shown,
        kept_by_words={**shown, **{name: value for name, value in given.items() if name != "q"}},
        **choices,
    )


def _heads(view: Workload, today: date) -> list[tuple[str, bool]]:
    """The weeks by their days, and whether it is this one."""
    return [(show.days(day, day + timedelta(days=6), year=False), day <= today < day + WEEK) for day in view.mondays]


def _around(monday: date, today: date) -> list[tuple[str, date | str]]:
    found: list[tuple[str, date | str]] = [("before", monday - 4 * WEEK), ("after", monday + 4 * WEEK)]
    return found if monday == today - timedelta(days=today.weekday()) else [*found, ("now", "")]


def _rest(given: dict[str, str], row: PersonLoad) -> dict[str, str]:
    """Where what is late and what has no day is listed."""
    return {"late": _list(given, row, due="late"), "undated": _list(given, row, due="none"), "all": _list(given, row)}

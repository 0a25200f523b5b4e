"""Steps as a list that can be narrowed, sorted and chosen from, and as a board."""

from __future__ import annotations

from typing import Any

from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.i18n import gettext as _
from planner.base.web import fragment, page, uses
from planner.base.words import label
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.plan import queries
from planner.plan.queries import COUNTED, Wanted
from planner.plan.rules import ListColumn, Show, Sort
from planner.plan.views import drawing, narrowing
from planner.plan.views.blueprint import bp

ROWS, MOST_ROWS = 100, 200
KEPT = ("q", "show", "sort", "pick", "cols", *narrowing.DAYS)
"""What the selects of the list leave as it is."""


@bp.get("/plan/steps")
@uses(
    queries.listed,
    queries.counts,
    queries.words_in_use,
    queries.choices,
    queries.phases_at_hand,
    queries.tags_of,
    people.people,
)
def steps() -> Response:
    """Every step, narrowed and in an order; all of it in the address."""
    given = narrowing.asked()
    given = given if actor.current().may(P.PLAN_EDIT) else {k: v for k, v in given.items() if k != "pick"}
    wanted, skip = narrowing.wanted(given), _skip()
    size = min(int(given.get("rows", ROWS)), MOST_ROWS)
    found = queries.listed(wanted, skip, size + 1)
    rows, pick = found[:size], "pick" in given
    tags, held = queries.tags_of([s.id for s in rows]), queries.choices(narrowing.period_of(given))
    goals, phases = dict(held["goals"]), queries.phases_at_hand(narrowing.period_of(given))
    columns, numbers = narrowing.columns(given), queries.counts(wanted)
    edits = actor.current().may(P.PLAN_EDIT) and not pick
    body = [
        drawing.list_row(s, goals, phases, tags.get(s.id, []), columns=columns, pick=pick, edits=edits) for s in rows
    ]
    listed: dict[str, Any] = {
        "given": given,
        "columns": columns,
        "edits": edits,
        "body": Markup("").join(body),
        "shown": len(rows),
        "skipped": skip,
        "total": numbers[wanted.show],
        "following": narrowing.here("plan.steps", given, skip=skip + size) if len(found) > size else None,
        "here": narrowing.here("plan.steps", given, skip=skip or ""),
    }
    if request.args.get("part") == "rows":
        return fragment("plan/_list.html", **listed)
    return page(
        "plan/list.html",
        **listed,
        every_column=list(ListColumn),
        kept_by_columns={name: value for name, value in given.items() if name != "cols"},
        fresh=narrowing.here("plan.steps", given, skip=skip or "", part="rows"),
        filters=_filters(given, wanted, numbers),
        sorts=_sorts(given, wanted),
        keep={name: value for name, value in given.items() if name in KEPT},
        kept_by_words={name: value for name, value in given.items() if name != "q"},
        pick_url=narrowing.here("plan.steps", given, pick="" if pick else "1"),
        **_between(given, wanted),
        **narrowing.choices(given),
    )


def _between(given: dict[str, str], wanted: Wanted) -> dict[str, str]:
    """The days between which the steps of the list are due, as they are read, and the list of all days."""
    first, last = wanted.first, wanted.last
    if first is not None and last is not None:
        said = show.days(first, last) if first != last else show.day(first)
    elif first is not None:
        said = _("from %(day)s on", day=show.day(first))
    else:
        said = _("until %(day)s", day=show.day(last)) if last is not None else ""
    rest = {name: value for name, value in given.items() if name not in narrowing.DAYS}
    return {"days": said, "any_day": narrowing.here("plan.steps", rest)}


def _skip() -> int:
    typed = request.args.get("skip", "")
    return min(int(typed), 100_000) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0


def _filters(given: dict[str, str], wanted: Wanted, numbers: dict[Show, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label(each),
            "url": narrowing.here("plan.steps", given, show="" if each is Show.UNFINISHED else str(each)),
            "on": wanted.show is each,
            "count": numbers[each] if numbers[each] < COUNTED or wanted.show is each else f"{COUNTED}+",
        }
        for each in (Show.UNFINISHED, Show.OPEN, Show.DOING, Show.BLOCKED, Show.DONE, Show.DROPPED)
    ]


def _sorts(given: dict[str, str], wanted: Wanted) -> list[dict[str, Any]]:
    return [
        {
            "label": label(each),
            "url": narrowing.here("plan.steps", given, sort="" if each is Sort.DUE else str(each)),
            "on": wanted.sort is each,
        }
        for each in Sort
    ]

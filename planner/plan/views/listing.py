"""Steps as a list that can be narrowed, sorted and chosen from, and as a board."""

from __future__ import annotations

from typing import Any

from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.base import actor
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


@bp.get("/plan/steps")
@uses(queries.listed, queries.counts, queries.words_in_use, queries.choices, queries.tags_of, people.people)
def steps() -> Response:
    """Every step, narrowed and in an order; all of it in the address."""
    given = narrowing.asked()
    given = given if actor.current().may(P.PLAN_EDIT) else {k: v for k, v in given.items() if k != "pick"}
    wanted, skip = narrowing.wanted(given), _skip()
    size = min(int(given.get("rows", ROWS)), MOST_ROWS)
    found = queries.listed(wanted, skip, size + 1)
    rows, pick = found[:size], "pick" in given
    tags, held = queries.tags_of([s.id for s in rows]), queries.choices()
    goals, phases = dict(held["goals"]), dict(held["phases"])
    columns = narrowing.columns(given)
    edits = actor.current().may(P.PLAN_EDIT) and not pick
    body = [
        drawing.list_row(s, goals, phases, tags.get(s.id, []), columns=columns, pick=pick, edits=edits) for s in rows
    ]
    numbers = queries.counts(wanted)
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
        keep={name: value for name, value in given.items() if name in ("q", "show", "sort", "pick", "cols")},
        kept_by_words={name: value for name, value in given.items() if name != "q"},
        pick_url=narrowing.here("plan.steps", given, pick="" if pick else "1"),
        **narrowing.choices(given),
    )


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

"""How an SOP does in its last shows, and what they speak for."""

from __future__ import annotations

from datetime import date

from flask import request
from werkzeug.wrappers import Response

from planner.base.web import page, uses
from planner.checklists import queries
from planner.checklists.queries.learning import CHOICES, USUAL_RUNS
from planner.checklists.views.blueprint import bp


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _wanted() -> queries.Wanted:
    """The last so many shows; of certain days, all of them that are looked at."""
    first, last = _day("from"), _day("to")
    if first is not None and last is not None and last < first:
        first, last = last, first
    if first is not None or last is not None:
        return queries.Wanted(CHOICES[-1], first, last)
    asked = request.args.get("shows", "")
    return queries.Wanted(int(asked) if asked in {str(n) for n in CHOICES} else USUAL_RUNS)


@bp.get("/sop/<id:template_id>/learning")
@uses(queries.learned)
def learning(template_id: int) -> Response:
    """How this SOP does."""
    return page("checklists/learning.html", view=queries.learned(template_id, _wanted()), choices=CHOICES)

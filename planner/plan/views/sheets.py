"""The list of steps to take away: what is shown, as CSV or XLSX."""

from __future__ import annotations

from werkzeug.wrappers import Response

from planner.base import exports, files, show
from planner.base.i18n import gettext as _
from planner.base.web import uses
from planner.base.words import label
from planner.plan import queries
from planner.plan.views import narrowing
from planner.plan.views.blueprint import bp

MOST = 10_000


@bp.get("/plan/steps.csv")
@uses(queries.listed, queries.tags_of, queries.names_of_places)
def steps_csv() -> Response:
    """As CSV."""
    return _taken_away(exports.CSV)


@bp.get("/plan/steps.xlsx")
@uses(queries.listed, queries.tags_of, queries.names_of_places)
def steps_xlsx() -> Response:
    """As a workbook."""
    return _taken_away(exports.XLSX)


def _taken_away(kind: str) -> Response:
    rows = queries.listed(narrowing.wanted(narrowing.asked()), 0, MOST)
    tags, (phases, goals) = queries.tags_of([s.id for s in rows]), queries.names_of_places()
    head = [
        _("Step no."), _("Step"), _("Owner"), _("Begins"), _("Due"), _("State"), _("Blocked by"), _("Priority"),
        _("Phase"), _("Period"), _("Goal"), _("Department"), _("Tags"), _("Lines done"), _("Lines in all"),
    ]  # fmt: skip
    cells: list[list[exports.Cell]] = [
        [
            s.id, s.title, s.owner_name, s.start, s.due, label(s.state), s.waits_for,
            label(s.priority), *phases.get(s.phase_id or 0, ("", "")), goals.get(s.goal_id or 0, ""), s.department,
            " ".join(tags.get(s.id, ())), s.lines_done, s.lines,
        ]
        for s in rows
    ]  # fmt: skip
    name = _("Steps")
    return files.attachment(f"steps_{show.today()}.{kind}", exports.MIMES[kind], exports.made(kind, name, head, cells))

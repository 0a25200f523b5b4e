"""Results of sessions: the list to narrow, sort and take away; typing figures in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import exports, files, show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.base.words import label
from planner.live import queries as live
from planner.live.rules import Weight
from planner.outcomes import forms, services
from planner.outcomes.queries import listing as queries
from planner.outcomes.queries import results as one
from planner.outcomes.queries.listing import SORTS, Wanted
from planner.outcomes.rules.waiting import Waits
from planner.outcomes.views.blueprint import bp
from planner.outcomes.words import table_head, table_rows

DAYS = ("7", "30", "90", "365")
USUAL, OWN = "30", "own"
LONGEST = timedelta(days=800)
NAMES = ("days", "from", "to", "channel", "host", "weight", "state", "sort")


def _day(text: str, usual: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return usual
    return found if 2000 <= found.year <= 2100 else usual


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < len(text) < 19 else None


def _asked() -> dict[str, str]:
    """What the address asks for, without what is usual or can't be."""
    given = {name: request.args.get(name, "").strip()[:40] for name in NAMES}
    if given["days"] not in (*DAYS, OWN):
        given["days"] = OWN if given["from"] or given["to"] else USUAL
    if given["days"] != OWN:
        given["from"] = given["to"] = ""
    given["days"] = "" if given["days"] == USUAL else given["days"]
    given["weight"] = given["weight"] if given["weight"] in set(Weight) else ""
    given["state"] = given["state"] if given["state"] in set(Waits) else ""
    given["sort"] = given["sort"] if given["sort"].removeprefix("-") in SORTS and given["sort"] != "-when" else ""
    return {name: value for name, value in given.items() if value}


def _wanted(asked: dict[str, str]) -> Wanted:
    last = show.today()
    days = asked.get("days", USUAL)
    if days == OWN:
        last = _day(asked.get("to", ""), last)
        first = _day(asked.get("from", ""), last - timedelta(days=int(USUAL) - 1))
        first, last = min(first, last), max(first, last)
        first = max(first, last - LONGEST)
    else:
        first = last - timedelta(days=int(days) - 1)
    sort = asked.get("sort", "-when")
    return Wanted(
        first, last, _id(asked.get("channel", "")), _id(asked.get("host", "")),
        Weight(asked["weight"]) if "weight" in asked else None, Waits(asked["state"]) if "state" in asked else None,
        sort.removeprefix("-"), sort.startswith("-"),
    )  # fmt: skip


@bp.get("/results")
@uses(queries.listing)
def results() -> Response:
    """What came of the shows: narrowed, sorted and added up; and what waits for a review or a verdict."""
    asked = _asked()
    after = _id(request.args.get("after", ""))
    view = queries.listing(_wanted(asked), after, around=not asked and after is None)
    following = _here(asked, after=view.after) if view.after else None
    return page(
        "outcomes/results.html", view=view, asked=asked, following=following, first_page=after is None,
        chips=_chips(asked, view), heads=_heads(asked), ranges=_ranges(),
    )  # fmt: skip


def _here(asked: dict[str, str], **more: Any) -> str:
    given: dict[str, Any] = {**asked, **more}
    return url_for("outcomes.results", **given)


def _without(asked: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in asked.items() if key != name}


def _ranges() -> list[tuple[str, str]]:
    words = {"7": _("Last 7 days"), "30": _("Last 30 days"), "90": _("Last 90 days"), "365": _("Last 365 days")}
    return [*((days, words[days]) for days in DAYS), (OWN, _("Own range…"))]


def _chips(asked: dict[str, str], view: queries.Listing) -> list[dict[str, Any]]:
    """All, and what waits for figures, for its review, for nothing: each with its number."""
    rest, chosen = _without(asked, "state"), asked.get("state", "")
    all_of_them = sum(view.counts.values())
    return [
        {"label": _("All"), "url": _here(rest), "on": not chosen, "count": all_of_them},
        *(
            {"label": label(w), "url": _here(rest, state=w.value), "on": chosen == w, "count": view.counts[w]}
            for w in Waits
        ),
    ]


def _heads(asked: dict[str, str]) -> dict[str, tuple[str, str]]:
    """For each column that sorts: where its head leads, and how it is sorted now."""
    now, rest = asked.get("sort", "-when"), _without(asked, "sort")
    words = {True: "descending", False: "ascending"}
    return {
        key: (
            _here(rest, sort=key if now == f"-{key}" else f"-{key}"),
            words[now.startswith("-")] if now.removeprefix("-") == key else "none",
        )
        for key in SORTS
    }


@bp.get("/results.csv")
@uses(queries.table)
def results_csv() -> Response:
    """The list as it is shown, all pages of it, as CSV."""
    return _taken_away(exports.CSV)


@bp.get("/results.xlsx")
@uses(queries.table)
def results_xlsx() -> Response:
    """The list as it is shown, all pages of it, as a workbook."""
    return _taken_away(exports.XLSX)


def _taken_away(kind: str) -> Response:
    wanted = _wanted(_asked())
    rows, totals = queries.table(wanted)
    data = exports.made(kind, _("Results"), table_head(), table_rows(rows, totals))
    return files.attachment(f"results_{wanted.first}_{wanted.last}.{kind}", exports.MIMES[kind], data)


@bp.route("/sessions/<id:session_id>/figures", methods=["GET", "POST"])
@uses(services.type_figures, live.brief, one.typed_figures, one.once_typed, one.session_result)
def figures(session_id: int) -> Response:
    """Type figures, or paste lines; who was overtaken sees theirs and mine."""
    typed, back = one.typed_figures(session_id), url_for("live.session", session_id=session_id, phase="review")
    form = forms.FiguresForm(data={**typed.values, "version": typed.id or None, "started": typed.id or None})
    form.held = typed.values
    if form.ok():
        form.held = one.once_typed(session_id, form.started.data or 0)
        form.read_lines()
        if not form.errors:
            with form.catching():
                services.type_figures(session_id, form.changes(), form.version.data or 0)
        if not form.errors:
            return done(back, _("The figures are in."))
    status = 200 if request.method == "GET" else form.status
    told = {key: told for key, (told, source) in _said(session_id).items() if source == "file"}
    return page("outcomes/figures.html", status, form=form, session=live.brief(session_id), back=back, told=told)


def _said(session_id: int) -> dict[str, tuple[Decimal, str]]:
    """The base figures that count now, each with its source."""
    found = one.session_result(session_id)
    return {key: (value, found.origins[key].source) for key, value in found.base.items()} if found else {}

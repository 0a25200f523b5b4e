"""The timeline of a period, and moving what stands on it by so many days."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, fragment, page, safe_next, uses
from planner.base.words import label
from planner.kernel.errors import Forbidden, Invalid, Refused, Stale
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.plan import forms, queries, rules, services
from planner.plan.queries import TimelinePage
from planner.plan.rules import Edge, Show, Zoom
from planner.plan.views import narrowing
from planner.plan.views.blueprint import bp, number
from planner.plan.views.gantt import drawing_of, percent

STANDS = {"kind": "warn"}


def _zoom() -> Zoom:
    typed = request.args.get("zoom", "")
    return Zoom(typed) if typed in set(Zoom) else Zoom.WEEK


def _given() -> dict[str, str]:
    """What narrows it; its days are those of the period."""
    return {name: value for name, value in narrowing.asked().items() if name not in (*narrowing.OF_THE_LIST, "period")}


def _zooms(given: dict[str, str], zoom: Zoom) -> list[dict[str, Any]]:
    return [
        {
            "label": label(each),
            "url": narrowing.here("plan.timeline", given, zoom="" if each is Zoom.WEEK else each),
            "on": each is zoom,
        }
        for each in Zoom
    ]


def _kept(view: TimelinePage, zoom: Zoom) -> dict[str, str]:
    """What the address asks of the line itself."""
    period = view.period.id if view.period and number("period") else None
    found = {"zoom": "" if zoom is Zoom.WEEK else str(zoom), "period": str(period or "")}
    return {name: value for name, value in found.items() if value}


@bp.get("/plan/timeline")
@uses(queries.timeline, queries.shows_by_day, queries.words_in_use, queries.choices, people.people)
def timeline() -> Response:
    """Phases, their steps and what waits for what on a line of days, with the sessions above."""
    given, zoom = _given(), _zoom()
    view = queries.timeline(narrowing.wanted(given, Show.STANDING), number("period"))
    kept = _kept(view, zoom)
    here = narrowing.here("plan.timeline", {**given, **kept})
    shown = {"view": view, "zoom": zoom, "given": given, "here": here, **_drawn(view, zoom)}
    if request.args.get("part") == "line" and view.period:
        return fragment("plan/_timeline.html", **shown)
    return page(
        "plan/timeline.html",
        **shown,
        fresh=narrowing.here("plan.timeline", {**given, **kept}, part="line"),
        kept=kept,
        zooms=_zooms({**given, **kept}, zoom),
        keep={**kept, **({"q": given["q"]} if "q" in given else {})},
        kept_by_words={**kept, **{name: value for name, value in given.items() if name != "q"}},
        **_choices(given, view),
    )


def _choices(given: dict[str, str], view: TimelinePage) -> dict[str, Any]:
    """What narrows the line: phases and goals of the period that is shown, which a menu of its own chooses."""
    period = {"period": str(view.period.id)} if view.period else {}
    found = narrowing.view_choices({**given, **period}, Show.STANDING)
    found["chosen"]["period"] = None  # the menu says it, and nobody has to have chosen it
    return {**found, "choices": [each for each in found["choices"] if each[0] != "period"]}


def _drawn(view: TimelinePage, zoom: Zoom) -> dict[str, Any]:
    """The line with its bars, and the sessions above it."""
    if not view.period:
        return {"drawn": None, "marks": [], "percent": percent}
    drawn = drawing_of(view, zoom, actor.current().may(P.PLAN_EDIT))
    half = 50 / drawn.line.days
    days = queries.shows_by_day(drawn.line.first, drawn.line.last)
    marks = [(percent(drawn.line.at(day) + half), day, rows) for day, rows in days.items()]
    return {"drawn": drawn, "marks": marks, "percent": percent}


def _days_word(days: tuple[date, date] | None) -> str:
    if days is None:
        return ""
    return show.day(days[0]) if days[0] == days[1] else show.days(*days)


def _moved_word(offset: int | None) -> str:
    if offset is None:
        return _("Moved.")
    if offset > 0:
        after = ngettext("%(num)s day after it", "%(num)s days after it", offset)
    elif offset:
        after = ngettext("%(num)s day before it", "%(num)s days before it", -offset)
    else:
        after = _("on that day")
    return _("Moved. Its day is still counted from the other one: %(after)s.", after=after)


def _by_hand(step_id: int, form: forms.ShiftForm, back: str) -> Response:
    """What a drag or the arrows sent: answers with the timeline as it stands, and says why something stays."""
    try:
        offset = services.shift_step(step_id, form.version.data or 0, form.days.data or 0, Edge(form.edge.data))
    except Stale:
        return done(back, _("Somebody changed this step a moment ago. It stands where they left it."), **STANDS)
    except Invalid as fault:
        return done(back, next(iter(fault.fields.values())), **STANDS)
    except (Refused, Forbidden) as fault:
        return done(back, fault.message, **STANDS)
    return done(back, _moved_word(offset), undo=True)


@bp.route("/plan/steps/<id:step_id>/shift", methods=["GET", "POST"])
@uses(services.shift_step, queries.step_page)
def shift_step(step_id: int) -> Response:
    """So many days earlier or later: what a drag sends, and the page that does the same for keys and touch."""
    view, back = queries.step_page(step_id), safe_next(url_for("plan.step", step_id=step_id))
    form = forms.ShiftForm(data={"version": view.row.version})
    if form.ok():
        if request.form.get("by") == "hand":
            return _by_hand(step_id, form, back)
        with form.catching():
            offset = services.shift_step(step_id, form.version.data or 0, form.days.data or 0, Edge(form.edge.data))
            return done(back, _moved_word(offset), undo=True)
    status = 200 if request.method == "GET" else form.status
    row, stands = view.row, _days_word(rules.stretch(view.row.start, view.row.due))
    return page("plan/shift.html", status, form=form, row=row, name=row.title, view=view, stands=stands, back=back)


def _asked() -> dict[str, Any]:
    """What a drag of a phase asks for."""
    days, edge = request.args.get("days", ""), request.args.get("edge", "")
    plain = days.removeprefix("-")
    found: dict[str, Any] = {"edge": edge} if edge in set(Edge) else {}
    if plain.isascii() and plain.isdecimal() and len(plain) < 4:
        found["days"] = int(days)
    return found


@bp.route("/plan/phases/<id:phase_id>/shift", methods=["GET", "POST"])
@uses(services.edit_phase, queries.phase, queries.beside_phase, queries.moves_with_phase)
def shift_phase(phase_id: int) -> Response:
    """A phase so many days earlier or later: says first what hangs on it and moves along, then asks."""
    row = queries.phase(phase_id)
    back = safe_next(url_for("plan.timeline", period=row.period_id))
    form = forms.ShiftForm(data={"version": number("version") or row.version, **_asked()})
    shown = form.validate() if request.method == "POST" else bool(form.days.data)
    days, overlaps = _fitting(phase_id, _new_days(row, form) if shown else None, form)
    seen = f"{days[0]}_{days[1]}" if days else ""
    if days and request.form.get("seen") == seen:
        with form.catching({"start": "days", "end": "days"}):
            services.edit_phase(phase_id, form.version.data or 0, row.name, *days)
            return done(back, _("Moved."), undo=True)
    moves = queries.moves_with_phase(phase_id, *days) if days else []
    told = {"days": days, "seen": seen, "moves": moves, "words": _days_word(days), "overlaps": overlaps}
    told["stands"] = _days_word((row.start, row.end))
    status = form.status if form.errors and request.method == "POST" else 200
    return page("plan/shift.html", status, form=form, row=row, name=row.name, back=back, **told)


def _fitting(phase_id: int, days: Any, form: forms.ShiftForm) -> tuple[Any, list[str]]:
    """The days if the period holds them, and the phases it would overlap then; the reason beside the field if not."""
    if days is None:
        return None, []
    left, others = queries.beside_phase(phase_id, *days)
    if left is not None:
        words = {"days": show.days(*days), "period": left.name, "whole": show.days(left.start, left.end)}
        form.fault("days", _("With %(days)s it would leave its period: %(period)s, %(whole)s.", **words))
        return None, []
    return days, [f"{p.name} ({show.days(p.start, p.end)})" for p in others]


def _new_days(row: Any, form: forms.ShiftForm) -> tuple[Any, Any] | None:
    """The days it would have; None, with the reason beside the field, where it can't have them."""
    asked = form.days.data or 0
    if not asked or abs(asked) > rules.FURTHEST_SHIFT:
        form.fault("days", _("Between one day and two years, earlier or later."))
        return None
    start, end = rules.shifted(row.start, row.end, asked, Edge(form.edge.data))
    if start is None or end is None or end < start:
        form.fault("days", _("The end lies before the start."))
        return None
    return start, end

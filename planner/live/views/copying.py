"""The same shows on other days: a week copied, and a show that comes round. First what is in the way, then the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, i18n, show
from planner.base.i18n import ngettext
from planner.base.recurrence import weekly
from planner.base.web import done, page, uses
from planner.kernel.errors import Invalid
from planner.kernel.spans import business_day
from planner.kernel.text import msg
from planner.live import forms, queries, rules, services
from planner.live.queries import Copy, SeriesBrief, SessionBrief
from planner.live.queries.foreseen import Wanted
from planner.live.rules import Rhythm, Take
from planner.live.views.blueprint import bp

WEEKS_AHEAD = 8
USUAL_WEEKS = 4


@dataclass(frozen=True)
class PreviewRow:
    """A row of a preview: what would be made, what is chosen for it, and what is in its way in the reader's words."""

    copy: Copy
    take: Take
    words: list[str]


def preview_rows(found: Sequence[Copy], chosen: bool) -> list[PreviewRow]:
    """The rows with what was chosen for them; before anything was, with what is proposed."""
    rows: list[PreviewRow] = []
    for copy in found:
        take = forms.taken(str(copy.key), copy.seen.usual) if chosen else copy.seen.usual
        rows.append(PreviewRow(copy, take, [i18n.told(w) for w in copy.seen.words]))
    return rows


def _taken(rows: Sequence[PreviewRow]) -> tuple[list[Wanted], dict[str, str]]:
    """What is to be made, and at which row of the page a fault of the service belongs."""
    wanted: list[Wanted] = []
    places: dict[str, str] = {}
    for n, row in enumerate(rows):
        made = row.copy.seen.taken(row.take)
        if made is not None:
            places[f"rows.{len(wanted)}"] = f"rows.{n}"
            wanted.append(made)
    return wanted, places


def _confirmed() -> bool:
    return request.form.get("step") == "confirm"


def _monday(text: str, usual: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return usual
    return found - timedelta(days=found.weekday()) if 2000 <= found.year <= 2100 else usual


def _chosen(this: date) -> tuple[date, date]:
    """The week that is copied and the one it is copied to, each the other's neighbour where only one was named."""
    sent = request.form if request.method == "POST" else request.args
    week, onto = sent.get("week", ""), sent.get("onto", "")
    monday = _monday(week, _monday(onto, this + timedelta(days=7)) - timedelta(days=7))
    return monday, _monday(onto, monday + timedelta(days=7))


def planned_words(count: int) -> str:
    """What a strip says when so many were planned."""
    return ngettext(
        "%(num)s session is planned, with its checklist.", "%(num)s sessions are planned, with their checklists.", count
    )


@bp.route("/sessions/copy-week", methods=["GET", "POST"])
@uses(services.plan_many, queries.week_copies)
def copy_week() -> Response:
    """A week once more: what is in the way is listed before anything is made."""
    this = show.today() - timedelta(days=show.today().weekday())
    monday, onto = _chosen(this)
    form = forms.CopyForm(data={"crew": True, "targets": True})
    form.ok()
    rows = preview_rows(queries.week_copies(monday, onto, form.kept()), request.method == "POST")
    if _confirmed():
        wanted, places = _taken(rows)
        with form.catching(places):
            made = services.plan_many(wanted, form.override_reason.data or "")
        if not form.errors:
            return done(url_for("live.sessions", day=onto), planned_words(len(made)), undo=True)
    weeks = {"monday": monday, "onto": onto, "weeks": _weeks(this, monday, onto)}
    return page("live/copy_week.html", 422 if form.errors else 200, form=form, days=_days(rows), rows=rows, **weeks)


def _weeks(this: date, *chosen: date) -> list[tuple[str, str]]:
    """The weeks that can be chosen, from four ago on, and those that are."""
    held = {this + timedelta(days=7 * n) for n in range(-4, WEEKS_AHEAD + 1)} | set(chosen)
    return [(day.isoformat(), show.days(day, day + timedelta(days=6))) for day in sorted(held)]


def _day_of(start: datetime) -> date:
    who = actor.current()
    return business_day(start, who.timezone, who.day_start)


def _days(rows: Sequence[PreviewRow]) -> list[tuple[date, list[tuple[int, PreviewRow]]]]:
    """The rows with their numbers, by the business day they would run on."""
    found: dict[date, list[tuple[int, PreviewRow]]] = {}
    for n, row in enumerate(rows):
        found.setdefault(_day_of(row.copy.seen.wanted.start), []).append((n, row))
    return sorted(found.items())


@bp.route("/sessions/<id:session_id>/repeat", methods=["GET", "POST"])
@uses(services.repeat_session, queries.brief, queries.series_of, queries.series_copies)
def repeat(session_id: int) -> Response:
    """A show that comes round on weekdays: its days are listed, with what is in the way of each, then planned."""
    b, series = queries.brief(session_id), queries.series_of(session_id)
    form, first = _repeat_form(b, series), show.local(b.planned_start).date()
    rows: list[PreviewRow] = []
    if form.ok():
        with form.catching():
            rows = _repeated(b, form.rhythm(first), form)
        if _confirmed() and not form.errors:
            wanted, places = _taken(rows)
            with form.catching(places):
                made = services.repeat_session(session_id, form.rhythm(first), wanted, form.override_reason.data or "")
                return done(url_for("live.session", session_id=session_id), planned_words(len(made)), undo=True)
    shown = {"session": b, "series": series, "rows": rows, "days": _days(rows)}
    return page("live/repeat.html", 422 if form.errors else 200, form=form, **shown)


def _repeat_form(b: SessionBrief, series: SeriesBrief | None) -> forms.RepeatForm:
    """What its series has, else its own weekday for some weeks."""
    own = show.local(b.planned_start).date()
    held: dict[str, Any] = {"crew": True, "targets": True, "every": 1, "weekdays": [str(own.weekday())]}
    if series is not None:
        held |= {"weekdays": [str(n) for n in sorted(series.rhythm.weekdays)], "every": series.rhythm.every}
    return forms.RepeatForm(data=held | {"last": own + timedelta(weeks=USUAL_WEEKS)})


def _repeated(b: SessionBrief, rhythm: Rhythm, form: forms.RepeatForm) -> list[PreviewRow]:
    """The days of the rhythm after the show itself."""
    rules.check_rhythm(rhythm)
    days = weekly(rhythm.first, rhythm.last, rhythm.weekdays, rhythm.every, rules.MOST_OF_SERIES + 1)
    days = [day for day in days if day != rhythm.first]
    if not days:
        raise Invalid.at("last", msg("No day of this rhythm lies between this show and that day."))
    return preview_rows(queries.series_copies(b, days[: rules.MOST_OF_SERIES], form.kept()), bool(_confirmed()))

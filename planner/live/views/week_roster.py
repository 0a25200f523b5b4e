"""The roster of a week (排班表): on a page, on paper, as plain text for a chat, and as a table to take away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from planner.base import actor, exports, files, i18n, show
from planner.base.i18n import gettext as _
from planner.base.web import page, uses
from planner.live import queries
from planner.live.queries import ListWanted, PersonWeek, RosterCell, RosterShow, WeekRoster
from planner.live.queries.hours import as_hours
from planner.live.queries.week_roster import Holder
from planner.live.rules.roster import Column
from planner.live.views.blueprint import bp
from planner.live.views.narrowing import choices, conditions, day_asked, narrowed
from planner.live.words import COLUMN_WORDS

PERSON = "person"
COLUMNS = (Column.DAY, Column.TIMES, Column.THEME, Column.CHANNEL, Column.STUDIO)


def _by_person() -> bool:
    return request.args.get("by") == PERSON


def _asked() -> tuple[date, dict[str, str], ListWanted]:
    """The Monday of the week, and what it is narrowed to."""
    day, kept = day_asked(), narrowed()
    return day - timedelta(days=day.weekday()), kept, ListWanted(**conditions(kept))


@bp.get("/sessions/week-roster")
@uses(queries.week_roster)
def week_roster() -> Response:
    """A week of shows with whoever holds their positions; ?by=person the people with their days."""
    monday, kept, wanted = _asked()
    roster, last = queries.week_roster(monday, wanted), monday + timedelta(days=6)
    by = {"by": PERSON} if _by_person() else {}
    around: dict[str, Any] = {"before": monday - timedelta(days=7), "after": monday + timedelta(days=7)}
    around |= {
        "week_word": show.days(monday, last),
        "today": show.today(),
        "last": last,
        "me_id": actor.current().user_id,
    }
    around |= {"keep": {"day": str(monday), **by}, "kept": kept, "by": by, "here": by | kept, **choices(wanted)}
    texts = _person_texts(roster) if by else _day_texts(roster)
    return page("live/week_roster.html", roster=roster, texts=texts, as_hours=as_hours, **around)


def joined(words: Iterable[str]) -> str:
    """Words in a row as the reader's language divides them."""
    return ("、" if i18n.language() == i18n.CHINESE else ", ").join(words)


def _holder_words(one: Holder) -> str:
    """A name, with the times where they are not the show's, and why they will not be there."""
    more = [] if one.whole else [show.span(one)]
    more += [_("away")] if one.away else [_("left the team")] if one.gone else []
    return f"{one.name} ({joined(more)})" if more else one.name


def _lacking_words(name: str, cell: RosterCell, b: RosterShow) -> str:
    """A position that lacks somebody, with the times where it is not the whole show."""
    spans = [] if _is_whole(cell, b) else [show.span(span) for span in cell.lacking]
    return f"{name} {joined(spans)}".strip()


def _is_whole(cell: RosterCell, b: RosterShow) -> bool:
    whole = (b.session.planned_start, b.session.planned_end)
    return [(span.start, span.end) for span in cell.lacking] == [whole]


def _show_lines(b: RosterShow, roster: WeekRoster) -> list[str]:
    s = b.session
    lines = [" · ".join(word for word in (show.span(s.planned_start, s.planned_end), s.theme, s.studio_name) if word)]
    pairs = list(zip(roster.places, b.cells, strict=True))
    for place, cell in pairs:
        if cell.holders:
            lines.append(_("%(what)s: %(who)s", what=place.name, who=joined(map(_holder_words, cell.holders))))
    lacking = [_lacking_words(place.name, cell, b) for place, cell in pairs if cell.lacking]
    return [*lines, _("%(what)s: %(who)s", what=_("unfilled"), who=joined(lacking))] if lacking else lines


def _day_texts(roster: WeekRoster) -> list[tuple[str, str]]:
    """Each day that has shows, as text for a chat, under a key."""
    found: list[tuple[str, str]] = []
    for day, shows in roster.days:
        head = show.day(day) + (f" · {_('Promotion')}" if any(b.session.promotion for b in shows) else "")
        parts = ["\n".join(_show_lines(b, roster)) for b in shows]
        if parts:
            found.append((str(day), "\n".join([head, *parts])))
    return found


def _person_lines(one: PersonWeek, days: list[date]) -> list[str]:
    lines: list[str] = []
    for day, shifts, away in zip(days, one.days, one.away, strict=True):
        if away:
            lines.append(f"{show.day(day)} {_('away')}")
        for shift in shifts:
            lines.append(f"{show.day(day)} {show.span(shift.holder)} {joined(shift.positions)} · {shift.session.theme}")
    return lines


def _person_texts(roster: WeekRoster) -> list[tuple[str, str]]:
    """Each person's week, as text for a chat, under a key."""
    days = [day for day, _shows in roster.days]
    found: list[tuple[str, str]] = []
    for one in roster.people:
        hours = f" · {show.duration(one.total.total_seconds() / 60)}" if one.total else ""
        found.append((str(one.user_id), "\n".join([f"{one.name}{hours}", *_person_lines(one, days)])))
    return found


@bp.get("/sessions/week-roster.csv")
@uses(queries.week_roster)
def week_roster_csv() -> Response:
    """What is shown, as CSV."""
    return _taken_away(exports.CSV)


@bp.get("/sessions/week-roster.xlsx")
@uses(queries.week_roster)
def week_roster_xlsx() -> Response:
    """What is shown, as a workbook."""
    return _taken_away(exports.XLSX)


def _clocks(start: Any, end: Any) -> str:
    return f"{show.clock_of(start)}-{show.clock_of(end)}"


def _sheet_names(cell: RosterCell) -> str:
    return "、".join(f"{h.name}{'' if h.whole else f'({_clocks(h.start, h.end)})'}" for h in cell.holders)


def _show_table(roster: WeekRoster) -> tuple[list[str], list[list[exports.Cell]]]:
    """A row a show, with heads and cells that bringing a roster reads again."""
    head = [*(str(COLUMN_WORDS[column]) for column in COLUMNS), *(place.name for place in roster.places)]
    rows: list[list[exports.Cell]] = []
    for _day, shows in roster.days:
        for b in shows:
            s = b.session
            own = [str(show.local(s.planned_start).date()), _clocks(s.planned_start, s.planned_end), s.theme]
            rows.append([*own, s.channel_name, s.studio_name, *map(_sheet_names, b.cells)])
    return head, rows


def _person_table(roster: WeekRoster) -> tuple[list[str], list[list[exports.Cell]]]:
    """A row a person: seven days and the planned hours."""
    head = [_("Person"), *(show.day(day) for day, _shows in roster.days), _("Planned hours")]
    rows: list[list[exports.Cell]] = []
    for one in roster.people:
        cells: list[exports.Cell] = []
        for shifts, away in zip(one.days, one.away, strict=True):
            told = [f"{_clocks(s.holder.start, s.holder.end)} {joined(s.positions)} {s.session.theme}" for s in shifts]
            cells.append("\n".join([*([_("away")] if away else []), *told]))
        rows.append([one.name, *cells, Decimal(as_hours(one.total))])
    return head, rows


def _taken_away(kind: str) -> Response:
    monday, _kept, wanted = _asked()
    roster = queries.week_roster(monday, wanted)
    head, rows = _person_table(roster) if _by_person() else _show_table(roster)
    data = exports.made(kind, _("Week roster"), head, rows)
    return files.attachment(f"roster_{monday}.{kind}", exports.MIMES[kind], data)

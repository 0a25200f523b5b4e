"""Somebody's own shifts as a calendar file, for the calendar of their phone."""

from __future__ import annotations

from datetime import timedelta

from icalendar import Calendar, Event
from werkzeug.wrappers import Response

from planner.base import actor, files
from planner.base.i18n import gettext as _
from planner.base.web import uses
from planner.kernel import clock
from planner.live import queries
from planner.live.queries import SessionBrief, ShiftRow
from planner.live.views.blueprint import bp

BEHIND, AHEAD = timedelta(days=31), timedelta(days=366)


@bp.get("/sessions/mine.ics")
@uses(queries.my_shifts)
def my_calendar() -> Response:
    """My shifts from a month ago to a year ahead; brought in again, the same shift replaces itself."""
    now, who = clock.now(), actor.current()
    found = Calendar()
    found.add("prodid", "-//planner//shifts//")
    found.add("version", "2.0")
    found.add("x-wr-calname", _("My shifts · %(team)s", team=who.team_name))
    for b, s in queries.my_shifts(who.user_id or 0, now - BEHIND, now + AHEAD):
        found.add_component(_event(b, s))
    return files.attachment("shifts.ics", "text/calendar", found.to_ical())


def _event(b: SessionBrief, s: ShiftRow) -> Event:
    """One shift: its number is its name for ever, and the session's version says which account of it is newer."""
    told = Event()
    told.add("uid", f"shift-{s.id}@planner")
    told.add("dtstamp", clock.now())
    told.add("sequence", b.version)
    told.add("dtstart", s.start)
    told.add("dtend", s.end)
    told.add("summary", f"{s.position_name} · {b.theme}")
    told.add("location", " · ".join(word for word in (b.studio_name, b.channel_name) if word))
    return told

"""When, where, who: a week by hours, a month, the studios of a day, and the way to the list."""

from __future__ import annotations

import functools
from datetime import date, timedelta
from typing import Any

from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.pieces import drawn
from planner.base.web import page, uses
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import day_span
from planner.live import queries
from planner.live.queries import ListWanted, SessionBrief
from planner.live.rules import BEFORE_AIR, State
from planner.live.views.blueprint import bp
from planner.live.views.calendar import Block, week_of
from planner.live.views.listing import business_day_of, list_page
from planner.live.views.narrowing import choices, conditions, day_asked, narrowed
from planner.live.views.timeline import studio_day, studio_days
from planner.people import queries as people

MOST_OF_A_DAY = 3
"""How many sessions a day of the month shows before it says how many more there are."""


def _between(first: date, count: int, wanted: ListWanted, before: timedelta = timedelta()) -> list[SessionBrief]:
    who = actor.current()
    start = day_span(first, who.timezone, who.day_start).start
    end = day_span(first + timedelta(days=count), who.timezone, who.day_start).start
    return queries.wanted_between(start - before, end, wanted)


def _days(first: date, count: int, rows: list[SessionBrief]) -> list[tuple[date, list[SessionBrief]]]:
    held: dict[date, list[SessionBrief]] = {}
    for row in rows:
        held.setdefault(business_day_of(row), []).append(row)
    return [(day, held.get(day, [])) for day in (first + timedelta(days=n) for n in range(count))]


@bp.get("/sessions")
@uses(queries.wanted_between, queries.hosts_of, queries.listed, queries.studios, people.people)
def sessions() -> Response:
    """The week by default; ?view=month, ?view=studios and ?view=list; every view has its own address."""
    view = request.args.get("view", "week")
    day = day_asked()
    if view == "list":
        return list_page()
    if view == "studios":
        return _studio_week(day) if request.args.get("days") == "7" else _studios(day)
    return _month(day.replace(day=1)) if view == "month" else _week(day - timedelta(days=day.weekday()), day)


def _narrowing(view: str, kept: dict[str, str], wanted: ListWanted) -> dict[str, Any]:
    """What every view has beside its days: what narrows it, and where that leads."""
    chosen = {"view": view, "day": request.args.get("day", "")[:10]}
    return {
        "kept": kept,
        "keep": {name: value for name, value in chosen.items() if value},
        **choices(wanted),
    }


def _shown(hosts: dict[int, list[str]], b: Block) -> Markup:
    """A show of the week, drawn once while nothing of it changes."""
    s = b.session
    may_schedule = s.state is State.DRAFT and actor.current().may(P.SESSION_EDIT)
    place, names = s.studio_name or s.channel_name, tuple(hosts.get(s.id, ()))
    return drawn(
        "live/_show_week.html", id=s.id, state=s.state, weight=s.weight, promotion=s.promotion, theme=s.theme,
        place=place, start=s.planned_start, end=s.planned_end, hosts=names, may_schedule=may_schedule, at=b.at,
        length=b.length, lane=b.lane, lanes=b.lanes, came=b.came, goes=b.goes,
    )  # fmt: skip


def _week(monday: date, chosen: date) -> Response:
    kept = narrowed()
    wanted = ListWanted(**conditions(kept))
    rows = _between(monday, 7, wanted, timedelta(hours=24))
    days = _days(monday, 7, rows)
    hosts = queries.hosts_of([b.id for b in rows])
    week = week_of(days, [b for b in rows if business_day_of(b) < monday], clock.now())
    around: dict[str, Any] = {"before": monday - timedelta(days=7), "after": monday + timedelta(days=7)}
    around["week_word"] = show.days(monday, monday + timedelta(days=6))
    around |= _narrowing("week", kept, wanted)
    return page(
        "live/week.html",
        days=days,
        week=week,
        shown=functools.partial(_shown, hosts),
        today=show.today(),
        day=chosen,
        **around,
    )


def _named_studios() -> list[tuple[int, str]]:
    return [(s.id, s.name) for s in queries.studios()]


def _by_hand(first: date, count: int) -> dict[str, Any]:
    """What may be dragged on a timeline of so many days, and how its days and those around them are called."""
    movable = BEFORE_AIR if actor.current().may(P.SESSION_EDIT) else frozenset()
    around = [show.day(first + timedelta(days=n), year=False) for n in range(-1, count + 2)]
    begins = show.wall(day_span(first, actor.current().timezone, actor.current().day_start).start)
    return {"movable": movable, "begins": begins, "day_words": "|".join(around)}


def _studios(day: date) -> Response:
    kept = narrowed()
    wanted = ListWanted(**conditions(kept))
    rows = _between(day, 1, wanted, timedelta(hours=24))
    held = studio_day(day, _named_studios(), rows, clock.now())
    shown = [b.session.id for room in held.rooms for b in room.blocks]
    around: dict[str, Any] = {"before": day - timedelta(days=1), "after": day + timedelta(days=1)}
    around |= _narrowing("studios", kept, wanted) | _by_hand(day, 1) | {"hosts": queries.hosts_of(shown)}
    return page("live/studios_day.html", held=held, shown=len(shown), day=day, today=show.today(), **around)


def _studio_week(day: date) -> Response:
    kept = narrowed()
    wanted = ListWanted(**conditions(kept))
    rows = _between(day, 7, wanted)
    days = _days(day, 7, rows)
    around: dict[str, Any] = {"before": day - timedelta(days=7), "after": day + timedelta(days=7)}
    around |= _narrowing("studios", kept, wanted) | _by_hand(day, 7)
    around["range_word"] = show.days(day, day + timedelta(days=6))
    around["rooms"] = studio_days(day, _named_studios(), days)
    around["keep"] |= {"days": "7"}
    return page("live/studios_week.html", days=days, day=day, today=show.today(), **around)


def _month(first: date) -> Response:
    kept = narrowed()
    wanted = ListWanted(**conditions(kept))
    grid = first - timedelta(days=first.weekday())
    after = (first + timedelta(days=32)).replace(day=1)
    weeks = -(-(after - grid).days // 7)
    rows = _between(grid, weeks * 7, wanted)
    around: dict[str, Any] = {"before": (first - timedelta(days=1)).replace(day=1), "after": after}
    around["month_word"] = show.month(first)
    around |= _narrowing("month", kept, wanted)
    days = _days(grid, weeks * 7, rows)
    return page("live/month.html", days=days, month=first, today=show.today(), most=MOST_OF_A_DAY, **around)

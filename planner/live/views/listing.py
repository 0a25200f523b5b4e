"""The list of all sessions: what its address asks for, and what stands in its columns."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.pieces import drawn
from planner.base.web import page
from planner.figures.words import format_value
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import business_day
from planner.kernel.text import clean_line
from planner.live import queries
from planner.live.queries import ListWanted, SessionBrief
from planner.live.rules import State
from planner.live.views.narrowing import choices, conditions, narrowed, number

ROWS, MOST_ROWS = 50, 200
MOST_IDS = 60
GMV = "gmv"


def business_day_of(row: SessionBrief) -> date:
    """The business day a session belongs to: the one it is planned to begin in, however long it runs."""
    who = actor.current()
    return _business_day(row.planned_start, who.timezone, who.day_start)


_business_day = functools.lru_cache(8192)(business_day)


def _key(text: str) -> tuple[datetime, int] | None:
    try:
        start, _mark, row_id = text.partition("_")
        known = start.endswith("+00:00") and row_id.isdecimal() and len(row_id) <= 18
        return (datetime.fromisoformat(start), int(row_id)) if known else None
    except ValueError:
        return None


def _asked() -> dict[str, str]:
    """What the address asks for, without what is usual or can't be."""
    given = {
        "q": clean_line(request.args.get("q", ""))[:80],
        "state": request.args.get("state", ""),
        **narrowed(),
        "sort": request.args.get("sort", ""),
        "rows": number(request.args.get("rows", ""), 4),
        "pick": request.args.get("pick", ""),
        "ids": "-".join(
            found for text in request.args.get("ids", "").split("-")[:MOST_IDS] if (found := number(text, 18))
        ),
    }
    given["state"] = given["state"] if given["state"] in set(State) else ""
    given["pick"] = "1" if given["pick"] == "1" and actor.current().may(P.SESSION_EDIT) else ""
    given["sort"] = given["sort"] if given["sort"] == "oldest" else ""
    return {name: value for name, value in given.items() if value}


def _wanted(asked: dict[str, str]) -> ListWanted:
    return ListWanted(
        asked.get("q", ""),
        State(asked["state"]) if "state" in asked else None,
        oldest_first="sort" in asked,
        ids=tuple(int(text) for text in asked.get("ids", "").split("-") if text),
        **conditions(asked),
    )


def _here(asked: dict[str, str], **more: Any) -> str:
    given: dict[str, Any] = {**asked, **more}
    return url_for("live.sessions", view="list", **{name: value for name, value in given.items() if value})


def list_page() -> Response:
    """Everything that was ever planned, narrowed by words, state and what narrows all views; latest or oldest first."""
    asked = _asked()
    wanted, size = _wanted(asked), min(int(asked.get("rows", ROWS)), MOST_ROWS)
    after = _key(request.args.get("after", ""))
    found = queries.listed(after, size + 1, wanted)
    rows, last = found[:size], found[size - 1] if len(found) > size else None
    following = _here(asked, after=f"{last.planned_start.isoformat()}_{last.id}") if last else None
    return page(
        "live/list.html",
        asked=asked,
        kept_by_words={"view": "list", **{name: value for name, value in asked.items() if name != "q"}},
        keep={"view": "list", **{name: value for name, value in asked.items() if name not in narrowed()}},
        following=following,
        shown=len(rows),
        sort_url=_here(asked, sort="" if wanted.oldest_first else "oldest"),
        here=_here(asked, after=request.args.get("after", "")),
        pick_url=_here(asked, pick="" if "pick" in asked else "1"),
        **_beside(rows, part=bool(after or following), pick="pick" in asked),
        kept=narrowed(),
        **choices(wanted),
        **_states(asked, wanted),
    )


def _beside(rows: Sequence[SessionBrief], part: bool, pick: bool) -> dict[str, Any]:
    """The rows with what other tables tell of them, and the line that adds them up."""
    ids = [b.id for b in rows]
    gmv, targets, hosts = queries.reached(ids), queries.targets_of(ids), queries.hosts_of(ids)
    aims = {row_id: found[GMV] for row_id, found in targets.items() if GMV in found}
    minutes = (
        sum((b.planned_end - b.planned_start).total_seconds() for b in rows if b.state is not State.CANCELLED) / 60
    )
    told = [
        ngettext("%(num)s session", "%(num)s sessions", len(rows)),
        _("%(time)s planned", time=show.duration(minutes)),
    ]
    if gmv:
        total = format_value(sum(gmv.values()), GMV)  # type: ignore[arg-type]
        told.append(_("GMV %(gmv)s, of %(n)s with figures", gmv=total, n=len(gmv)))
    return {
        "body": _body(rows, hosts, gmv, aims, pick),
        "totals": (_("On this page: %(what)s", what=" · ".join(told)) if part else " · ".join(told)) if rows else "",
    }


def _body(
    rows: Sequence[SessionBrief],
    hosts: Mapping[int, Sequence[str]],
    gmv: Mapping[int, Decimal],
    aims: Mapping[int, Decimal],
    pick: bool,
) -> Markup:
    """The rows by business day. Each is drawn once for all it shows, so that one change draws one row."""
    standing, may_schedule = queries.standing(rows, clock.now()), actor.current().may(P.SESSION_EDIT)
    today, parts = show.today(), list[str]()
    for day, held in groupby(rows, business_day_of):
        of_day = list(held)
        of_promotion = any(b.promotion for b in of_day)
        told: dict[str, Any] = {"is_today": day == today, "far": day.year != today.year, "promotion": of_promotion}
        head = drawn("live/_show_day.html", day=day, rows=len(of_day), **told)
        parts.append(f'<tbody data-day="{day}"{" class=is-today" if day == today else ""}>')
        for b in of_day:
            row = drawn(
                "live/_show.html",
                id=b.id,
                theme=b.theme,
                state=b.state,
                weight=b.weight,
                promotion=b.promotion,
                start=b.planned_start,
                end=b.planned_end,
                channel=b.channel_name,
                studio=b.studio_name,
                hosts=tuple(hosts.get(b.id, ())),
                gmv=gmv.get(b.id),
                aim=f"¥{show.number(aims[b.id])}" if b.id in aims else "",
                go=standing.get(b.id),
                may_schedule=b.state is State.DRAFT and may_schedule,
                head=head,
                pick=pick,
            )
            parts.append(row)
            head = Markup()
        parts.append("</tbody>")
    return Markup("".join(parts))  # nosec B704: pieces that escape themselves, and days


def _states(asked: dict[str, str], wanted: ListWanted) -> dict[str, Any]:
    """The states with their numbers."""
    return {
        "counts": queries.count_by_state(wanted),
        "state": wanted.state,
        "state_urls": {state: _here(asked, state=state.value) for state in State},
        "all_url": _here(asked, state=""),
    }
